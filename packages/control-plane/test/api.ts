import type { Topology } from '@flaghoist/core/topology';
import { modelledLatency } from '@flaghoist/in-memory/latency';
import { RecordingLogger } from '@flaghoist/in-memory/logger';
import { SeededRandom } from '@flaghoist/in-memory/random';
import { RealScheduler } from '@flaghoist/in-memory/real/scheduler';
import { VirtualScheduler } from '@flaghoist/in-memory/virtual-scheduler';
import { type Directory, EMPTY_DIRECTORY } from '@flaghoist/rules/directory';
import { DEFAULT_POLICY, type Policy } from '@flaghoist/rules/policy';
import { canaryOf, withShadow } from '@flaghoist/simulator/canary';
import { createWorld, type World } from '@flaghoist/simulator/world';
import type { Api } from '../lib/context.ts';
import { portsOfWorld } from '../lib/embedded/world-ports.ts';
import type { ReceiptPorts } from '../lib/ports.ts';
import { createServer, type ServerOptions } from '../lib/server.ts';

/** Lets sockets and requests have their turn, which a virtual clock does not. */
const sockets = new RealScheduler();

const STEP_MS = 20;

const usual: Topology = {
  version: 1,
  home: 'us-east-1',
  regions: ['us-east-1', 'eu-west-1', 'ap-south-1'].map((name) => ({ name, state: 'serving' as const })),
  services: ['login', 'session', 'consent', 'passkeys'].map((name, index) => ({
    name,
    cell: `cell-${(index % 2) + 1}`,
    owner: 'team-identity',
    state: 'serving' as const,
  })),
};

interface Answer {
  readonly status: number;
  readonly body: never;
  readonly type: string;
}

export interface Tested {
  readonly app: Api;
  readonly world: World;
  readonly scheduler: VirtualScheduler;
  readonly log: RecordingLogger;
  readonly canary: ReturnType<typeof canaryOf>;
  /** Lets the world go on until something is there. */
  during<T>(promise: Promise<T>): Promise<T>;
  /** Asks, while the world goes on. */
  ask(method: 'GET' | 'POST' | 'DELETE', url: string, body?: object, headers?: Record<string, string>): Promise<Answer>;
  /** Lets so much of the world's time pass, milliseconds. */
  pass(ms: number): Promise<void>;
  close(): Promise<void>;
}

interface Options {
  readonly topology?: Topology;
  readonly policy?: Policy;
  readonly directory?: Directory;
  readonly receipts?: ReceiptPorts;
  /** Whether the canary's service is there. */
  readonly canary?: boolean;
  readonly server?: (tested: { readonly world: World }) => Partial<ServerOptions>;
}

export const startApi = async ({
  topology = usual,
  policy = DEFAULT_POLICY,
  directory = EMPTY_DIRECTORY,
  receipts,
  canary: hasCanary = false,
  server,
}: Options = {}): Promise<Tested> => {
  const scheduler = new VirtualScheduler();
  const random = new SeededRandom(7);
  const members = hasCanary ? withShadow(topology) : topology;
  const world = createWorld({
    topology: members,
    scheduler,
    random,
    latency: modelledLatency(random),
    policy,
    directory,
  });
  await scheduler.run(world.load());
  world.startSchedules();
  const log = new RecordingLogger();
  const canary = canaryOf(world, log);
  const looking = hasCanary ? { canary: () => canary.status } : {};
  const ports = portsOfWorld(world, {
    ...looking,
    environment: 'embedded',
    directory,
    policy,
    log,
    ...(receipts && { receipts }),
  });
  const app = await createServer({ ports, checkAnswers: true, ...server?.({ world }) });
  let waiting = 0;
  let driving = false;
  /** Virtual time is driven from one place, whoever waits. */
  const drive = async (): Promise<void> => {
    if (driving) return;
    driving = true;
    while (waiting > 0) {
      await scheduler.advance(STEP_MS);
      await sockets.sleep(0);
    }
    driving = false;
  };
  const during = async <T>(promise: Promise<T>): Promise<T> => {
    waiting += 1;
    const end = (): void => {
      waiting -= 1;
    };
    promise.then(end, end);
    void drive();
    return promise;
  };
  return {
    app,
    world,
    scheduler,
    log,
    canary,
    during,
    pass: (ms) => during(scheduler.sleep(ms)),
    ask: async (method, url, body, headers = {}) => {
      const answer = await during(
        app.inject({
          method,
          url,
          headers: { host: '127.0.0.1:3524', 'x-hoist-user': 'ada', ...headers },
          ...(body && { payload: body }),
        }),
      );
      return {
        status: answer.statusCode,
        type: String(answer.headers['content-type']),
        body: (answer.body === '' ? undefined : answer.json()) as never,
      };
    },
    close: async () => {
      world.stop();
      await app.close();
    },
  };
};

/** One cache: for what is about flags and not about where they are. */
export const oneCache: Topology = {
  ...usual,
  regions: usual.regions.slice(0, 1),
  services: usual.services.slice(0, 1),
};

/** A proposal that creates a flag for everybody, off. */
export const creation = (flagKey: string, id = `create-${flagKey}`) => ({
  flagKey,
  kind: 'created',
  basedOn: null,
  document: { state: 'ENABLED', variants: { on: true, off: false }, defaultVariant: 'off' },
  offVariant: 'off',
  audience: '*',
  owner: 'team-identity',
  change: { id, reason: 'To try the new form', ticket: 'ABC-1' },
  proposedAt: 0,
});
