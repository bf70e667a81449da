import { get } from 'node:http';
import type { AddressInfo } from 'node:net';
import { cpus, loadavg } from 'node:os';
import { Worker } from 'node:worker_threads';
import type { Topology } from '@flaghoist/core/topology';
import { shippedTopology } from '@flaghoist/fleet/shipped-topology';
import { silent } from '@flaghoist/in-memory/logger';
import { EMPTY_DIRECTORY } from '@flaghoist/rules/directory';
import { DEFAULT_POLICY } from '@flaghoist/rules/policy';
import { startEmbeddedWorld } from '@flaghoist/simulator/embedded';
import { portsOfWorld } from '../lib/embedded/world-ports.ts';
import { createServer } from '../lib/server.ts';

/*
 * pnpm bench: how fast the API answers over a real socket. The latency model is off. Those who read are a thread of their own; the
 * server, the world and those who watch share one.
 */

const READS = 20_000;
const LOOKS = 100;
/** Asked before anything is measured: what is compiled then is compiled. */
const WARMING_LOOKS = 20;
const WATCHERS = 100;
const CHANGES_PER_SECOND = 10;
const CHANGES = 200;
const FLAGS = 40;
const PATIENCE_MS = 120_000;

const served = async (topology: Topology) => {
  const world = await startEmbeddedWorld({ topology, modelled: false });
  const options = { environment: 'embedded', directory: EMPTY_DIRECTORY, policy: DEFAULT_POLICY, log: silent };
  const app = await createServer({ ports: portsOfWorld(world, options), limits: { requestsPerSecond: 1_000_000 } });
  await app.listen({ host: '127.0.0.1', port: 0 });
  const { port } = app.server.address() as AddressInfo;
  const url = `http://127.0.0.1:${port}`;
  const post = async (body: object): Promise<unknown> =>
    (
      await fetch(`${url}/v1/proposals?wait=30`, {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify(body),
      })
    ).json();
  const change = (flagKey: string, revision: number): Promise<unknown> =>
    post({
      flagKey,
      ...(revision === 0
        ? { kind: 'created', basedOn: null, offVariant: 'off', audience: '*', owner: 'team-bench' }
        : { kind: 'updated', basedOn: { epoch: 1, revision } }),
      document: {
        state: 'ENABLED',
        variants: { on: true, off: false },
        defaultVariant: 'off',
        metadata: { note: `note ${revision}` },
      },
      change: { id: `${flagKey}-${revision}`, reason: 'benchmark', ticket: 'BENCH-1' },
      proposedAt: world.scheduler.now(),
    });
  const close = async (): Promise<void> => {
    world.stop();
    await app.close();
  };
  return { world, url, port, change, close };
};

const share = (times: readonly number[], part: number): number =>
  [...times].sort((a, b) => a - b)[Math.min(times.length - 1, Math.floor(times.length * part))] ?? 0;

/** Asks again and again, 32 at once, in a thread of its own. */
const readerProgram = `
const { parentPort, workerData } = require('node:worker_threads');
const http = require('node:http');
const agent = new http.Agent({ keepAlive: true, maxSockets: 32 });
const ask = () => new Promise((resolve, reject) => http.get({ agent, host: '127.0.0.1', port: workerData.port, path: workerData.path }, (answer) => {
  answer.resume().on('end', () => answer.statusCode === 200 ? resolve() : reject(new Error(String(answer.statusCode))));
}).on('error', reject));
let left = workerData.reads;
const worker = async () => { while (left > 0) { left -= 1; await ask(); } };
const startedAt = performance.now();
Promise.all(Array.from({ length: 32 }, worker)).then(() => { parentPort.postMessage(performance.now() - startedAt); agent.destroy(); });
`;

const row = (what: string, figure: string, aim = ''): void =>
  console.log(`${what.padEnd(72)} ${figure.padEnd(24)} ${aim}`.trimEnd());

const readsPerSecond = async (port: number, path: string): Promise<number> => {
  const worker = new Worker(readerProgram, { eval: true, workerData: { port, path, reads: READS } });
  const ms = await new Promise<number>((resolve, reject) => worker.once('message', resolve).once('error', reject));
  return (READS * 1000) / ms;
};

const measureReads = async (): Promise<void> => {
  const topology = shippedTopology();
  const { url, port, change, close } = await served(topology);
  await Promise.all(Array.from({ length: FLAGS }, (_, index) => change(`bench.flag-${index}`, 0)));
  const caches = topology.regions.length * topology.services.length;
  const times: number[] = [];
  for (let look = 0; look < WARMING_LOOKS + LOOKS; look += 1) {
    const startedAt = performance.now();
    await (await fetch(`${url}/v1/status`)).json();
    if (look >= WARMING_LOOKS) times.push(performance.now() - startedAt);
  }
  row(
    `status over ${caches.toLocaleString('en')} caches, ms`,
    `p50 ${share(times, 0.5).toFixed(1)}, p99 ${share(times, 0.99).toFixed(1)}`,
    'p99 at most 300',
  );
  await readsPerSecond(port, '/v1/flags/bench.flag-1');
  const before = process.cpuUsage();
  const reads = await readsPerSecond(port, '/v1/flags/bench.flag-1');
  const { user, system } = process.cpuUsage(before);
  row('reads of a flag a second, 32 at once', reads.toFixed(0), 'at least 5,000');
  row('processor time of a read, server and reader, µs', ((user + system) / READS).toFixed(0));
  await close();
};

const FINAL = /^event: (?:ChangeVerified|ChangeRolledBack|ChangeHeld|ChangeSuperseded)$/;

/** How many final states a watcher has heard, each once. */
const watching = async (port: number): Promise<{ readonly heard: ReadonlySet<string> }> => {
  const heard = new Set<string>();
  await new Promise<void>((resolve, reject) => {
    get({ host: '127.0.0.1', port, path: '/v1/events', agent: false }, (answer) => {
      let rest = '';
      answer.setEncoding('utf8').on('data', (chunk: string) => {
        const blocks = `${rest}${chunk}`.split('\n\n');
        rest = blocks.pop() ?? '';
        for (const block of blocks) {
          const lines = block.split('\n');
          const data = lines.find((line) => line.startsWith('data: '));
          if (data !== undefined && lines.some((line) => FINAL.test(line)))
            heard.add(JSON.parse(data.slice(6)).detail.changeId);
        }
      });
      resolve();
    }).on('error', reject);
  });
  return { heard };
};

const measureStreams = async (): Promise<void> => {
  const { regions, services, standby: _idle, ...rest } = shippedTopology();
  const topology = { ...rest, regions: regions.slice(0, 3), services: services.slice(0, 39) };
  const { world, port, change, close } = await served(topology);
  const watchers = await Promise.all(Array.from({ length: WATCHERS }, () => watching(port)));
  const startedAt = performance.now();
  const changes: Promise<unknown>[] = [];
  for (let made = 0; made < CHANGES; made += 1) {
    const due = startedAt + (made * 1000) / CHANGES_PER_SECOND;
    await world.scheduler.sleep(Math.max(0, due - performance.now()));
    changes.push(change(`bench.flag-${made % FLAGS}`, Math.floor(made / FLAGS)));
  }
  await Promise.all(changes);
  const rate = (CHANGES * 1000) / (performance.now() - startedAt);
  const missed = (): number => watchers.reduce((sum, { heard }) => sum + CHANGES - heard.size, 0);
  const until = performance.now() + PATIENCE_MS;
  while (missed() > 0 && performance.now() < until) await world.scheduler.sleep(250);
  const what = `final states missed by ${WATCHERS} watchers of events, ${CHANGES} changes, 3 × 39`;
  row(what, `${missed()}, ${rate.toFixed(1)} changes/s`, `0, at ${CHANGES_PER_SECOND} changes/s`);
  await close();
  if (missed() > 0) process.exitCode = 1;
};

console.log(`${cpus()[0]?.model}, Node ${process.version}, latency model off, load ${loadavg()[0]?.toFixed(1)}`);
row('what', 'measured', 'aim, on a machine that does nothing else');
await measureReads();
await measureStreams();
process.exit();
