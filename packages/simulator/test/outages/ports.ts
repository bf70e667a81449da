import type { createSweepHandler, createWriteHandler } from '@flaghoist/audit-writer/handler';
import type {
  createApplyHandler,
  createLoadHandler,
  createOfferHandler,
  createReconcileHandler,
} from '@flaghoist/cache-updater/handler';
import type { createCompareHandler, createScanHandler } from '@flaghoist/consistency-checker/handler';
import type { createConcludeHandler, createJudgeHandler } from '@flaghoist/rollback/handler';
import type { PortName } from '@flaghoist/test-kit/port-calls';
import type {
  createAcceptHandler,
  createDistributeHandler,
  createResumeHandler,
  createTellHandler,
} from '@flaghoist/validator/handler';
import type { FunctionName as Planned } from '@flaghoist/wiring/wiring';

/** What only an operator calls sees his patience, and no outage of these worlds. */
type FunctionName = Exclude<Planned, 'audit-writer.bootstrap' | 'canary.run'>;

/** The factory of each function of the plan. */
interface Factories {
  readonly 'validator.accept': typeof createAcceptHandler;
  readonly 'validator.resume': typeof createResumeHandler;
  readonly 'validator.tell': typeof createTellHandler;
  readonly 'validator.distribute': typeof createDistributeHandler;
  readonly 'cache-updater.apply': typeof createApplyHandler;
  readonly 'cache-updater.load': typeof createLoadHandler;
  readonly 'cache-updater.reconcile': typeof createReconcileHandler;
  readonly 'cache-updater.offer': typeof createOfferHandler;
  readonly 'consistency-checker.scan': typeof createScanHandler;
  readonly 'consistency-checker.compare': typeof createCompareHandler;
  readonly 'rollback.judge': typeof createJudgeHandler;
  readonly 'rollback.conclude': typeof createConcludeHandler;
  readonly 'audit-writer.write': typeof createWriteHandler;
  readonly 'audit-writer.sweep': typeof createSweepHandler;
}

/** Dead letters are left out: an outage makes nothing that no repetition heals. */
type PortsOf<F extends FunctionName> = Exclude<PortName, 'deadLetters'> & keyof Parameters<Factories[F]>[0];

/**
 * Every port of every function behind which there is another process. The compiler asks for a function that the plan has
 * and this list has not, and for a port that a function takes.
 */
const portsOf: { readonly [F in FunctionName]: { readonly [P in PortsOf<F>]: true } } = {
  'validator.accept': {
    approvals: true,
    home: true,
    upstream: true,
    flags: true,
    proposals: true,
    changes: true,
    topology: true,
    topic: true,
  },
  'validator.resume': {
    home: true,
    upstream: true,
    flags: true,
    proposals: true,
    approvals: true,
    changes: true,
    topology: true,
    topic: true,
    bus: true,
  },
  'validator.tell': { flags: true, bus: true },
  'validator.distribute': {
    home: true,
    changes: true,
    flags: true,
    repair: true,
    topology: true,
    verification: true,
    topic: true,
    bus: true,
  },
  'cache-updater.apply': { cache: true, flags: true, verification: true, loads: true, queues: true },
  'cache-updater.load': { cache: true, flags: true, topology: true, verification: true },
  'cache-updater.reconcile': {
    bus: true,
    cache: true,
    flags: true,
    loads: true,
    topology: true,
    verification: true,
  },
  'cache-updater.offer': { cache: true, flags: true, loads: true, topology: true, verification: true },
  'consistency-checker.scan': { bus: true, flags: true, query: true, topology: true, verification: true },
  'consistency-checker.compare': {
    bus: true,
    cache: true,
    flags: true,
    topology: true,
    verification: true,
  },
  'rollback.judge': { home: true, bus: true, changes: true, flags: true, topic: true, topology: true },
  'rollback.conclude': { home: true, bus: true, changes: true, flags: true, topic: true, topology: true },
  'audit-writer.write': { audit: true, home: true },
  'audit-writer.sweep': { home: true, audit: true, bus: true, changes: true, flags: true, topology: true, trail: true },
};

/** A port of a function, by both names. */
export type FunctionPort = { [F in FunctionName]: `${F} · ${PortsOf<F>}` }[FunctionName];

export interface Target {
  /** `<package>.<entry point>` */
  readonly name: string;
  readonly port: string;
}

export const functionPortOf = ({ name, port }: Target): FunctionPort => `${name} · ${port}` as FunctionPort;

/** In the order of the list. */
export const targets: readonly Target[] = Object.entries(portsOf).flatMap(([name, ports]) =>
  Object.keys(ports).map((port) => ({ name, port })),
);

/** @throws RangeError when there is no such function or port */
export const targetOf = (place: FunctionPort): Target => {
  const found = targets.find((target) => functionPortOf(target) === place);
  if (found === undefined) throw new RangeError(`there is no ${place} in the list of ports`);
  return found;
};
