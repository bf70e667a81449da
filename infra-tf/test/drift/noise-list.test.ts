import { globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { isNoise, isUnmanagedNoise, parseNoiseList } from '@flaghoist/drift/noise-list';
import { fleetBeside } from '@flaghoist/fleet/environments';

const lib = join(__dirname, '..', '..', 'lib');
const { entries } = parseNoiseList(
  readFileSync(join(fleetBeside(lib), 'drift-noise.yaml'), 'utf8'),
  'drift-noise.yaml',
);
// Not everything below: links of members lead from one to another, 780,000 places in all.
const sources = globSync('{modules,stacks}/*/*.tf', { cwd: lib })
  .map((name) => readFileSync(join(lib, name), 'utf8'))
  .join('\n');

it('has entries, each about a type that the sources have', () => {
  const types = entries.flatMap((entry) => ('arn' in entry ? [] : [entry.type]));
  expect(types.length).toBeGreaterThan(0);
  expect(types.filter((type) => !sources.includes(`resource "${type}"`))).toEqual([]);
});

it('never quietens what goes against the configuration', () => {
  expect(entries.filter((entry) => !('arn' in entry) && entry.class === 'any')).toEqual([]);
});

it('quietens no tag and nothing that decides who gets in', () => {
  const decisive = /tags|policy|public|cidr|ingress|egress|encrypt|kms|principal|role/;
  expect(entries.filter((entry) => !('arn' in entry) && decisive.test(entry.attribute))).toEqual([]);
});

it.each([
  ['an automated snapshot', 'rds:eu-west-1:111111111111:cluster-snapshot:rds:x-cluster-2026-11-22', true],
  ['a snapshot of AWS Backup', 'rds:eu-west-1:111111111111:cluster-snapshot:awsbackup:job-1', true],
  ['a snapshot taken by hand', 'rds:eu-west-1:111111111111:cluster-snapshot:by-hand', false],
  ['a revision of a task definition', 'ecs:eu-west-1:111111111111:task-definition/x-flags-task-a1:3', false],
])('of what no state has, %s', (_case, rest, quiet) => {
  expect(entries.some((entry) => isUnmanagedNoise(entry, `arn:aws:${rest}`))).toBe(quiet);
});

it('lets autoscaling set any number of tasks but none', () => {
  const service = {
    type: 'aws_ecs_service',
    address: 'module.service.aws_ecs_service.this',
    path: 'desired_count',
    class: 'state-only',
  } as const;
  const quiet = (now: string) => entries.some((entry) => isNoise(entry, { ...service, now }));
  expect(['0', '1', '9'].map(quiet)).toEqual([false, true, true]);
});

it('lets AWS say how a batch went, but not that a source of events is off', () => {
  const source = {
    type: 'aws_lambda_event_source_mapping',
    address: 'module.function["rollback.judge"].aws_lambda_event_source_mapping.queue["region-verdicts"]',
    class: 'state-only',
    now: '"x"',
  } as const;
  const quiet = (path: string) => entries.some((entry) => isNoise(entry, { ...source, path }));
  expect(['last_processing_result', 'state', 'enabled', 'function_arn'].map(quiet)).toEqual([
    true,
    false,
    false,
    false,
  ]);
});
