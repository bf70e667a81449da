import { isObject } from '@flaghoist/core/json';

interface Network {
  /** The input that gives it, as a path. */
  readonly label: string;
  readonly first: number;
  readonly prefix: number;
}

const ADDRESS = /(?<![\w.])(\d{1,3}(?:\.\d{1,3}){3})(?:\/(\d{1,2}))?(?![\w/]|\.\d)/g;
const REGION = /^[a-z]{2}(-[a-z]+)+-\d$/;
const WHOLE_NETWORK = /^\d{1,3}(?:\.\d{1,3}){3}\/\d{1,2}$/;
const numberOf = (address: string): number =>
  address.split('.').reduce((number, octet) => number * 256 + Number(octet), 0);

const sizeOf = (prefix: number): number => 2 ** (32 - prefix);

/**
 * What a network can be made of: RFC 1918 and, beside it, RFC 6598. Any other range is a part of the internet, so that an
 * input which lets one in says the same in every environment or differs.
 */
const PRIVATE = (
  [
    ['10.0.0.0', 8],
    ['172.16.0.0', 12],
    ['192.168.0.0', 16],
    ['100.64.0.0', 10],
  ] as const
).map(([address, prefix]) => ({ first: numberOf(address), prefix }));

const isWithin = (outer: Pick<Network, 'first' | 'prefix'>, first: number, prefix: number): boolean =>
  prefix >= outer.prefix && first >= outer.first && first < outer.first + sizeOf(outer.prefix);

const networksIn = (label: string, value: unknown): readonly Network[] => {
  if (Array.isArray(value)) return value.flatMap((each, index) => networksIn(`${label}[${index}]`, each));
  if (isObject(value)) return Object.keys(value).flatMap((key) => networksIn(`${label}.${key}`, value[key]));
  if (typeof value !== 'string' || !WHOLE_NETWORK.test(value)) return [];
  const [address = '', prefix = ''] = value.split('/');
  const network = { label, first: numberOf(address), prefix: Number(prefix) };
  return PRIVATE.some((range) => isWithin(range, network.first, network.prefix)) ? [network] : [];
};

const isPerRegion = (value: unknown): boolean => isObject(value) && Object.keys(value).every((key) => REGION.test(key));

/**
 * Makes addresses comparable: an address within a network that an input gives is replaced by the input's name, its prefix
 * length and its position in that network. All other text stays as it is.
 *
 * @param variables the inputs of an environment
 * @param own the ranges of its own networks: only an input that one of them lies in names a network
 * @param mark how a label is written into a text
 */
export const createNetworkLabels = (
  variables: Readonly<Record<string, unknown>>,
  own: readonly string[],
  mark: (label: string) => string,
): ((text: string) => string) => {
  const ownRanges = own.flatMap((range) => networksIn('', range));
  const isOwn = (network: Network): boolean => ownRanges.some(({ first, prefix }) => isWithin(network, first, prefix));
  const networks = Object.keys(variables)
    .sort()
    .flatMap((name) => {
      const found = networksIn(name, variables[name]);
      // A network for each region: those of the others are the environment's as well.
      return isPerRegion(variables[name]) && found.some(isOwn) ? found : found.filter(isOwn);
    });
  // The narrowest network that holds an address is the one it belongs to.
  const narrowestFirst = networks.toSorted((a, b) => b.prefix - a.prefix);
  const labelled = (whole: string, address: string, prefixText: string | undefined): string => {
    const prefix = Number(prefixText ?? 32);
    const first = numberOf(address);
    const home = narrowestFirst.find((network) => isWithin(network, first, prefix));
    if (home === undefined) return whole;
    const position = (first - home.first) / sizeOf(prefix);
    return mark(`network ${home.label} ${prefixText === undefined ? 'host' : `/${prefix}`} #${position}`);
  };
  return networks.length === 0 ? (text) => text : (text) => text.replace(ADDRESS, labelled);
};
