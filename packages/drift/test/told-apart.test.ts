import { readPlan } from '@flaghoist/plan-reading/plan';
import { alarming } from '../lib/report.ts';
import { plansAfter, told } from './support/changed.ts';
import { reportOf } from './support/recorded.ts';

const plan = (more: object = {}) =>
  readPlan(JSON.stringify({ format_version: '1.2', terraform_version: '1.11.4', ...more }), 'plan');
const plans = (more: object) => ({ refresh: plan(), normal: plan(more) });

describe('check blocks', () => {
  const check = (status: string, kind = 'check') => ({
    address: { kind, to_display: `${kind}.health` },
    status,
    instances: [{ address: {}, status, problems: [{ message: 'The service does not answer.' }] }],
  });

  it('that fail are told with what they say, and are no yes', () => {
    const both = { refresh: plan({ checks: [check('fail')] }), normal: plan({ checks: [check('fail')] }) };
    const report = reportOf(both);
    expect(report.checks).toEqual([
      { address: 'check.health', problems: ['The service does not answer.'], concern: 'check', severity: 'medium' },
    ]);
    expect(report.complete).toBe(true);
    expect(['medium', 'high'].map((level) => alarming(report, level as 'medium').length)).toEqual([1, 0]);
  });

  it.each([
    ['hold', check('pass')],
    ['are not decided before an apply', check('unknown')],
    ['are conditions of something else, which the plan tells itself', check('fail', 'resource')],
  ])('that %s are not told', (_case, each) => {
    expect(reportOf(plans({ checks: [each] })).checks).toEqual([]);
  });
});

describe('a plan that is not the whole plan', () => {
  it('leaves unread what was put off, and says why', () => {
    const deferred_changes = [{ reason: 'provider_config_unknown', resource_change: { address: 'aws_x.y' } }];
    const report = reportOf(plans({ complete: false, deferred_changes }));
    expect(report.complete).toBe(false);
    expect(report.unread).toEqual([
      { address: 'aws_x.y', reason: expect.stringContaining('how to reach its provider') },
    ]);
  });

  it('leaves unread each instance of what was put off as a whole', () => {
    const address = (key: string) => `module.a["x"].aws_x.y["${key}"]`;
    const values = { a: 1 };
    const resources = ['1', '2'].map((key) => ({ address: address(key), type: 'aws_x', mode: 'managed', values }));
    const deferred_changes = [
      { reason: 'instance_count_unknown', resource_change: { address: 'module.a[*].aws_x.y[*]' } },
    ];
    const report = reportOf({
      refresh: plan({ prior_state: { values: { root_module: { resources } } } }),
      normal: plan({ deferred_changes }),
    });
    expect(report.counts.resources).toMatchObject({ clean: 0, unread: 2 });
  });

  it('says a reason that nobody knows as Terraform does', () => {
    const deferred_changes = [{ reason: 'constructor', resource_change: { address: 'aws_x.y' } }];
    expect(reportOf(plans({ deferred_changes })).unread).toEqual([
      { address: 'aws_x.y', reason: 'Terraform put it off: constructor' },
    ]);
  });

  it('is not complete, although it does not say why', () => {
    const report = reportOf(plans({ complete: false }));
    expect(report.complete).toBe(false);
    expect(report.unread).toEqual([{ address: '(the whole root)', reason: expect.stringContaining('incomplete') }]);
  });

  it('that failed says itself what is missing', () => {
    expect(reportOf(plans({ complete: false, errored: true })).unread).toEqual([]);
  });
});

describe('a provider that reads more', () => {
  const gained = (type: string, count: number, now: (index: number) => unknown = () => 'eu-west-1') =>
    Array.from({ length: count }, (_, index) => ({
      type,
      address: `${type}.r${String(index).padStart(3, '0')}`,
      before: { name: `n${index}` },
      after: { name: `n${index}`, region: now(index) },
    }));

  it('is one finding for each type and attribute, with all addresses', () => {
    const regions = (index: number) => (index % 2 === 0 ? 'eu-west-1' : 'eu-central-1');
    const report = reportOf(plansAfter([...gained('aws_a', 200, regions), ...gained('aws_b', 5)]));
    expect(report.findings.map(({ address, path, also }) => `${address} ${path} +${also.length}`)).toEqual([
      'aws_a.r000 region +199',
      'aws_b.r000 region +4',
    ]);
    expect(alarming(report, 'low')).toHaveLength(2);
    expect(report.counts.resources['state-only']).toBe(205);
  });

  it('is one finding, too, where a default changes', () => {
    const changes = gained('aws_a', 4).map((each) => ({ ...each, before: { mode: 'a' }, after: { mode: 'b' } }));
    expect(reportOf(plansAfter(changes)).findings).toHaveLength(1);
  });

  it('hides nothing that is bad, is different, or is of few', () => {
    const open = gained('aws_a', 4).map((each) => ({
      ...each,
      before: { publicly_accessible: null },
      after: { publicly_accessible: true },
    }));
    expect(reportOf(plansAfter(open)).findings).toHaveLength(4);
    const different = gained('aws_a', 4).map((each, index) => ({
      ...each,
      before: { size: 0 },
      after: { size: index + 1 },
    }));
    expect(reportOf(plansAfter(different)).findings).toHaveLength(4);
    expect(reportOf(plansAfter(gained('aws_a', 2))).findings).toHaveLength(2);
  });
});

describe('policies that say the same', () => {
  const statement = (more: object = {}) => ({
    Effect: 'Allow',
    Principal: { AWS: ['arn:aws:iam::111111111111:role/a', 'arn:aws:iam::111111111111:role/b'] },
    Action: ['s3:GetObject', 's3:PutObject'],
    Resource: ['arn:aws:s3:::b', 'arn:aws:s3:::b/*'],
    Condition: { Bool: { 'aws:SecureTransport': 'true' }, StringEquals: { 'aws:SourceAccount': ['1', '2'] } },
    ...more,
  });
  const policy = (...statements: readonly object[]) => ({
    policy: JSON.stringify({ Version: '2012-10-17', Statement: statements }),
  });
  const one = { Sid: 'One', Effect: 'Allow', Principal: '*', Action: 's3:GetObject', Resource: '*' };

  it.each([
    [
      'principals in another order',
      policy(statement()),
      policy(
        statement({ Principal: { AWS: ['arn:aws:iam::111111111111:role/b', 'arn:aws:iam::111111111111:role/a'] } }),
      ),
    ],
    ['actions in another order', policy(statement()), policy(statement({ Action: ['s3:PutObject', 's3:GetObject'] }))],
    [
      'resources in another order',
      policy(statement()),
      policy(statement({ Resource: ['arn:aws:s3:::b/*', 'arn:aws:s3:::b'] })),
    ],
    [
      'values of a condition in another order',
      policy(statement()),
      policy(
        statement({
          Condition: { StringEquals: { 'aws:SourceAccount': ['2', '1'] }, Bool: { 'aws:SecureTransport': 'true' } },
        }),
      ),
    ],
    ['a list of one and its element', policy(one), policy({ ...one, Action: ['s3:GetObject'], Resource: ['*'] })],
    [
      'a list of one statement and the statement',
      policy(one),
      { policy: JSON.stringify({ Version: '2012-10-17', Statement: one }) },
    ],
    ['everybody, in both ways', policy(one), policy({ ...one, Principal: { AWS: ['*'] } })],
    [
      'an account and its root',
      policy({ ...one, Principal: { AWS: '111111111111' } }),
      policy({ ...one, Principal: { AWS: 'arn:aws:iam::111111111111:root' } }),
    ],
    [
      'true as a text',
      policy({ ...one, Condition: { Bool: { a: true } } }),
      policy({ ...one, Condition: { Bool: { a: 'true' } } }),
    ],
    ['an empty name', policy({ ...one, Sid: undefined }), policy({ ...one, Sid: '' })],
    ['statements in another order', policy(one, statement()), policy(statement(), one)],
  ])('are no drift: %s', (_case, before, after) => {
    expect(told('aws_s3_bucket_policy', before, after)).toBe('nothing');
  });

  it('are told apart where they do not, beside what is only in another order', () => {
    const { findings } = reportOf(
      plansAfter([
        {
          type: 'aws_s3_bucket_policy',
          before: policy(statement()),
          after: policy(statement({ Action: ['s3:PutObject', 's3:DeleteObject'] })),
        },
      ]),
    );
    expect(findings.map(({ path, recorded, now }) => `${path}: ${recorded} → ${now}`)).toEqual([
      'policy.Statement[0].Action[0]: "s3:GetObject" → "s3:DeleteObject"',
    ]);
  });

  it('keep the order of lists that are none of a policy', () => {
    expect(told('aws_x', { command: ['b', 'a'] }, { command: ['a', 'b'] })).not.toBe('nothing');
  });
});
