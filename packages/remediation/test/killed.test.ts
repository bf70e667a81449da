import type { EventOf, FlaghoistEvent } from '@flaghoist/core/events';
import fc from 'fast-check';
import { applyRemediation } from '../lib/apply-remediation.ts';
import type { Approval } from '../lib/need.ts';
import { planRemediation } from '../lib/plan-remediation.ts';
import { digestOf } from '../lib/record.ts';
import { tellUntold } from '../lib/telling.ts';
import { waiting } from '../lib/waiting.ts';
import { carla, known, robot } from './support/known.ts';
import { Mortal, type Place, Trail } from './support/mortal.ts';
import type { Given } from './support/plans.ts';
import { World } from './support/world.ts';

const subject = { environment: 'blue', stack: 'application', workspace: 'blue' };
const instance = (name: string): Given => ({
  type: 'aws_rds_cluster_instance',
  address: `aws_rds_cluster_instance.${name}`,
  recorded: { publicly_accessible: false },
  now: { publicly_accessible: true },
});
/** Read with them, and left as it is. */
const group: Given = {
  type: 'aws_security_group',
  recorded: { ingress: [] },
  now: { ingress: ['everybody'] },
  configured: { ingress: ['everybody'] },
};
const opened = ['aws_rds_cluster_instance.one', 'aws_rds_cluster_instance.two'];

const setting = (closing: 'auto' | 'ask', place: Place) => {
  const world = new World([instance('one'), instance('two'), group]);
  world.alsoReads = ['aws_security_group.this'];
  const trail = new Trail();
  const kept = new Map<string, string>();
  const policy = { closing, mending: 'ask', attempts: 2 } as const;
  let at = 0;

  /** One run, as the command does it: what came of it is put down, stored and told. */
  const run = async (action: 'plan' | 'apply', dies: number): Promise<Mortal> => {
    at += 1;
    const mortal = new Mortal(place, { world, trail, kept, dies });
    const { memory, publish, store } = mortal;
    const shared = { work: world, memory, subject, policy, at, trail: { region: 'eu-west-1' } };
    const record = memory.record();
    const approvals: readonly Approval[] = record === undefined ? [] : [{ principal: carla, digest: digestOf(record) }];
    try {
      if (action === 'apply') {
        await applyRemediation({ ...shared, known, appliedBy: robot, approves: undefined, approvals });
      } else if (
        (await waiting(shared, { asked: record === undefined ? '' : digestOf(record), now: at })) === undefined
      ) {
        await planRemediation({ ...shared, plannedBy: robot, isNoise: () => false });
      }
    } catch {
      // It was killed, or there is no plan any more: what was put down before is told.
    }
    try {
      if (memory.untold().length > 0) await memory.stored();
      await tellUntold(memory, publish);
      store();
    } catch (error) {
      if (!mortal.isDead) throw error;
    }
    return mortal;
  };
  /** Plans and applies until nothing is left to do, each run dying before the step that it is told. */
  const runs = async (...dying: readonly number[]): Promise<number> => {
    const lives: number[] = [];
    const next = async (action: 'plan' | 'apply'): Promise<Mortal> => {
      const mortal = await run(action, dying[lives.length] ?? Number.POSITIVE_INFINITY);
      lives.push(mortal.steps);
      return mortal;
    };
    for (let round = 0; round < 5 + dying.length; round += 1) {
      const { isDead, memory } = await next('plan');
      if (!isDead && memory.record() === undefined) break;
      await next('apply');
    }
    const { memory } = await next('plan');
    expect([memory.begun(), memory.record(), memory.untold()]).toEqual([undefined, undefined, []]);
    return Math.max(...lives);
  };
  return { world, trail, runs };
};

const ofType = <T extends FlaghoistEvent['type']>(trail: Trail, type: T): readonly EventOf<T>[] => {
  // Told again it is one document, so it must be the same.
  const documents = new Map<string, FlaghoistEvent>();
  for (const event of trail.heard) {
    expect(documents.get(event.id) ?? event).toEqual(event);
    documents.set(event.id, event);
  }
  return [...documents.values()].filter((event): event is EventOf<T> => event.type === type);
};

const isSubset = (some: readonly string[], all: readonly string[]): boolean => some.every((each) => all.includes(each));

/** What must hold whenever it was killed, and however often. */
const expectTold = ({ world, trail }: ReturnType<typeof setting>, approver: string | undefined): void => {
  const mended = ofType(trail, 'DriftRemediated');
  const isOpen = (address: string): boolean =>
    world.given.some((each) => each.address === address && each.now?.['publicly_accessible'] !== false);
  const put = opened.filter((address) => !isOpen(address));
  // Each that was put back is told of once, and nothing else is.
  expect(mended.flatMap(({ detail }) => detail.resources ?? []).toSorted()).toEqual(put);
  for (const { detail } of mended) expect(detail).toMatchObject({ actor: robot, ...(approver && { approver }) });
  // No plan is told to have mended what it is told to have left.
  for (const { detail } of ofType(trail, 'RemediationRefused')) {
    const same = mended.find((each) => each.detail.digest === detail.digest)?.detail.resources ?? [];
    expect(detail.resources.filter(({ address }) => same.includes(address))).toEqual([]);
  }
  // Of nothing that nobody has heard of before.
  const found = ofType(trail, 'DriftDetected').map(({ detail }) => detail);
  for (const { detail } of mended) {
    const { resources = [] } = found.find(({ digest }) => digest === detail.digest) ?? {};
    expect(isSubset(detail.resources ?? [], resources)).toBe(true);
  }
  // What was only read is drift as before.
  expect(world.given.find(({ type }) => type === group.type)?.recorded).toEqual(group.recorded);
};

describe.each<[Place, 'auto' | 'ask']>([
  ['the folder of one machine', 'auto'],
  ['the folder of one machine', 'ask'],
  ['a bucket, and a machine for each run', 'auto'],
  ['a bucket, and a machine for each run', 'ask'],
])('plans in %s, policy %s', (place, closing) => {
  const approver = closing === 'ask' ? 'carla@bank.example' : undefined;

  it('tell of each resource that was put back exactly once, whichever step a plan or its apply is killed before', async () => {
    const whole = setting(closing, place);
    const steps = await whole.runs();
    expectTold(whole, approver);
    expect(ofType(whole.trail, 'DriftRemediated')).toHaveLength(1);
    expect(steps).toBeGreaterThan(10);
    for (const run of [0, 1]) {
      for (let step = 1; step <= steps; step += 1) {
        const all = setting(closing, place);
        const lives = Array.from({ length: run }, () => Number.POSITIVE_INFINITY);
        await all.runs(...lives, step);
        expectTold(all, approver);
        expect(all.world.given.filter(({ now }) => now?.['publicly_accessible'] === true)).toEqual([]);
      }
    }
  });

  it('tell it exactly once, however many runs are killed', async () => {
    const dying = fc.array(fc.integer({ min: 1, max: 32 }), { minLength: 1, maxLength: 6 });
    await fc.assert(
      fc.asyncProperty(dying, async (steps) => {
        const all = setting(closing, place);
        await all.runs(...steps);
        expectTold(all, approver);
      }),
      { numRuns: 20, seed: 7 },
    );
  });
});
