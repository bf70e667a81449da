import { EVALUATOR_FLAG } from '@flaghoist/core/evaluator';
import { type CarriedEvaluator, evaluatorName } from './evaluator.ts';
import { type AnsweringFlag, answeringFlag } from './served-flag.ts';

/** Reserved: it is nobody's flag, and one of that name is not served. */
export const PROBE_FLAG = EVALUATOR_FLAG;

/** The targeting key to ask it with. Of these keys, one that each bucketing puts well within another bucket. */
export const PROBE_CALLER = 'flaghoist-probe-163';

/** The answer to everybody else. */
const UNASKED = 'unasked';

const variants = { v1: 'v1', v2: 'v2', v3: 'v3', [UNASKED]: `ask with the targeting key ${PROBE_CALLER}` };

const definition = {
  state: 'ENABLED',
  variants,
  defaultVariant: UNASKED,
  targeting: {
    if: [
      { '==': [{ var: 'targetingKey' }, PROBE_CALLER] },
      {
        fractional: [
          ['v3', 1],
          ['v2', 1],
          ['v1', 1],
        ],
      },
      UNASKED,
    ],
  },
};

/**
 * A flag whose variant names the bucketing of whoever evaluates it: over OFREP that of the agent, in a client of `flagd.sync.v1`
 * the client's own, whatever the topology says of its service. It draws, and is sent to every client all the same.
 */
export const probeOf = (evaluator: CarriedEvaluator): AnsweringFlag =>
  answeringFlag(PROBE_FLAG, { ...definition, metadata: { agent: evaluatorName(evaluator) } }, evaluator);
