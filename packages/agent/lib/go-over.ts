import { evaluatorText, type NamedEvaluator } from '@flaghoist/core/evaluator';
import type { Logger } from '@flaghoist/core/ports/logger';
import type { FlagSet } from './flag-set.ts';

interface Ports {
  readonly flags: FlagSet;
  readonly log: Pick<Logger, 'info' | 'error'>;
}

/** Has flags evaluated by what the topology names, as a cache or the file of last known good flags has it. */
export const goOver = (wanted: NamedEvaluator, { flags, log }: Ports): void => {
  const { evaluator: before, evaluatorMissing: missing } = flags;
  if (flags.use(wanted)) {
    if (flags.evaluator !== before) log.info('evaluator changed', { evaluator: evaluatorText(wanted) });
  } else if (missing === null) {
    const [named, used] = [evaluatorText(wanted), evaluatorText(before)];
    log.error('topology names an evaluator that this agent does not carry', { named, used });
  }
};
