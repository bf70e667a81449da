import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import type { Environment } from '@flaghoist/fleet/environments';
import { type Defect, isDefect } from '@flaghoist/test-kit/plan-differences';
import type { Moto } from '../lib/moto.ts';
import type { Checkout } from './checkout.ts';
import { emulatorDefects } from './emulator-defects.ts';
import { hoist } from './hoist.ts';

export interface ComparedStates {
  readonly compared: number;
  /** `path: values`, of all that nothing allows, without what the emulator does not keep. */
  readonly violations: readonly string[];
  /** Entries of the allow-list that only states need, and these do not. */
  readonly unused: readonly string[];
}

interface ReportedDifference {
  readonly path: string;
  readonly status: string;
  readonly values: Readonly<Record<string, string | null>>;
}

/** Whether the emulator does not keep it: what was applied twice has it again, and what was applied once has not. */
const isDefectAt =
  (path: string) =>
  (defect: Defect): boolean =>
    path.startsWith(`${defect.resource}[`) || path.startsWith(`${defect.resource}.`)
      ? isDefect(defect.resource, path.slice(defect.resource.length).replace(/^(\[\*\])?\./, ''))(defect)
      : false;

/**
 * `hoist parity --states`, of what is applied in each environment.
 *
 * @param read what `terraform show -json` said of plans that have read everything anew, in the environments' order
 */
export const compareApplied = async (
  moto: Moto,
  checkout: Checkout,
  { environments, read }: { readonly environments: readonly Environment[]; readonly read: readonly string[] },
): Promise<ComparedStates> => {
  const folder = join(checkout.root, 'states');
  mkdirSync(folder, { recursive: true });
  for (const [index, { name }] of environments.entries())
    writeFileSync(join(folder, `${name}.json`), read[index] ?? '');
  const sources = dirname(dirname(checkout.stack('application')));
  const report = await hoist(moto, ['parity', '--states', folder, '--sources', sources]);
  const defects = emulatorDefects();
  const differences: readonly ReportedDifference[] = report.differences;
  return {
    compared: report.counts.compared,
    violations: differences
      .filter(({ status, path }) => status === 'violation' && !defects.some(isDefectAt(path)))
      .map(({ path, values }) => `${path}: ${Object.values(values).join(' | ')}`),
    // Whether an entry has ended is told by the day, and not here.
    unused: report.entryProblems.flatMap(({ rule, path }: { rule: string; path: string }) =>
      rule === 'unused' ? [path] : [],
    ),
  };
};
