import { readInstant } from '@flaghoist/rules/instant';
import { systemClock } from '@flaghoist/system/clock';
import { wrongOption } from './wrong-use.ts';

/**
 * What `--at` names, or else now.
 *
 * @returns epoch milliseconds
 * @throws {WrongUseError} for a text that is no time
 */
export const timeOf = (at: string | undefined): number => {
  if (at === undefined) return systemClock.now();
  const instant = readInstant(at);
  if (instant !== null) return instant;
  throw wrongOption('--at', `${JSON.stringify(at)} is no time`, 'Write it as 2026-12-24T06:00Z, in UTC.');
};

/** Waits so many milliseconds. */
export const sleep = (ms: number): Promise<void> => systemClock.sleep(ms);

/** Lets whatever else waits in this process have its turn: a signal, a reader of the output. */
export const giveWay = (): Promise<void> => sleep(0);
