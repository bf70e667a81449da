import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { loadavg, tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Topology } from '@flaghoist/core/topology';
import { shippedTopology } from '@flaghoist/fleet/shipped-topology';
import { startEmbeddedWorld } from '../lib/embedded.ts';
import { measure, type Shape } from './measure.ts';
import { repeatHistory } from './repeat-history.ts';
import { slice } from './topologies.ts';

/*
 * pnpm bench, second half: worlds that keep their data, latency model off, one process for each step. `changes` and `import`
 * measure as the first half does; `start` begins a world in a folder that has a hundred thousand changes.
 */

const CHANGES = 100_000;
const shipped = shippedTopology();

const imported = { present: 1_000, changed: 1, changes: 1, inFlight: 8 };
const forty = { present: 40, changed: 40, changes: 200, inFlight: 8 };
/** The shape in which others were measured. */
const peers = { present: 1_000, changed: 1, changes: 1_000, inFlight: 1 };

/** Beside what is measured, by the beginning of a step's name; on a machine that does nothing else. */
const aims: Readonly<Record<string, string>> = {
  'changes: 12 × 156': 'changesPerSecond at least 12',
  'changes: peers': 'changesPerSecond at least 120',
  'import: 12 × 156': 'secondsBefore at most 90, peakRssMb at most 700',
  'start: 12 × 156': 'seconds at most 5 in the second step',
};

const aimOf = (name: string): string => {
  const aim = Object.entries(aims).find(([beginning]) => name.startsWith(beginning))?.[1];
  return aim === undefined ? '' : ` (aim: ${aim})`;
};

type Step = (folder: string) => Promise<Readonly<Record<string, unknown>>>;

const measured =
  (shape: Shape): Step =>
  async (data) => {
    const cpuBefore = process.cpuUsage();
    const { hops: _, ...result } = await measure({ ...shape, data });
    const { user, system } = process.cpuUsage(cpuBefore);
    return { ...result, cpuSeconds: Math.round((user + system) / 1e6) };
  };

const started =
  (topology: Topology, flags: number): Step =>
  async (data) => {
    repeatHistory(data, Math.ceil(CHANGES / flags));
    const startedAt = performance.now();
    const cpuBefore = process.cpuUsage();
    const world = await startEmbeddedWorld({ topology, modelled: false, data });
    const seconds = (performance.now() - startedAt) / 1000;
    const { user, system } = process.cpuUsage(cpuBefore);
    const rssMb = Math.round(process.memoryUsage.rss() / 2 ** 20);
    world.stop();
    return { seconds, cpuSeconds: (user + system) / 1e6, rssMb };
  };

const small = slice(shipped, 3, 39);
const few = { present: 40, changed: 1, changes: 1, inFlight: 8 };

/** Steps of one name share a folder. */
const steps: Readonly<Record<string, readonly Step[]>> = {
  'changes: 12 × 156, 40 flags': [measured({ topology: shipped, ...forty })],
  'changes: peers, 1 × 156, 1,000 flags, one changed': [measured({ topology: slice(shipped, 1, 156), ...peers })],
  'import: 12 × 156, 1,000 flags': [measured({ topology: shipped, ...imported })],
  'start: 3 × 39, 40 flags, 100,000 changes': [measured({ topology: small, ...few }), started(small, 40)],
  'start: 12 × 156, 40 flags, 100,000 changes': [measured({ topology: shipped, ...few }), started(shipped, 40)],
};

const [only = '', place, folder = ''] = process.argv.slice(2);
if (place !== undefined) {
  const step = steps[only]?.[Number(place)];
  if (step === undefined) throw new Error(`no step ${place} of "${only}"`);
  console.log(JSON.stringify(await step(folder)));
  process.exit(0);
}
console.log(`data kept, latency model off, load ${loadavg()[0]?.toFixed(1)}`);
for (const [name, own] of Object.entries(steps).filter(([each]) => each.startsWith(only))) {
  const data = mkdtempSync(join(tmpdir(), 'flaghoist-bench-'));
  try {
    own.forEach((_, number) => {
      const args = [...process.execArgv, import.meta.filename, name, String(number), data];
      const output = execFileSync(process.execPath, args, { encoding: 'utf8', stdio: ['ignore', 'pipe', 'inherit'] });
      console.log(`${name}${aimOf(name)}: ${output.trim()}`);
    });
  } finally {
    rmSync(data, { recursive: true, force: true });
  }
}
