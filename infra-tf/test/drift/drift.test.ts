import { cpSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { runProgram as runHoist } from '@flaghoist/cli/program';
import { type Moto, motoPython, startMoto } from '@flaghoist/emulator/moto';
import { forgetProviderHashes } from '@flaghoist/terraform/provider-lock';
import { openTerraform } from '@flaghoist/terraform/terraform';
import { findTerraform } from '@flaghoist/tools/find-terraform';
import { needs } from '@flaghoist/tools/needs';
import { runProgram } from '@flaghoist/tools/run-program';
import { startWatchingProxy, type WatchingProxy } from './watching-proxy.ts';

const { it } = needs(() => [findTerraform(process.env), motoPython()], process.env);

const environment = 'drift-test';
const region = 'eu-west-1';
const unreadable = `${environment}-drift-unreadable`;

let moto: Moto;
let proxy: WatchingProxy;
let directory: string;

const noise = `version: 1
noise:
  - type: aws_ssm_parameter
    attribute: version
    reason: Follows from the value.
    owner: team-platform
    expires: 2027-06-30
  - type: aws_cloudwatch_log_group
    attribute: retention_in_days
    class: any
    reason: It was allowed once.
    owner: team-platform
    expires: 2020-01-01
`;

beforeAll(async () => {
  moto = await startMoto('111111111111');
  proxy = await startWatchingProxy(
    moto.endpoint,
    (action, body) =>
      (action === 'GetTopicAttributes' && body.includes(unreadable) && refusing) ||
      (action === 'PutRetentionPolicy' && failing),
  );
  directory = mkdtempSync(join(tmpdir(), 'flaghoist-drift-test-'));
  cpSync(join(__dirname, 'root'), directory, { recursive: true });
  writeFileSync(join(directory, 'noise.yaml'), noise);
  writeFileSync(
    join(directory, 'values.tfvars'),
    `environment = "${environment}"\nregion = "${region}"\nretention_days = 30\ninternal_cidr = "10.0.0.0/16"\n`,
  );
  const terraform = await openTerraform(process.env);
  await terraform.expect(['init', '-no-color'], { directory });
  forgetProviderHashes(directory);
  await terraform.expect(['apply', '-auto-approve', '-no-color', '-var-file=values.tfvars'], {
    directory,
    variables: moto.variables,
  });
});

afterAll(async () => {
  await proxy.stop();
  await moto.stop();
  rmSync(directory, { recursive: true, force: true });
});

let refusing = false;
let failing = false;

/** `hoist`, with credentials and an address that lead through the proxy. */
const hoist = async (...args: readonly string[]) => {
  let stdout = '';
  let stderr = '';
  const exitCode = await runHoist(
    [...args],
    {
      stdout: { write: (text) => (stdout += text) },
      stderr: { write: (text) => (stderr += text) },
      noColour: true,
      variables: { ...process.env, ...moto.variables, AWS_ENDPOINT_URL: proxy.endpoint },
    },
    new AbortController().signal,
  );
  if (stdout === '') throw new Error(`hoist ${args[0]} ended with ${exitCode}:\n${stderr}`);
  return { exitCode, stdout, document: JSON.parse(stdout) };
};

const target = (): readonly string[] => [
  ...['--root', directory, '--workspace', 'default', '--at', '2026-11-22T00:00Z'],
  ...['--var-file', join(directory, 'values.tfvars'), '--noise', join(directory, 'noise.yaml')],
];

/** `hoist drift --json` with credentials and an address that lead through the proxy. */
const drift = async (...args: readonly string[]) => {
  const ran = await hoist('drift', environment, '--json', '--region', region, ...target(), ...args);
  const { exitCode, stdout, document: report } = ran;
  const lines: readonly string[] = report.findings.map(
    (finding: Record<string, string>) =>
      `${finding['class']} ${finding['severity']} ${finding['address']} ${finding['path']}`,
  );
  return { exitCode, report, lines, stdout };
};

it('finds nothing after an apply but a change that is merged and not applied', async () => {
  const { exitCode, report, lines } = await drift('--var', 'retention_days=60');
  expect(lines).toEqual([
    'pending medium aws_cloudwatch_log_group.web retention_in_days',
    'pending low output.retention_days value',
  ]);
  expect(report).toMatchObject({
    complete: true,
    alarms: 0,
    unmanaged: { searched: true, resources: [], unknown: [] },
  });
  expect(exitCode).toBe(0);
});

describe('after real resources were changed behind Terraform', () => {
  let found: Awaited<ReturnType<typeof drift>>;

  beforeAll(async () => {
    const { exitCode, stderr } = await runProgram(
      motoPython(),
      [join(__dirname, 'change.py'), moto.endpoint, region, environment],
      { directory, variables: process.env },
    );
    if (exitCode !== 0) throw new Error(stderr);
    refusing = true;
    found = await drift('--fail-on', 'high');
  });

  it('tells every change by class and severity, the worst first', () => {
    expect(found.lines).toEqual([
      'configuration critical aws_s3_bucket_public_access_block.evidence block_public_policy',
      'configuration critical aws_vpc_security_group_ingress_rule.https cidr_ipv4',
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
    expect(found.exitCode).toBe(1);
  });

  it('tells old and new values, and no secret', () => {
    expect(found.report.findings).toEqual(
      expect.arrayContaining([
        expect.objectContaining({ path: 'retention_in_days', recorded: '30', now: '1', configured: '30' }),
        expect.objectContaining({ path: 'tags.cost-center', recorded: '"platform-1001"', now: '"nobody"' }),
        expect.objectContaining({ path: 'value', recorded: '(sensitive)', now: '(sensitive)' }),
      ]),
    );
    expect(found.stdout).not.toMatch(/as (terraform|somebody) wrote it/);
  });

  it('does not take a resource that it could not read for a clean one', () => {
    expect(found.report.complete).toBe(false);
    expect(found.report.unread).toEqual([
      { address: 'aws_sns_topic.this["unreadable"]', reason: expect.stringContaining('not allowed') },
    ]);
    expect(found.report.counts.resources).toMatchObject({ clean: 2, unread: 1 });
  });

  it('finds what no state has, by its tag', () => {
    expect(found.report.unmanaged.resources.map(({ arn }: { arn: string }) => arn)).toEqual([
      expect.stringContaining(`:${environment}-by-hand`),
    ]);
  });

  it('keeps known noise apart, and counts it again once its entry is expired', () => {
    const byPath = Object.fromEntries(
      found.report.findings.map(({ path, noise: line }: { path: string; noise: number | null }) => [path, line]),
    );
    expect(byPath).toMatchObject({ version: 3, retention_in_days: null });
    expect(found.report.noise.expired).toEqual([expect.objectContaining({ line: 8 })]);
  });

  it('has only looked', () => {
    const writing = proxy.calls.filter((call) => !/^\S+ (Get|List|Describe|GET|HEAD)/.test(call));
    expect(writing).toEqual([]);
    expect(proxy.calls).toEqual(expect.arrayContaining(['sns GetTopicAttributes', 's3 GET', 'tagging GetResources']));
  });

  describe('put back by hoist remediate', () => {
    const harmless = [
      'aws_cloudwatch_log_group.web mending',
      'aws_s3_bucket.evidence mending',
      'aws_s3_bucket_public_access_block.evidence closing',
      'aws_s3_bucket_server_side_encryption_configuration.evidence mending',
      'aws_sns_topic.this["alarms"] mending',
      'aws_vpc_security_group_ingress_rule.https closing',
    ];
    /** Also of what the plan needs, and therefore reads: the group of the rule. */
    const leftToPeople = [
      'state-only critical aws_security_group.web ingress[*]',
      'configuration high aws_ssm_parameter.password value',
      'state-only high aws_iam_role.task inline_policy[*]',
      'state-only medium aws_ssm_parameter.password version',
    ];
    /** A checkout of its own, where the policy asks about what is more than closing, or about nothing. */
    /** What to do without a word: all, nothing, or to close what somebody opened. */
    const policies = { auto: ['auto', 'auto'], ask: ['ask', 'ask'], shipped: ['auto', 'ask'] } as const;
    const remediate = async (policy: keyof typeof policies, ...args: readonly string[]) => {
      const [closing, mending] = policies[policy];
      const fleet = join(directory, 'checkout', 'fleet');
      mkdirSync(fleet, { recursive: true });
      for (const name of ['environments.json', 'people.json']) {
        cpSync(join(__dirname, '..', '..', '..', 'fleet', name), join(fleet, name));
      }
      writeFileSync(join(fleet, 'remediation.json'), JSON.stringify({ default: { closing, mending, attempts: 2 } }));
      const sources = join(directory, 'checkout', 'infra-tf', 'lib');
      mkdirSync(sources, { recursive: true });
      return hoist('remediate', environment, '--json', '--sources', sources, ...target(), ...args);
    };
    const named = (verdicts: readonly { address: string; remedy: string; refused: readonly string[] }[]) =>
      verdicts.map(({ address, remedy, refused }) => [address, remedy, ...refused].join(' '));

    beforeAll(() => {
      refusing = false;
    });

    it('is planned in two parts: first what was opened, which needs no word', async () => {
      const { exitCode, document } = await remediate('shipped', '--plan');
      const first = 'aws_vpc_security_group_ingress_rule.https closing';
      expect(named(document.mends)).toEqual([first]);
      // The block of public access too: a plan of it is one of its bucket, which needs a word.
      expect(named(document.leaves.filter(({ refused }: { refused: string[] }) => refused.includes('turn')))).toEqual(
        harmless.filter((each) => each !== first).map((each) => `${each} turn`),
      );
      expect([exitCode, document.record.need]).toEqual([0, 'auto']);
    });

    it('is planned: the harmless, and with a reason what is left to people', async () => {
      const { exitCode, document } = await remediate('ask', '--plan');
      expect(named(document.mends)).toEqual(harmless);
      expect(named(document.leaves)).toEqual(['aws_ssm_parameter.password mending identity']);
      expect(document.standing.map(({ address, path }: Record<string, string>) => `${address} ${path}`)).toEqual([
        'aws_iam_role.task inline_policy[*]',
        'aws_security_group.web ingress[*]',
      ]);
      expect(document.record.need).toBe('ask');
      expect(exitCode).toBe(16);
    });

    it('waits for the word of another person, whom AWS names', async () => {
      const unasked = await remediate('ask', '--apply');
      expect([unasked.exitCode, unasked.document.error.code]).toEqual([1, 'FH_REMEDIATION_REFUSED']);
      const stranger = await remediate('ask', '--apply', '--approve', 'f'.repeat(12));
      expect(stranger.document.error.message).toMatch(/is nobody in fleet\/people\.json/);
    });

    it('is found as before where the apply fails half-way', async () => {
      expect((await remediate('auto', '--plan')).exitCode).toBe(0);
      failing = true;
      const applied = await remediate('auto', '--apply');
      failing = false;
      expect(applied.document).toMatchObject({
        outcome: 'not-mended',
        remaining: ['aws_cloudwatch_log_group.web'],
        failure: expect.stringContaining('PutRetentionPolicy'),
      });
      expect((await drift()).lines.filter((line) => !leftToPeople.includes(line))).toEqual([
        'configuration high aws_cloudwatch_log_group.web retention_in_days',
        'configuration low output.retention_days value',
      ]);
    });

    it('is applied where nobody is asked, and what it leaves is found as before', async () => {
      expect((await remediate('auto', '--plan')).exitCode).toBe(0);
      const applied = await remediate('auto', '--apply');
      expect(applied.document).toMatchObject({ outcome: 'mended', remaining: [], approver: null });
      expect((await drift()).lines).toEqual(leftToPeople);
    });

    it('is found as before after an apply of something else, which takes what it read into the state', async () => {
      const targets = ['aws_vpc_security_group_ingress_rule.https', 'aws_iam_role_policy.task'];
      const terraform = await openTerraform(process.env);
      await terraform.expect(
        [
          ...['apply', '-auto-approve', '-no-color', '-var-file=values.tfvars'],
          ...targets.map((each) => `-target=${each}`),
        ],
        { directory, variables: moto.variables },
      );
      const { report, lines } = await drift();
      expect(lines).toEqual(leftToPeople);
      expect(
        report.findings.flatMap((finding: { address: string; takenIntoState: boolean }) =>
          finding.takenIntoState ? [finding.address] : [],
        ),
      ).toEqual(['aws_security_group.web', 'aws_iam_role.task']);
    });
  });
});
