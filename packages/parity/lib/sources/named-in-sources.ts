import type { Environment } from '@flaghoist/fleet/environments';
import type { Difference } from '../compare/difference.ts';
import type { Sources } from './read-sources.ts';

const wordsOf = ({ name, region, replicaRegion, account }: Environment): readonly string[] => [
  name,
  region,
  replicaRegion,
  account,
];

/**
 * Sources that name an environment, its region or its account. They may use the name to choose a value that is known only
 * after apply, and then no plan shows that it differs. Only whole words count, not parts of a longer name.
 */
export const findNamedInSources = (
  { texts }: Pick<Sources, 'texts'>,
  environments: readonly Environment[],
): readonly Difference[] =>
  [...texts].flatMap(([file, each]) => {
    const words = [...new Set(environments.flatMap(wordsOf))].filter((word) => {
      const pattern = new RegExp(`(?<![A-Za-z0-9_-])${word}(?![A-Za-z0-9_-])`);
      return each.some((text) => pattern.test(text));
    });
    return words.map(
      (word): Difference => ({
        path: `source.${file.replaceAll('../', '')}.${word}`,
        instance: '',
        kind: 'undecided',
        values: environments.map(() => undefined),
        note: `${file} names ${word}`,
      }),
    );
  });
