import { join } from 'node:path';
import { casesOutsideJest } from '@flaghoist/test-kit/outside-jest';
import type { Cell, CellResult } from './outages/cell.ts';
import { played, type playPart } from './outages/played.ts';

/** A small machine's. */
const CORES = 2;
/** Not a statement about speed: a machine may be slow and busy. */
const AGAINST_HANGING_MS = 3_600_000;

const nameOf = ({ name, port, seconds, dead }: Cell): string => `${name} · ${port} ${seconds} ${dead}`;

const results = new Map<string, CellResult>();
/** Why a process ended before its last cell. */
const failures: unknown[] = [];

const play = async (part: number): Promise<void> => {
  try {
    const walk = casesOutsideJest<typeof playPart>(join(__dirname, 'outages/played.ts'), 'playPart', part, CORES);
    for await (const result of walk) results.set(nameOf(result), result);
  } catch (error) {
    failures.push(error);
  }
};

beforeAll(async () => {
  await Promise.all(Array.from({ length: CORES }, (_, part) => play(part)));
}, AGAINST_HANGING_MS);

it('plays every cell in processes that end well', () => {
  expect(failures).toEqual([]);
  expect(results.size).toBe(played.length);
});

it.each(played)('$name · $port away for $seconds s, dead cache: $dead', (cell) => {
  expect(results.get(nameOf(cell))?.problems ?? ['not played']).toEqual([]);
});
