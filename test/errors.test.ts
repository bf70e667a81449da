import { type Source, sourcesIn } from './member-sources.ts';

/** The class from which every error class of every member descends, and where it lives. */
const BASE = 'FlaghoistError';
const HOME = 'packages/core/lib/errors.ts';
/** The one printer of errors. */
const PRINTER = 'packages/core/lib/describe-error.ts';
/** What describeError calls an error that is none of ours. */
const RESERVED = 'FH_INTERNAL';

interface ErrorClass {
  readonly name: string;
  readonly base: string;
  readonly path: string;
  readonly codes: readonly string[];
}

const classesIn = ({ path, text }: Source): ErrorClass[] =>
  [...text.matchAll(/\bclass (\w+)[^{]*? extends (\w+)[^{]*\{([\s\S]*?)(?=^\}|\bclass )/gm)].map(
    ([, name = '', base = '', body = '']) => ({
      name,
      base,
      path,
      codes: [...body.matchAll(/\breadonly code = '([^']*)'/g)].map(([, code = '']) => code),
    }),
  );

const classes = sourcesIn('lib').flatMap(classesIn);
const byName = new Map(classes.map((each) => [each.name, each]));
const rootOf = ({ base }: ErrorClass): string => {
  const above = byName.get(base);
  return above === undefined ? base : rootOf(above);
};
/** Those that descend from one of the engine's error classes. */
const errors = classes.filter((each) => /Error$/.test(rootOf(each)) && each.name !== BASE);

it('finds error classes in libraries, functions and programs', () => {
  expect(errors.map(({ name }) => name)).toEqual(
    expect.arrayContaining(['UnavailableError', 'QueryFailedError', 'BundleError', 'UnreadableFileError']),
  );
  expect(byName.get(BASE)).toMatchObject({ base: 'Error', path: HOME });
});

it(`has no error class that does not extend ${BASE} of ${HOME}`, () => {
  const strangers = errors.filter((each) => each.base !== BASE && byName.get(each.base)?.base !== BASE);
  expect(strangers.map(({ path, name, base }) => `${path}: ${name} extends ${base}`)).toEqual([]);
});

it('gives each error class one code of its own, FH_ and capitals', () => {
  const wrong = errors.filter(({ codes: [code, ...more] }) => !/^FH(_[A-Z]+)+$/.test(code ?? '') || more.length > 0);
  expect(wrong.map(({ path, name, codes }) => `${path}: ${name} has the code ${codes.join(', ') || '(none)'}`)).toEqual(
    [],
  );
  const codes = errors.flatMap((each) => each.codes);
  expect(codes.filter((code, place) => codes.indexOf(code) < place || code === RESERVED)).toEqual([]);
});

it('has no second way to print a hint than describeError', () => {
  const printing = sourcesIn('lib', 'scripts', 'bench').filter(
    // Without a word's boundary: it mostly follows a line break, which is \n in a source.
    ({ path, text }) => /hint: *(?:\$\{|['"`] *\+)/i.test(text) && path !== PRINTER,
  );
  expect(printing.map(({ path }) => path)).toEqual([]);
});
