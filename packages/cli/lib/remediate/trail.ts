import { UnavailableError } from '@flaghoist/core/errors';
import type { RemediationMemory } from '@flaghoist/remediation/ports';
import { tellUntold } from '@flaghoist/remediation/telling';
import { worldOf } from '../aws/world-of.ts';
import type { Output } from '../output.ts';

/**
 * The audit trail, where it is said which; the document has it all in any case. What came of a run was put down first, then shown, and is
 * told last, once it is stored: a trail that is away hides no result, and hears it from the next run.
 */
export const trailOf = (
  memory: Pick<RemediationMemory, 'untold' | 'keepUntold' | 'stored'>,
  deployment: string | undefined,
  output: Output,
) => ({
  /** @throws UnavailableError after the attempts of AWS's client */
  async tell(): Promise<void> {
    if (deployment === undefined || memory.untold().length === 0) return;
    await memory.stored();
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
