import { hash } from 'node:crypto';
import { isObject, type JsonObject } from '@flaghoist/core/json';
import type { Environment } from '@flaghoist/fleet/environments';
import { regionCode } from '@flaghoist/fleet/region-code';
import type { Normalise } from '@flaghoist/plan-reading/normalise-value';
import { escaped } from '@flaghoist/plan-reading/path-pattern';
import type { Workspace } from '@flaghoist/terraform/workspaces';
import type { Digest } from './digests.ts';
import { createEncodings } from './encoded.ts';
import { createFold, OTHER_REGION } from './fold.ts';
import { createReplaceNeighbours, neighboursOf } from './neighbours.ts';
import { createNetworkLabels } from './network-labels.ts';
import { placeholder } from './placeholder.ts';

/** As the module naming writes an account into names that must be unique in the world. */
const accountHash = (account: string): string => hash('sha256', account).slice(0, 6);

const capitalised = (word: string): string => word.slice(0, 1).toUpperCase() + word.slice(1);

const nameWords = (name: string, meaning: string): [string, string][] => [
  [name, meaning],
  [capitalised(name), capitalised(meaning)],
  [name.toUpperCase(), meaning.toUpperCase()],
];

const LETTER = /^[a-z]$/;
const REGION = /^[a-z]{2}(-[a-z]+)+-\d$/;

/**
 * The first list of a region's zones, or of their letters, among the inputs gives each its position. Where an input has a list
 * for each of several regions, that of another one says nothing of this one.
 *
 * @param found the zones that the plan works in, for a region of which no input says anything
 */
const zoneWords = (
  variables: JsonObject,
  region: string,
  { meaning, found }: { readonly meaning: string; readonly found: readonly string[] },
): [string, string][] => {
  const zone = new RegExp(`^${region}[a-z]$`);
  const isZone = (value: unknown): value is string =>
    typeof value === 'string' && (zone.test(value) || LETTER.test(value));
  const lists = (value: unknown): string[][] => {
    if (Array.isArray(value) && value.length > 0 && value.every(isZone)) return [value];
    if (Array.isArray(value)) return value.flatMap(lists);
    if (!isObject(value)) return [];
    return Object.keys(value).flatMap((key) => (REGION.test(key) && key !== region ? [] : lists(value[key])));
  };
  const [first = found.filter((name) => zone.test(name))] = Object.keys(variables)
    .sort()
    .flatMap((name) => lists(variables[name]));
  return first.map((name, index) => [LETTER.test(name) ? `${region}${name}` : name, `${meaning} ${index + 1}`]);
};

type Meanings = ReadonlyMap<string, string>;

/** What an environment's own words mean, the longest first. */
const meaningsOf = (words: readonly [string, string][]): Meanings =>
  new Map(words.toSorted(([a], [b]) => b.length - a.length));

const ownNames = ({ name, upstream }: Environment): [string, string][] => [
  ...nameWords(name, 'environment'),
  ...(upstream === null ? [] : nameWords(upstream, 'upstream')),
];

const inCapitals = ([word, meaning]: readonly [string, string]): [string, string] => [
  word.toUpperCase(),
  meaning.toUpperCase(),
];

/** A region as it is written where hyphens or small letters may not be, too. */
const regionWords = (region: string, meaning: string): [string, string][] => {
  const written: [string, string][] = [
    [region, meaning],
    [region.replaceAll('-', '_'), `${meaning} in words`],
    [region.replaceAll('-', ''), `${meaning} in one word`],
  ];
  return [...written, ...written.map(inCapitals), [regionCode(region), `${meaning} code`]];
};

/** Of two words that are the same text the later one counts: the region of a state is its own, whatever else it is. */
const ownPlaces = (
  { region: home, replicaRegion, account }: Environment,
  { variables, zones = [], workspace }: Pick<WordsOptions, 'variables' | 'zones' | 'workspace'>,
): [string, string][] => {
  const region = workspace?.region ?? home;
  return [
    ...zoneWords(variables, replicaRegion, { meaning: 'replica zone', found: zones }),
    ...zoneWords(variables, region, { meaning: 'zone', found: zones }),
    ...(workspace?.others ?? []).flatMap((other) => regionWords(other, OTHER_REGION)),
    ...regionWords(home, 'home region'),
    ...regionWords(replicaRegion, 'replica region'),
    ...regionWords(region, 'region'),
    [account, 'account'],
    [accountHash(account), 'account hash'],
  ];
};

/** Files of devices, and no names: their folder is called as an environment may be. */
const DEVICES =
  /((?<![\w/.-])\/dev\/(?:fd|fuse|null|nvme\d+n\d+|sd[a-z]\d*|shm|std(?:err|in|out)|u?random|xvd[a-z]{1,2}\d*|zero)(?![\w-]))/;

/** An action of IAM, which may end as an environment is called: `events:ActivateTest`. */
const ACTION = /^[a-z0-9-]+:[A-Za-z*]+$/;

/**
 * Replaces words that stand alone: letters and digits on neither side. In names that are written `LikeThis` the last word does as well; the
 * others do not, because `DevOps` is nobody's.
 */
const createReplace = (meanings: Meanings): ((text: string) => string) => {
  const oneOf = (words: readonly string[]): string => `(?:${words.map(escaped).join('|')})`;
  const all = [...meanings.keys()];
  const capitals = all.filter((word) => /^[A-Z][a-z]/.test(word));
  const alone = `(?<![A-Za-z0-9])${oneOf(all)}(?![A-Za-z0-9])`;
  const last = `(?<=[a-z0-9])${oneOf(capitals)}(?![A-Za-z0-9])`;
  const words = new RegExp(alone, 'g');
  const wordsAndNames = capitals.length === 0 ? words : new RegExp(`${alone}|${last}`, 'g');
  return (text) => {
    const found = ACTION.test(text) ? words : wordsAndNames;
    return text
      .split(DEVICES)
      .map((part, index) =>
        index % 2 === 1 ? part : part.replace(found, (word) => placeholder(meanings.get(word) ?? word)),
      )
      .join('');
  };
};

export interface WordsOptions {
  readonly environment: Environment;
  /** All that are compared. */
  readonly environments?: readonly Environment[];
  /** The inputs of its plan by name. */
  readonly variables: JsonObject;
  /** Which of its states it is, where it has one for each region, or one that is about all of them. */
  readonly workspace?: Pick<Workspace, 'region' | 'others'> | undefined;
  /** The ranges of the environment's own networks. */
  readonly networks?: readonly string[];
  /** The zones of its own subnets. */
  readonly zones?: readonly string[];
  /** Names that were cut, by what they would be in full. */
  readonly fullNames?: ReadonlyMap<string, string>;
  /** What its digests are made from. */
  readonly digests?: ReadonlyMap<string, Digest>;
}

/**
 * Replaces in a text what is an environment's own: its name, region, account, zones, networks, its upstream, the accounts of
 * those before and after it. Only whole words: letters and digits on neither side, so "device" is not "dev".
 */
export const createNormalise = ({
  environment,
  environments = [],
  variables,
  workspace,
  networks: own = [],
  zones = [],
  fullNames = new Map(),
  digests = new Map(),
}: WordsOptions): Normalise => {
  const neighbours = neighboursOf(environment, environments);
  const places = [
    ...neighbours.map(({ environment: { account }, meaning }): [string, string] => [account, `${meaning} account`]),
    ...ownPlaces(environment, { variables, zones, workspace }),
  ];
  const replaceNeighbours = createReplaceNeighbours(neighbours);
  const replace = createReplace(meaningsOf([...ownNames(environment), ...places]));
  const replacePlaces = createReplace(meaningsOf(places));
  const networks = createNetworkLabels(variables, own, (label) => placeholder(replacePlaces(label)));
  const cut =
    fullNames.size === 0
      ? undefined
      : new RegExp(`(?<![a-z0-9-])(?:${[...fullNames.keys()].map(escaped).join('|')})(?![a-z0-9-])`, 'g');
  const inFull = (text: string): string =>
    cut === undefined ? text : text.replace(cut, (name) => fullNames.get(name) ?? name);
  const { decoded, withoutDigests } = createEncodings(digests, () => normalise);
  const normalise: Normalise = Object.assign(
    (text: string) => withoutDigests(networks(replace(replaceNeighbours(inFull(text))))),
    {
      literal: (text: string) => networks(replacePlaces(text)),
      fold: createFold(workspace?.others.length ?? 0),
      decoded,
    },
  );
  return normalise;
};
