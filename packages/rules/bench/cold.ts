import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { serialiseEnvelope } from '@flaghoist/core/envelope';
import { build } from 'esbuild';
import { typical } from './envelopes.ts';

const program = `
const loading = performance.now();
Promise.resolve().then(() => {
  const { readFileSync } = require('node:fs');
  const { parseEnvelope } = require('@flaghoist/core/envelope');
  const { validate } = require('./lib/validate.ts');
  const { violations } = validate(parseEnvelope(readFileSync(process.argv[2], 'utf8')), ['change', 'standing']);
  const answered = performance.now();
  const { user, system } = process.cpuUsage();
  const processor = (user + system) / 1000;
  console.log(JSON.stringify({ violations: violations.length, sinceStart: answered, sinceLoading: answered - loading, processor }));
});
`;

export interface Cold {
  /** Minified bytes by who wrote them. */
  readonly bytes: {
    readonly all: number;
    readonly rules: number;
    readonly core: number;
    readonly dependencies: number;
  };
  /** From the start of the process to the first answer, and of that since the bundle's first line ran. */
  readonly sinceStartMs: readonly number[];
  readonly sinceLoadingMs: readonly number[];
  /** Processor time of the process up to then: other processes hardly change it. */
  readonly processorMs: readonly number[];
}

/** Bundles the validator as a Lambda is bundled, and asks it once in each of so many fresh processes. */
export const coldStarts = async (processes: number): Promise<Cold> => {
  const { outputFiles, metafile } = await build({
    stdin: { contents: program, resolveDir: join(import.meta.dirname, '..'), loader: 'js' },
    bundle: true,
    write: false,
    minify: true,
    metafile: true,
    platform: 'node',
    target: 'node22',
    format: 'cjs',
    mainFields: ['module', 'main'],
    legalComments: 'none',
    outfile: 'bundle.js',
  });
  const directory = mkdtempSync(join(tmpdir(), 'rules-cold-'));
  try {
    const [bundle, envelope] = [join(directory, 'bundle.cjs'), join(directory, 'envelope.json')];
    writeFileSync(bundle, outputFiles[0]?.contents ?? '');
    writeFileSync(envelope, serialiseEnvelope(typical));
    const runs = Array.from({ length: processes }, () =>
      JSON.parse(execFileSync(process.execPath, [bundle, envelope], { encoding: 'utf8' })),
    );
    if (runs.some(({ violations }) => violations !== 0)) throw new Error('the bundle finds violations where none are');
    const [output] = Object.values(metafile.outputs);
    const share = (pattern: RegExp): number =>
      Object.entries(output?.inputs ?? {})
        .filter(([path]) => pattern.test(path))
        .reduce((sum, [, { bytesInOutput }]) => sum + bytesInOutput, 0);
    return {
      bytes: {
        all: output?.bytes ?? 0,
        rules: share(/^lib\/|packages\/rules\/lib\//),
        core: share(/core\/lib\//),
        dependencies: share(/node_modules\//),
      },
      sinceStartMs: runs.map(({ sinceStart }) => sinceStart),
      sinceLoadingMs: runs.map(({ sinceLoading }) => sinceLoading),
      processorMs: runs.map(({ processor }) => processor),
    };
  } finally {
    rmSync(directory, { recursive: true });
  }
};
