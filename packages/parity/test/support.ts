import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Environment } from '@flaghoist/fleet/environments';
import { shown } from '@flaghoist/plan-reading/tree';
import type { Difference } from '../lib/compare/difference.ts';
import {
  type ComparedEnvironments,
  compareEnvironments,
  type PlannedEnvironment,
} from '../lib/compare-environments.ts';
import { readSources } from '../lib/sources/read-sources.ts';

export const environments: readonly Environment[] = [
  { name: 'dev', region: 'eu-west-1', replicaRegion: 'eu-central-1', account: '111111111111', upstream: null },
  { name: 'staging', region: 'us-west-2', replicaRegion: 'us-east-2', account: '222222222222', upstream: 'dev' },
  { name: 'prod', region: 'us-east-1', replicaRegion: 'us-west-2', account: '333333333333', upstream: 'staging' },
];

/** The sources of the plans. */
export const stackDirectory = join(__dirname, 'plans');
const read = (file: string): string => readFileSync(join(stackDirectory, file), 'utf8');

/** Real plans of test/plans/main.tf: the same sources with inputs of each environment. */
export const planned = (): readonly PlannedEnvironment[] =>
  environments.map((environment) => ({
    environment,
    planText: read(`${environment.name}.plan`),
    lockText: read('terraform.lock.hcl'),
  }));

/** The same with the last environment's plan text changed. */
export const plannedWith = (change: (text: string) => string): readonly PlannedEnvironment[] =>
  planned().map((each, index) => (index === 2 ? { ...each, planText: change(each.planText) } : each));

/** What the fixture's inputs make different. */
export const meant = [
  'module.store.aws_cloudwatch_log_group.this.retention_in_days',
  'var.desired_count',
  'var.retention_days',
];

const line = ({ path, instance, values }: Difference): string =>
  `${path}${instance === '' ? '' : ` ${instance}`}: ${values.map((tree) => (tree === undefined ? '-' : shown(tree))).join(' | ')}`;

export const compare = async (all: readonly PlannedEnvironment[]): Promise<ComparedEnvironments> =>
  compareEnvironments(all, { sources: await readSources(stackDirectory) });

/** Differences beyond those that are meant, a line each. */
export const unexpected = async (all: readonly PlannedEnvironment[]): Promise<readonly string[]> =>
  (await compare(all)).differences.filter(({ path }) => !meant.includes(path)).map(line);
