import type { Envelope } from '@flaghoist/core/envelope';
import { expectRowOf } from '@flaghoist/core/expect-row';
import { createRegionJudge } from '@flaghoist/core/region-judgement';
import type { ServiceVerdict } from '@flaghoist/core/verdict';
import type { RegionPorts } from './ports.ts';

interface Asked {
  readonly envelope: Envelope;
  readonly services: readonly string[];
  /** Epoch milliseconds. */
  readonly now: number;
}

const judges = new WeakMap<object, ReturnType<typeof createRegionJudge>>();

/**
 * One look at what the caches of a region hold of a change, judged as the region itself does before the 15 s are over: nothing is
 * offered, and what is older or absent is only late.
 *
 * @returns `undefined` where caches cannot be reached from here
 */
export const lookAtRegion = async (
  { caches, flags }: RegionPorts,
  { envelope, services, now }: Asked,
): Promise<readonly ServiceVerdict[] | undefined> => {
  if (caches === null) return undefined;
  const judge = judges.get(caches) ?? createRegionJudge({ cache: caches, flags });
  judges.set(caches, judge);
  const row = expectRowOf(envelope, { expectedAt: now, refusal: null });
  const [answer] = await judge([{ row, expected: services, isLogged: () => false, late: false, now }]);
  return answer?.services ?? [];
};
