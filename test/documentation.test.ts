import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { sourcesIn } from './member-sources.ts';

const root = join(__dirname, '..');
const textOf = (path: string): string => readFileSync(join(root, path), 'utf8');

/** What stands in code font in the first column of the tables of a document. */
const rowsOf = (document: string): readonly string[] =>
  [...textOf(document).matchAll(/^\| `([^`]+)` \|/gm)].map(([, first = '']) => first);

const sources = sourcesIn('lib');
const sourceOf = (path: string): string => sources.find((each) => each.path === path)?.text ?? '';

/** The words of `export const NAME = ['a', 'b'] as const`. */
const wordsOf = (path: string, name: string): readonly string[] => {
  const [, list = ''] = new RegExp(`export const ${name} = \\[([^\\]]*)\\] as const`).exec(sourceOf(path)) ?? [];
  return [...list.matchAll(/'([^']+)'/g)].map(([, word = '']) => word);
};

/** Messages of level ERROR: what the logger is given, or what a function passes on to it. */
const errorLines = (text: string): readonly string[] =>
  [
    ...text.matchAll(/\blog\??\.error\(\s*'([^']+)'/g),
    ...text.matchAll(/\blog\[[^\]]*'error'\]\(\s*'([^']+)'/g),
    ...text.matchAll(/\brefused\('([^']+)', \{/g),
  ].map(([, message = '']) => message);

/** Whose message depends on the change: `holdMessage` of follow-up.ts, and the refusals of prepare-revert.ts (above). */
const HOLDS = ['change held', 'revert budget exhausted'];

describe('log lines of level ERROR', () => {
  const written = new Set([...sources.flatMap(({ text }) => errorLines(text)), ...HOLDS]);

  it('finds them', () => {
    expect([...written]).toEqual(
      expect.arrayContaining(['change unverified', 'change not judged', 'revert cannot be built', 'hash chain broken']),
    );
  });

  it('have a row each in docs/log-lines.md, and no row is about a line that nobody writes', () => {
    expect(rowsOf('docs/log-lines.md').toSorted()).toEqual([...written].toSorted());
  });

  it('are literals: a computed message could not be looked up', () => {
    const computed = sources.flatMap(({ path, text }) =>
      [...text.matchAll(/\blog\??\.error\(\s*([^'\s][^,)]*)/g)].map(([, what = '']) => `${path}: ${what}`),
    );
    expect(computed.toSorted()).toEqual([
      'packages/rollback/lib/follow-up.ts: holdMessage(record',
      'packages/rollback/lib/prepare-revert.ts: why',
    ]);
    for (const message of HOLDS) expect(sourceOf('packages/rollback/lib/follow-up.ts')).toContain(`'${message}'`);
  });
});

describe('error codes', () => {
  it('have a row each in docs/errors.md', () => {
    const codes = sources.flatMap(({ text }) =>
      [...text.matchAll(/\breadonly code = '(FH_[A-Z_]+)'/g)].map(([, code = '']) => code),
    );
    expect(rowsOf('docs/errors.md').toSorted()).toEqual([...codes, 'FH_INTERNAL'].toSorted());
  });
});

describe('the glossary', () => {
  const rows = rowsOf('docs/glossary.md');

  it('has every kind, state, outcome, verdict and event, and no other', () => {
    const [, details = ''] = /\nconst details = \{\n([\s\S]*?)\n\}/.exec(sourceOf('packages/core/lib/events.ts')) ?? [];
    const events = [...details.matchAll(/^ {2}([A-Z]\w+):/gm)].map(([, event = '']) => event);
    const words = [
      ...wordsOf('packages/core/lib/change.ts', 'changeKinds'),
      ...wordsOf('packages/core/lib/change.ts', 'changeStates'),
      ...wordsOf('packages/core/lib/verdict.ts', 'verdicts'),
      ...wordsOf('packages/core/lib/compare-and-set.ts', 'applyOutcomes'),
      ...events,
    ];
    expect(words).toEqual(expect.arrayContaining(['created', 'unverified', 'refusing', 'repaired', 'HomeMoved']));
    expect(rows.toSorted()).toEqual(words.toSorted());
  });

  it('explains each word once', () => {
    const plain = [...textOf('docs/glossary.md').matchAll(/^\| ([a-z][^`|]*?) \|/gm)].flatMap(
      ([, first = '']) => first,
    );
    const terms = plain.filter((term) => !['word', 'kind', 'state', 'verdict', 'outcome', 'event'].includes(term));
    expect(terms.filter((term, place) => terms.indexOf(term) < place)).toEqual([]);
  });
});

describe('the indexes', () => {
  const links = (document: string): readonly string[] =>
    [...textOf(document).matchAll(/\]\(([^)#]+)/g)].map(([, target = '']) => target);

  it('lead to every document in docs', () => {
    const documents = readdirSync(join(root, 'docs')).filter((name) => name.endsWith('.md') && name !== 'README.md');
    expect(links('docs/README.md')).toEqual(expect.arrayContaining(documents));
  });

  it('lead to every decision, under the title that it has', () => {
    const decisions = readdirSync(join(root, 'docs/decisions')).filter((name) => /^\d/.test(name));
    const rows = decisions.map((name) => {
      const [, title = ''] = /^# (.*)/.exec(textOf(`docs/decisions/${name}`)) ?? [];
      return `[${name.slice(0, 4)}](${name}) | ${title} |`;
    });
    const index = textOf('docs/decisions/README.md');
    expect(rows.filter((row) => !index.includes(row))).toEqual([]);
  });
});
