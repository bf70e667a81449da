import type { FlaghoistEvent } from '@flaghoist/core/events';
import { worldOf } from '../aws/world-of.ts';
import type { CommandContext } from '../command.ts';

/** Tells the audit trail, where it is said which; the document has it all in any case. @throws UnavailableError */
export const tell = async (
  events: readonly FlaghoistEvent[],
  deployment: string | undefined,
  { output }: Pick<CommandContext, 'output'>,
): Promise<void> => {
  if (events.length === 0) return;
  if (deployment === undefined) {
    output.progress('Not told to an audit trail: no --deployment.');
    return;
  }
  const world = worldOf(deployment, output);
  // The clients of AWS are much code, and nobody else needs them.
  const { homeBus } = await import('../aws/ports.ts');
  for (const event of events) await (await homeBus(world, event.region)).publish([event]);
};
