import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { SeededRandom } from '@flaghoist/in-memory/random';
import { loadStateMachine } from '@flaghoist/in-memory/states-language';
import { VirtualScheduler } from '@flaghoist/in-memory/virtual-scheduler';
import type { FinishedExecution } from '@flaghoist/in-memory/workflow-execution';
import { WorkflowRunner } from '@flaghoist/in-memory/workflow-runner';
import validate from 'asl-validator';
import { applyRemediation } from '../lib/apply-remediation.ts';
import { RemediationLockedError } from '../lib/errors.ts';
import type { Approval } from '../lib/need.ts';
import { wordOfApplied, wordOfError, wordOfPlanned } from '../lib/outcome.ts';
import { planRemediation } from '../lib/plan-remediation.ts';
import { digestOf, type RemediationRecord } from '../lib/record.ts';
import { waiting } from '../lib/waiting.ts';
import { carla, known, robot } from './support/known.ts';
import type { Given } from './support/plans.ts';
import { Memory, World } from './support/world.ts';

const file = join(__dirname, '../../../infra-tf/lib/modules/remediation/remediate-drift.asl.json');
const values: Readonly<Record<string, string>> = {
  Partition: 'aws',
  ProjectName: 'blue-flag-api-build-remediation-a1',
  TopicArn: 'arn:aws:sns:eu-west-1:123456789012:blue-flag-api-topic-remediation-a1',
  WorkflowArn: 'arn:aws:states:eu-west-1:123456789012:stateMachine:blue-flag-api-state-machine-remediate-a1',
  Environment: 'blue',
  Stack: 'application',
  Bucket: 'blue-flag-api-bucket-remediation-euw1-a1',
};
const text = readFileSync(file, 'utf8').replaceAll(
  /\$\{(\w+)\}/g,
  (_all, name: string) => values[name] ?? `no ${name}`,
);
const BUILD = 'arn:aws:states:::codebuild:startBuild.sync';
const PUBLISH = 'arn:aws:states:::sns:publish';
const PUT = 'arn:aws:states:::aws-sdk:s3:putObject';
const GET = 'arn:aws:states:::aws-sdk:s3:getObject';
const START = 'arn:aws:states:::states:startExecution';

const opened: Given = {
  type: 'aws_rds_cluster_instance',
  recorded: { publicly_accessible: false },
  now: { publicly_accessible: true },
};
const shortened: Given = { type: 'aws_flow_log', recorded: { interval: 60 }, now: { interval: 600 } };
const engine: Given = { type: 'aws_rds_cluster', recorded: { engine_version: '1' }, now: { engine_version: '2' } };

const ingress = [{ cidr_blocks: ['0.0.0.0/0'], from_port: 22, protocol: 'tcp', self: false, to_port: 22 }];
/** Beside the rules that are configured: resources of their own. */
const port: Given = {
  type: 'aws_security_group',
  recorded: { id: 'sg-1', ingress: [] },
  now: { id: 'sg-1', ingress },
  configured: { id: 'sg-1', ingress },
  dynamic: ['ingress'],
};

/** Longer than any execution may last. */
const LONGEST_MS = 7 * 3_600_000;

const entered = new Set<string>();

/** The workflow in the interpreter, its builds done by the code that hoist runs in them, on an environment that remembers. */
const setting = (given: readonly Given[]) => {
  const scheduler = new VirtualScheduler();
  const work = new World(given);
  const memory = new Memory();
  const approvals: Approval[] = [];
  const told: string[] = [];
  const subject = { environment: 'blue', stack: 'application', workspace: 'blue' };
  const shared = { work, memory, subject, policy: { closing: 'auto', mending: 'ask', attempts: 2 } as const };
  /** What comes over the next builds before they do anything. */
  const breaks: Error[] = [];
  /** What comes over the next messages. */
  const unheard: Error[] = [];
  let words: readonly string[] = [];
  /** The bucket's object `asked`. */
  let note: string | undefined;
  /** How the bucket keeps a text that the workflow writes. */
  let kept = (text: string): string => text;
  /** Puts an object down as soon as somebody is told. */
  let answer: (() => { readonly approved: string }) | undefined;
  /** The names of executions that were given one. */
  const names = new Set<string>();
  /** Before a build that has kept its plan can say so. */
  let dies: Error | undefined;

  const plan = async (): Promise<string> => {
    const now = scheduler.now();
    const [asked = ''] = /[0-9a-f]{64}/.exec(note ?? '') ?? [];
    if ((await waiting(shared, { asked, now })) !== undefined) return 'waiting';
    const planned = await planRemediation({ ...shared, plannedBy: robot, at: now, isNoise: () => false });
    const died = dies;
    dies = undefined;
    if (died !== undefined) throw died;
    const word = wordOfPlanned(planned);
    return word === 'ask' ? `ask:${planned.digest}` : word;
  };
  const apply = async (): Promise<string> =>
    wordOfApplied(
      await applyRemediation({
        ...shared,
        known,
        appliedBy: robot,
        at: scheduler.now(),
        approves: undefined,
        approvals,
      }),
    );

  let busyMs = 0;
  const busyUntil = (ms: number): void => {
    busyMs = scheduler.now() + ms;
  };
  const build = async (input: unknown) => {
    if (scheduler.now() < busyMs)
      throw Object.assign(new Error('one build at a time'), { name: 'CodeBuild.AccountLimitExceededException' });
    const broken = breaks.shift();
    if (broken !== undefined) throw broken;
    const [{ Value: action }] = (input as { EnvironmentVariablesOverride: [{ Value: string }] })
      .EnvironmentVariablesOverride;
    let word: string;
    try {
      word = action === 'plan' ? await plan() : await apply();
    } catch (error) {
      const known = wordOfError(error);
      if (known === undefined) throw error;
      word = known;
    }
    words = [...words, word.replace(/:.*/, '')];
    return { Build: { ExportedEnvironmentVariables: [{ Name: 'OUTCOME', Value: word }] } };
  };
  const publish = async (input: unknown) => {
    const broken = unheard.shift();
    if (broken !== undefined) throw broken;
    told.push((input as { Subject: string }).Subject);
    const { approved } = told.length === 1 ? (answer?.() ?? {}) : {};
    if (approved !== undefined) runner.start(JSON.stringify({ approved }));
    return {};
  };
  const put = async (input: unknown) => {
    const { Bucket, Key, Body } = input as { Bucket: string; Key: string; Body: string };
    expect([Bucket, Key]).toEqual([values['Bucket'], 'asked']);
    note = kept(Body);
    return {};
  };
  const get = async (input: unknown) => {
    expect(input).toEqual({ Bucket: values['Bucket'], Key: 'asked' });
    if (note === undefined) throw Object.assign(new Error('no such key'), { name: 'S3.NoSuchKeyException' });
    return { Body: note, ContentLength: note.length };
  };
  const start = async (input: unknown) => {
    const { StateMachineArn, Name, Input } = input as { StateMachineArn: string; Name: string; Input: object };
    expect([StateMachineArn, /^[\w-]{1,80}$/.test(Name)]).toEqual([values['WorkflowArn'], true]);
    if (names.has(Name))
      throw Object.assign(new Error('it exists'), { name: 'StepFunctions.ExecutionAlreadyExistsException' });
    names.add(Name);
    runner.start(JSON.stringify(Input));
    return {};
  };
  const runner = new WorkflowRunner({
    machine: loadStateMachine(text),
    functions: new Map([
      [BUILD, build],
      [PUBLISH, publish],
      [PUT, put],
      [GET, get],
      [START, start],
    ]),
    keepExecutions: 10_000,
    scheduler,
    random: new SeededRandom(1),
    name: 'remediate-drift',
    region: 'eu-west-1',
    type: 'STANDARD',
  });
  /** All that these inputs lead to, in the order in which it ended. */
  const runs = async (...inputs: readonly object[]): Promise<readonly FinishedExecution[]> => {
    const before = runner.executions.length;
    for (const input of inputs) runner.start(JSON.stringify(input));
    await scheduler.runUntilIdle({ limitMs: LONGEST_MS });
    const ended = runner.executions.slice(before);
    for (const { path } of ended) for (const name of path) entered.add(name);
    return ended;
  };
  const run = async (input: object = {}): Promise<FinishedExecution> => (await runs(input)).at(-1) as FinishedExecution;
  /** What an object starts that somebody puts down for the plan that waits. */
  const approve = (principal: string): { readonly approved: string } => {
    const digest = digestOf(memory.record() as RemediationRecord);
    approvals.push({ principal, digest });
    return { approved: `approvals/${principal}/${digest}` };
  };
  const whenAsked = (how: () => { readonly approved: string }): void => {
    answer = how;
  };
  const keepTexts = (how: (text: string) => string): void => {
    kept = how;
  };
  const dieOnce = (): void => {
    dies = Object.assign(new Error('exit 1'), { name: 'States.TaskFailed' });
  };
  return {
    ...{ scheduler, work, memory, told, breaks, unheard, dieOnce, busyUntil, run, runs, approve, whenAsked, keepTexts },
    words: () => words,
  };
};

const endOf = ({ path }: FinishedExecution): string | undefined => path.at(-1);

it('tells where the script of its builds puts what they say: of a plan always, of a build where one applied or failed', () => {
  const script = readFileSync(join(file, '../remediate.sh'), 'utf8');
  const states: Record<string, { Parameters?: { Message?: Record<string, string> } }> = JSON.parse(text).States;
  const messages = Object.entries(states).flatMap(([name, { Parameters }]) =>
    Parameters?.Message === undefined ? [] : [[name, Parameters.Message] as const],
  );
  for (const [name, { report, build }] of messages) {
    const ofPlan = name === 'AskPeople' || name === 'TellRefused';
    const [ofPlans, ofBuilds] = ['report.txt', 'build.txt'].map((key) => `s3://${values['Bucket']}/${key}`);
    expect([name, report, build]).toEqual([name, ofPlans, ofPlan ? undefined : ofBuilds]);
  }
  for (const key of ['report.txt', 'build.txt']) expect(script).toContain(`"s3://$PLANS_BUCKET/${key}"`);
});

it('has a line of the runbook for each thing that somebody who is on call is told, and no other', () => {
  const messages = [...text.matchAll(/"Subject": "blue application: (.+)"/g)].map(([, subject]) => subject);
  const subjects = [...new Set(messages)];
  const rules = readFileSync(join(file, '../rules.tf'), 'utf8').split('  started = {')[0] ?? '';
  const events = [...rules.matchAll(/"detail-type" = \[(.+)\]/g)].map(([, names = '']) => names.replaceAll('"', ''));
  const runbook = readFileSync(join(file, '../../../../../docs/runbook.md'), 'utf8');
  const [section = ''] = (runbook.split('\n## Drift that is put back\n')[1] ?? '').split('\n## ');
  const rows = [...section.matchAll(/^\| (?!what comes|---)(.+?) \| .+ \|$/gm)].map(([, what]) => what);
  expect([subjects.length, events.length]).toEqual([8, 6]);
  expect(rows.toSorted()).toEqual([...subjects, ...events, 'alarm remediation-dead'].toSorted());
});

it('is a valid definition, with no placeholder but those that Terraform fills in', () => {
  const { isValid, errorsText } = validate(JSON.parse(text));
  expect(isValid ? '' : errorsText()).toBe('');
  expect(text).not.toMatch(/\$\{|no \w+"/);
});

describe('a scheduled look', () => {
  it('ends when nothing drifts, and tells nobody', async () => {
    const { run, told } = setting([{ type: 'aws_flow_log', recorded: { interval: 60 } }]);
    expect(endOf(await run())).toBe('Clean');
    expect(told).toEqual([]);
  });

  it('closes what somebody opened without asking, and says so', async () => {
    const { run, told, work } = setting([opened]);
    expect(endOf(await run())).toBe('Mended');
    expect(work.applied).toEqual([['aws_rds_cluster_instance.this']]);
    expect(told).toEqual(['blue application: drift was put back']);
  });

  it('closes first what somebody opened beside what asks, and asks for that at once', async () => {
    const { run, told, words, work, approve } = setting([opened, shortened, engine]);
    expect(endOf(await run())).toBe('Asked');
    expect(work.applied).toEqual([['aws_rds_cluster_instance.this']]);
    expect(words()).toEqual(['auto', 'next', 'ask']);
    expect(told).toEqual(['blue application: drift was put back', 'blue application: drift to approve']);
    expect(endOf(await run(approve(carla)))).toBe('Mended');
    expect(work.applied).toEqual([['aws_rds_cluster_instance.this'], ['aws_flow_log.this']]);
  });

  it('leaves to people what no machine may put back', async () => {
    const { run, told, work } = setting([engine]);
    expect(endOf(await run())).toBe('LeftToPeople');
    expect([told, work.applied]).toEqual([['blue application: drift for people'], []]);
  });

  it('leaves to people what stands open and no apply closes, at each look', async () => {
    const { run, told, words } = setting([port]);
    expect([endOf(await run()), endOf(await run())]).toEqual(['LeftToPeople', 'LeftToPeople']);
    const drift = 'blue application: drift for people';
    expect([told, words()]).toEqual([
      [drift, drift],
      ['refused', 'refused'],
    ]);
  });

  it('asks once, and leaves the plan alone while it waits', async () => {
    const { run, told, words } = setting([shortened]);
    expect(endOf(await run())).toBe('Asked');
    expect(endOf(await run())).toBe('AskedBefore');
    expect([told, words()]).toEqual([['blue application: drift to approve'], ['ask', 'waiting']]);
  });

  it('asks for a plan that was kept by a build that died before it could say so', async () => {
    const { run, told, dieOnce, memory, approve } = setting([shortened]);
    dieOnce();
    expect(endOf(await run())).toBe('Asked');
    expect(told).toEqual(['blue application: drift to approve']);
    expect([endOf(await run(approve(carla))), memory.record()]).toEqual(['Mended', undefined]);
  });

  it('asks at the next look where nobody could be told of the plan', async () => {
    const { run, told, unheard } = setting([shortened]);
    unheard.push(...Array.from({ length: 7 }, () => Object.assign(new Error('away'), { name: 'Sns.Away' })));
    expect((await run()).status).toBe('FAILED');
    expect([endOf(await run()), endOf(await run())]).toEqual(['Asked', 'AskedBefore']);
    expect(told).toEqual(['blue application: drift to approve']);
  });

  it('tries twice what drifts again, then leaves it to people and fails', async () => {
    const { run, told, work, words } = setting([opened]);
    work.stubborn = true;
    expect(await run()).toMatchObject({ status: 'FAILED', error: 'Flaghoist.Escalated' });
    expect(words()).toEqual(['auto', 'not-mended', 'auto', 'escalated']);
    expect(told).toEqual(['blue application: drift comes back']);
    expect(endOf(await run())).toBe('LeftToPeople');
    expect(work.applied).toHaveLength(2);
  });

  it('waits while somebody applies, and goes on after it', async () => {
    const { run, work, scheduler, words } = setting([opened]);
    work.failure = new RemediationLockedError('the state', 'ID 1');
    scheduler.schedule(1_000_000, () => {
      work.failure = undefined;
    });
    expect(endOf(await run())).toBe('Mended');
    expect(words()).toEqual(['auto', 'locked', 'locked', 'locked', 'locked', 'mended']);
  });

  it('waits where the state changes under a plan, and plans again', async () => {
    const { run, work, words } = setting([opened]);
    work.meanwhile = () => {
      work.serial += 1;
      work.meanwhile = () => {};
    };
    expect((await run()).path).toEqual(expect.arrayContaining(['WaitForQuiet', 'Mended']));
    expect(words()).toEqual(['outdated', 'auto', 'mended']);
  });

  it.each<[string, (work: World) => void]>([
    ['under each plan', (work) => (work.meanwhile = () => (work.serial += 1))],
    [
      'between each plan and its apply',
      (work) => {
        const { plan } = work;
        work.plan = async (addresses) => {
          const planned = await plan.call(work, addresses);
          const { mark } = work;
          let isApplied = false;
          // The first look at the state afterwards ends the plan, the next one begins the apply.
          work.mark = async () => {
            if (isApplied) work.serial += 1;
            isApplied = true;
            return mark.call(work);
          };
          return planned;
        };
      },
    ],
  ])('is given up, and told once, after nine plans where the state changes %s', async (_when, change) => {
    const { run, work, told } = setting([opened]);
    change(work);
    const ended = await run();
    expect(ended).toMatchObject({ status: 'FAILED', error: 'Flaghoist.Outdated' });
    expect([ended.path.filter((name) => name === 'Plan').length, work.applied]).toEqual([9, []]);
    expect(told).toEqual(['blue application: the state does not stand still']);
    const waitedMs = ended.endedAt - ended.startedAt;
    expect(waitedMs).toBeGreaterThanOrEqual(8 * 60_000);
    expect(waitedMs).toBeLessThanOrEqual(8 * 600_000);
    // Two workflows that wait for one another do not meet again and again.
    const next = await run();
    expect(next.endedAt - next.startedAt).not.toBe(waitedMs);
  });

  it('waits before it looks, too', async () => {
    const { run, breaks, work, scheduler } = setting([opened]);
    const { look } = work;
    work.look = async () => {
      throw new RemediationLockedError('the folder', 'pid 1');
    };
    scheduler.schedule(400_000, () => {
      work.look = look;
    });
    expect((await run()).path.slice(0, 4)).toEqual(['Begin', 'WhatIsAsked', 'Plan', 'WhatWasFound']);
    expect([breaks, work.applied.length]).toEqual([[], 1]);
  });

  it('is over after six hours when the lock stays, with nothing applied', async () => {
    const { run, work } = setting([opened]);
    work.failure = new RemediationLockedError('the state', 'ID 1');
    const ended = await run();
    expect([ended.status, ended.endedAt - ended.startedAt, work.applied]).toEqual(['TIMED_OUT', 6 * 3_600_000, []]);
  });

  it.each([
    ['a look', {}],
    ['an approval', { approved: 'approvals/…', taken: true }],
  ])('begins when the build before it has ended, as late as that may be: %s', async (_what, input) => {
    const variables = readFileSync(join(file, '../../terraform-runner/variables.tf'), 'utf8');
    const minutes = Number(/variable "timeout_minutes"[^}]*default\s*=\s*(\d+)/.exec(variables)?.[1]);
    expect(minutes).toBeGreaterThan(5);
    const { run, busyUntil, work } = setting([opened]);
    if ('approved' in input) await run();
    work.given = [opened];
    busyUntil(minutes * 60_000);
    expect((await run(input)).error).not.toBe('Flaghoist.RemediationFailed');
  });

  it('does not try a build again that applied and ended without a word', async () => {
    const { run, told, work, memory, words } = setting([opened]);
    memory.forget = () => {
      if (work.applied.length > 0) throw new Error('the build was ended');
    };
    expect(await run()).toMatchObject({ status: 'FAILED', error: 'Flaghoist.RemediationFailed' });
    expect([work.applied.length, words(), told]).toEqual([1, ['auto'], ['blue application: remediation failed']]);
  });

  it('fails, and says so, when builds fail as often as they are tried again', async () => {
    const { run, breaks, told, work } = setting([opened]);
    breaks.push(...Array.from({ length: 3 }, () => Object.assign(new Error('exit 1'), { name: 'States.TaskFailed' })));
    expect(await run()).toMatchObject({ status: 'FAILED', error: 'Flaghoist.RemediationFailed' });
    expect([told, work.applied]).toEqual([['blue application: remediation failed'], []]);
  });
});

describe('an approval', () => {
  it('lets exactly the plan be applied that waits', async () => {
    const { run, approve, work, told } = setting([shortened]);
    await run();
    expect(endOf(await run(approve(carla)))).toBe('Mended');
    expect(work.applied).toEqual([['aws_flow_log.this']]);
    expect(told.at(-1)).toBe('blue application: drift was put back');
  });

  it('of somebody who may not, or of no plan, applies nothing', async () => {
    const { run, approve, work, told, memory } = setting([shortened]);
    await run();
    expect(endOf(await run(approve(robot)))).toBe('LeftToPeople');
    expect([work.applied, told.at(-1)]).toEqual([[], 'blue application: nothing was applied']);
    const approved = approve(carla);
    memory.forget();
    expect(endOf(await run(approved))).toBe('LeftToPeople');
    expect([work.applied, told.at(-1)]).toEqual([[], 'blue application: no plan waits']);
  });

  it('of a plan that the state has left behind leads to a new plan, which asks again', async () => {
    const { run, approve, work, words } = setting([shortened]);
    await run();
    const approved = approve(carla);
    work.serial += 1;
    expect(endOf(await run(approved))).toBe('Asked');
    expect([words(), work.applied]).toEqual([['ask', 'outdated', 'ask'], []]);
  });

  it.each<[string, (text: string) => string]>([
    ['as it is', (text) => text],
    ['as JSON', (text) => JSON.stringify(text)],
  ])('is found to be asked for where the bucket keeps the note %s', async (_how, keep) => {
    const { run, approve, keepTexts, words } = setting([shortened]);
    keepTexts(keep);
    await run();
    expect(endOf(await run())).toBe('AskedBefore');
    expect([endOf(await run(approve(carla))), words()]).toEqual(['Mended', ['ask', 'waiting', 'mended']]);
  });

  it('counts though it is put down before the workflow has noted that it asked', async () => {
    const { runs, approve, whenAsked, told } = setting([shortened]);
    whenAsked(() => approve(carla));
    expect((await runs({})).map(endOf)).toEqual(['Asked', 'TakenOn', 'Mended']);
    expect(told.at(-1)).toBe('blue application: drift was put back');
  });

  it('counts again in another hour, where the build that was to apply it never began', async () => {
    const { run, approve, breaks, scheduler } = setting([shortened]);
    await run();
    breaks.push(Object.assign(new Error('exit 1'), { name: 'States.TaskFailed' }));
    const approved = approve(carla);
    expect(endOf(await run(approved))).toBe('Failed');
    expect(endOf(await run(approved))).toBe('TakenBefore');
    await scheduler.advance(3_600_000);
    expect(endOf(await run(approved))).toBe('Mended');
  });
});

describe('a flood of objects', () => {
  const FLOOD = 200;
  const flood = (of: (index: number) => string) =>
    Array.from({ length: FLOOD }, (_, index) => ({ approved: of(index) }));
  const digits = (index: number): string => index.toString(16).padStart(64, '0');

  it.each<[string, (index: number) => string]>([
    ['plans that nobody was asked about', (index) => `approvals/${carla}/${digits(index)}`],
    ['nothing at all', (index) => `approvals/${carla}/x/${index}`],
    ['no name', (index) => `approvals/${'/'.repeat(index)}`],
  ])('for %s starts no build, and tells nobody', async (_what, of) => {
    const { run, runs, told, words } = setting([shortened]);
    expect((await runs(...flood(of))).map(endOf)).toEqual(flood(of).map(() => 'NotAsked'));
    await run();
    expect((await runs(...flood(of))).map(endOf)).toEqual(flood(of).map(() => 'NotAsked'));
    expect([words(), told]).toEqual([['ask'], ['blue application: drift to approve']]);
  });

  it('around the plan that waits, but not of its form, starts no build', async () => {
    const { run, runs, approve, words } = setting([shortened]);
    await run();
    const { approved } = approve(carla);
    const others = [
      `${approved}/x`,
      `x/${approved}`,
      approved.replaceAll('/', '//'),
      approved.toUpperCase(),
      `${approved} `,
    ];
    const ended = await runs(...others.map((each) => ({ approved: each })));
    expect([ended.map(endOf), words()]).toEqual([others.map(() => 'NotAsked'), ['ask']]);
  });

  it.each([
    ['a good approval', carla, 'mended'],
    ['one that is none', robot, 'refused'],
  ])('of %s starts one build in an hour', async (_what, who, word) => {
    const { run, runs, approve, words, told } = setting([shortened]);
    await run();
    const { approved } = approve(who);
    const ended = await runs(...flood(() => approved));
    expect(ended.filter((each) => endOf(each) === 'TakenBefore')).toHaveLength(FLOOD - 1);
    expect([ended.length, words(), told.length]).toEqual([FLOOD + 1, ['ask', word], 2]);
  });
});

it('ends only what it has told by an error of its own name, so that no rule tells it again', () => {
  const states: Record<string, { Type: string; Error?: string; Next?: string }> = JSON.parse(text).States;
  const ends = Object.entries(states).filter(([, { Type }]) => Type === 'Fail');
  expect(ends.map(([, { Error: error }]) => error)).toEqual(ends.map(() => expect.stringMatching(/^Flaghoist\./)));
  const before = Object.entries(states).filter(([, { Next }]) => ends.some(([name]) => name === Next));
  expect(before.map(([name]) => name).toSorted()).toEqual(['TellEscalated', 'TellFailure', 'TellOutdated']);
});

it('has no state that none of these runs came through', () => {
  expect([...entered].sort()).toEqual(Object.keys(JSON.parse(text).States).sort());
});
