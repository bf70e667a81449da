import { createPublicKey, generateKeyPairSync } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { portsOfWorld } from '@flaghoist/control-plane/embedded/world-ports';
import { Tokens } from '@flaghoist/control-plane/identity/tokens';
import { createServer } from '@flaghoist/control-plane/server';
import type { Topology } from '@flaghoist/core/topology';
import { modelledLatency } from '@flaghoist/in-memory/latency';
import { silent } from '@flaghoist/in-memory/logger';
import { SeededRandom } from '@flaghoist/in-memory/random';
import { RealScheduler } from '@flaghoist/in-memory/real/scheduler';
import { VirtualScheduler } from '@flaghoist/in-memory/virtual-scheduler';
import { parseDirectory } from '@flaghoist/rules/directory';
import { DEFAULT_POLICY, type Policy } from '@flaghoist/rules/policy';
import { createWorld, type World } from '@flaghoist/simulator/world';
import { announce } from '../lib/client/servers.ts';
import { directoryWith, receiptsWith, SUBMITTER } from '../lib/up/serve.ts';
import { type Ran, run } from './run.ts';

const STEP_MS = 20;

const topology: Topology = {
  version: 1,
  home: 'us-east-1',
  standby: 'us-west-2',
  regions: ['us-east-1', 'us-west-2', 'eu-west-1'].map((name) => ({ name, state: 'serving' as const })),
  services: ['login', 'session', 'consent'].map((name, index) => ({
    name,
    cell: `cell-${(index % 2) + 1}`,
    owner: 'team-identity',
    state: 'serving' as const,
  })),
};

const person = (actor: string, role: string) => ({ actor, teams: ['team-identity'], roles: [role], principals: [] });
const people = parseDirectory(JSON.stringify({ people: [person('ada', 'author'), person('ben', 'reviewer')] }));

export interface ServedWorld {
  readonly world: World;
  readonly scheduler: VirtualScheduler;
  readonly url: string;
  /** Runs hoist against this server, while its world goes on. */
  hoist(args: readonly string[], options?: Parameters<typeof run>[1]): Promise<Ran>;
  /** Ends every connection to the server, in the middle of what comes over it. */
  breakConnections(): void;
  during<T>(promise: Promise<T>): Promise<T>;
  /** Lets so much of the world's time pass, milliseconds. */
  pass(ms: number): Promise<void>;
  close(): Promise<void>;
}

/** A world on a virtual clock that begins now, as the commands' own clock is real, behind a real server on this machine. */
export const serveWorld = async ({ policy = DEFAULT_POLICY }: { policy?: Policy } = {}): Promise<ServedWorld> => {
  const directory = directoryWith(people);
  const sockets = new RealScheduler();
  const scheduler = new VirtualScheduler({ startAt: sockets.now() });
  const random = new SeededRandom(7);
  const world = createWorld({ topology, scheduler, random, latency: modelledLatency(random), policy, directory });
  await scheduler.run(world.load());
  world.startSchedules();
  const { privateKey } = generateKeyPairSync('ed25519');
  const receipts = receiptsWith({ secret: privateKey, published: [createPublicKey(privateKey)] }, 'embedded');
  const options = { environment: 'embedded', directory, policy, log: silent, receipts };
  let made = 0;
  const secret = (bytes: number): string => {
    made += 1;
    return String(made).padStart(Math.ceil((bytes * 4) / 3), '0');
  };
  const tokens = new Tokens({ secret, now: () => scheduler.now() });
  const server = { tokens, submitter: SUBMITTER, checkAnswers: true };
  const app = await createServer({ ports: portsOfWorld(world, options), ...server });
  await app.listen({ host: '127.0.0.1', port: 0 });
  const url = `http://127.0.0.1:${(app.server.address() as AddressInfo).port}`;
  const state = mkdtempSync(join(tmpdir(), 'hoist-state-'));
  const scopes = ['read', 'operate'] as const;
  const until = scheduler.now() + 86_400_000;
  const { token } = tokens.issue({ actor: 'owner', scopes, keyPrefix: '', madeBy: 'test', expiresAt: until });
  const variables = { HOIST_SERVER: url, HOIST_USER: 'ada', XDG_STATE_HOME: state };
  await announce({ url, token, at: scheduler.now() }, variables);
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
    world,
    scheduler,
    url,
    breakConnections: () => app.server.closeAllConnections(),
    during,
    pass: (ms) => during(scheduler.sleep(ms)),
    hoist: (args, { variables: own, ...given } = {}) =>
      during(run(args, { variables: { ...variables, ...own }, ...given })),
    close: async () => {
      world.stop();
      await app.close();
      sockets.close();
      rmSync(state, { recursive: true });
    },
  };
};
