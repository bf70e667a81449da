import { hash } from 'node:crypto';
import { isObject, type JsonObject } from '@flaghoist/core/json';
import type { Environment } from '@flaghoist/fleet/environments';
import { regionCode } from '@flaghoist/fleet/region-code';
import type { Normalise } from '@flaghoist/plan-reading/normalise-value';
import { escaped } from '@flaghoist/plan-reading/path-pattern';
import { createNetworkLabels } from './network-labels.ts';

/** Private-use characters: no value of a plan has them, so no value can pass for a placeholder. */
const OPEN = '\uE000';
const CLOSE = '\uE001';

const placeholder = (name: string): string => `${OPEN}${name}${CLOSE}`;

/** A normalised text for people. */
export const readable = (text: string): string => text.replaceAll(OPEN, '<').replaceAll(CLOSE, '>');

/** As the module naming writes an account into names that must be unique in the world. */
const accountHash = (account: string): string => hash('sha256', account).slice(0, 6);

const capitalised = (word: string): string => word.slice(0, 1).toUpperCase() + word.slice(1);

const nameWords = (name: string, meaning: string): [string, string][] => [
  [name, meaning],
  [capitalised(name), capitalised(meaning)],
  [name.toUpperCase(), meaning.toUpperCase()],
];

const LETTER = /^[a-z]$/;

/** The first list of a region's zones, or of their letters, among the inputs gives each its position. */
const zoneWords = (variables: JsonObject, region: string, meaning: string): [string, string][] => {
  const zone = new RegExp(`^${region}[a-z]$`);
  const isZone = (value: unknown): value is string =>
    typeof value === 'string' && (zone.test(value) || LETTER.test(value));
  const lists = (value: unknown): string[][] => {
    if (Array.isArray(value) && value.length > 0 && value.every(isZone)) return [value];
    if (Array.isArray(value)) return value.flatMap(lists);
    return isObject(value) ? Object.keys(value).flatMap((key) => lists(value[key])) : [];
  };
  const first = Object.keys(variables)
    .sort()
    .flatMap((name) => lists(variables[name]))[0];
  return (first ?? []).map((name, index) => [LETTER.test(name) ? `${region}${name}` : name, `${meaning} ${index + 1}`]);
};

type Meanings = ReadonlyMap<string, string>;

/** What an environment's own words mean, the longest first. */
const meaningsOf = (words: readonly [string, string][]): Meanings =>
  new Map(words.toSorted(([a], [b]) => b.length - a.length));

const ownNames = ({ name, upstream }: Environment): [string, string][] => [
  ...nameWords(name, 'environment'),
  ...(upstream === null ? [] : nameWords(upstream, 'upstream')),
];

/** A region as it is written where hyphens may not be, too. */
const regionWords = (region: string, meaning: string): [string, string][] => [
  [region, meaning],
  [region.replaceAll('-', '_'), `${meaning} in words`],
  [region.replaceAll('-', ''), `${meaning} in one word`],
  [regionCode(region), `${meaning} code`],
];

const ownPlaces = ({ region, replicaRegion, account }: Environment, variables: JsonObject): [string, string][] => [
  ...zoneWords(variables, region, 'zone'),
  ...zoneWords(variables, replicaRegion, 'replica zone'),
  ...regionWords(region, 'region'),
  ...regionWords(replicaRegion, 'replica region'),
  [account, 'account'],
  [accountHash(account), 'account hash'],
];

/** Accounts that an environment takes from or gives to; to all others it is a stranger. */
const neighbours = ({ name, upstream }: Environment, all: readonly Environment[]): [string, string][] =>
  all.flatMap((each): [string, string][] => {
    if (each.name === upstream) return [[each.account, 'upstream account']];
    return each.upstream === name ? [[each.account, 'downstream account']] : [];
  });

/** Replaces words that stand alone: letters and digits on neither side. */
const createReplace = (meanings: Meanings): ((text: string) => string) => {
  const words = new RegExp(`(?<![A-Za-z0-9])(?:${[...meanings.keys()].map(escaped).join('|')})(?![A-Za-z0-9])`, 'g');
  return (text) => text.replace(words, (word) => placeholder(meanings.get(word) ?? word));
};

export interface WordsOptions {
  readonly environment: Environment;
  /** All that are compared. */
  readonly environments?: readonly Environment[];
  /** The inputs of its plan by name. */
  readonly variables: JsonObject;
  /** The ranges of the environment's own networks. */
  readonly networks?: readonly string[];
  /** Names that were cut, by what they would be in full. */
  readonly fullNames?: ReadonlyMap<string, string>;
}

/**
 * Replaces in a text what is an environment's own: its name, region, account, zones, networks, its upstream, the accounts of
 * those before and after it. Only whole words: letters and digits on neither side, so "device" is not "dev".
 */
export const createNormalise = ({
  environment,
  environments = [],
  variables,
  networks: own = [],
  fullNames = new Map(),
}: WordsOptions): Normalise => {
  const places = [...neighbours(environment, environments), ...ownPlaces(environment, variables)];
  const replace = createReplace(meaningsOf([...ownNames(environment), ...places]));
  const replacePlaces = createReplace(meaningsOf(places));
  const networks = createNetworkLabels(variables, own, placeholder);
  const cut =
    fullNames.size === 0
      ? undefined
      : new RegExp(`(?<![a-z0-9-])(?:${[...fullNames.keys()].map(escaped).join('|')})(?![a-z0-9-])`, 'g');
  const inFull = (text: string): string =>
    cut === undefined ? text : text.replace(cut, (name) => fullNames.get(name) ?? name);
  return Object.assign((text: string) => networks(replace(inFull(text))), {
    literal: (text: string) => networks(replacePlaces(text)),
  });
};
