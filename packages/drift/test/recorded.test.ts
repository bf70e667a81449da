import { collectPlanEvents } from '../lib/plan-events.ts';
import { lines, recordedEvents, recordedPlans, recordedTexts, reportOf } from './support/recorded.ts';

// Plans of Terraform 1.11.4 and provider 5.100.0 over real resources on an emulator; infra-tf/test/drift makes the same ones.

describe('after an apply, with a change merged and not applied', () => {
  const report = reportOf(recordedPlans('pending'));

  it('has nothing but the pending change', () => {
    expect(lines(report)).toEqual([
      'pending medium aws_cloudwatch_log_group.web retention_in_days',
      'pending low output.retention_days value',
    ]);
    expect(report.findings[0]).toMatchObject({ recorded: '30', now: '30', configured: '60' });
  });

  it('takes what resources of their own account for as no drift', () => {
    expect(report.counts.resources).toEqual({ clean: 10, pending: 1, 'state-only': 0, configuration: 0, unread: 0 });
    expect(report.counts.attributes.explained).toBe(3);
  });
});

describe('after changes behind Terraform', () => {
  const report = reportOf(recordedPlans('drifted'));
  const valuesOf = (address: string, path: string) => {
    const { recorded, now, configured } = report.findings.find(
      (each) => each.address === address && each.path === path,
    ) ?? { recorded: '', now: '', configured: '' };
    return [recorded, now, configured];
  };

  it('tells each, the worst first', () => {
    expect(lines(report)).toEqual([
      'configuration critical aws_s3_bucket_public_access_block.evidence block_public_policy',
      'state-only critical aws_security_group.web ingress[*]',
      'configuration high aws_s3_bucket_server_side_encryption_configuration.evidence rule[0].apply_server_side_encryption_by_default[0].sse_algorithm',
      'configuration high aws_cloudwatch_log_group.web retention_in_days',
      'configuration high aws_sns_topic.this["alarms"] #existence',
      'configuration high aws_ssm_parameter.password value',
      'state-only high aws_iam_role.task inline_policy[*]',
      'state-only medium aws_ssm_parameter.password version',
      'configuration low output.retention_days value',
      'configuration low aws_s3_bucket.evidence tags.cost-center',
    ]);
  });

  it('tells old, new and configured values', () => {
    expect(valuesOf('aws_cloudwatch_log_group.web', 'retention_in_days')).toEqual(['30', '1', '30']);
    expect(valuesOf('aws_s3_bucket.evidence', 'tags.cost-center')).toEqual([
      '"platform-1001"',
      '"nobody"',
      '"platform-1001"',
    ]);
    expect(valuesOf('aws_sns_topic.this["alarms"]', '#existence')).toEqual(['"present"', '"absent"', '"present"']);
  });

  it('tells only the rule and the policy that nobody accounts for', () => {
    const [, rule] = valuesOf('aws_security_group.web', 'ingress[*]');
    expect(rule).toContain('"from_port":22');
    expect(rule).not.toContain('443');
    expect(valuesOf('aws_iam_role.task', 'inline_policy[*]')[1]).toContain('"name":"by-hand"');
  });

  it('shows no secret', () => {
    expect(valuesOf('aws_ssm_parameter.password', 'value')).toEqual(['(sensitive)', '(sensitive)', '(sensitive)']);
    const [refresh] = recordedTexts('drifted');
    expect(refresh).toContain('as somebody wrote it');
    expect(JSON.stringify(report)).not.toMatch(/as (terraform|somebody) wrote it/);
  });

  it('counts resources by their worst class', () => {
    expect(report.counts.resources).toEqual({ clean: 3, pending: 0, 'state-only': 2, configuration: 6, unread: 0 });
    expect(report.complete).toBe(true);
  });
});

// The same changes, then an ordinary apply, which puts back what is configured and writes what it read into the state.
describe('after changes behind Terraform and an apply', () => {
  const report = reportOf(recordedPlans('taken-in'));

  it('still tells what nobody asked for, as bad as before, and that the state has it', () => {
    expect(report.findings.filter(({ takenIntoState }) => takenIntoState)).toMatchObject([
      {
        address: 'aws_security_group.web',
        path: 'ingress[*]',
        class: 'state-only',
        severity: 'critical',
        concern: 'public access',
        now: expect.stringContaining('"from_port":22'),
        recorded: expect.stringContaining('"from_port":22'),
      },
      {
        address: 'aws_iam_role.task',
        path: 'inline_policy[*]',
        class: 'state-only',
        severity: 'high',
        concern: 'identity',
        now: expect.stringContaining('"name":"by-hand"'),
      },
    ]);
  });

  it('tells nothing else, nor that the apply put back a rule', () => {
    expect(lines(report)).toEqual([
      'state-only critical aws_security_group.web ingress[*]',
      'state-only high aws_iam_role.task inline_policy[*]',
    ]);
  });
});

describe('when a resource could not be read', () => {
  const topic = 'aws_sns_topic.this["unreadable"]';

  it('reads from the events which one, and why', () => {
    const events = collectPlanEvents();
    // Output comes in pieces that know nothing of lines.
    for (const piece of recordedEvents().match(/.{1,100}/gs) ?? []) events.push(piece);
    const { read, errors } = events.end();
    expect(read.size).toBe(10);
    expect(read.has(topic)).toBe(false);
    expect(errors).toEqual([{ address: topic, text: expect.stringContaining('AuthorizationError') }]);
  });

  it('is unread, and the rest is told all the same', () => {
    const plans = recordedPlans('unreadable');
    expect(plans.refresh.errored).toBe(true);
    const report = reportOf(plans, { unread: [{ address: topic, reason: 'not allowed' }], finished: false });
    expect(report.complete).toBe(false);
    expect(report.counts.resources.unread).toBe(1);
    expect(lines(report).filter((line) => line.startsWith('configuration critical'))).toHaveLength(1);
    expect(lines(report).join()).not.toContain('unreadable');
  });
});
