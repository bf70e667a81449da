import { systemClock } from '@flaghoist/system/clock';
import { systemRandom } from '@flaghoist/system/random';

const LONGEST_KEY = 48;

/** An id for a change of a flag: readable, and no other command's. */
export const newChangeId = (flagKey: string): string => {
  const readable = flagKey.slice(0, LONGEST_KEY);
  const chance = Math.floor(systemRandom.next() * 36 ** 6).toString(36);
  return `${readable}-${systemClock.now().toString(36)}-${chance.padStart(6, '0')}`;
};
