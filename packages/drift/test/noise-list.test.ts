import fc from 'fast-check';
import { isNoise, isUnmanagedNoise, parseNoiseList } from '../lib/noise-list.ts';
import { lines, recordedPlans, reportOf } from './support/recorded.ts';

const about = '    reason: Time passes.\n    owner: team-platform\n    expires: 2027-06-30\n';
const entry = (text: string, more = about): string => `  - ${text}\n${more}`;
const listOf = (...entries: readonly string[]) =>
  parseNoiseList(`version: 1\nnoise:\n${entries.join('')}`, 'noise.yaml');
const [time] = listOf(entry('type: aws_rds_cluster\n    attribute: latest_restorable_time')).entries;

const restorable = {
  type: 'aws_rds_cluster',
  address: 'module.database.aws_rds_cluster.this',
  path: 'latest_restorable_time',
  class: 'state-only',
  now: '"2026-11-22T00:00:00Z"',
} as const;

const covers = (text: string, found: Partial<Record<keyof typeof restorable, string>> = {}): boolean => {
  const [parsed] = listOf(entry(text)).entries;
  return parsed !== undefined && isNoise(parsed, { ...restorable, ...found } as typeof restorable);
};

describe('an entry', () => {
  it('is about an attribute of a type, and all below it', () => {
    expect(covers('type: aws_rds_cluster\n    attribute: latest_restorable_time')).toBe(true);
    expect(covers('type: aws_rds_cluster\n    attribute: scaling', { path: 'scaling[0].max' })).toBe(true);
    expect(covers('type: aws_rds_cluster\n    attribute: scaling', { path: 'scaling_configuration' })).toBe(false);
    expect(covers('type: aws_rds_cluster\n    attribute: a[*].b', { path: 'a[3].b' })).toBe(true);
    expect(covers('type: aws_rds_cluster\n    attribute: tags.aws*', { path: 'tags.awsApplication' })).toBe(true);
    expect(covers('type: aws_rds_cluster\n    attribute: tags.aws*', { path: 'tags.owner' })).toBe(false);
    expect(covers('type: aws_rds_instance\n    attribute: latest_restorable_time')).toBe(false);
  });

  it('can be about some addresses only', () => {
    const of = (address: string) =>
      covers(`type: aws_rds_cluster\n    attribute: latest_restorable_time\n    address: ${address}`);
    expect(of('module.database.*')).toBe(true);
    expect(of('module.other.*')).toBe(false);
  });

  it('is never about what goes against the configuration, unless it says so', () => {
    const attribute = 'type: aws_rds_cluster\n    attribute: latest_restorable_time';
    expect(covers(attribute, { class: 'configuration' })).toBe(false);
    expect(covers(`${attribute}\n    class: any`, { class: 'configuration' })).toBe(true);
  });

  it('can be about values within bounds only, and what is no number is in none', () => {
    const count = (bounds: string, now: string) =>
      covers(`type: aws_ecs_service\n    attribute: desired_count\n${bounds}`, {
        type: 'aws_ecs_service',
        path: 'desired_count',
        now,
      });
    expect(['0', '1', '7', 'null', '"7"', '(sensitive)'].filter((now) => count('    min: 1', now))).toEqual(['1', '7']);
    expect(['0', '7', '8', 'true', '[]'].filter((now) => count('    max: 7', now))).toEqual(['0', '7']);
  });

  it('is never about a pending change, or a resource that is gone', () => {
    fc.assert(
      fc.property(fc.constantFrom('#existence', '#replacement', '#action', '#address'), (path) => {
        expect(covers('type: aws_rds_cluster\n    attribute: e\n    class: any', { path })).toBe(false);
      }),
    );
    expect(
      covers('type: aws_rds_cluster\n    attribute: latest_restorable_time\n    class: any', { class: 'pending' }),
    ).toBe(false);
  });

  it('can be about resources that no state has', () => {
    const [tasks] = listOf(entry('arn: arn:aws:ecs:*:*:task/*')).entries;
    if (tasks === undefined || time === undefined) throw new Error('no entry');
    expect(isUnmanagedNoise(tasks, 'arn:aws:ecs:eu-west-1:111111111111:task/x/1')).toBe(true);
    expect(isUnmanagedNoise(tasks, 'arn:aws:ecs:eu-west-1:111111111111:task-definition/x')).toBe(false);
    expect(isUnmanagedNoise(time, 'arn:aws:ecs:eu-west-1:111111111111:task/x/1')).toBe(false);
    expect(isNoise(tasks, restorable)).toBe(false);
  });
});

describe('in a report', () => {
  const noise = listOf(
    entry('type: aws_ssm_parameter\n    attribute: version'),
    entry(
      'type: aws_cloudwatch_log_group\n    attribute: retention_in_days\n    class: any',
      '    reason: x\n    owner: y\n    expires: 2026-11-21\n',
    ),
    entry('type: aws_ssm_parameter\n    attribute: value'),
    entry('type: aws_rds_cluster\n    attribute: latest_restorable_time'),
  );
  const report = reportOf(recordedPlans('drifted'), { noise });

  it('does not count, and says which line says so', () => {
    expect(report.findings.find(({ path }) => path === 'version')?.noise).toBe(3);
    expect(report.counts.attributes).toMatchObject({ noise: 1, 'state-only': 2 });
    expect(lines(report)).toHaveLength(10);
  });

  it('counts again from the day after its last on', () => {
    expect(report.findings.find(({ path }) => path === 'retention_in_days')?.noise).toBeNull();
    expect(report.noise.expired.map(({ line, subject }) => `${line} ${subject}`)).toEqual([
      '8 aws_cloudwatch_log_group.retention_in_days',
    ]);
    const dayBefore = reportOf(recordedPlans('drifted'), { noise, day: '2026-11-21' });
    expect(dayBefore.findings.find(({ path }) => path === 'retention_in_days')?.noise).toBe(8);
    expect(dayBefore.noise.expired).toEqual([]);
  });

  it('is told in its last month', () => {
    const ending = listOf(entry('type: aws_ssm_parameter\n    attribute: version'));
    const on = (day: string) =>
      reportOf(recordedPlans('drifted'), { noise: ending, day }).noise.ending.map(({ line }) => line);
    expect([on('2027-05-30'), on('2027-05-31')]).toEqual([[], [3]]);
  });

  it('does not hold while its last day is more than 366 days away', () => {
    const far = listOf(entry('type: aws_ssm_parameter\n    attribute: version'));
    const on = (day: string) => {
      const { findings, noise: told } = reportOf(recordedPlans('drifted'), { noise: far, day });
      return [findings.find(({ path }) => path === 'version')?.noise, told.tooFar.map(({ line }) => line)];
    };
    expect(on('2026-06-28')).toEqual([null, [3]]);
    expect(on('2026-06-29')).toEqual([3, []]);
  });

  it('is told when it covered nothing, as when the configuration minds the change', () => {
    expect(report.noise.unused.map(({ line }) => line)).toEqual([14, 19]);
  });
});
