import type { Environment } from '@flaghoist/fleet/environments';
import { regionCode } from '@flaghoist/fleet/region-code';
import { escaped } from '@flaghoist/plan-reading/path-pattern';
import { placeholder } from './placeholder.ts';

/** An environment that this one takes from or gives to. To all others it is a stranger. */
interface Neighbour {
  readonly environment: Environment;
  readonly meaning: 'upstream' | 'downstream';
}

export const neighboursOf = ({ name, upstream }: Environment, all: readonly Environment[]): readonly Neighbour[] =>
  all.flatMap((environment): Neighbour[] => {
    if (environment.name === upstream) return [{ environment, meaning: 'upstream' }];
    return environment.upstream === name ? [{ environment, meaning: 'downstream' }] : [];
  });

type Replace = (text: string) => string;

const capitalised = (word: string): string => word.slice(0, 1).toUpperCase() + word.slice(1);

const inOneWord = (region: string): string => region.replaceAll('-', '');

/**
 * Replaces what neighbours are called, with the regions in their names and ARNs: there a region is theirs, whatever it is to this
 * environment. Names are those that the module naming makes, and the words of statements that stand for a role of theirs.
 */
export const createReplaceNeighbours = (neighbours: readonly Neighbour[]): Replace => {
  const all = neighbours.flatMap(({ environment: { name, region, replicaRegion, account }, meaning }): Replace[] => {
    const regions = [
      [region, `${meaning} region`],
      [replicaRegion, `${meaning} replica region`],
    ] as const;
    const named = new RegExp(`(?<![A-Za-z0-9-])${escaped(name)}((?:-[a-z0-9]+)+)(?![A-Za-z0-9-])`, 'g');
    const withCodes = (text: string): string =>
      text
        .split('-')
        .map((word) => {
          const [, its] = regions.find(([each]) => regionCode(each) === word) ?? [];
          return its === undefined ? word : placeholder(`${its} code`);
        })
        .join('-');
    return [
      (text) => text.replace(named, (_, rest: string) => placeholder(meaning) + withCodes(rest)),
      ...regions.flatMap(([each, its]): Replace[] => [
        (text) => text.replaceAll(`:${each}:${account}:`, `:${placeholder(its)}:${account}:`),
        ...[name, capitalised(name)].map(
          (word): Replace =>
            (text) =>
              text.replaceAll(word + inOneWord(each), placeholder(meaning) + placeholder(its)),
        ),
      ]),
    ];
  });
  return (text) => all.reduce((said, replace) => replace(said), text);
};
