import type { Wiring } from '@flaghoist/wiring/shape';
import { shippedWiring } from '@flaghoist/wiring/wiring';

/** The plan of this release, impatient: streams give up after a minute, and services' queues after so many receives. */
export const impatientPlan = ({ receives = 250 }: { readonly receives?: number } = {}): Wiring => {
  const plan = structuredClone(shippedWiring());
  for (const { triggers } of Object.values(plan.functions)) {
    for (const trigger of triggers) if (trigger.kind === 'stream') trigger.recordAgeSeconds = 60;
  }
  for (const queue of Object.values(plan.queues)) if (queue.scope === 'service') queue.receives = receives;
  return plan;
};
