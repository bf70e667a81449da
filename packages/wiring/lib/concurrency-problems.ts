import type { Wiring } from './shape.ts';
import { type Problem, triggersOf } from './triggers.ts';

/** Lambda: what an account runs at the same time in a region, and what of it stays for functions without a reservation. */
const ACCOUNT = 1_000;
const UNRESERVED = 100;

const reservations = (wiring: Wiring): Problem[] =>
  triggersOf(wiring).flatMap(({ path, name, trigger }) => {
    const reserved = wiring.functions[name]?.reservedConcurrency;
    if (reserved === undefined) return [];
    if (trigger.kind === 'stream' && trigger.parallelisation > reserved) {
      return [
        {
          path: [...path, 'parallelisation'],
          message: `is ${trigger.parallelisation}, and ${name} reserves a concurrency of ${reserved}; one shard alone would be throttled. Write at most ${reserved}, or reserve more`,
        },
      ];
    }
    if (trigger.kind !== 'queue') return [];
    const { maximumConcurrency } = trigger;
    return maximumConcurrency !== undefined && maximumConcurrency <= reserved
      ? []
      : [
          {
            path: [...path, 'maximumConcurrency'],
            message: `is ${maximumConcurrency ?? 'missing'}, and ${name} reserves a concurrency of ${reserved}; what is throttled uses up a receive and comes back only after the visibility time. Write at most ${reserved}`,
          },
        ];
  });

/** All reservations of the region that has the most functions, home. A function of a cell is there once per cell. */
const account = ({ functions }: Wiring): Problem[] => {
  const reserved = Object.values(functions).reduce((sum, { reservedConcurrency = 0 }) => sum + reservedConcurrency, 0);
  return reserved <= ACCOUNT - UNRESERVED
    ? []
    : [
        {
          path: ['functions'],
          message: `reserve ${reserved} invocations together; Lambda runs ${ACCOUNT} in an account and region and keeps ${UNRESERVED} for what reserves none. Reserve at most ${ACCOUNT - UNRESERVED}`,
        },
      ];
};

/** What is kept free for functions, against what their triggers start and what an account has. */
export const concurrencyProblems = (wiring: Wiring): Problem[] => [...reservations(wiring), ...account(wiring)];
