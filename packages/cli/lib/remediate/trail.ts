import { UnavailableError } from '@flaghoist/core/errors';
import type { FlaghoistEvent } from '@flaghoist/core/events';
import type { RemediationMemory } from '@flaghoist/remediation/ports';
import { putDown, tellUntold } from '@flaghoist/remediation/telling';
import { worldOf } from '../aws/world-of.ts';
import type { Output } from '../output.ts';

/**
 * The audit trail, where it is said which; the document has it all in any case. What came of a run is put down first, then shown, then
 * told: a trail that is away hides no result, and hears it from the next run.
 */
export const trailOf = (
  memory: Pick<RemediationMemory, 'untold' | 'keepUntold'>,
  deployment: string | undefined,
  output: Output,
) => ({
  putDown(events: readonly FlaghoistEvent[]): void {
    if (deployment !== undefined) putDown(memory, events);
    else if (events.length > 0) output.progress('Not told to an audit trail: no --deployment.');
  },

  /** @throws UnavailableError after the attempts of AWS's client */
  async tell(): Promise<void> {
    if (deployment === undefined || memory.untold().length === 0) return;
    const world = worldOf(deployment, output);
    // The clients of AWS are much code, and nobody else needs them.
    const { homeBus } = await import('../aws/ports.ts');
    try {
      await tellUntold(memory, async (event) => (await homeBus(world, event.region)).publish([event]));
    } catch (error) {
      throw new UnavailableError(
        'the audit trail',
        'What it has not heard is kept beside the plan, and the next hoist remediate with --deployment tells it: run one with --plan.',
        error,
      );
    }
  },
});
