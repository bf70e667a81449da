import { eventOf } from '@flaghoist/core/events';
import type { ChangeStore } from '@flaghoist/core/ports/change-store';
import type { Happening, SweepProgress, TrailStore } from '@flaghoist/core/ports/trail-store';
import type { RefusedProposal } from '@flaghoist/core/proposal';
import { approverPk, flagPk, SWEEP } from '@flaghoist/core/storage/keys';
import type { Item } from '@flaghoist/core/storage/write';
import { envelopeOf } from '@flaghoist/test-kit/envelope';

interface TrailStoreHarness {
  readonly changes: ChangeStore;
  readonly trail: TrailStore;
  writeForeign(item: Item): Promise<void>;
}

const HOUR_MS = 3_600_000;
const START = 500_000 * HOUR_MS;

const all = async (happenings: AsyncIterable<Happening>): Promise<readonly (readonly [number, string])[]> => {
  const found: (readonly [number, string])[] = [];
  for await (const happening of happenings) {
    const { at } = happening;
    if ('record' in happening) found.push([at, `${happening.record.changeId} ${happening.record.state}`]);
    else if ('overwriting' in happening) found.push([at, happening.overwriting.id]);
    else found.push([at, 'outcome' in happening ? happening.outcome.changeId : 'unreadable']);
  }
  return found;
};

/** Every TrailStore. */
export const trailStoreConformance = (create: () => Promise<TrailStoreHarness>): void => {
  const refusal = (changeId: string, at: number): RefusedProposal => ({
    outcome: 'rejected',
    author: 'local:ada',
    changeId,
    proposedDigest: '0'.repeat(64),
    flagKey: 'beta',
    actor: 'ada',
    at,
    violations: [],
  });
  const accepted = async ({ changes }: TrailStoreHarness, flagKey: string, at: number) => {
    const envelope = envelopeOf({ flagKey, at: { proposed: at, accepted: at } });
    await changes.accept(envelope, null);
    const record = await changes.record(flagKey, envelope);
    if (record === undefined) throw new Error('accept writes the record');
    return record;
  };

  it('how far the sweep has come, as somebody else wrote it, is said to be unreadable, and written over', async () => {
    const { trail, writeForeign } = await create();
    const progress = { through: 1_700_000_000_000, chain: null, askedAt: 0 };
    for (const attributes of [{}, { progress: 7 }, { progress: 'x' }, { progress: '{"through":"x"}' }]) {
      await writeForeign({ ...SWEEP, ...attributes });
      expect(await trail.progress()).toBe('unreadable');
      expect(await trail.keepProgress(progress, undefined)).toBe('moved');
      expect(await trail.keepProgress(progress, 'unreadable')).toBe('written');
      expect(await trail.progress()).toEqual(progress);
      expect(await trail.keepProgress(progress, 'unreadable')).toBe('moved');
    }
  });

  it('tells what happened between two moments, oldest first, over hours and partitions', async () => {
    const harness = await create();
    const { changes, trail } = harness;
    const moments = Array.from({ length: 40 }, (_, index) => START + index * 400_000);
    for (const [index, at] of [...moments.entries()].reverse()) await changes.refuse(refusal(`refused-${index}`, at));
    const between = moments.map((at, index) => [at, `refused-${index}`]).slice(3, 30);
    expect(await all(trail.happened(moments[3] ?? 0, moments[30] ?? 0))).toEqual(between);
    expect(await all(trail.happened(START, START))).toEqual([]);
  });

  it('finds a change where it was decided last, and no longer where it was before', async () => {
    const harness = await create();
    const judged = await accepted(harness, 'beta', START);
    await harness.changes.decide({ action: 'verify', judged, now: START + 2 * HOUR_MS, knownGood: null });
    expect(await all(harness.trail.happened(START, START + HOUR_MS))).toEqual([]);
    expect(await all(harness.trail.happened(START, START + 3 * HOUR_MS))).toEqual([
      [START + 2 * HOUR_MS, `${judged.changeId} verified`],
    ]);
  });

  it('knows what home still waits for: undecided, unverified and held changes, and no others', async () => {
    const harness = await create();
    const undecided = await accepted(harness, 'alpha', START);
    const unverified = await accepted(harness, 'beta', START);
    const verified = await accepted(harness, 'gamma', START);
    const held = await accepted(harness, 'delta', START);
    const blame = { region: 'eu-west-1', services: [] };
    const holding = { action: 'hold', reason: 'kind', blame, current: held.order } as const;
    await harness.changes.decide({ ...holding, judged: held, now: START + 50_000 });
    await harness.changes.decide({ action: 'unverify', judged: unverified, now: START + 60_000 });
    await harness.changes.decide({ action: 'verify', judged: verified, now: START + 60_000, knownGood: null });
    expect(await all(harness.trail.awaited(0, START + HOUR_MS))).toEqual([
      [START, `${undecided.changeId} accepted`],
      [START + 50_000, `${held.changeId} held`],
      [START + 60_000, `${unverified.changeId} unverified`],
    ]);
    expect(await all(harness.trail.awaited(START + 1, START + 60_000))).toEqual([
      [START + 50_000, `${held.changeId} held`],
    ]);
  });

  it('names an item that nobody can read, and goes on behind it', async () => {
    const harness = await create();
    await harness.changes.refuse(refusal('refused-1', START));
    const period = `${Math.floor(START / HOUR_MS)}#0`;
    const foreign = { pk: flagPk('beta'), sk: 'CHANGE#?', period, moment: String(START + 1) };
    await harness.writeForeign(foreign);
    await harness.changes.refuse(refusal('refused-2', START + 2));
    expect(await all(harness.trail.happened(START, START + 10))).toEqual([
      [START, 'refused-1'],
      [START + 1, 'unreadable'],
      [START + 2, 'refused-2'],
    ]);
  });

  it('keeps each text that was written over an item once, with the event that tells of it', async () => {
    const { changes, trail } = await create();
    const item = { pk: approverPk('AROAEXAMPLE:mallory'), sk: `APPROVAL#${'0'.repeat(64)}`, approval: '{}' };
    const event = (found: string) =>
      eventOf({
        type: 'TamperingFound',
        identity: ['approval', item.pk, found],
        region: 'us-east-1',
        at: START,
        detail: { flagKey: 'beta', what: 'approval', by: item.pk, was: 'a', found },
      });
    const [one, other] = [event('b'), event('c')];
    expect(await changes.noteOverwriting(item, one, START)).toBe('written');
    expect(await changes.noteOverwriting(item, one, START + 5)).toBe('moved');
    expect(await changes.noteOverwriting(item, other, START + 7)).toBe('written');
    // The same text over two items is two.
    const beside = { ...item, sk: `APPROVAL#${'1'.repeat(64)}` };
    expect(await changes.noteOverwriting(beside, one, START + 9)).toBe('written');
    const told: unknown[] = [];
    for await (const { at, ...happening } of trail.happened(START, START + 10)) told.push([at, happening]);
    expect(told).toEqual([
      [START, { overwriting: one }],
      [START + 7, { overwriting: other }],
      [START + 9, { overwriting: one }],
    ]);
  });

  it('keeps how far the sweep has come', async () => {
    const { trail } = await create();
    expect(await trail.progress()).toBeUndefined();
    const chain = { flagKey: 'beta', order: { epoch: 1, revision: 3 }, envelopeDigest: 'a' };
    let before: SweepProgress | undefined;
    for (const progress of [
      { through: 1, chain: null, askedAt: 0 },
      { through: 2, chain, askedAt: 1 },
    ]) {
      expect(await trail.keepProgress(progress, before)).toBe('written');
      expect(await trail.progress()).toEqual(progress);
      before = progress;
    }
    for (const stale of [undefined, { through: 1, chain: null, askedAt: 0 }])
      expect(await trail.keepProgress({ through: 3, chain: null, askedAt: 0 }, stale)).toBe('moved');
    expect(await trail.progress()).toEqual(before);
  });
};
