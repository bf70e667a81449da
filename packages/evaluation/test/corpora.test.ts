import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { evaluate } from '../lib/evaluate.ts';

const folder = join(__dirname, '..', '..', 'rules', 'test', 'corpora');

interface Case {
  readonly name: string;
  readonly kinds: readonly string[];
  readonly contexts: number;
}

/** Every flag of a corpus, as a file of flagd's or as a proposal. */
const casesIn = (corpus: string): readonly Case[] =>
  readdirSync(join(folder, corpus)).flatMap((file) => {
    const content = JSON.parse(readFileSync(join(folder, corpus, file), 'utf8').replace(/^\ufeff/, ''));
    const flags: Record<string, Record<string, unknown>> = content.flags ?? { [content.flagKey]: content.document };
    return Object.entries(flags).map(([flagKey, document]) => {
      const offVariant =
        content.offVariant ?? String('off' in Object(document['variants']) ? 'off' : document['defaultVariant']);
      const source = content.source ?? { $evaluators: content.$evaluators ?? {} };
      const { findings, contexts } = evaluate({ flagKey, document, offVariant, source });
      return { name: flagKey, contexts, kinds: findings.map(({ kind }) => kind) };
    });
  });

/** Those are errors; `admits` is a warning. */
const refused = ({ kinds }: Case): boolean => kinds.some((kind) => kind !== 'admits');

it.each([
  // The quotient of two attributes that are left out is no number.
  ['legitimate', ['division-share']],
  [
    'documented',
    ['greaterOfTwo', 'headroom', 'lesserOfTwo', 'notLegacyClient', 'notOnMobile', 'prefixByCut', 'usedShare'],
  ],
])('of the %s flags these are refused, and all others answer every caller without a failure', (corpus, names) => {
  const cases = casesIn(corpus);
  expect(
    cases
      .filter(refused)
      .map(({ name }) => name)
      .sort(),
  ).toEqual(names);
  expect(cases.filter(({ contexts }) => contexts > 1).length).toBeGreaterThan(20);
});
