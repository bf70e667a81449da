import { join } from 'node:path';
import type { Environment } from '@flaghoist/fleet/environments';
import { documentedCommands } from '@flaghoist/terraform/typed-commands';
import { plannedDifferences } from '@flaghoist/test-kit/plan-differences';
import type { Checkout } from './checkout.ts';
import type { Typist } from './typist.ts';

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
  readonly checkout: Checkout;
  readonly environment: Environment;
  readonly typist: Typist;
}

const type = (commands: string, { typist, environment }: Stage): Promise<string> =>
  typist.typeIn(commands, environment);

const asked = async (query: string, what: string, stage: Stage): Promise<readonly string[]> =>
  (await type(`${rds(what)} --query '${query}' --output text`, stage))
    .split(/\s+/)
    .filter((each) => each !== '')
    .sort();

/** As an administrator of the environment's account. */
const rds = (what: string): string => `aws rds ${what} --profile $TF_WORKSPACE --region $region`;

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
      `${rds('create-db-cluster-snapshot')} --db-cluster-identifier ${cluster} --db-cluster-snapshot-identifier ${snapshot}`,
      ...instances.map((each) => `${rds('delete-db-instance')} --db-instance-identifier ${each}`),
      `${rds('delete-db-cluster')} --db-cluster-identifier ${cluster} --skip-final-snapshot`,
    ].join('\n'),
    stage,
  );
  const kept = await asked('DBClusterSnapshots[].DBClusterSnapshotArn', 'describe-db-cluster-snapshots', stage);
  const arn = only(kept.filter((each) => each.endsWith(`:${snapshot}`)));
  const applied = await type(commandsOf(stage, 'A database that is gone', { snapshot: arn }), stage);
  await type(`${rds('delete-db-cluster-snapshot')} --db-cluster-snapshot-identifier ${snapshot}`, stage);
  return lookAfter(stage, clusters, applied);
};
