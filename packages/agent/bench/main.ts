import { cpus, loadavg } from 'node:os';
import { parseArgs } from 'node:util';
import { systemClock } from '@flaghoist/system/clock';
import { ToolMissingError } from '@flaghoist/tools/errors';
import { measureClients } from './clients.ts';
import { measureOneOfMany } from './one-of-many.ts';
import { measureRate } from './rate.ts';
import { FLAGS_OF_A_SERVICE, type Report, targetsOf, textOf } from './report.ts';
import { type Served, startServed } from './served.ts';
import { measureStreams } from './streams.ts';

/*
 * pnpm bench [--json] [--part clients|rate|one-of-many|streams …]: how fast a change comes to those who ask, and what serving takes.
 * It is for a machine that does nothing else.
 */

const MANY_FLAGS = 1_000;

const orLeftOut = async <T>(measure: Promise<T>): Promise<T | { readonly leftOut: string }> => {
  try {
    return await measure;
  } catch (error) {
    if (!(error instanceof ToolMissingError)) throw error;
    return { leftOut: error.message };
  }
};

const parts: Readonly<Record<string, (served: Served) => Promise<Partial<Report>>>> = {
  rate: async (served) => ({ rate: await orLeftOut(measureRate(served)) }),
  'one-of-many': async (served) => ({ oneOfMany: await measureOneOfMany(served) }),
  streams: async (served) => ({ streams: await orLeftOut(measureStreams(served)) }),
  clients: async (served) => ({
    clients: [
      ...(await measureClients({ served, flags: FLAGS_OF_A_SERVICE })),
      ...(await measureClients({ served, flags: MANY_FLAGS, fewer: 2, modes: ['sync'] })),
    ],
  }),
};

const { values } = parseArgs({
  options: { json: { type: 'boolean', default: false }, part: { type: 'string', multiple: true } },
});
const loadNow = (): number => loadavg()[0] ?? Number.NaN;

const before = loadNow();
const served = await startServed();
let measured: Partial<Report> = {};
for (const [name, measure] of Object.entries(parts)) {
  if (values.part === undefined || values.part.includes(name)) measured = { ...measured, ...(await measure(served)) };
}
await served.stop();
const report: Report = {
  at: new Date(systemClock.now()).toISOString().slice(0, 10),
  machine: {
    processor: cpus()[0]?.model ?? 'unknown',
    cores: cpus().length,
    node: process.version,
    cache: served.cacheName,
    load: [before, loadNow()],
  },
  ...measured,
};
console.log(values.json ? JSON.stringify({ ...report, targets: targetsOf(report) }, null, 2) : textOf(report));
process.exit();
