import { compileFilter } from '@flaghoist/wiring/filter';
import { shippedWiring } from '@flaghoist/wiring/wiring';

/** Whether a trigger of a function would be handed the change of an item. */
export const hears = (name: string, key: { pk: string; sk: string }): boolean =>
  (shippedWiring().functions[name]?.triggers ?? []).some(
    (trigger) => trigger.kind === 'stream' && compileFilter(trigger.filter)(key),
  );
