import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { SettledApply } from '@flaghoist/remediation/apply-intent';
import { NoPlanError } from '@flaghoist/remediation/errors';
import { wordOfError } from '@flaghoist/remediation/outcome';
import type { RemediationRecord } from '@flaghoist/remediation/record';
import { alone } from '@flaghoist/waves/plan-folder';
import { exitCodeOf, exitCodes } from '../lib/exit-codes.ts';
import { Output } from '../lib/output.ts';
import { settlementFor } from '../lib/remediate/settlement.ts';
import { storedBy } from '../lib/remediate/stored.ts';
import { sayApplied, sayDecided, sayPlanned } from '../lib/remediate/table.ts';
import { run } from './run.ts';
import { Sink } from './streams.ts';

type Mended = RemediationRecord['mends'][number];

it.each<[string, readonly string[], RegExp]>([
  ['neither of the two', [], /either --plan or --apply/],
  ['both of the two', ['--plan', '--apply'], /either --plan or --apply/],
  [
    'an approval of a plan that is not made yet',
    ['--plan', '--approve', '4f1c0a9b2d3e'],
    /--approve.*goes with --apply/s,
  ],
  ['approvals without an apply', ['--plan', '--approvals', '.'], /--approvals.*goes with --apply/s],
  [
    'two ways to approve',
    ['--apply', '--approve', '4f1c0a9b2d3e', '--approvals', '.'],
    /--approvals.*does not go with --approve/s,
  ],
  ['an apply that keeps', ['--apply', '--keep', '4f1c0a9b2d3e'], /--keep.*goes with --plan/s],
  ['a digest cut short', ['--plan', '--keep', '4f1c0a9b2d3e'], /--keep.*Give all 64 digits/s],
])('is wrong use with %s, and nothing is done', async (_what, args, said) => {
  const { exitCode, stderr } = await run(['remediate', 'dev', ...args]);
  expect(exitCode).toBe(64);
  expect(stderr).toMatch(said);
});

it('names the environments that there are', async () => {
  const { exitCode, stderr } = await run(['remediate', 'mars', '--plan']);
  expect(exitCode).toBe(64);
  expect(stderr).toMatch(/no environment "mars".*staging/s);
});

it('shows whoever approves a plan what is and what would be, and acts on no terminal', () => {
  const [stdout, stderr] = [new Sink(), new Sink()];
  sayPlanned(
    new Output({ stdout, stderr, json: false, noColour: true }),
    {
      outcome: 'planned',
      mends: [
        {
          address: 'aws_x.this',
          type: 'aws_x',
          paths: ['note'],
          changes: [{ path: 'note', now: '"\u001b[2J"', configured: '30' }],
          remedy: 'mending',
          refused: [],
        },
      ],
      leaves: [],
      givenUp: [],
      standing: [],
      record: undefined,
      digest: undefined,
    },
    { isPlannerKnown: true, policy: { closing: 'auto', mending: 'ask', attempts: 2 } },
  );
  expect(stdout.text).toMatch(/note: ".*" → 30/);
  expect(stdout.text).not.toContain('\u001b');
});

it.each<[string, readonly Mended['remedy'][], 'auto' | 'ask', RegExp | null]>([
  [
    'says that what closes unasked waits where something beside it asks',
    ['closing', 'mending'],
    'auto',
    /1 of them needs no word by itself, and waits/,
  ],
  [
    'says so of all that close',
    ['closing', 'closing', 'sending'],
    'auto',
    /2 of them need no word by themselves, and wait/,
  ],
  ['says nothing of the kind where closing asks, and all of it closes', ['closing', 'closing'], 'ask', null],
  ['says nothing of the kind where closing asks anyway', ['closing', 'mending'], 'ask', null],
  ['says nothing of the kind where nothing closes', ['mending'], 'auto', null],
])('%s', (_what, remedies, closing, said) => {
  const [stdout, stderr] = [new Sink(), new Sink()];
  const mends = remedies.map((remedy, index) => ({
    address: `aws_x.this${index}`,
    type: 'aws_x',
    paths: [],
    changes: [],
    remedy,
    refused: [],
  }));
  const record: RemediationRecord = {
    ...{ schema: 1, environment: 'blue', stack: 'application', workspace: 'blue', planSha256: 'f'.repeat(64) },
    ...{ state: { serial: 1, lineage: 'one' }, plannedBy: 'AROAEXAMPLEEXAMPLE0:ada', plannedAt: 0 },
    ...{ mends, leaves: [], need: 'ask' },
  };
  const planned = {
    outcome: 'planned',
    mends,
    leaves: [],
    givenUp: [],
    standing: [],
    record,
    digest: 'f'.repeat(64),
  } as const;
  const output = new Output({ stdout, stderr, json: false, noColour: true });
  sayPlanned(output, planned, { isPlannerKnown: true, policy: { closing, mending: 'ask', attempts: 2 } });
  if (said === null) expect(stdout.text).not.toMatch(/of them needs? no word/);
  else expect(stdout.text).toMatch(said);
});

describe('an apply that was cut off', () => {
  const settled = (outcome: SettledApply['outcome'], ...remaining: readonly string[]): SettledApply => ({
    intent: {
      schema: 1,
      environment: 'blue',
      stack: 'application',
      workspace: 'blue',
      digest: 'f'.repeat(64),
      resources: ['aws_x.this', 'aws_x.other'],
      appliedBy: 'AROAEXAMPLEEXAMPLE0:ada',
      approver: null,
      at: 0,
    },
    outcome,
    remaining,
  });
  const outputs = ({ json }: { readonly json: boolean }) => {
    const [stdout, stderr] = [new Sink(), new Sink()];
    return { stdout, stderr, output: new Output({ stdout, stderr, json, noColour: true }) };
  };
  const hear = (json: boolean, each: SettledApply) => {
    const all = outputs({ json });
    const settlement = settlementFor(all.output);
    settlement.hear(each);
    return { ...all, settlement };
  };

  it.each([
    ['what was put back and what was not', settled('not-mended', 'aws_x.this'), 'aws_x.other'],
    ['all of it', settled('mended'), 'aws_x.this\n       aws_x.other'],
  ])('is shown with %s, whatever comes after it', (_what, each, back) => {
    const { stdout } = hear(false, each);
    expect(stdout.text).toContain(`by AROAEXAMPLEEXAMPLE0:ada, was cut off`);
    expect(stdout.text).toContain(`put back\n       ${back}\n`);
    for (const address of each.remaining) expect(stdout.text).toContain(`drifts still ${address}\n`);
  });

  it('is shown to have been no attempt where nothing shows that it had begun', () => {
    const { stdout } = hear(false, settled('untouched', 'aws_x.this', 'aws_x.other'));
    expect(stdout.text).toMatch(/was cut off, and nothing shows that it had begun: it was no attempt\n$/);
  });

  it.each(['mended', 'not-mended', 'untouched'] as const)('stands in the document of a plan: %s', (outcome) => {
    const { stdout, settlement } = hear(true, settled(outcome));
    settlement.document({ outcome: 'nothing' });
    expect(JSON.parse(stdout.text)).toMatchObject({ outcome: 'nothing', settled: { outcome } });
  });

  it('stands in the document of an error, such as of an apply whose plan is gone with it', () => {
    const { stdout, settlement } = hear(true, settled('not-mended', 'aws_x.this'));
    settlement.stopped(new NoPlanError());
    const document = JSON.parse(stdout.text);
    expect(document).toMatchObject({
      error: { code: 'FH_REMEDIATION_GONE' },
      settled: { outcome: 'not-mended', remaining: ['aws_x.this'] },
    });
  });

  it('stands in one document only, also where an error comes after the plan, such as that the trail is away', () => {
    const { stdout, settlement } = hear(true, settled('mended'));
    settlement.document({ outcome: 'nothing' });
    settlement.stopped(new NoPlanError());
    expect(JSON.parse(stdout.text)).toMatchObject({ outcome: 'nothing', settled: { outcome: 'mended' } });
  });

  it('is nothing in a document where there was none', () => {
    const { stdout, output } = outputs({ json: true });
    const settlement = settlementFor(output);
    settlement.stopped(new NoPlanError());
    expect(stdout.text).toBe('');
    settlement.document({ outcome: 'nothing' });
    expect(JSON.parse(stdout.text)).toEqual({ outcome: 'nothing' });
  });
});

it('names what stands open and no apply closes, also where there is nothing to mend', () => {
  const stdout = new Sink();
  const port = { address: 'aws_security_group.this', type: 'aws_security_group', path: 'ingress[*]' };
  const planned = {
    ...({ outcome: 'nothing', mends: [], leaves: [], givenUp: [] } as const),
    ...{ record: undefined, digest: undefined },
    standing: [{ ...port, severity: 'critical' as const, now: '{"from_port":22}' }],
  };
  sayPlanned(new Output({ stdout, stderr: new Sink(), json: false, noColour: true }), planned, {
    isPlannerKnown: true,
    policy: { closing: 'auto', mending: 'ask', attempts: 2 },
  });
  expect(stdout.text).toMatch(
    /^left {4}aws_security_group\.this ingress\[\*\] critical\n {9}\{"from_port":22\}\n.*a person/,
  );
  expect(stdout.text).toContain('\nnothing that an apply would mend\n');
});

it.each([
  ['dependency', /dependency: .*\n\s+module\.backup\.aws_backup_vault\.this would be changed with it\n/],
  [
    'pending',
    /pending: .*apply that first\n\s+module\.backup\.aws_backup_vault\.this has yet to move to this address\n/,
  ],
] as const)('says of what a resource that is left has to wait for: %s', (refusal, said) => {
  const stdout = new Sink();
  sayDecided(new Output({ stdout, stderr: new Sink(), json: false, noColour: true }), {
    mends: [],
    leaves: [
      {
        address: 'aws_x.this',
        type: 'aws_x',
        paths: ['note'],
        changes: [],
        remedy: 'mending',
        refused: [refusal],
        brings: ['module.backup.aws_backup_vault.this'],
      },
    ],
    givenUp: [],
  });
  expect(stdout.text).toMatch(said);
});

describe('what asks, beside what needs no word', () => {
  const verdict = (address: string, refused: Mended['refused']) => ({
    ...{ address, type: 'aws_x', paths: ['note'], changes: [], refused },
    remedy: 'closing' as const,
  });
  const [mends, leaves] = [
    [verdict('aws_x.this', [])],
    [verdict('aws_x.next', ['turn']), verdict('aws_x.last', ['turn']), verdict('aws_x.left', ['engine'])],
  ];
  const record: RemediationRecord = {
    ...{ schema: 1, environment: 'blue', stack: 'application', workspace: 'blue', planSha256: 'f'.repeat(64) },
    ...{ state: { serial: 1, lineage: 'one' }, plannedBy: 'AROAEXAMPLEEXAMPLE0:ada', plannedAt: 0 },
    ...{ mends, leaves, need: 'auto' },
  };
  const said = (say: (output: Output) => void): string => {
    const stdout = new Sink();
    say(new Output({ stdout, stderr: new Sink(), json: false, noColour: true }));
    return stdout.text;
  };

  it('is to be planned later, and is not left to people', () => {
    const planned = {
      ...({ outcome: 'planned', mends, leaves, givenUp: [], standing: [], record } as const),
      digest: 'f'.repeat(64),
    };
    const policy = { closing: 'auto', mending: 'ask', attempts: 2 } as const;
    const text = said((output) => sayPlanned(output, planned, { isPlannerKnown: true, policy }));
    expect(text).toMatch(/^later {3}aws_x\.next\n {9}note\n {9}turn: .*it is planned as soon as/m);
    expect(text).toContain('\n1 resource to mend, 1 left to people, 2 to be planned after that\n');
  });

  it('is named once that is applied', () => {
    const applied = {
      outcome: 'mended',
      record,
      digest: 'f'.repeat(64),
      approver: null,
      remaining: [],
      failure: null,
    } as const;
    expect(said((output) => sayApplied(output, applied))).toMatch(/\n2 resources waited for that: plan once more/);
  });
});

it('names each resource that was mended', () => {
  const stdout = new Sink();
  const mended = (address: string): Mended => ({
    address,
    type: 'aws_x',
    paths: ['note'],
    remedy: 'mending',
    refused: [],
  });
  sayApplied(new Output({ stdout, stderr: new Sink(), json: false, noColour: true }), {
    outcome: 'mended',
    record: {
      schema: 1,
      environment: 'blue',
      stack: 'application',
      workspace: 'blue',
      planSha256: '',
      state: { lineage: 'one', serial: 1 },
      plannedBy: '',
      plannedAt: 0,
      mends: [mended('aws_x.this'), mended('aws_x.other["\u001b"]')],
      leaves: [],
      need: 'ask',
    },
    digest: '',
    approver: 'carla',
    remaining: [],
    failure: null,
  });
  expect(stdout.text).toMatch(/^mended 2 resources, by the word of carla\n +aws_x\.this\n +aws_x\.other\[".*"\]\n$/);
  expect(stdout.text).not.toContain('\u001b');
});

it('is wrong use where the value of an option is missing and another option comes next', async () => {
  const { exitCode, stderr } = await run(['remediate', 'dev', '--apply', '--approve', '--noise', 'noise.yaml']);
  expect(exitCode).toBe(64);
  expect(stderr).toMatch(/'--approve <digest>' argument missing: --noise, which comes next/);
});

it('says that somebody else works in the folder of the plan, as what it is', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'flaghoist-remediate-'));
  try {
    const second = alone(folder, () => alone(folder, async () => {}));
    await expect(second).rejects.toMatchObject({
      code: 'FH_PLANS_LOCKED',
      message: `${folder} is locked: process ${process.pid} works there`,
      hint: expect.not.stringContaining('force-unlock'),
    });
    const error: unknown = await second.catch((reason: unknown) => reason);
    expect([exitCodeOf(error), wordOfError(error)]).toEqual([exitCodes.unreachable, 'locked']);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
});

describe('the command that stores the folder of the plan', () => {
  const stderr = new Sink();
  const output = new Output({ stdout: new Sink(), stderr, json: false, noColour: true });
  const variables = { PATH: process.env['PATH'], BUCKET: 'plans-of-blue' };

  it('sees the environment of hoist, and what it says is shown beside the result', async () => {
    await storedBy('echo "to $BUCKET"', { output, variables })();
    expect(stderr.text).toContain('to plans-of-blue');
  });

  it('is an error where it fails, and nothing where there is none', async () => {
    await expect(storedBy('exit 3', { output, variables })()).rejects.toMatchObject({
      code: 'FH_UNAVAILABLE',
      hint: expect.stringContaining('ended with 3'),
    });
    await expect(storedBy(undefined, { output, variables })()).resolves.toBeUndefined();
  });
});
