import { execFileSync } from 'node:child_process';
import { cpus, loadavg } from 'node:os';
import { shippedTopology } from '@flaghoist/fleet/shipped-topology';
import { type Measurement, measure, type Shape } from './measure.ts';
import { slice } from './topologies.ts';

/*
 * pnpm bench: how many changes a second this machine carries. One process per shape, so that each has its own memory; the
 * latency model is off, every hop is serialised and parsed.
 */

const shipped = shippedTopology();

const ALONE = '12 × 156, one at a time';

const shapes: Readonly<Record<string, Shape>> = {
  '3 × 39, 40 flags': { topology: slice(shipped, 3, 39), present: 40, changed: 40, changes: 600, inFlight: 8 },
  '6 × 78, 40 flags': { topology: slice(shipped, 6, 78), present: 40, changed: 40, changes: 300, inFlight: 8 },
  '12 × 156, 40 flags': { topology: shipped, present: 40, changed: 40, changes: 300, inFlight: 8 },
  [ALONE]: { topology: shipped, present: 10, changed: 10, changes: 60, inFlight: 1 },
  'peers: 1 × 156, 1,000 flags, one changed': {
    topology: slice(shipped, 1, 156),
    present: 1000,
    changed: 1,
    changes: 1000,
    inFlight: 1,
  },
};

const [only] = process.argv.slice(2);

const row = (
  name: string,
  { changesPerSecond, p50, p99, peakRssMb, caches, verdicts, wrongCaches }: Measurement,
): string =>
  [
    name.padEnd(42),
    String(caches).padStart(6),
    changesPerSecond.toFixed(1).padStart(10),
    (changesPerSecond * caches).toFixed(0).padStart(12),
    p50.toFixed(1).padStart(8),
    p99.toFixed(1).padStart(8),
    peakRssMb.toFixed(0).padStart(7),
    String(wrongCaches).padStart(6),
    ` ${JSON.stringify(verdicts)}`,
  ].join(' ');

if (only === undefined) {
  console.log(
    `${cpus()[0]?.model}, Node ${process.version}, latency model off, nothing kept, load ${loadavg()[0]?.toFixed(1)}`,
  );
  console.log(`${'shape'.padEnd(42)} caches  changes/s deliveries/s  p50 ms  p99 ms  RSS MB  wrong  verdicts`);
  let alone: Measurement | undefined;
  for (const [name] of Object.entries(shapes)) {
    const output = execFileSync(process.execPath, [...process.execArgv, import.meta.filename, name], {
      encoding: 'utf8',
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    const measured: Measurement = JSON.parse(output);
    console.log(row(name, measured));
    if (name === ALONE) alone = measured;
  }
  console.log(`\nµs per record, ${ALONE}, at most:`);
  for (const [hop, microseconds] of Object.entries(alone?.hops ?? {})) console.log(`${hop.padEnd(32)} ${microseconds}`);
} else {
  const shape = shapes[only];
  if (shape === undefined) throw new Error(`no shape "${only}"; there are: ${Object.keys(shapes).join(', ')}`);
  console.log(JSON.stringify(await measure(shape)));
  process.exit(0);
}
