import { applyRemediation } from '../lib/apply-remediation.ts';
import { planRemediation } from '../lib/plan-remediation.ts';
import { digestOf } from '../lib/record.ts';
import { verdictsOf } from '../lib/verdict.ts';
import { waiting } from '../lib/waiting.ts';
import { robot } from './support/known.ts';
import { type Given, plansOf } from './support/plans.ts';
import { Memory, World } from './support/world.ts';

const opened: Given = {
  type: 'aws_rds_cluster_instance',
  recorded: { publicly_accessible: false },
  now: { publicly_accessible: true },
};
const subject = { environment: 'dev', stack: 'application', workspace: 'dev' };

const planned = (work: World, memory: Memory, closing: 'auto' | 'ask' = 'auto') =>
  planRemediation({
    work,
    memory,
    subject,
    policy: { closing, mending: 'ask', attempts: 2 },
    plannedBy: robot,
    at: 1,
    isNoise: () => false,
  });

it('makes no plan of a look that did not come to its end, though it names nothing as unread', async () => {
  const work = new World([opened]);
  work.look = async () => ({ plans: plansOf(work.given), unread: [], finished: false });
  await expect(planned(work, new Memory())).rejects.toMatchObject({ code: 'FH_REMEDIATION_REFUSED' });
});

it('keeps no plan where another state came in the place of the one that was looked at, with the same serial', async () => {
  const [work, memory] = [new World([opened]), new Memory()];
  work.meanwhile = () => {
    work.lineage = 'two';
  };
  await expect(planned(work, memory)).rejects.toMatchObject({ code: 'FH_REMEDIATION_OUTDATED' });
  expect(memory.record()).toBeUndefined();
});

it('lets no plan wait for people on another state with the same serial', async () => {
  const [work, memory] = [new World([opened]), new Memory()];
  const { record } = await planned(work, memory, 'ask');
  const asked = record === undefined ? '' : digestOf(record);
  expect(await waiting({ work, memory }, { asked, now: 1 })).toEqual(record);
  work.lineage = 'two';
  expect(await waiting({ work, memory }, { asked, now: 1 })).toBeUndefined();
});

it('calls nothing mended of which Terraform says that it failed, though nothing drifts any more', async () => {
  const [work, memory] = [new World([opened]), new Memory()];
  await planned(work, memory);
  const apply = work.apply.bind(work);
  work.apply = async (sha256) => {
    await apply(sha256);
    throw new Error('an output could not be made');
  };
  const policy = { closing: 'auto', mending: 'ask', attempts: 2 } as const;
  const known = { people: [], workloads: [] };
  const applied = await applyRemediation({
    ...{ work, memory, subject, policy, known },
    appliedBy: robot,
    at: 1,
    approves: undefined,
  });
  expect(applied).toMatchObject({ outcome: 'not-mended', remaining: [], failure: 'an output could not be made' });
});

it('tells what is high of what no apply takes away, and nothing less', async () => {
  const now = { name: 'a', kms_key_id: 'somebody-elses', desired_count: 2 };
  const work = new World([{ type: 'aws_x', recorded: { name: 'a' }, now, configured: now }]);
  const { standing } = await planned(work, new Memory());
  expect(standing.map(({ path, severity }) => `${path} ${severity}`)).toEqual(['kms_key_id high']);
});

describe('a merged change', () => {
  const refusedOf = (given: Given) => verdictsOf(plansOf([given])).map(({ refused }) => refused);

  it('goes along with nothing that somebody took away as a whole', () => {
    const given = { recorded: { settings: '{"a":1}' }, now: { settings: '' }, configured: { settings: '{"a":2}' } };
    expect(refusedOf({ type: 'aws_x', ...given })).toEqual([['pending']]);
  });

  it('is none where the provider only has to compute something again', () => {
    const recorded = { tags: { a: 'b' }, version: 1 };
    const given = { recorded, now: { ...recorded, tags: {} }, configured: { tags: { a: 'b' } } };
    expect(refusedOf({ type: 'aws_x', ...given, unknown: { version: true }, dynamic: ['version'] })).toEqual([[]]);
  });
});
