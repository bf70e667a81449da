import { UnavailableError } from '@flaghoist/core/errors';
import type { RemediationMemory } from '@flaghoist/remediation/ports';
import { tellUntold } from '@flaghoist/remediation/telling';
import type { WorldOfAws } from '../aws/world-of.ts';

/**
 * The audit trail, where it is said which; the document has it all in any case. What came of a run was put down first, then shown, and is
 * told last, once it is stored: a trail that is away hides no result, and hears it from the next run.
 */
export const trailOf = (
  memory: Pick<RemediationMemory, 'untold' | 'keepUntold' | 'stored'>,
  world: WorldOfAws | undefined,
) => ({
  /** @throws UnavailableError after the attempts of AWS's client */
  async tell(): Promise<void> {
    if (world === undefined || memory.untold().length === 0) return;
    await memory.stored();
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
