import type { ChangeKey } from '@flaghoist/core/change';
import { eventOf } from '@flaghoist/core/events';
import type { ConcludePorts, ConcludeResult } from './conclude-change.ts';
import { gatherFacts, silentRegions } from './facts.ts';

/**
 * Asks every region that has not answered, or answered `unknown`, to look again. Their verdicts arrive like any other.
 *
 * @throws UnavailableError when the workflow should try again
 */
export const askSilentRegions = async (key: ChangeKey, ports: ConcludePorts): Promise<ConcludeResult> => {
  const facts = await gatherFacts(key, ports);
  const { changeId } = key;
  const { state } = facts.judged;
  const asked = state === 'accepted' ? silentRegions(facts) : [];
  const at = ports.clock.now();
  if (asked.length > 0) {
    await ports.bus.publish(
      asked.map((region) =>
        eventOf({
          type: 'VerifyRequested',
          identity: [changeId, region, 'asked-again'],
          region: ports.region,
          at,
          // With the change itself: a region without its row can then answer for it, `unknown`.
          detail: { region, changeIds: [changeId], changes: [key], look: 2 },
        }),
      ),
    );
  }
  return { state, settled: state !== 'accepted', asked };
};
