import { applyRemediation } from '../lib/apply-remediation.ts';
import { memoryOf } from '../lib/folder-memory.ts';
import { wordOfError } from '../lib/outcome.ts';
import { parseOutside } from '../lib/outside.ts';
import { planRemediation } from '../lib/plan-remediation.ts';
import { waiting } from '../lib/waiting.ts';
import { known, robot } from './support/known.ts';
import { World } from './support/world.ts';

const subject = { environment: 'blue', stack: 'application', workspace: 'blue' };
const policy = { closing: 'auto', mending: 'ask', attempts: 2 } as const;
const at = Date.UTC(2026, 10, 22);

/** A database that somebody has opened, and files that are kept of it. */
const setting = () => {
  const world = new World([
    {
      type: 'aws_rds_cluster_instance',
      recorded: { publicly_accessible: false },
      now: { publicly_accessible: true },
    },
  ]);
  const files = new Map<string, string>();
  const memory = memoryOf(
    {
      read: (name) => files.get(name),
      write: (name, text) => files.set(name, text),
      remove: (name) => files.delete(name),
    },
    async () => {},
  );
  const heard: string[] = [];
  const shared = { work: world, memory, subject, policy, at, trail: { region: 'eu-west-1' } };
  return {
    world,
    files,
    memory,
    heard,
    waits: () => waiting(shared, { asked: 'f'.repeat(64), now: at }),
    plan: () =>
      planRemediation({
        ...shared,
        plannedBy: robot,
        isNoise: () => false,
        onUnreadable: (why) => heard.push(why),
      }),
    apply: () => applyRemediation({ ...shared, known, appliedBy: robot, approves: undefined }),
  };
};

const damaged: readonly (readonly [string, (text: string) => string])[] = [
  ['half of it', (text) => text.slice(0, text.length / 2)],
  ['nothing', () => ''],
  ['another version', (text) => text.replace('"schema": 1', '"schema": 2')],
  ['a word that this version does not know', (text) => text.replace('"closing"', '"narrowing"')],
];

describe.each(damaged)('a record that has %s', (_what, damage) => {
  const withRecord = async () => {
    const all = setting();
    await all.plan();
    const record = all.files.get('remediation.json') ?? '';
    expect(damage(record)).not.toBe(record);
    all.files.set('remediation.json', damage(record));
    all.files.delete('untold.json');
    return all;
  };

  it('waits for nobody, is said and told, and a new plan takes its place', async () => {
    const { heard, memory, waits, plan } = await withRecord();
    expect(await waits()).toBeUndefined();
    const planned = await plan();
    expect(heard).toEqual([expect.stringContaining('the record of the plan')]);
    expect(memory.untold().map(({ type, detail }) => [type, detail])).toEqual([
      [
        'RemediationRefused',
        {
          environment: 'blue',
          stack: 'application',
          actor: robot,
          resources: [{ address: '(the plan that was kept)', reasons: ['unreadable'] }],
        },
      ],
      ['DriftDetected', expect.objectContaining({ digest: planned.digest })],
    ]);
    expect(memory.record()).toEqual(planned.record);
    await plan();
    expect(heard).toHaveLength(1);
  });

  it('is applied by nobody: the workflow plans again', async () => {
    const { world, apply } = await withRecord();
    const error: unknown = await apply().catch((reason: unknown) => reason);
    expect(error).toMatchObject({ code: 'FH_REMEDIATION_OUTDATED', hint: expect.stringContaining('--plan') });
    expect(wordOfError(error)).toBe('outdated');
    expect(world.applied).toEqual([]);
  });
});

it.each(['applying.json', 'attempts.json', 'untold.json'])(
  'leaves %s to people where it cannot be read, with a way out, and touches nothing',
  async (name) => {
    const { world, files, plan, apply, waits } = setting();
    await plan();
    files.set(name, '{');
    const before = new Map(files);
    for (const run of name === 'applying.json' ? [waits, apply, plan] : [apply]) {
      const error: unknown = await run().catch((reason: unknown) => reason);
      const hint = expect.stringMatching(new RegExp(`Take ${name}, which lies beside the plan, out of that folder`));
      expect(error).toMatchObject({ code: 'FH_INVALID_INPUT', hint });
      // What nobody knows has no word, so that a workflow fails, and people look.
      expect(wordOfError(error)).toBeUndefined();
      expect(files).toEqual(before);
    }
    expect(world.applied).toEqual([]);
  },
);

it('leaves to people what a plan has read where that is no JSON', () => {
  expect(() => parseOutside('{')).toThrow(
    expect.objectContaining({ code: 'FH_INVALID_INPUT', hint: expect.stringContaining('Take outside.json') }),
  );
});
