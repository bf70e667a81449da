import { execFileSync } from 'node:child_process';
import { existsSync, readdirSync, statSync } from 'node:fs';
import { readFile, writeFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { findTerraform } from '@flaghoist/tools/find-terraform';
import { needs } from '@flaghoist/tools/needs';
import { exitCodes } from '../lib/exit-codes.ts';
import { run } from './run.ts';
import { Checkout, home, pilot, type Ran, standby } from './waves-checkout.ts';

const { it: withTerraform } = needs(() => findTerraform(process.env), process.env);

let applied: Checkout;
let checkout: Checkout;
beforeEach(() => {
  checkout = new Checkout(applied);
});
afterEach(() => checkout.remove());

const plan = (...args: readonly string[]): Promise<Ran> => checkout.hoist(['waves', 'plan', 'test', ...args]);
const apply = (...args: readonly string[]): Promise<Ran> =>
  checkout.hoist(['waves', 'apply', 'test', '--at-once', '2', ...args]);

/** A table that answers each query with the same. */
const answering = async (answer: object): Promise<AsyncDisposable> => {
  const server = createServer((_request, response) => {
    response.setHeader('content-type', 'application/x-amz-json-1.0');
    response.end(JSON.stringify(answer));
  });
  await new Promise<void>((listening) => server.listen(0, '127.0.0.1', listening));
  const before = { ...process.env };
  const endpoint = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  Object.assign(process.env, {
    AWS_ENDPOINT_URL_DYNAMODB: endpoint,
    AWS_ACCESS_KEY_ID: 'test',
    AWS_SECRET_ACCESS_KEY: 'test',
  });
  return {
    async [Symbol.asyncDispose]() {
      process.env = before;
      server.closeAllConnections();
      await new Promise((closed) => server.close(closed));
    },
  };
};

const homeItem = (region: string) => ({
  pk: { S: 'HOME' },
  sk: { S: 'HOME' },
  region: { S: region },
  epoch: { N: '2' },
  actor: { S: 'ada' },
  at: { N: '1' },
});

interface Part {
  readonly stack: string;
  readonly region: string;
  readonly wave: string;
  readonly outcome: string;
  readonly summary: string;
}

/** What an apply with `--json` says of each part: `outcome stack region`. */
const outcomes = ({ stdout }: Ran): readonly string[] =>
  (JSON.parse(stdout) as { parts: readonly Part[] }).parts.map(
    ({ outcome, stack, region }) => `${outcome} ${stack} ${region}`,
  );

/** The parts in the order in which they ended. */
const ended = ({ stdout, stderr }: Ran): readonly string[] =>
  [...`${stdout}${stderr}`.matchAll(/^ {2}✓ (\S+ \S+):/gm)].map(([, name = '']) => name);

/** Steps of a part that wait until they are let go. */
const blocking = (stack: string, workspace: string) => {
  const [ready, go] = ['ready', 'go'].map((name) => join(checkout.folder, name)) as [string, string];
  execFileSync('sh', ['-c', 'mkfifo "$@"', 'sh', ready, go]);
  checkout.hook(`if [ "$1 $2" = "${stack} ${workspace}" ]; then echo > '${ready}'; cat '${go}'; fi`);
  return {
    reached: () => readFile(ready),
    release: () => writeFile(go, ''),
  };
};

const locks = (): readonly string[] =>
  (readdirSync(checkout.folder, { recursive: true }) as string[]).filter((name) =>
    /lock\.info$|apply\.lock$/.test(name),
  );

/** Terraform at somebody's own prompt, in a part. */
const byHand = (stack: string, workspace: string, ...args: readonly string[]): string =>
  execFileSync(findTerraform(process.env).program, [...args], {
    cwd: join(checkout.sources, 'stacks', stack),
    env: {
      ...process.env,
      TF_DATA_DIR: join(checkout.folder, '.hoist', 'waves', 'test', 'data', stack),
      TF_WORKSPACE: workspace,
      CHECKPOINT_DISABLE: '1',
    },
    encoding: 'utf8',
    stdio: ['ignore', 'pipe', 'pipe'],
  });

describe('an environment that is not there yet', () => {
  beforeAll(() => {
    applied = new Checkout();
  });
  afterAll(() => applied.remove());

  withTerraform('is created from home: foundations, tables, functions; and then nothing is to do', async () => {
    checkout.hook('echo "$1 $2" >> order');
    const planned = await plan();
    expect(planned.exitCode).toBe(exitCodes.ok);
    expect(planned.stdout).toContain(
      [
        'test: forward, home last',
        'wave         stack              region        create  change  destroy  replace  forget',
        `foundation   region-foundation  ${home}          3       ·        ·        ·       ·`,
        `foundations  region-foundation  ${standby}  planned after region-foundation ${home}`,
        `             region-foundation  ${pilot}    planned after region-foundation ${home}`,
        `global       flags-global       ${home}     planned after region-foundation ${home}, region-foundation ${standby}, region-foundation ${pilot}`,
      ].join('\n'),
    );
    expect(planned.stdout).toContain(
      'not shown  6 states: apply plans each in its turn, and applies it where nothing is destroyed or replaced\n           to see more first: hoist waves apply test --stop-after foundation, then plan again\n',
    );
    const { exitCode, stdout } = await apply();
    expect(exitCode).toBe(exitCodes.ok);
    expect(stdout).toMatch(/\ntest: 7 applied, 0 as they are, 0 failed, 0 not begun\ndone\n$/);
    const order = ended({ exitCode, stdout, stderr: '' });
    expect(order[0]).toBe(`region-foundation ${home}`);
    expect(order.slice(1, 3).sort()).toEqual([`region-foundation ${standby}`, `region-foundation ${pilot}`].sort());
    expect(order[3]).toBe(`flags-global ${home}`);
    expect(order.slice(4)).toHaveLength(3);

    expect((await plan()).stdout).toMatch(/\nnothing to do\n$/);
    expect((await apply()).stdout).toContain('test: 0 applied, 7 as they are, 0 failed, 0 not begun');
  });

  withTerraform('goes on after a failure in the middle of its creation, with the same plans', async () => {
    checkout.hook(`[ "$1 $2" != "flags-global test" ]`);
    await plan();
    const failed = await apply('--json');
    expect(failed.exitCode).toBe(exitCodes.no);
    expect(outcomes(failed).filter((each) => !each.startsWith('applied'))).toEqual([
      `failed flags-global ${home}`,
      `not-begun flags-region ${home}`,
      `not-begun flags-region ${standby}`,
      `not-begun flags-region ${pilot}`,
    ]);
    checkout.hook('');
    const resumed = await apply('--json');
    expect(resumed.exitCode).toBe(exitCodes.ok);
    expect(outcomes(resumed)).toContain(`applied flags-global ${home}`);
    expect(outcomes(resumed)).toContain(`as-it-is region-foundation ${standby}`);
    expect((await plan()).stdout).toMatch(/\nnothing to do\n$/);
  });
});

describe('an environment that is there', () => {
  beforeAll(async () => {
    applied = new Checkout();
    checkout = applied;
    await plan();
    expect(await apply()).toMatchObject({ exitCode: exitCodes.ok });
  });
  afterAll(() => applied.remove());

  const forwards = [
    `flags-global ${home}`,
    `region-foundation ${pilot}`,
    `flags-region ${pilot}`,
    `region-foundation ${standby}`,
    `flags-region ${standby}`,
    `region-foundation ${home}`,
    `flags-region ${home}`,
  ];

  withTerraform('is upgraded by a pilot, the other regions, and home last; and goes back the other way', async () => {
    checkout.values({ release: 2 });
    await plan();
    expect(ended(await apply())).toEqual(forwards);
    checkout.values({ release: 1 });
    expect((await plan('--back')).stdout).toContain('test: back, home first');
    const back = await apply();
    expect(ended(back)).toEqual([...forwards].reverse());
    // What accepts goes before all else, home's own region too.
    expect([...back.stdout.matchAll(/… (flags-region \S+: \d+ resources)/g)].map(([, line]) => line)).toEqual([
      `flags-region ${home}: 2 resources`,
      `flags-region ${home}: 2 resources`,
      `flags-region ${standby}: 4 resources`,
      `flags-region ${pilot}: 4 resources`,
    ]);
  });

  withTerraform('stops at the first failure, says where everything stands, and resumes', async () => {
    checkout.values({ release: 2, steps: 2 });
    checkout.hook(`[ "$1 $2" != "flags-region test-${standby}" ] || { echo 'no such zone'; exit 1; }`);
    await plan();
    const failed = await apply();
    expect(failed.exitCode).toBe(exitCodes.no);
    expect(failed.stdout).toContain(`  ✓ flags-region ${pilot}: 1 created, 4 changed`);
    expect(failed.stdout).toMatch(new RegExp(`✗ flags-region ${standby}: error FH_PART_FAILED[^✗]*no such zone`));
    expect(failed.stdout).toContain(`not begun  flags-region ${home}: 1 created, 4 changed`);
    expect(failed.stdout).toContain('test: 4 applied, 0 as they are, 1 failed, 2 not begun');
    expect(failed.stdout).toContain('stopped at the first failure; hoist waves apply test goes on');

    checkout.hook('');
    const resumed = await apply();
    expect(resumed.exitCode).toBe(exitCodes.ok);
    // What failed half-way is made anew, and is no replacement of something that was in use.
    expect(resumed.stdout).toContain(`  ✓ flags-region ${standby}: 1 replaced`);
    expect(ended(resumed)).toEqual(forwards.slice(4));
    expect((await plan()).stdout).toMatch(/\nnothing to do\n$/);
  });

  withTerraform('lets what runs go to its end on Ctrl-C, and begins nothing new', async () => {
    checkout.values({ steps: 2 });
    await plan();
    const { reached, release } = blocking('region-foundation', `test-${pilot}`);
    const interruption = new AbortController();
    const running = checkout.hoist(['waves', 'apply', 'test'], { signal: interruption.signal });
    await reached();
    interruption.abort();
    await release();
    const { exitCode, stdout } = await running;
    expect(exitCode).toBe(exitCodes.interrupted);
    expect(stdout).toContain(`  ✓ region-foundation ${pilot}: 1 created`);
    expect(stdout).toContain('test: 2 applied, 0 as they are, 0 failed, 5 not begun');
    expect(stdout).toContain('interrupted: what ran went to its end; hoist waves apply test goes on');
    expect(locks()).toEqual([]);

    checkout.hook('');
    expect(ended(await apply())).toEqual(forwards.slice(2));
  });

  withTerraform('passes a second Ctrl-C on to Terraform, which ends early and leaves no lock', async () => {
    checkout.values({ steps: 3 });
    await plan();
    const { reached } = blocking('region-foundation', `test-${pilot}`);
    const [interruption, insistence] = [new AbortController(), new AbortController()];
    const running = checkout.hoist(['waves', 'apply', 'test'], {
      signal: interruption.signal,
      insisted: insistence.signal,
    });
    await reached();
    interruption.abort();
    insistence.abort();
    const { exitCode, stdout } = await running;
    expect(exitCode).toBe(exitCodes.interrupted);
    expect(stdout).toContain(`✗ region-foundation ${pilot}`);
    expect(locks()).toEqual([]);
    checkout.hook('');
    expect(await apply()).toMatchObject({ exitCode: exitCodes.ok });
  });

  withTerraform('refuses a second run beside one, with the same plans and with its own', async () => {
    checkout.values({ steps: 2 });
    const own = join(checkout.folder, 'own-plans');
    await plan('--plans', own);
    await plan();
    const { reached, release } = blocking('region-foundation', `test-${pilot}`);
    const running = apply();
    await reached();
    const second = await apply();
    const third = await apply('--plans', own);
    await release();
    expect(second.exitCode).toBe(exitCodes.unreachable);
    expect(second.stderr).toMatch(/FH_PLANS_LOCKED: \S+ is locked: process \d+ works there\n/);
    expect(third.exitCode).toBe(exitCodes.no);
    expect(third.stdout).toMatch(
      new RegExp(
        `✗ region-foundation ${pilot}: error FH_WAVES_LOCKED: the state of region-foundation ${pilot} \\(workspace test-${pilot}\\) is locked: ID [0-9a-f-]+, Operation OperationTypeApply, Who `,
      ),
    );
    expect(await running).toMatchObject({ exitCode: exitCodes.ok });
  });

  withTerraform('destroys and replaces nothing that is not allowed by its address', async () => {
    checkout.values({ kind: 'b', steps: 0 });
    const refused = await plan();
    expect(refused.exitCode).toBe(exitCodes.no);
    expect(refused.stdout).toContain(
      `refused  flags-global ${home}: terraform_data.kind would be replaced: allow it with --allow-replace 'flags-global ${home}:terraform_data.kind'\n`,
    );
    expect(refused.stdout).toContain(
      `refused  flags-global ${home}: terraform_data.step[0] would be destroyed: allow it with --allow-destroy 'flags-global ${home}:terraform_data.step[0]'\n`,
    );
    const unbegun = await apply();
    expect(unbegun.exitCode).toBe(exitCodes.no);
    expect(unbegun.stderr).toContain('FH_WAVES_REFUSED');
    expect(unbegun.stdout).toBe('');

    const parts = [
      `flags-global ${home}`,
      ...[home, standby, pilot].flatMap((region) => [`region-foundation ${region}`, `flags-region ${region}`]),
    ];
    const allowed = await plan(
      ...parts.flatMap((part) => [
        '--allow-replace',
        `${part}:terraform_data.kind`,
        '--allow-destroy',
        `${part}:terraform_data.step[0]`,
      ]),
    );
    expect(allowed.exitCode).toBe(exitCodes.ok);
    expect(allowed.stdout).toContain(`replaces  flags-global ${home}: terraform_data.kind\n`);
    expect(await apply()).toMatchObject({ exitCode: exitCodes.ok });
  });

  withTerraform(
    'applies no plan whose state somebody changed since, when more would happen than was shown',
    async () => {
      checkout.values({ release: 2 });
      await plan();
      byHand(
        'flags-region',
        `test-${pilot}`,
        'apply',
        '-auto-approve',
        '-var=release=1',
        '-var=steps=1',
        '-var=kind=c',
      );
      const { exitCode, stdout } = await apply();
      expect(exitCode).toBe(exitCodes.no);
      expect(stdout).toContain(
        `✗ flags-region ${pilot}: error FH_WAVES_OUTDATED: flags-region ${pilot} would now do more than was shown: terraform_data.kind would be replaced`,
      );
      expect(stdout).toContain('test: 2 applied, 0 as they are, 1 failed, 4 not begun');
    },
  );

  withTerraform('goes on when somebody has done a part of what was shown', async () => {
    checkout.values({ release: 2, steps: 2 });
    await plan();
    byHand('flags-region', `test-${pilot}`, 'apply', '-auto-approve', '-var=release=2', '-var=steps=1', '-var=kind=a');
    const { exitCode, stdout } = await apply();
    expect(exitCode).toBe(exitCodes.ok);
    expect(stdout).toContain(`  ✓ flags-region ${pilot}: 1 created\n`);
  });

  withTerraform('applies nothing after the sources have changed, or a plan has', async () => {
    checkout.values({ release: 2 });
    await plan();
    checkout.values({ release: 3 });
    const changed = await apply();
    expect(changed.exitCode).toBe(exitCodes.no);
    expect(changed.stderr).toContain('is not what the plans were made of');
    await plan();
    checkout.write(`.hoist/waves/test/region-foundation.${pilot}.tfplan`, 'another');
    expect((await apply()).stdout).toContain('is not the plan of region-foundation');
  });

  withTerraform('stops after a wave that it is told, and lets no region overtake', async () => {
    checkout.values({ release: 2 });
    await plan();
    const early = await apply('--only', home);
    expect(early.exitCode).toBe(exitCodes.no);
    expect(early.stderr).toContain(`flags-region ${home} has its turn after flags-region ${standby}`);

    const stopped = await apply('--stop-after', 'pilot');
    expect(stopped.exitCode).toBe(exitCodes.ok);
    expect(ended(stopped)).toEqual(forwards.slice(0, 3));
    expect(stopped.stdout).toContain('stopped where it was asked to; hoist waves apply test goes on');

    expect(ended(await apply('--only', standby))).toEqual(forwards.slice(3, 5));
    expect(ended(await apply('--only', home))).toEqual(forwards.slice(5));
  });

  withTerraform('goes on to the next wave only where the changed regions are well', async () => {
    checkout.values({ release: 2 });
    await plan();
    const ill = `echo "$HOIST_ENVIRONMENT" "$HOIST_REGION" >> '${checkout.folder}/asked'; [ "$HOIST_REGION" = ${home} ] || test -e '${checkout.folder}/well' || { echo 'alarm: reverts'; exit 3; }`;
    const stopped = await apply('--gate', ill, '--settle', '0');
    expect(stopped.exitCode).toBe(exitCodes.no);
    expect(stopped.stdout).toContain(`unwell  ${pilot}: the gate ended with 3: alarm: reverts\n`);
    expect(stopped.stdout).toContain('stopped, because a region is not well; hoist waves apply test goes on');
    // It is looked at again, although nothing is left to do there.
    expect((await apply('--gate', ill, '--settle', '0')).exitCode).toBe(exitCodes.no);
    checkout.write('well', '');
    expect(ended(await apply('--gate', ill, '--settle', '0'))).toEqual(forwards.slice(3));
    expect(checkout.read('asked').trim().split('\n')).toEqual(
      [home, pilot, home, pilot, home, pilot, standby, home].map((region) => `test ${region}`),
    );
  });

  withTerraform('takes away a region that drains, and no other; and does not create it again', async () => {
    for (const [region, reason] of [
      [home, 'it is home'],
      [standby, 'it is the standby'],
      [pilot, 'it is not draining, so changes still wait for its caches'],
    ] as const) {
      const refused = await plan('--remove', region);
      expect(refused.exitCode).toBe(exitCodes.no);
      expect(refused.stderr).toContain(`${region} is not taken away: ${reason}`);
    }
    checkout.regions([], [pilot]);
    expect((await plan()).stderr).toContain(
      `region-foundation ${pilot} still has 3 resources, and test has no such region`,
    );
    checkout.regions([pilot]);
    expect((await plan('--remove', pilot)).stderr).toContain('nobody has asked the world');
    const described = {
      environment: 'test',
      home,
      regions: [home, standby, pilot],
      flagsTable: 'flags',
      changesTable: 'changes',
      proposalsTable: 'proposals',
      verificationTable: 'verification',
      acknowledgements: 'log',
      workflows: {},
      eventBus: 'bus',
    };
    const deployment = JSON.stringify({ ...described, queues: {}, functions: {} });
    checkout.write(
      'infra-tf/lib/stacks/flags-region/deployment.tf',
      `output "deployment" {\n  value = terraform.workspace == "test-${home}" ? jsondecode(${JSON.stringify(deployment)}) : null\n}\n`,
    );
    byHand('flags-region', `test-${home}`, 'apply', '-auto-approve', '-var-file=environments/test.tfvars');
    const remove = ['--remove', pilot];
    const topology = JSON.parse(checkout.read('fleet/topology.json'));
    const key = { pk: { S: 'TOPOLOGY' }, sk: { S: 'VERSION#000000000001' } };
    const items = [{ ...key, version: { N: '1' }, topology: { S: JSON.stringify(topology) } }];
    const table = { Items: items, Count: 1, Item: homeItem(home) };
    await using _table = await answering(table);
    const planned = await plan(...remove);
    expect(planned.stdout).toContain(`destroys  region-foundation ${pilot}: 3 destroyed\n`);
    table.Item = homeItem(standby);
    expect((await apply()).stderr).toContain(`home has moved to ${standby} since, and the plans are for ${home}`);
    table.Item = homeItem(home);
    expect(ended(await apply())).toEqual([
      `flags-region ${pilot}`,
      `flags-global ${home}`,
      `region-foundation ${pilot}`,
    ]);
    expect(byHand('flags-global', 'test', 'show')).toContain(`input  = [\n        "${pilot}",`);
    expect(byHand('region-foundation', `test-${pilot}`, 'state', 'list')).toBe('');
    const after = await plan();
    expect(after.stdout).not.toContain(pilot);
    expect(after.stdout).toMatch(/\nnothing to do\n$/);
    expect((await plan(...remove)).stdout).toContain('nothing to do');
  });

  withTerraform('keeps plans where only their owner reads them, and tells programs all in one document', async () => {
    checkout.values({ release: 2 });
    const planned = await plan('--json');
    const document = JSON.parse(planned.stdout) as { plans: string; waves: readonly { name: string }[] };
    const modeOf = (path: string): number => statSync(path).mode & 0o777;
    expect(modeOf(document.plans)).toBe(0o700);
    const saved = readdirSync(document.plans).filter((name) => /\.(tfplan|json)$/.test(name));
    expect(saved.length).toBeGreaterThan(1);
    for (const name of saved) expect(modeOf(join(document.plans, name))).toBe(0o600);
    expect(document.waves.map(({ name }) => name)).toEqual(['global', 'pilot', 'regions', 'home']);
    const { stdout } = await apply('--json');
    expect(JSON.parse(stdout)).toMatchObject({ schema: 1, environment: 'test', way: 'forward', stopped: null });
  });

  withTerraform('draws what runs where somebody looks', async () => {
    checkout.values({ release: 2 });
    await plan();
    const { stdout } = await checkout.hoist(['waves', 'apply', 'test', '--stop-after', 'global'], { isTTY: true });
    expect(stdout).toContain(`  … flags-global ${home}: 0/1\n`);
    expect(stdout).toContain(`  ✓ flags-global ${home}: 1 changed\n`);
  });
});

describe('a wrong use', () => {
  beforeAll(() => {
    applied = new Checkout();
  });
  afterAll(() => applied.remove());

  it.each([
    ['an environment that is not there', ['plan', 'tset'], 'there is no environment "tset"'],
    ['a pilot that is none', ['plan', 'test', '--pilot', home], '--pilot is not valid: eu-west-1 is no serving region'],
    ['a region that is not there', ['plan', 'test', '--remove', 'eu-west-9'], 'test has no region eu-west-9'],
    ['two orders at once', ['plan', 'test', '--remove', pilot, '--back'], '--remove is not valid'],
    [
      'a region to apply that is not there',
      ['apply', 'test', '--only', 'mars-1'],
      '--only is not valid: test has no region mars-1',
    ],
    [
      'an allowance of a part that is not there',
      ['plan', 'test', '--allow-replace', 'flags-region mars-1:aws_sqs_queue.this'],
      '--allow-replace is not valid: test has no part flags-region mars-1',
    ],
    [
      'an allowance of a stack that is not there',
      ['plan', 'test', '--allow-destroy', `mars ${home}:aws_sqs_queue.this`],
      `--allow-destroy is not valid: test has no part mars ${home}`,
    ],
    ['a wave that is none', ['apply', 'test', '--stop-after', 'never'], 'Allowed choices are foundation, foundations'],
    ['an environment to apply that is not there', ['apply', 'tset'], 'there is no environment "tset"'],
    ['a file in place of the plans', ['plan', 'test', '--plans', __filename], '--plans is not valid'],
    ['plans to apply that are a file', ['apply', 'test', '--plans', __filename], '--plans is not valid'],
    ['no time to settle', ['apply', 'test', '--settle', '1e3'], 'a whole number from 0 to 86,400'],
    ['no state at a time', ['apply', 'test', '--at-once', '0'], 'a whole number from 1 to 999'],
  ])('is told of %s', async (_case, args, message) => {
    const { exitCode, stderr } = await checkout.hoist(['waves', ...args]);
    expect({ exitCode, stderr }).toEqual({ exitCode: exitCodes.usage, stderr: expect.stringContaining(message) });
  });

  it('says that there are no plans yet', async () => {
    const { exitCode, stderr } = await apply();
    expect(exitCode).toBe(exitCodes.no);
    expect(stderr).toContain('hint: Run hoist waves plan first');
    expect(existsSync(join(checkout.folder, '.hoist'))).toBe(false);
  });

  it('shows the waves in the help', async () => {
    const { stdout } = await run(['waves', '--help']);
    expect(stdout).toContain('  pilot        one region');
  });
});
