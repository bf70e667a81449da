import { createSweepHandler, createWriteHandler } from '@flaghoist/audit-writer/handler';
import {
  createApplyHandler,
  createLoadHandler,
  createOfferHandler,
  createReconcileHandler,
} from '@flaghoist/cache-updater/handler';
import { createMessageReader } from '@flaghoist/cache-updater/message-reader';
import { createCompareHandler, createScanHandler } from '@flaghoist/consistency-checker/handler';
import verifyWindow from '@flaghoist/consistency-checker/verify-window.asl.json' with { type: 'json' };
import type { DeadLetters } from '@flaghoist/core/ports/dead-letters';
import type { QueueHandler } from '@flaghoist/in-memory/queue-event-source';
import type { StreamHandler } from '@flaghoist/in-memory/stream-event-source';
import concludeChange from '@flaghoist/rollback/conclude-change.asl.json' with { type: 'json' };
import { createConcludeHandler, createJudgeHandler } from '@flaghoist/rollback/handler';
import {
  createAcceptHandler,
  createDistributeHandler,
  createResumeHandler,
  createTellHandler,
} from '@flaghoist/validator/handler';
import type { FunctionName } from '@flaghoist/wiring/wiring';
import type { Put } from './platform.ts';

/** A function in its place, by what it is called with. */
export interface Seated {
  readonly onStream?: StreamHandler;
  readonly onQueue?: QueueHandler;
  /** What a schedule, a workflow or a rule passes. */
  readonly onInput?: (input: unknown) => Promise<unknown>;
}

/** Makes a function where it belongs. */
export type Seat = (put: Put) => Seated;

/** The names are those of the plan: another one does not compile. */
export type Seats = { readonly [name in FunctionName]?: Seat };

type PortsOf<F> = F extends (ports: infer P) => unknown ? Omit<P, 'read' | 'deadLetters'> : never;

/** Each function has dead letters of its own. */
interface GivingUp {
  readonly deadLettersOf: (name: FunctionName) => DeadLetters;
}

/** CURRENTs that a full load and the reconciler know again by their bytes, as in AWS. */
const CURRENTS_REMEMBERED = 8_000;

type RegionPorts = PortsOf<typeof createDistributeHandler> &
  PortsOf<typeof createLoadHandler> &
  PortsOf<typeof createReconcileHandler> &
  PortsOf<typeof createOfferHandler> &
  PortsOf<typeof createScanHandler> &
  PortsOf<typeof createCompareHandler>;

/** What every region has once. */
export const regionSeats = ({ deadLettersOf, ...ports }: RegionPorts & GivingUp) => {
  const giving = (name: FunctionName) => ({ ...ports, deadLetters: deadLettersOf(name) });
  const read = () => createMessageReader({ maxTexts: CURRENTS_REMEMBERED });
  return {
    'validator.distribute': (put: Put) => ({ onStream: put(createDistributeHandler, giving('validator.distribute')) }),
    'cache-updater.load': (put: Put) => ({
      onQueue: put(
        (given: ReturnType<typeof giving>) => createLoadHandler({ read: read(), ...given }),
        giving('cache-updater.load'),
      ),
    }),
    'cache-updater.reconcile': (put: Put) => ({
      onInput: put((given: typeof ports) => createReconcileHandler({ read: read(), ...given }), ports),
    }),
    'cache-updater.offer': (put: Put) => ({
      onInput: put((given: typeof ports) => createOfferHandler({ read: read(), ...given }), ports),
    }),
    'consistency-checker.scan': (put: Put) => ({ onInput: put(createScanHandler, ports) }),
    'consistency-checker.compare': (put: Put) => ({ onInput: put(createCompareHandler, ports) }),
  } satisfies Seats;
};

/** What every cell of a region has: its warm memory serves all the cell's queues. */
export const cellSeats = (ports: PortsOf<typeof createApplyHandler>) =>
  ({
    'cache-updater.apply': (put: Put) => ({
      onQueue: put((given: typeof ports) => createApplyHandler({ read: createMessageReader(), ...given }), ports),
    }),
  }) satisfies Seats;

type HomePorts = PortsOf<typeof createAcceptHandler> &
  PortsOf<typeof createTellHandler> &
  PortsOf<typeof createResumeHandler> &
  PortsOf<typeof createJudgeHandler> &
  PortsOf<typeof createConcludeHandler> &
  PortsOf<typeof createWriteHandler> &
  PortsOf<typeof createSweepHandler>;

/** What only home has. */
export const homeSeats = ({ deadLettersOf, ...ports }: HomePorts & GivingUp) => {
  const giving = (name: FunctionName) => ({ ...ports, deadLetters: deadLettersOf(name) });
  return {
    'validator.accept': (put: Put) => ({ onStream: put(createAcceptHandler, giving('validator.accept')) }),
    'validator.resume': (put: Put) => ({ onInput: put(createResumeHandler, ports) }),
    'validator.tell': (put: Put) => ({ onStream: put(createTellHandler, giving('validator.tell')) }),
    'rollback.judge': (put: Put) => ({ onQueue: put(createJudgeHandler, giving('rollback.judge')) }),
    'rollback.conclude': (put: Put) => ({ onInput: put(createConcludeHandler, ports) }),
    'audit-writer.write': (put: Put) => ({ onQueue: put(createWriteHandler, giving('audit-writer.write')) }),
    'audit-writer.sweep': (put: Put) => ({ onInput: put(createSweepHandler, ports) }),
  } satisfies Seats;
};

/** The States Language files, by the paths that the plan gives them. */
export const definitions: Readonly<Record<string, unknown>> = {
  'packages/consistency-checker/lib/verify-window.asl.json': verifyWindow,
  'packages/rollback/lib/conclude-change.asl.json': concludeChange,
};
