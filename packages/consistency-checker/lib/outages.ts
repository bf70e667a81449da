import type { VerificationStore } from '@flaghoist/core/ports/verification-store';
import type { RedisOutage, RegionAnswer } from '@flaghoist/core/region-judgement';

/** Within this time failed writes of a Redis are counted (rule 15). */
const WINDOW_MS = 600_000;

/**
 * Notes which Redis refused what was offered, before anybody is told of it, so that the answer can name its outage: when it
 * began, and whom it concerns.
 *
 * @param servedBy all services whose caches a Redis serves
 */
export const findOutages = async (
  verification: Pick<VerificationStore, 'noteFailedWrites' | 'redisNotes'>,
  answers: readonly RegionAnswer[],
  now: number,
  servedBy: (redis: string) => readonly string[],
): Promise<ReadonlyMap<string, RedisOutage>> => {
  const failing = answers.flatMap(({ services }) => services.filter(({ verdict }) => verdict !== 'consistent'));
  const outages = new Map<string, RedisOutage>();
  await Promise.all(
    [...Map.groupBy(failing, ({ redis }) => redis)].map(async ([redis, services]) => {
      const refused = services.filter(({ reason }) => reason === 'refused');
      const silent = services.filter(({ reason }) => reason === 'no-answer' || reason === 'unreachable');
      const error = refused.at(-1)?.error ?? null;
      const count = refused.length + silent.length;
      if (count === 0) return;
      await verification.noteFailedWrites({ redis, count, error, at: now });
      const { outage } = await verification.redisNotes(redis, now, WINDOW_MS);
      if (outage !== null) outages.set(redis, { since: outage.since, serves: servedBy(redis) });
    }),
  );
  return outages;
};
