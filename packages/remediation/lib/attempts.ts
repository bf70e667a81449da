import { parseJson } from '@flaghoist/core/parse';
import * as z from 'zod/mini';

/** How often each resource was to be mended since it was last found clean. */
export type Attempts = Readonly<Record<string, number>>;

export const attemptsSchema = z.record(z.string(), z.int());

const HINT =
  'Only hoist remediate writes it. Take attempts.json, which lies beside the plan, out of that folder: each resource is then tried as often as the policy allows once more. Look first at what was tried before.';

/** @throws InvalidInputError */
export const parseAttempts = (text: string): Attempts =>
  parseJson(attemptsSchema, text, { what: 'the count of attempts', hint: HINT });

/** One attempt more for each. */
export const counted = (before: Attempts, addresses: readonly string[]): Attempts => ({
  ...before,
  ...Object.fromEntries(addresses.map((address) => [address, (before[address] ?? 0) + 1])),
});

/** Without those that a later look found clean. */
export const stillDrifting = (before: Attempts, drifting: readonly string[]): Attempts =>
  Object.fromEntries(Object.entries(before).filter(([address]) => drifting.includes(address)));

export const givenUp = (attempts: Attempts, most: number): readonly string[] =>
  Object.entries(attempts).flatMap(([address, count]) => (count >= most ? [address] : []));
