import type { ChangeKey, ChangeState } from '@flaghoist/core/change';
import type { Proof } from '@flaghoist/core/decision';
import { orderSchema } from '@flaghoist/core/order';
import type { EventBus } from '@flaghoist/core/ports/event-bus';
import * as z from 'zod/mini';
import { silentRegions } from './facts.ts';
import { followUp } from './follow-up.ts';
import type { RollbackPorts } from './ports.ts';
import { settleChange } from './settle-change.ts';

export interface ConcludePorts extends RollbackPorts {
  /** The home region's bus. */
  readonly bus: EventBus;
}

export const concludeInputSchema = z.object({
  step: z.enum(['ask', 'conclude']),
  changeId: z.string(),
  flagKey: z.string(),
  order: orderSchema,
});

/** What a step hands to the workflow. */
export interface ConcludeResult {
  readonly state: ChangeState;
  /** Nothing is left to wait for. */
  readonly settled: boolean;
  /** The regions that were asked again. */
  readonly asked: readonly string[];
}

/**
 * Ends the life of a change that nobody has decided yet: no change stays unjudged because regions are silent.
 *
 * @throws UnavailableError when the workflow should try again
 */
export const concludeChange = async (key: ChangeKey, ports: ConcludePorts): Promise<ConcludeResult> => {
  const settled = await settleChange(key, { concluding: true }, ports);
  const { record, facts } = settled;
  if (record.state === 'unverified') {
    const { changeId, flagKey, order } = key;
    // Not only by the attempt that wrote it: that one may have died before this line.
    ports.log.error('change unverified', { changeId, flagKey, order, silentRegions: silentRegions(facts) });
  }
  await followUp(settled, NO_COMPLAINTS, ports);
  return { state: record.state, settled: true, asked: [] };
};

const NO_COMPLAINTS: readonly Proof[] = [];
