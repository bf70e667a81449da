import { isIPv4, isIPv6 } from 'node:net';

/** A range of addresses of one family, both ends included. */
export interface Range {
  readonly family: 4 | 6;
  readonly low: bigint;
  readonly high: bigint;
}

const BITS = { 4: 32, 6: 128 } as const;

const numberOf4 = (address: string): bigint =>
  address.split('.').reduce((sum, octet) => sum * 256n + BigInt(Number(octet)), 0n);

const numberOf6 = (address: string): bigint => {
  const [, front = address, ipv4 = ''] = /^(.*:)(\d+\.\d+\.\d+\.\d+)$/.exec(address) ?? [];
  const tail =
    ipv4 === ''
      ? ''
      : numberOf4(ipv4)
          .toString(16)
          .padStart(8, '0')
          .replace(/(.{4})(.{4})/, '$1:$2');
  const words = (text: string): readonly string[] => text.split(':').filter((word) => word !== '');
  const [left = '', right] = `${ipv4 === '' ? address : front}${tail}`.split('::');
  const [before, after] = [words(left), words(right ?? '')];
  const zeros = Array.from({ length: 8 - before.length - after.length }, () => '0');
  return [...before, ...zeros, ...after].reduce((sum, word) => sum * 65_536n + BigInt(`0x${word}`), 0n);
};

/** A range in CIDR notation, or a single address; `undefined` for any other text. */
export const rangeOf = (text: unknown): Range | undefined => {
  if (typeof text !== 'string') return undefined;
  const [address = '', prefix, more] = text.split('/');
  const family = isIPv4(address) ? 4 : isIPv6(address) ? 6 : undefined;
  if (family === undefined || more !== undefined || (prefix !== undefined && !/^\d{1,3}$/.test(prefix)))
    return undefined;
  const bits = BITS[family];
  const length = Number(prefix ?? bits);
  if (length > bits) return undefined;
  const size = 1n << BigInt(bits - length);
  const number = family === 4 ? numberOf4(address) : numberOf6(address);
  const low = (number / size) * size;
  return { family, low, high: low + size - 1n };
};

const PRIVATE = [
  '10.0.0.0/8',
  '100.64.0.0/10',
  '127.0.0.0/8',
  '169.254.0.0/16',
  '172.16.0.0/12',
  '192.168.0.0/16',
  'fc00::/7',
  'fe80::/10',
  '::1/128',
]
  .map(rangeOf)
  .filter((range) => range !== undefined);

/** A range without another one: none, one or two ranges. */
const minus = (range: Range, other: Range): readonly Range[] => {
  if (range.family !== other.family || other.high < range.low || other.low > range.high) return [range];
  return [
    ...(other.low > range.low ? [{ ...range, high: other.low - 1n }] : []),
    ...(other.high < range.high ? [{ ...range, low: other.high + 1n }] : []),
  ];
};

/** How many addresses of the internet a range holds, as a share of all addresses of its family. */
export const publicShare = (range: Range): number => {
  const left = PRIVATE.reduce<readonly Range[]>((ranges, each) => ranges.flatMap((one) => minus(one, each)), [range]);
  const addresses = left.reduce((sum, { low, high }) => sum + (high - low + 1n), 0n);
  return Number(addresses) / 2 ** BITS[range.family];
};

/** More of the address space than a /8 has stands for the internet. */
export const isInternetShare = (share: number): boolean => share > 2 ** -8;
