import { copyFileSync, rmSync } from 'node:fs';
import { dirname, join } from 'node:path';
import type { Environment } from '@flaghoist/fleet/environments';
import { runProgram } from '@flaghoist/tools/run-program';
import { type Moto, motoPython } from '../lib/moto.ts';
import type { Checkout } from './checkout.ts';
import { hoist } from './hoist.ts';
import { type Defect, readDefects } from './plan-differences.ts';
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

/** Whether the emulator alone is to blame: for one attribute, or for the whole of a resource that it cannot keep at all. */
const isDefect =
  ({ address, path }: ReportedFinding) =>
  ({ resource, attribute }: Defect): boolean =>
    resource === address.replace(/\[[^\]]*\]/g, '') &&
    (attribute.startsWith('(') || attribute === path.split(/[.[]/)[0]);

/** moto takes snapshots of a cluster's instances, too, where AWS takes those of the cluster alone. */
const INSTANCE_SNAPSHOT = /:snapshot:rds:/;

/** The interrupted apply left keys that the next one replaced: they wait for their deletion, and moto lists them all the while. */
const REPLACED_KEY = /:kms:[^:]+:\d+:key\//;

const isStray = ({ arn, noise }: { readonly arn: string; readonly noise: number | null }): boolean =>
  noise === null && !INSTANCE_SNAPSHOT.test(arn) && !REPLACED_KEY.test(arn);

/** `hoist drift ENVIRONMENT`, as a detector types it: it may take on the role for drift, and that is all it says. */
export const lookForDrift = async (moto: Moto, checkout: Checkout, { name }: Environment): Promise<FoundDrift> => {
  const application = checkout.stack('application');
  const settings = join(application, 'emulator.auto.tfvars');
  copyFileSync(join(__dirname, 'emulator.tfvars'), settings);
  let report: Awaited<ReturnType<typeof hoist>>;
  try {
    report = await hoist(moto, ['drift', name, '--sources', dirname(dirname(application))]);
  } finally {
    rmSync(settings);
  }
  const defects = readDefects();
  const findings: readonly ReportedFinding[] = report.findings;
  return {
    complete: report.complete,
    findings: findings
      .filter((finding) => finding.noise === null && !defects.some(isDefect(finding)))
      .map((finding) => `${finding.class} ${finding.severity} ${finding.address} ${finding.path}`),
    strays: report.unmanaged.resources.filter(isStray).map(({ arn }: { arn: string }) => arn),
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
