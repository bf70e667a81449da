import { chmodSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Environment } from '@flaghoist/fleet/environments';
import { documentedCommands, typeIn } from '@flaghoist/terraform/typed-commands';
import { plannedDifferences } from '@flaghoist/test-kit/plan-differences';
import { type Moto, motoPython } from '../lib/moto.ts';
import type { Checkout } from './checkout.ts';
import type { StateBackend } from './state-backend.ts';

export interface Restored {
  /** Clusters of the environment's account and region, before and after. */
  readonly clusters: readonly string[];
  readonly after: readonly string[];
  /** Instances that the new cluster has. */
  readonly members: readonly string[];
  /** What Terraform did. */
  readonly applied: string;
  /** What a plan would change afterwards, without the variable. */
  readonly differences: readonly string[];
}

interface Stage {
  readonly moto: Moto;
  readonly checkout: Checkout;
  readonly environment: Environment;
  /** The role of who deploys, which whoever types has in the account. */
  readonly backend: Pick<StateBackend, 'role'>;
  /** Of `awsProgram`. */
  readonly programs: string;
}

/** Makes a folder with a program `aws`, for all who type commands of a README: written anew, it would be empty for those who start it just then. */
export const awsProgram = ({ root }: Checkout): string => {
  const folder = join(root, 'bin');
  mkdirSync(folder, { recursive: true });
  const file = join(folder, 'aws');
  writeFileSync(file, `#!/bin/sh\nexec ${motoPython()} -B ${join(__dirname, 'aws.py')} "$@"\n`);
  chmodSync(file, 0o755);
  return folder;
};

/** Types commands in an environment of the stack `application`. @returns what they print */
const type = async (commands: string, { moto, checkout, environment, backend, programs }: Stage): Promise<string> => {
  const directory = checkout.stack('application');
  const { exitCode, stdout, stderr } = await typeIn(commands, {
    directory,
    machine: process.env,
    variables: {
      ...moto.variables,
      PATH: `${programs}:${process.env['PATH']}`,
      ROLE: backend.role,
      TF_WORKSPACE: environment.name,
      TF_DATA_DIR: join(directory, `.terraform-${environment.name}`),
      region: environment.region,
    },
  });
  if (exitCode !== 0) throw new Error(`${commands}\nended with ${exitCode}:\n${stdout}${stderr}`);
  return stdout;
};

const asked = async (query: string, what: string, stage: Stage): Promise<readonly string[]> =>
  (await type(`aws rds ${what} --region $region --query '${query}' --output text`, stage))
    .split(/\s+/)
    .filter((each) => each !== '')
    .sort();

const clustersOf = (stage: Stage) => asked('DBClusters[].DBClusterIdentifier', 'describe-db-clusters', stage);
const instancesOf = (stage: Stage) => asked('DBInstances[].DBInstanceIdentifier', 'describe-db-instances', stage);

const only = ([one, ...more]: readonly string[]): string => {
  if (one === undefined || more.length > 0) throw new Error(`there should be one cluster: ${[one, ...more]}`);
  return one;
};

/** The commands of the stack's README, with names in the place of those that it leaves open. */
const commandsOf = ({ checkout }: Stage, heading: string, names: Readonly<Record<string, string>>, block = 0): string =>
  Object.entries(names).reduce(
    (text, [name, value]) => text.replaceAll(`<${name}>`, value),
    documentedCommands(join(checkout.stack('application'), 'README.md'), heading, block),
  );

/** A line that names an instance is typed for each. */
const forEach = (instances: readonly string[], commands: string): string =>
  commands
    .split('\n')
    .flatMap((line) =>
      line.includes('<instance>') ? instances.map((each) => line.replaceAll('<instance>', each)) : line,
    )
    .join('\n');

const lookAfter = async (stage: Stage, clusters: readonly string[], applied: string): Promise<Restored> => {
  const plan = `terraform plan -var-file=environments/$TF_WORKSPACE.tfvars -out=restored-${stage.environment.name}.tfplan`;
  await type(plan, stage);
  return {
    clusters,
    after: await clustersOf(stage),
    members: await instancesOf(stage),
    applied,
    differences: plannedDifferences(
      await type(`terraform show -json restored-${stage.environment.name}.tfplan`, stage),
    ),
  };
};

const SPOILT = 'A database that is lost or spoilt';

/** A database whose data are spoilt: it goes aside, one begins with what was, and then it goes. */
export const restoreSpoilt = async (stage: Stage): Promise<Restored> => {
  const clusters = await clustersOf(stage);
  const instances = await instancesOf(stage);
  const names = { cluster: only(clusters), time: '2026-12-24T06:00:00Z' };
  const applied = await type(forEach(instances, commandsOf(stage, SPOILT, names)), stage);
  await type(forEach(instances, commandsOf(stage, SPOILT, names, 1)), stage);
  return lookAfter(stage, clusters, applied);
};

/** A database that somebody deleted: one begins with a snapshot. */
export const restoreDeleted = async (stage: Stage): Promise<Restored> => {
  const clusters = await clustersOf(stage);
  const cluster = only(clusters);
  const snapshot = `${cluster}-kept`;
  const instances = await instancesOf(stage);
  await type(
    [
      `aws rds create-db-cluster-snapshot --region $region --db-cluster-identifier ${cluster} --db-cluster-snapshot-identifier ${snapshot}`,
      ...instances.map((each) => `aws rds delete-db-instance --region $region --db-instance-identifier ${each}`),
      `aws rds delete-db-cluster --region $region --db-cluster-identifier ${cluster} --skip-final-snapshot`,
    ].join('\n'),
    stage,
  );
  const kept = await asked('DBClusterSnapshots[].DBClusterSnapshotArn', 'describe-db-cluster-snapshots', stage);
  const arn = only(kept.filter((each) => each.endsWith(`:${snapshot}`)));
  const applied = await type(commandsOf(stage, 'A database that is gone', { snapshot: arn }), stage);
  await type(`aws rds delete-db-cluster-snapshot --region $region --db-cluster-snapshot-identifier ${snapshot}`, stage);
  return lookAfter(stage, clusters, applied);
};
