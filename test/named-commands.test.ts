import { sourcesIn } from './member-sources.ts';

const sources = sourcesIn('lib');

const commands = sources
  .filter(({ path }) => path.startsWith('packages/cli/lib/'))
  .flatMap(({ text }) => [...text.matchAll(/\bnew Command\('(\w+)'\)/g)].map(([, name = '']) => name));

/** What a sentence goes on with when hoist is its subject or its object, and no command is meant. */
const words = ['help', 'inside', 'made', 'makes'];

/** Texts of the program: literals, without the comments around them. */
const literalsIn = (text: string): string[] =>
  [...text.matchAll(/\/\*[\s\S]*?\*\/|^\s*\/\/.*$|'(?:[^'\\\n]|\\.)*'|"(?:[^"\\\n]|\\.)*"|`(?:[^`\\]|\\.)*`/gm)]
    .map(([literal]) => literal)
    .filter((literal) => /^['"`]/.test(literal));

it('knows the commands of hoist', () => {
  expect(commands).toEqual(expect.arrayContaining(['hoist', 'up', 'validate']));
});

it('names in hints and help texts no command that hoist does not have', () => {
  const unknown = sources.flatMap(({ path, text }) =>
    literalsIn(text).flatMap((literal) =>
      [...literal.matchAll(/\bhoist ([a-z]+)/g)]
        .filter(([, word = '']) => !commands.includes(word) && !words.includes(word))
        .map(([named]) => `${path}: ${named}`),
    ),
  );
  // Name a command that exists, or what a user of today can do instead.
  expect(unknown).toEqual([]);
});

it('sends nobody through hoist without saying by which command', () => {
  const vague = sources.filter(({ text }) => literalsIn(text).some((literal) => /\bthrough hoist\b/.test(literal)));
  expect(vague.map(({ path }) => path)).toEqual([]);
});
