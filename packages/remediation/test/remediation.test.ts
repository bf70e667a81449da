import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { InvalidInputError } from '@flaghoist/core/errors';
import type { RemediationPolicy } from '@flaghoist/fleet/remediation';
import fc from 'fast-check';
import type { ApplyIntent, SettledApply } from '../lib/apply-intent.ts';
import { applyRemediation } from '../lib/apply-remediation.ts';
import { approvalsIn } from '../lib/approval-keys.ts';
import { RemediationLockedError, RemediationOutdatedError } from '../lib/errors.ts';
import { plannedEvents } from '../lib/events.ts';
import { planRemediation } from '../lib/plan-remediation.ts';
import { digestOf, parseRecord } from '../lib/record.ts';
import { changedIn } from '../lib/verdict.ts';
import { waiting } from '../lib/waiting.ts';
import type { Given } from './support/plans.ts';
import { Memory, World } from './support/world.ts';

const subject = { environment: 'blue', stack: 'application', workspace: 'blue' };
const policy = { closing: 'auto', mending: 'ask', attempts: 2 } as const;
const [ada, ben, carla] = ['ada', 'ben', 'carla'].map((name, index) => ({
  actor: `${name}@bank.example`,
  principal: `AROAEXAMPLEEXAMPLE${index}:${name}@bank.example`,
})) as [Person, Person, Person];
interface Person {
  readonly actor: string;
  readonly principal: string;
}
const listed = ({ actor, principal }: Person, scopes: readonly 'remediate'[], human = true) => ({
  actor,
  teams: [],
  roles: [],
  human,
  active: true,
  scopes: [...scopes],
  principals: [{ role: principal.split(':')[0] ?? '', session: principal.split(':')[1] ?? '' }],
});
const robot = { actor: 'robot', principal: 'AROAEXAMPLEEXAMPLE9:robot' };
const carlasOther = 'AROAEXAMPLEEXAMPLE5:carla@bank.example';
const gone = { actor: 'gone@bank.example', principal: 'AROAEXAMPLEEXAMPLE6:gone@bank.example' };
const people = [
  listed(ada, ['remediate']),
  listed(ben, []),
  {
    ...listed(carla, ['remediate']),
    principals: [carla.principal, carlasOther].map((each) => ({
      role: each.split(':')[0] ?? '',
      session: carla.actor,
    })),
  },
  { ...listed(gone, ['remediate']), active: false },
  listed(robot, ['remediate'], false),
];

const opened: Given = {
  type: 'aws_rds_cluster_instance',
  recorded: { publicly_accessible: false },
  now: { publicly_accessible: true },
};
const shortened: Given = { type: 'aws_flow_log', recorded: { interval: 60 }, now: { interval: 600 } };
const engine: Given = { type: 'aws_rds_cluster', recorded: { engine_version: '1' }, now: { engine_version: '2' } };

const by22 = () => ({ protocol: 'tcp', from_port: 22, to_port: 22, cidr_blocks: ['0.0.0.0/0'] });

const intent: ApplyIntent = {
  schema: 1,
  ...subject,
  digest: 'f'.repeat(64),
  resources: ['aws_rds_cluster_instance.this'],
  appliedBy: ada.principal,
  approver: null,
  at: 0,
};

const setting = (given: readonly Given[], { work = new World(given), memory = new Memory() } = {}) => {
  const settled: SettledApply[] = [];
  const onSettled = (each: SettledApply) => settled.push(each);
  const trail = { region: 'eu-west-1' };
  const isNoise = (address: string) => address.endsWith('noisy');
  const plan = ({ by = ada, ...more }: { readonly by?: Person; readonly policy?: RemediationPolicy } = {}) =>
    planRemediation({
      work,
      memory,
      subject,
      policy,
      isNoise,
      at: 0,
      plannedBy: by.principal,
      trail,
      onSettled,
      ...more,
    });
  const apply = (more: Partial<Parameters<typeof applyRemediation>[0]> = {}) =>
    applyRemediation({
      work,
      memory,
      subject,
      policy,
      known: { people, workloads: ['AROAEXAMPLEEXAMPLE8'] },
      appliedBy: ada.principal,
      at: 0,
      approves: undefined,
      trail,
      onSettled,
      ...more,
    });
  return { work, memory, plan, apply, settled };
};

/** An apply that begins, writes down what it has read, and of which nothing more is heard. */
const killed = async ({ plan, apply, work }: ReturnType<typeof setting>): Promise<void> => {
  await plan();
  const { promise, resolve } = Promise.withResolvers<void>();
  const begin = work.apply;
  work.failure = new Error('killed');
  work.apply = async (sha256) => {
    await begin.call(work, sha256).catch(resolve);
    await new Promise<never>(() => {});
  };
  await Promise.race([promise, apply()]);
  work.apply = begin;
  work.failure = undefined;
};

describe('a plan', () => {
  it('is of the harmless, and names what is left to people', async () => {
    const { plan } = setting([opened, engine, { ...shortened, address: 'aws_flow_log.noisy' }]);
    const { outcome, mends, leaves } = await plan();
    expect({ outcome, mends: mends.map(({ address }) => address) }).toEqual({
      outcome: 'planned',
      mends: ['aws_rds_cluster_instance.this'],
    });
    expect(leaves.map(({ address, refused }) => `${address} ${refused}`).sort()).toEqual([
      'aws_flow_log.noisy noise',
      'aws_rds_cluster.this engine',
    ]);
  });

  it.each([
    ['nothing', []],
    ['refused', [engine]],
  ])('saves none when the outcome is %s', async (outcome, given) => {
    const { plan, memory, work } = setting(given);
    expect(await plan()).toMatchObject({ outcome, record: undefined });
    expect([memory.record(), work.saved()]).toEqual([undefined, undefined]);
  });

  it.each([
    ['since the last apply', []],
    ['and an apply has taken it into the state', [by22()]],
  ])('names an open port that no apply closes, which somebody opened %s', async (_when, recorded) => {
    const now = { id: 'sg-1', ingress: [by22()] };
    const group: Given = {
      type: 'aws_security_group',
      recorded: { ...now, ingress: recorded },
      now,
      configured: now,
      dynamic: ['ingress'],
    };
    const { outcome, leaves, standing } = await setting([group]).plan();
    expect({ outcome, leaves }).toEqual({ outcome: 'nothing', leaves: [] });
    expect(standing).toEqual([
      expect.objectContaining({ address: 'aws_security_group.this', path: 'ingress[*]', severity: 'critical' }),
    ]);
    expect((await setting([{ ...group, address: 'aws_security_group.noisy' }]).plan()).standing).toEqual([]);
  });

  it('is first one of what needs no word, then one of what does', async () => {
    const { plan, apply, work } = setting([shortened, opened, engine]);
    const first = await plan();
    expect(first.mends).toMatchObject([{ address: 'aws_rds_cluster_instance.this', remedy: 'closing' }]);
    expect(first.leaves.map(({ address, refused }) => [address, ...refused])).toEqual([
      ['aws_flow_log.this', 'turn'],
      ['aws_rds_cluster.this', 'engine'],
    ]);
    expect(first.record?.need).toBe('auto');
    expect((await apply()).outcome).toBe('mended');
    const second = await plan();
    expect(second.mends).toMatchObject([{ address: 'aws_flow_log.this', remedy: 'mending', refused: [] }]);
    expect(second.record?.need).toBe('ask');
    expect(work.applied).toEqual([['aws_rds_cluster_instance.this']]);
  });

  it('is one of both, which asks, where what needs no word would bring the other along', async () => {
    const { plan, work } = setting([opened, shortened]);
    work.needs = new Map([['aws_rds_cluster_instance.this', ['aws_flow_log.this']]]);
    const { mends, leaves, record } = await plan();
    expect(mends.map(({ address }) => address).sort()).toEqual(['aws_flow_log.this', 'aws_rds_cluster_instance.this']);
    expect([leaves, record?.need]).toEqual([[], 'ask']);
  });

  it('leaves for the second what would bring some of that along', async () => {
    const { plan, work } = setting([opened, shortened, { ...opened, address: 'aws_rds_cluster_instance.other' }]);
    work.needs = new Map([['aws_rds_cluster_instance.other', ['aws_flow_log.this']]]);
    const { mends, leaves, record } = await plan();
    expect(mends.map(({ address }) => address)).toEqual(['aws_rds_cluster_instance.this']);
    expect(leaves.map(({ refused }) => refused)).toEqual([['turn'], ['turn']]);
    expect(record?.need).toBe('auto');
  });

  it.each<Given>([
    { type: 'aws_sns_topic_subscription', recorded: { endpoint: 'https://on-call.example' }, now: null },
    { type: 'aws_cloudwatch_event_target', recorded: { arn: 'arn:aws:sns:eu-west-1:1:a' }, now: null },
    { type: 'aws_cloudwatch_log_subscription_filter', recorded: { destination_arn: 'arn:aws:logs:a' }, now: null },
    { type: 'aws_s3_bucket_notification', recorded: { eventbridge: true }, now: null },
  ])('asks about $type that is gone, whatever the policy says: it would send data again', async (given) => {
    const { plan } = setting([given]);
    const planned = await plan({ policy: { closing: 'auto', mending: 'auto', attempts: 2 } });
    expect(planned.mends).toMatchObject([{ remedy: 'sending', refused: [] }]);
    expect(planned.record?.need).toBe('ask');
  });

  it('does not ask about one that only changed, where the policy does not', async () => {
    const target = { rule: 'a', input: '1' };
    const { plan } = setting([
      { type: 'aws_cloudwatch_event_target', recorded: target, now: { ...target, input: '2' } },
    ]);
    const planned = await plan({ policy: { closing: 'auto', mending: 'auto', attempts: 2 } });
    expect([planned.mends[0]?.remedy, planned.record?.need]).toEqual(['mending', 'auto']);
  });

  it('is refused when not all could be read', async () => {
    const { plan, work } = setting([opened]);
    work.unread = ['aws_x.hidden'];
    await expect(plan()).rejects.toMatchObject({ code: 'FH_REMEDIATION_REFUSED' });
  });

  it('is refused when it would change more than was decided of', async () => {
    const { plan, work, memory } = setting([opened, engine]);
    work.alsoPlans = ['aws_rds_cluster.this'];
    await expect(plan()).rejects.toMatchObject({
      reasons: expect.arrayContaining(['aws_rds_cluster.this would be changed with them']),
    });
    expect(memory.record()).toBeUndefined();
  });

  it('tells what was decided where it is refused after that, and leaves nothing that could be applied', async () => {
    const { plan, apply, work } = setting([opened, engine]);
    work.alsoPlans = ['aws_rds_cluster.this'];
    await expect(plan()).rejects.toMatchObject({
      decided: { mends: [{ address: 'aws_rds_cluster_instance.this' }], leaves: [{ address: 'aws_rds_cluster.this' }] },
    });
    await expect(apply()).rejects.toMatchObject({ code: 'FH_REMEDIATION_GONE' });
  });

  it('is not made when the state changed meanwhile, and may be made again', async () => {
    const { plan, work } = setting([opened]);
    work.meanwhile = () => {
      work.serial += 1;
    };
    await expect(plan()).rejects.toMatchObject({
      code: 'FH_REMEDIATION_OUTDATED',
      message: expect.stringContaining('the state changed'),
    });
  });
});

describe('what depends on something that would be changed with it', () => {
  const vault: Given = { type: 'aws_backup_vault', recorded: { name: 'a' }, configured: { name: 'b' } };
  const keyed: Given = { ...vault, address: 'module.backup["eu"].aws_backup_vault.this[0]' };

  it.each([
    ['is merged and not applied', vault],
    ['is an instance, whichever', keyed],
    ['is drift that is left to people', { ...engine, address: 'aws_backup_vault.this' }],
  ])('is left to people where that %s, and the rest is mended', async (_what, other) => {
    const { plan, apply, work } = setting([opened, shortened, other]);
    const { address = 'aws_backup_vault.this' } = other;
    work.needs = new Map([
      ['aws_flow_log.this', ['data.aws_x.between']],
      ['data.aws_x.between', [address === keyed.address ? 'module.backup.aws_backup_vault.this' : address]],
    ]);
    const planned = await plan();
    expect(planned.mends.map((each) => each.address)).toEqual(['aws_rds_cluster_instance.this']);
    expect(planned.leaves).toContainEqual(
      expect.objectContaining({ address: 'aws_flow_log.this', refused: ['dependency'], brings: [address] }),
    );
    expect((await apply()).outcome).toBe('mended');
    expect(work.applied).toEqual([['aws_rds_cluster_instance.this']]);
  });

  it('is left to people as well where that is left for the same reason', async () => {
    const { plan, work } = setting([opened, shortened, vault]);
    work.needs = new Map([
      ['aws_rds_cluster_instance.this', ['aws_flow_log.this']],
      ['aws_flow_log.this', ['aws_backup_vault.this']],
    ]);
    const planned = await plan();
    expect(planned.outcome).toBe('refused');
    expect(planned.leaves).toMatchObject([
      { address: 'aws_flow_log.this', brings: ['aws_backup_vault.this'] },
      { address: 'aws_rds_cluster_instance.this', brings: ['aws_flow_log.this', 'aws_backup_vault.this'] },
    ]);
  });

  it('is mended where that is mended too', async () => {
    const { plan, work } = setting([opened, shortened, vault]);
    work.needs = new Map([['aws_rds_cluster_instance.this', ['aws_flow_log.this']]]);
    expect((await plan()).mends).toHaveLength(2);
  });

  it('is shown to whoever approves: the record has it', async () => {
    const { plan, work, memory } = setting([opened, shortened, vault]);
    work.needs = new Map([['aws_flow_log.this', ['aws_backup_vault.this']]]);
    const { digest } = await plan();
    expect(digestOf(parseRecord(JSON.stringify(memory.record())))).toBe(digest);
  });

  it('is all that is left out, whatever depends on what, and what is planned brings nothing along', async () => {
    const names = ['a', 'b', 'c', 'd', 'e', 'f'] as const;
    const edges = fc.uniqueArray(fc.tuple(fc.nat(5), fc.nat(5)), { maxLength: 12, selector: String });
    await fc.assert(
      fc.asyncProperty(edges, fc.subarray([...names]), async (pairs, pending) => {
        const given = names.map((name): Given => {
          const address = `aws_flow_log.${name}`;
          return pending.includes(name) ? { ...vault, address } : { ...shortened, address };
        });
        const { plan, work } = setting(given);
        // Terraform's graph has no circles.
        const down = pairs.flatMap(([x, y]) => (x < y ? [{ from: names[x], to: `aws_flow_log.${names[y]}` }] : []));
        work.needs = new Map(
          [...Map.groupBy(down, ({ from }) => `aws_flow_log.${from}`)].map(([from, all]) => [
            from,
            all.map(({ to }) => to),
          ]),
        );
        const { mends, leaves } = await plan();
        const bring = async (address: string) =>
          changedIn({ normal: (await work.plan([address])).plan }).filter((each) =>
            pending.some((name) => each.endsWith(`.${name}`)),
          );
        for (const { address } of mends) expect(await bring(address)).toEqual([]);
        for (const { address } of leaves) expect(await bring(address)).not.toEqual([]);
        expect([...mends, ...leaves]).toHaveLength(names.length - pending.length);
      }),
    );
  });
});

describe('an apply', () => {
  it('is of exactly the saved plan, once, and looks again', async () => {
    const { plan, apply, work } = setting([opened, engine]);
    await plan();
    expect(await apply()).toMatchObject({ outcome: 'mended', approver: null, remaining: [] });
    expect(work.applied).toEqual([['aws_rds_cluster_instance.this']]);
    await expect(apply()).rejects.toMatchObject({
      message: 'there is no plan',
      hint: expect.stringContaining('--plans'),
    });
  });

  it.each<[string, (work: World) => void]>([
    ['another plan lies there', (work) => work.swap()],
    ['somebody applied since', (work) => (work.serial += 1)],
    ['it is another state', (work) => (work.lineage = 'two')],
  ])('is refused when %s', async (_what, change) => {
    const { plan, apply, work } = setting([opened]);
    await plan();
    change(work);
    await expect(apply()).rejects.toMatchObject({ code: 'FH_REMEDIATION_OUTDATED' });
    expect(work.applied).toEqual([]);
  });

  it('is refused when another plan comes to lie there as it begins, and was no attempt', async () => {
    const { plan, apply, work, memory } = setting([opened]);
    await plan();
    memory.stored = async () => work.swap();
    await expect(apply()).rejects.toMatchObject({ code: 'FH_REMEDIATION_OUTDATED' });
    expect([work.applied, memory.begun(), memory.attempts()]).toEqual([[], undefined, {}]);
  });

  it('is refused for another environment than the plan is of', async () => {
    const { plan, apply } = setting([opened]);
    await plan();
    await expect(apply({ subject: { ...subject, workspace: 'green' } })).rejects.toMatchObject({
      code: 'FH_REMEDIATION_REFUSED',
    });
  });

  it('asks by the stricter of two policies, that of the plan and that of now', async () => {
    const { plan, apply } = setting([opened]);
    await plan();
    await expect(apply({ policy: { ...policy, closing: 'ask' } })).rejects.toMatchObject({
      code: 'FH_REMEDIATION_REFUSED',
    });
  });

  describe('that the policy asks about', () => {
    const asked = async () => {
      const all = setting([shortened]);
      const { digest = '' } = await all.plan();
      return { ...all, digest };
    };

    it('needs a word', async () => {
      const { apply, work } = await asked();
      await expect(apply()).rejects.toMatchObject({ message: expect.stringContaining('asks for a word') });
      expect(work.applied).toEqual([]);
    });

    it('takes that of another person with the scope', async () => {
      const { apply, digest } = await asked();
      const applied = await apply({ appliedBy: carla.principal, approves: digest.slice(0, 12) });
      expect(applied).toMatchObject({ outcome: 'mended', approver: carla.actor });
    });

    it.each<[string, string, RegExp]>([
      ['whom nobody lists', 'AROAEXAMPLEEXAMPLE7:carla@bank.example', /neither a person .* nor a workload/],
      ['who is no session of a role', 'AIDAEXAMPLEEXAMPLE77', /neither a person .* nor a workload/],
      ['who is listed, and is the approver under another role', carlasOther, /carla@bank.example has made the plan/],
      ['who has left', gone.principal, /neither a person .* nor a workload/],
    ])('takes none of a plan by somebody %s', async (_who, plannedBy, said) => {
      const { plan, apply, work } = setting([shortened]);
      const { digest } = await plan({ by: { actor: '', principal: plannedBy } });
      await expect(apply({ appliedBy: carla.principal, approves: digest })).rejects.toMatchObject({
        code: 'FH_REMEDIATION_REFUSED',
        message: expect.stringMatching(said),
      });
      const approvals = [{ principal: carla.principal, digest: digest ?? '' }];
      await expect(apply({ appliedBy: robot.principal, approvals })).rejects.toThrow(said);
      expect(work.applied).toEqual([]);
    });

    it('tells who meets a plan that nobody can approve to have it made anew, whichever way it is applied', async () => {
      const { plan, apply } = setting([shortened]);
      const eve = 'AROAEXAMPLEEXAMPLE7:eve';
      const { digest = '' } = await plan({ by: { actor: '', principal: eve } });
      const ways = [
        {},
        { appliedBy: eve, approves: digest },
        { appliedBy: carla.principal, approves: digest },
        { approvals: [] },
        { approvals: [{ principal: carla.principal, digest }] },
      ];
      for (const way of ways) {
        await expect(apply(way)).rejects.toMatchObject({
          message: expect.stringContaining(`${eve} has made the plan`),
          hint: expect.stringMatching(/plan anew.*get-caller-identity.*workloads/),
        });
      }
    });

    it.each<[string, string, string, string]>([
      [
        'whom nobody knows',
        'AROAEXAMPLEEXAMPLE7:eve',
        'AROAEXAMPLEEXAMPLE7:eve is nobody in fleet/people.json',
        'get-caller-identity',
      ],
      [
        'without the scope',
        ben.principal,
        `ben@bank.example of fleet/people.json (${ben.principal}) lacks the scope remediate`,
        'another person',
      ],
      [
        'that is a machine',
        robot.principal,
        `robot of fleet/people.json (${robot.principal}) is a machine`,
        'another person',
      ],
      [
        'who has left',
        gone.principal,
        `gone@bank.example of fleet/people.json (${gone.principal}) is not active`,
        'get-caller-identity',
      ],
    ])('tells somebody %s who that is and what is missing', async (_who, appliedBy, said, way) => {
      const { apply, digest } = await asked();
      await expect(apply({ appliedBy, approves: digest })).rejects.toMatchObject({
        message: expect.stringContaining(said),
        hint: expect.stringContaining(way),
      });
    });

    it('takes that of a person for the plan of a workload, which is nobody, whatever its session', async () => {
      const { plan, apply } = setting([shortened]);
      const { digest } = await plan({ by: { actor: '', principal: 'AROAEXAMPLEEXAMPLE8:AWSCodeBuild-4711' } });
      const applied = await apply({ appliedBy: carla.principal, approves: digest });
      expect(applied).toMatchObject({ outcome: 'mended', approver: carla.actor });
    });

    it.each<[string, string, (digest: string) => string]>([
      ['who made the plan', ada.principal, (digest) => digest],
      ['without the scope', ben.principal, (digest) => digest],
      ['that is a machine', robot.principal, (digest) => digest],
      ['whom nobody knows', 'AROAEXAMPLEEXAMPLE7:eve@bank.example', (digest) => digest],
      ['who says a name but calls as another role', 'AROAEXAMPLEEXAMPLE7:carla@bank.example', (digest) => digest],
      ['who has read another plan', carla.principal, () => 'f'.repeat(64)],
      ['who has read too little of the digest', carla.principal, (digest) => digest.slice(0, 11)],
    ])('takes none of somebody %s', async (_who, appliedBy, approves) => {
      const { apply, digest, work } = await asked();
      await expect(apply({ appliedBy, approves: approves(digest) })).rejects.toMatchObject({
        code: 'FH_REMEDIATION_REFUSED',
      });
      expect(work.applied).toEqual([]);
    });
  });
});

describe('approvals that others have put down', () => {
  const asked = async () => {
    const all = setting([shortened]);
    const { digest = '' } = await all.plan({ by: robot });
    return { ...all, digest };
  };

  it('count when one of them is good, whatever lies beside it', async () => {
    const { apply, digest } = await asked();
    const approvals = [ben, robot, carla].map(({ principal }) => ({ principal, digest }));
    expect(await apply({ appliedBy: robot.principal, approvals })).toMatchObject({
      outcome: 'mended',
      approver: carla.actor,
    });
  });

  it.each<[string, (digest: string) => readonly { principal: string; digest: string }[]]>([
    ['none', () => []],
    ['one of somebody without the scope', (digest) => [{ principal: ben.principal, digest }]],
    ['one of the machine itself', (digest) => [{ principal: robot.principal, digest }]],
    ['one of another plan', () => [{ principal: carla.principal, digest: 'f'.repeat(64) }]],
    ['one under a name that no role has', (digest) => [{ principal: 'carla@bank.example', digest }]],
  ])('do not count where there is %s', async (_what, approvals) => {
    const { apply, digest, work } = await asked();
    await expect(apply({ appliedBy: robot.principal, approvals: approvals(digest) })).rejects.toMatchObject({
      code: 'FH_REMEDIATION_REFUSED',
    });
    expect(work.applied).toEqual([]);
  });

  it.each([
    `approvals/${carla.principal}/${'f'.repeat(63)}`,
    `approvals/${ada.principal}/../${carla.principal}/${'f'.repeat(64)}`,
    `approvals/${carla.principal}/./${'f'.repeat(64)}`,
    `approvals/${carla.principal}//${'f'.repeat(64)}`,
    `approvals/${carla.principal}/${'f'.repeat(64)}/`,
    `approvals/../approvals/${carla.principal}/${'f'.repeat(64)}`,
    `approvals/carla@bank.example/${'f'.repeat(64)}`,
    `approvals/local:carla@bank.example/${'f'.repeat(64)}`,
    `approvals/${carla.principal}\n/${'f'.repeat(64)}`,
    `plans/${carla.principal}/${'f'.repeat(64)}`,
    `approvals/${carla.principal}/${'f'.repeat(64)}\n`,
  ])('are keys of one form, and not %j', (key) => {
    expect(approvalsIn(JSON.stringify([key, `approvals/${carla.principal}/${'f'.repeat(64)}`]))).toEqual([
      { principal: carla.principal, digest: 'f'.repeat(64) },
    ]);
  });

  it('are none where the command line says null, and an error where it says something else', () => {
    expect(approvalsIn('null')).toEqual([]);
    expect(() => approvalsIn('{}')).toThrow('the list of approvals');
  });
});

it('is applied by nobody when it asks and is a day old', async () => {
  const { plan, apply, work } = setting([shortened]);
  const { digest } = await plan();
  await expect(apply({ appliedBy: carla.principal, approves: digest, at: 86_400_000 })).rejects.toMatchObject({
    code: 'FH_REMEDIATION_OUTDATED',
  });
  expect(work.applied).toEqual([]);
  expect((await apply({ appliedBy: carla.principal, approves: digest, at: 86_399_999 })).outcome).toBe('mended');
});

describe('what an apply has read, and not mended,', () => {
  const group: Given = {
    type: 'aws_security_group',
    recorded: { ingress: [] },
    now: { ingress: ['everybody'] },
    configured: { ingress: ['everybody'] },
  };
  const recorded = (work: World) => work.given.find(({ type }) => type === group.type)?.recorded;
  const reading = () => {
    const all = setting([opened, group]);
    all.work.alsoReads = ['aws_security_group.this'];
    return all;
  };

  it('is recorded as it was before', async () => {
    const { plan, apply, work } = reading();
    await plan();
    expect((await apply()).outcome).toBe('mended');
    expect(recorded(work)).toEqual(group.recorded);
  });

  it('is recorded so by the next run where the apply was killed', async () => {
    const all = reading();
    await killed(all);
    expect(recorded(all.work)).toEqual(group.now);
    await all.plan();
    expect(recorded(all.work)).toEqual(group.recorded);
  });

  it.each([
    ['stack', { stack: 'flags-region' }],
    ['workspace', { workspace: 'blue-mars-1' }],
  ])('is recorded in the state of no other %s, and not forgotten for it', async (_what, other) => {
    const all = reading();
    await killed(all);
    const { work, memory } = all;
    const at = { work, memory, subject: { ...subject, ...other }, policy, plannedBy: ada.principal, at: 0 };
    await expect(planRemediation({ ...at, isNoise: () => false })).rejects.toMatchObject({
      code: 'FH_REMEDIATION_REFUSED',
      message: expect.stringContaining('stack application, workspace blue was cut off'),
      hint: expect.stringContaining('--plans'),
    });
    expect([recorded(work), memory.begun()]).toEqual([group.now, expect.objectContaining(subject)]);
    await all.plan();
    expect(recorded(work)).toEqual(group.recorded);
  });

  it('is recorded so by the next run that finds the state free, and until then nothing is planned', async () => {
    const { plan, apply, work, memory } = reading();
    await plan();
    work.held = new RemediationLockedError('the state', 'ID 1');
    expect(await apply()).toMatchObject({ outcome: 'not-mended', failure: expect.stringContaining('ID 1') });
    await expect(plan()).rejects.toMatchObject({ code: 'FH_REMEDIATION_LOCKED' });
    expect([recorded(work), memory.begun()]).toEqual([group.now, expect.objectContaining(subject)]);
    work.held = undefined;
    expect((await plan()).outcome).toBe('nothing');
    expect([recorded(work), memory.begun()]).toEqual([group.recorded, undefined]);
  });
});

it.each<[string, string, (work: World) => void]>([
  [
    'look at afterwards',
    'no connection',
    (work) => {
      work.look = async () => {
        throw new Error('no connection');
      };
    },
  ],
  ['read whole afterwards', 'aws_x.hidden: no right to', (work) => (work.unread = ['aws_x.hidden'])],
])(
  'has not mended what nobody could %s, says why, and leaves it to the next run to find out',
  async (_what, why, go) => {
    const { plan, apply, work, memory } = setting([opened]);
    await plan();
    const { look } = work;
    go(work);
    expect(await apply()).toMatchObject({ outcome: 'not-mended', failure: expect.stringContaining(why) });
    expect(memory.untold().map(({ type }) => type)).toEqual(['DriftDetected']);
    work.look = look;
    work.unread = [];
    const { settled, ...after } = setting([], { work, memory });
    expect((await after.plan()).outcome).toBe('nothing');
    expect(settled).toMatchObject([{ outcome: 'mended', remaining: [] }]);
    expect(memory.untold().map(({ type }) => type)).toEqual(['DriftDetected', 'DriftRemediated']);
    expect([memory.begun(), memory.record()]).toEqual([undefined, undefined]);
  },
);

it('is settled after an apply that was killed and left a record that nobody can read', async () => {
  const { plan, memory, settled } = setting([opened]);
  await plan();
  memory.begin(intent);
  memory.record = () => {
    throw new InvalidInputError('the record of the plan', ['not JSON'], 'Plan again.');
  };
  expect((await plan()).outcome).toBe('planned');
  expect(settled).toMatchObject([{ outcome: 'not-mended' }]);
  expect([memory.begun(), memory.attempts()]).toEqual([undefined, { 'aws_rds_cluster_instance.this': 1 }]);
});

it('begins nothing where that it begins cannot be stored', async () => {
  const { plan, apply, work, memory } = setting([opened]);
  await plan();
  memory.stored = async () => {
    throw new Error('no connection');
  };
  await expect(apply()).rejects.toThrow('no connection');
  expect([work.applied, memory.begun(), memory.attempts()]).toEqual([[], undefined, {}]);
});

describe('an apply that could not be stored, and could not be taken back where it was stored in part', () => {
  /** The next run finds what it was to find only if it had begun. */
  const phantom = async (all: ReturnType<typeof setting>): Promise<void> => {
    const { plan, apply, memory } = all;
    await plan();
    const stored: ApplyIntent[] = [];
    const { stored: store } = memory;
    memory.stored = async () => {
      stored.push(memory.begun() ?? intent);
      throw new Error('no connection');
    };
    await expect(apply()).rejects.toThrow('no connection');
    memory.stored = store;
    for (const each of stored) memory.begin(each);
  };

  it('is no attempt, however often that is, and the trail hears that nothing shows it', async () => {
    const all = setting([opened]);
    const { plan, work, memory, settled } = all;
    for (const _run of [1, 2, 3]) await phantom(all);
    expect((await plan()).outcome).toBe('planned');
    expect(settled.map(({ outcome }) => outcome)).toEqual(['untouched', 'untouched', 'untouched']);
    expect([work.applied, memory.begun(), memory.attempts()]).toEqual([[], undefined, {}]);
    const told = memory.untold().filter(({ type }) => type === 'RemediationRefused');
    expect(told.map(({ detail }) => detail)).toEqual([
      expect.objectContaining({ resources: [{ address: 'aws_rds_cluster_instance.this', reasons: ['untouched'] }] }),
    ]);
  });

  it('leaves no plan that could be applied', async () => {
    const all = setting([opened]);
    await phantom(all);
    await expect(all.apply()).rejects.toMatchObject({ code: 'FH_REMEDIATION_GONE' });
  });

  it.each<[string, (work: World) => void]>([
    ['the state was written since', (work) => (work.serial += 1)],
    ['the state is another one', (work) => (work.lineage = 'two')],
    ['something of it is put back', (work) => (work.given = [])],
  ])('is taken for one that had begun where %s', async (_what, since) => {
    const all = setting([opened]);
    await phantom(all);
    since(all.work);
    await all.plan();
    expect(all.settled.map(({ outcome }) => outcome)).not.toContain('untouched');
    expect(all.memory.untold().length).toBeGreaterThan(1);
  });
});

describe('a plan that waits for its approval', () => {
  const kept = async (given: Given) => {
    const all = setting([given]);
    const { digest = '' } = await all.plan();
    return { ...all, asked: digest };
  };

  it('stays for a day, on the state that it was made on', async () => {
    const { work, memory, asked } = await kept(shortened);
    const waitingAt = (now: number) => waiting({ work, memory }, { asked, now });
    expect(await waitingAt(86_399_999)).toEqual(memory.record());
    expect(await waitingAt(86_400_000)).toBeUndefined();
    expect(await waitingAt(-1)).toEqual(memory.record());
    expect(await waitingAt(-3_600_000)).toBeUndefined();
    work.serial += 1;
    expect(await waitingAt(1)).toBeUndefined();
  });

  it.each<[string, Given, (all: Awaited<ReturnType<typeof kept>>) => void]>([
    ['nobody has to be asked', opened, () => {}],
    ['another plan lies in its place', shortened, ({ work }) => work.swap()],
    ['people were told of another', shortened, (all) => Object.assign(all, { asked: 'another' })],
    ['there is none', shortened, ({ memory }) => memory.forget()],
    ['it has begun to be applied', shortened, ({ memory }) => memory.begin(intent)],
  ])('is none where %s', async (_what, given, change) => {
    const all = await kept(given);
    change(all);
    expect(await waiting(all, { asked: all.asked, now: 1 })).toBeUndefined();
  });
});

describe('attempts', () => {
  it('are two, then it is left to people until it was found clean', async () => {
    const { plan, apply, work } = setting([opened]);
    work.stubborn = true;
    await plan();
    expect(await apply()).toMatchObject({ outcome: 'not-mended', remaining: ['aws_rds_cluster_instance.this'] });
    await plan();
    expect((await apply()).outcome).toBe('escalated');
    expect(await plan()).toMatchObject({ outcome: 'refused', givenUp: ['aws_rds_cluster_instance.this'] });
    expect(work.applied).toHaveLength(2);

    work.given = [{ type: opened.type, recorded: opened.recorded }];
    await plan();
    work.given = [opened];
    expect((await plan()).outcome).toBe('planned');
  });

  it('count what failed half-way', async () => {
    const { plan, apply, work } = setting([opened]);
    work.failure = new Error('AccessDenied');
    await plan();
    expect(await apply()).toMatchObject({ outcome: 'not-mended', failure: 'AccessDenied' });
    await plan();
    expect((await apply()).outcome).toBe('escalated');
  });

  it('count an apply that was killed, whose plan is applied by nobody', async () => {
    const all = setting([opened]);
    const { apply, memory, plan } = all;
    await killed(all);
    await expect(apply()).rejects.toMatchObject({ code: 'FH_REMEDIATION_GONE' });
    expect(all.settled).toMatchObject([{ outcome: 'not-mended', remaining: ['aws_rds_cluster_instance.this'] }]);
    expect(memory.attempts()).toEqual({ 'aws_rds_cluster_instance.this': 1 });
    await killed(all);
    expect(await plan()).toMatchObject({ outcome: 'refused', givenUp: ['aws_rds_cluster_instance.this'] });
  });

  it('count an apply once, also where who found out what became of it was killed after that', async () => {
    const all = setting([opened]);
    const { plan, memory } = all;
    await killed(all);
    const { end } = memory;
    memory.end = () => {
      throw new Error('killed');
    };
    for (const _run of [1, 2, 3]) await expect(plan()).rejects.toThrow('killed');
    memory.end = end;
    expect((await plan()).outcome).toBe('planned');
    expect(memory.attempts()).toEqual({ 'aws_rds_cluster_instance.this': 1 });
  });

  it.each(['keepUntold', 'forget', 'end'] as const)(
    'count an apply that failed at once, also where it was killed before its %s',
    async (step) => {
      const { plan, apply, work, memory, settled } = setting([opened]);
      await plan();
      work.apply = async () => {
        throw new Error('AccessDenied');
      };
      const does = memory[step];
      memory[step] = () => {
        throw new Error('killed');
      };
      await expect(apply()).rejects.toThrow('killed');
      memory[step] = does as () => void;
      await plan();
      expect(settled).toMatchObject([{ outcome: 'not-mended' }]);
      expect(memory.attempts()).toEqual({ 'aws_rds_cluster_instance.this': 1 });
    },
  );

  it('do not count a plan that the state left behind at the last moment; what somebody else applied stays', async () => {
    const { plan, apply, work, memory } = setting([opened]);
    work.alsoReads = ['aws_security_group.this'];
    work.given = [...work.given, { type: 'aws_security_group', recorded: { ingress: [] }, now: { ingress: [by22()] } }];
    await plan();
    const told = memory.untold();
    work.failure = new RemediationOutdatedError('somebody has written the state');
    work.given = work.given.map((each) => ({ ...each, recorded: each.now ?? each.recorded }));
    const accepted = work.given;
    await expect(apply()).rejects.toMatchObject({ code: 'FH_REMEDIATION_OUTDATED' });
    expect([memory.attempts(), memory.begun(), memory.untold()]).toEqual([{}, undefined, told]);
    expect(work.given).toBe(accepted);
  });

  it('do not count what found the state locked; the plan stays', async () => {
    const { plan, apply, work, memory } = setting([opened]);
    await plan();
    work.failure = new RemediationLockedError('the state', 'ID 1');
    await expect(apply()).rejects.toMatchObject({ code: 'FH_REMEDIATION_LOCKED' });
    expect([memory.attempts(), memory.begun()]).toEqual([{}, undefined]);
    work.failure = undefined;
    expect((await apply()).outcome).toBe('mended');
  });
});

describe('the trail', () => {
  const told = { ...subject, region: 'eu-west-1', at: 1, actor: ada.principal };
  const allowed = /"(\w+)", "(\w+)", "(\w+)"\]/.exec(
    readFileSync(join(__dirname, '../../../infra-tf/lib/modules/remediation/plans.tf'), 'utf8').split(
      'TellTheTrail',
    )[1] ?? '',
  );

  it('takes from the builds what they have to say', async () => {
    const { plan, apply, work, memory } = setting([opened, engine]);
    await plan();
    await apply();
    const said = memory.untold().map(({ type }) => type);
    expect(work.applied).toHaveLength(1);
    expect(said.toSorted()).toEqual(['DriftDetected', 'DriftRemediated', 'RemediationRefused']);
    expect(allowed?.slice(1)).toEqual(said.toSorted());
  });

  it('hears which plan was saved, and what is left to people and why', async () => {
    const planned = await setting([opened, engine]).plan();
    const { digest } = planned;
    expect(plannedEvents(planned, told)).toMatchObject([
      { type: 'DriftDetected', detail: { digest, need: 'auto', resources: ['aws_rds_cluster_instance.this'] } },
      { type: 'RemediationRefused', detail: { resources: [{ address: 'aws_rds_cluster.this', reasons: ['engine'] }] } },
    ]);
    expect(plannedEvents(await setting([]).plan(), told)).toEqual([]);
  });

  it('hears of an apply that was asked for by a word that is not good', async () => {
    const { plan, apply, memory } = setting([shortened]);
    const { digest = '' } = await plan();
    await expect(apply({ appliedBy: ada.principal, approves: digest })).rejects.toThrow(/cannot approve it/);
    expect(memory.untold().slice(1)).toMatchObject([
      {
        type: 'RemediationRefused',
        detail: { digest, actor: ada.principal, resources: [{ address: 'aws_flow_log.this', reasons: ['approval'] }] },
      },
    ]);
  });

  it('hears of no apply that is of another stack, and of nothing where there is none', async () => {
    const { plan, apply, memory } = setting([shortened]);
    const { digest } = await plan();
    const other = apply({ subject: { ...subject, workspace: 'green' }, approves: digest });
    await expect(other).rejects.toMatchObject({ code: 'FH_REMEDIATION_REFUSED' });
    expect(memory.untold()).toHaveLength(1);
    await apply({ appliedBy: carla.principal, approves: digest, trail: undefined });
    expect(memory.untold()).toHaveLength(1);
  });

  it('hears what was mended, by which plan and whose word', async () => {
    const { plan, apply, memory } = setting([shortened]);
    const { digest = '' } = await plan();
    await apply({ appliedBy: carla.principal, approves: digest });
    expect(memory.untold().slice(1)).toMatchObject([
      { type: 'DriftRemediated', detail: { digest, approver: carla.actor, resources: ['aws_flow_log.this'] } },
    ]);
  });

  it('hears of an apply that did not mend', async () => {
    const { plan, apply, work, memory } = setting([opened]);
    work.stubborn = true;
    await plan();
    await apply();
    expect(memory.untold().slice(1)).toMatchObject([
      { type: 'RemediationRefused', detail: { resources: [{ reasons: ['not-mended'] }] } },
    ]);
  });
});
