import { execFile } from 'node:child_process';
import { cp, mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { promisify } from 'node:util';

const root = join(__dirname, '..');
const biome = join(root, 'node_modules', '.bin', 'biome');
const start = promisify(execFile);

const pureFile = 'packages/core/lib/probe.ts';
const testFile = 'packages/core/test/probe.test.ts';
const systemFile = 'packages/system/lib/probe.ts';
const besideSystemFile = 'packages/system/test/probe.test.ts';
const realFile = 'packages/in-memory/lib/real/probe.ts';
const besideRealFile = 'packages/in-memory/lib/probe.ts';
const benchFile = 'packages/core/bench/probe.ts';
const lambdaIndex = 'packages/validator/lib/index.ts';
const cliMain = 'packages/cli/lib/main.ts';

const timers = [
  'export const x = setTimeout(() => {}, 1);',
  'export const x = setInterval(() => {}, 1);',
  'export const x = setImmediate(() => {});',
  'const later = setTimeout;\nexport const x = later;',
  'export const x = { setTimeout };',
];
const clockAndChance = [
  'export const x = Date.now();',
  "export const x = Date['now']();",
  'export const x = new Date();',
  'export const x = Date();',
  'const { now } = Date;\nexport const x = now;',
  'const D = Date;\nexport const x = new D();',
  'export const x = Math.random();',
  'const { random } = Math;\nexport const x = random;',
  'export const x = process.hrtime.bigint();',
  "import { setTimeout as sleep } from 'node:timers/promises';\nexport const x = sleep;",
  "import { clearTimeout as x } from 'node:timers';\nexport const y = x;",
  "import * as x from 'timers';\nexport const y = x;",
  "export const x = require('timers/promises');",
  'export const x = crypto.randomUUID();',
  "import { randomUUID } from 'node:crypto';\nexport const x = randomUUID;",
];
const benchClock = [
  'export const x = performance.now();',
  'const { now } = performance;\nexport const x = now;',
  'export const x = { performance };',
  "import { performance as x } from 'node:perf_hooks';\nexport const y = x;",
  "import * as x from 'perf_hooks';\nexport const y = x;",
  "export const x = await import('node:perf_hooks');",
];
const hiddenGlobals = ['export const x = globalThis.Date.now();', 'export const x = global.performance.now();'];
const environment = "export const x = process.env['HOME'];";
const harmless =
  "import { createHash } from 'node:crypto';\nexport const x = [new Date(0), Math.floor(1.5), createHash];";

interface Probe {
  file: string;
  code: string;
}

const refused: Probe[] = [
  ...[pureFile, testFile, besideSystemFile, besideRealFile].flatMap((file) =>
    [...timers, ...clockAndChance, ...benchClock].map((code) => ({ file, code })),
  ),
  ...[...timers, ...clockAndChance].map((code) => ({ file: benchFile, code })),
  ...[...clockAndChance, ...benchClock].map((code) => ({ file: realFile, code })),
  ...[pureFile, testFile, systemFile, besideSystemFile, realFile, besideRealFile, benchFile].flatMap((file) =>
    hiddenGlobals.map((code) => ({ file, code })),
  ),
  ...[pureFile, systemFile, realFile, besideRealFile, 'packages/cli/lib/up.ts'].map((file) => ({
    file,
    code: environment,
  })),
  { file: pureFile, code: "import { z } from 'zod';\nexport const x = z;" },
  { file: pureFile, code: "import { z } from 'zod/mini';\nexport const x = z;" },
  { file: pureFile, code: 'export const x = (value: any): any => value;' },
  { file: pureFile, code: "export * from './order.ts';" },
  { file: pureFile, code: 'export default 1;' },
];

/** Files that import each other, by values or by types alone. */
const cycle: Probe[] = [
  {
    file: 'packages/core/lib/cycle-one.ts',
    code: "import type { Two } from './cycle-two.ts';\nexport type One = Two[];",
  },
  {
    file: 'packages/core/lib/cycle-two.ts',
    code: "import type { One } from './cycle-one.ts';\nexport type Two = One | 1;",
  },
  {
    file: 'packages/core/lib/cycle-three.ts',
    code: "import { four } from './cycle-four.ts';\nexport const three = (): number => four();",
  },
  {
    file: 'packages/core/lib/cycle-four.ts',
    code: "import { three } from './cycle-three.ts';\nexport const four = (): number => three();",
  },
];
refused.push(...cycle);

const allowed: Probe[] = [
  { file: 'packages/core/lib/leaf.ts', code: 'export type Leaf = 1;' },
  { file: 'packages/core/lib/stem.ts', code: "import type { Leaf } from './leaf.ts';\nexport type Stem = Leaf[];" },
  ...[...timers, ...clockAndChance, ...benchClock].map((code) => ({ file: systemFile, code })),
  ...timers.map((code) => ({ file: realFile, code })),
  ...benchClock.map((code) => ({ file: benchFile, code })),
  ...[lambdaIndex, cliMain, testFile].map((file) => ({ file, code: environment })),
  ...[pureFile, testFile, systemFile, realFile].map((file) => ({ file, code: harmless })),
  { file: pureFile, code: "import * as z from 'zod';\nexport const x = z.string();" },
];

interface Report {
  diagnostics: { severity: string; location: { path: string } | null }[];
}

/** All probes in one workspace and one run of biome: starting it costs more than a hundred files. */
const filesWithErrors = async (workspace: string): Promise<Set<string>> => {
  const run = start(biome, ['lint', '--vcs-enabled=false', '--reporter=json', '--max-diagnostics=none', 'packages'], {
    cwd: workspace,
    maxBuffer: 2 ** 26,
  });
  const { stdout } = await run.catch((error: { stdout: string }) => error);
  const { diagnostics } = JSON.parse(stdout) as Report;
  const errors = diagnostics.filter(({ severity }) => severity === 'error');
  return new Set(errors.map(({ location }) => location?.path ?? ''));
};

const fileOf = ({ file }: Probe, index: number): string => file.replace('probe', `probe-${index}`);

let workspace: string;
const verdicts = new Map<Probe, boolean>();

beforeAll(async () => {
  workspace = await mkdtemp(join(tmpdir(), 'lint-rules-'));
  await cp(join(root, 'biome.json'), join(workspace, 'biome.json'));
  await cp(join(root, 'biome'), join(workspace, 'biome'), { recursive: true });
  const probes = [...refused, ...allowed];
  for (const [index, probe] of probes.entries()) {
    const file = join(workspace, fileOf(probe, index));
    await mkdir(dirname(file), { recursive: true });
    await writeFile(file, `${probe.code}\n`);
  }
  const wrong = await filesWithErrors(workspace);
  for (const [index, probe] of probes.entries()) verdicts.set(probe, wrong.has(fileOf(probe, index)));
});
afterAll(() => rm(workspace, { recursive: true, force: true }));

describe('the linter', () => {
  it.each(refused)('refuses in $file: $code', (probe) => {
    expect(verdicts.get(probe)).toBe(true);
  });

  it.each(allowed)('allows in $file: $code', (probe) => {
    expect(verdicts.get(probe)).toBe(false);
  });
});
