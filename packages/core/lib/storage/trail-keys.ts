import { hash } from 'node:crypto';
import { timeKey } from './keys.ts';
import type { Attributes, FoundItem } from './write.ts';

/*
 * How `changes` is found by time. An item that tells of something carries when it came to what it is: its hour, spread over
 * some partitions of the index `by-time`, so that none is hot in an import, and its moment. A record that home still waits
 * for is in the sparse index `awaited` too.
 */

const HOUR_MS = 3_600_000;
const SPREAD = 8;
const spread = Array.from({ length: SPREAD }, (_, place) => String(place));

const placeOf = (changeId: string): string =>
  String(Number.parseInt(hash('sha256', changeId).slice(0, 8), 16) % SPREAD);
const hourOf = (at: number): number => Math.floor(at / HOUR_MS);

/** @param at epoch milliseconds */
export const happenedAt = (at: number, changeId: string): Attributes => ({
  period: `${hourOf(at)}#${placeOf(changeId)}`,
  moment: timeKey(at),
});

export const isAwaited = (changeId: string): Attributes => ({ awaited: placeOf(changeId) });

/** The partitions of `by-time` between two moments, hour by hour; those of one hour are to be merged. */
export const periodsBetween = (from: number, to: number): readonly (readonly string[])[] => {
  const hours: string[][] = [];
  for (let hour = hourOf(from); hour <= hourOf(to - 1); hour += 1)
    hours.push(spread.map((place) => `${hour}#${place}`));
  return hours;
};

/** The partitions of `awaited`. */
export const awaitedPlaces: readonly string[] = spread;

export const momentOf = (item: FoundItem): string => String(item['moment'] ?? '');
