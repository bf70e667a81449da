import { dirname, join } from 'node:path';
import type { Environment } from '@flaghoist/fleet/environments';
import { type Defect, isDefect } from '@flaghoist/test-kit/plan-differences';
import { runProgram } from '@flaghoist/tools/run-program';
import { type Moto, motoPython } from '../lib/moto.ts';
import type { Checkout } from './checkout.ts';
import { emulatorDefects } from './emulator-defects.ts';
import { hoist } from './hoist.ts';
import { isLeavingKey } from './leaving-keys.ts';
import type { StateBackend } from './state-backend.ts';

export interface FoundDrift {
  readonly complete: boolean;
  /** `class severity address path`, the worst first, without what the emulator does not keep. */
  readonly findings: readonly string[];
  /** ARNs of what no state has. */
  readonly strays: readonly string[];
}

interface ReportedFinding {
  readonly address: string;
  readonly path: string;
  readonly class: string;
  readonly severity: string;
  readonly noise: number | null;
}

/** Of what would be replaced, all is to be set again. */
const isSetAgain =
  ({ address, class: kind }: ReportedFinding) =>
  ({ resource, forced_by: forcedBy }: Defect): boolean =>
    kind === 'pending' && forcedBy !== undefined && resource === address;

/** moto takes snapshots of a cluster's instances, too, where AWS takes those of the cluster alone. */
const INSTANCE_SNAPSHOT = /:snapshot:rds:/;

/**
 * What no state has and nobody knows of. The interrupted apply left keys that the next one replaced: they wait for their
 * deletion, and are listed all the while.
 */
const straysOf = async (
  resources: readonly { readonly arn: string; readonly noise: number | null }[],
  moto: Moto,
  role: string,
): Promise<readonly string[]> => {
  const arns = resources.flatMap(({ arn, noise }) => (noise === null && !INSTANCE_SNAPSHOT.test(arn) ? [arn] : []));
  const leaving = await Promise.all(arns.map((arn) => isLeavingKey(moto, role, arn)));
  return arns.filter((_arn, index) => leaving[index] !== true);
};

/**
 * `hoist drift ENVIRONMENT`, as a detector types it: it may take on the role for drift, and that is all it says. What the emulator lacks
 * stands in a file beside the stack.
 *
 * @param backend the role that deploys, which is asked what becomes of keys
 */
export const lookForDrift = async (
  moto: Moto,
  checkout: Checkout,
  { name }: Environment,
  { role }: Pick<StateBackend, 'role'>,
): Promise<FoundDrift> => {
  const sources = dirname(dirname(checkout.stack('application')));
  const report = await hoist(moto, ['drift', name, '--sources', sources]);
  if (report.findings === undefined) throw new Error(`nothing was found out: ${JSON.stringify(report)}`);
  const defects = emulatorDefects();
  const findings: readonly ReportedFinding[] = report.findings;
  return {
    complete: report.complete,
    findings: findings
      .filter((finding) => finding.noise === null && !defects.some(isDefect(finding.address, finding.path)))
      .filter((finding) => !defects.some(isSetAgain(finding)))
      .map((finding) => `${finding.class} ${finding.severity} ${finding.address} ${finding.path}`),
    strays: await straysOf(report.unmanaged.resources, moto, role),
  };
};

/** Changes an environment behind Terraform's back, or takes away again what Terraform would not. */
export const behindTerraform = async (
  what: 'plant' | 'tidy',
  moto: Moto,
  { name, region }: Environment,
  { role }: Pick<StateBackend, 'role'>,
): Promise<void> => {
  const { exitCode, stderr } = await runProgram(
    motoPython(),
    [join(__dirname, 'plant.py'), what, moto.endpoint, region, role, name],
    { directory: __dirname, variables: process.env },
  );
  if (exitCode !== 0) throw new Error(stderr);
};
