import { serialiseEnvelope } from '@flaghoist/core/envelope';
import { orderOf } from '@flaghoist/core/order';
import { FLAG, Region, revisionOf } from './support/region.ts';

const load = '{"service":"payments"}';
const stored = (region: Region, flagKey: string) => region.cache.peek('payments', flagKey).stored;
const manifestOf = async (region: Region) => {
  const contents = await region.cache.contents('payments');
  return contents.reachable ? contents.manifest : undefined;
};

let region: Region;
beforeEach(() => {
  region = new Region();
});

it('loads every accepted flag and writes the manifest last', async () => {
  const flags = ['a', 'b', 'c'].map((flagKey) => region.accept(revisionOf(2, { flagKey })));
  const writes: string[] = [];
  const { apply, writeManifest } = region.cache;
  region.cache.apply = (service, write) => {
    writes.push(write.flagKey);
    return apply.call(region.cache, service, write);
  };
  region.cache.writeManifest = (service, manifest) => {
    writes.push('manifest');
    expect(region.lines).toEqual([]);
    return writeManifest.call(region.cache, service, manifest);
  };

  expect(await region.load(load)).toEqual({ batchItemFailures: [] });
  expect(writes).toEqual(['a', 'b', 'c', 'manifest']);
  expect(flags.map(({ flagKey }) => stored(region, flagKey))).toEqual(flags.map(serialiseEnvelope));
  expect(await manifestOf(region)).toEqual({
    ...{ generation: 1, topologyVersion: 1, count: 3 },
    evaluator: { version: '4.0.1', bucketing: 'v2' },
  });
  expect(region.outcomes()).toEqual(['repaired', 'repaired', 'repaired']);
});

it('writes no manifest when the load breaks off', async () => {
  region.accept(revisionOf(2));
  region.cache.apply = () => Promise.reject(new Error('connection lost'));
  const response = await region.load(load);
  expect(response.batchItemFailures).toEqual([{ itemIdentifier: 'load-1' }]);
  expect(await manifestOf(region)).toBeNull();
  expect(region.lines).toEqual([]);
});

it('grows the generation, and acknowledges only what it wrote into a cache that was complete', async () => {
  region.accept(revisionOf(2, { flagKey: 'a' }));
  await region.load(load);
  region.accept(revisionOf(2, { flagKey: 'b' }));
  region.lines.length = 0;
  await region.load(load);
  expect(await manifestOf(region)).toMatchObject({ generation: 2, count: 2 });
  expect(region.lines.map(({ flagKey }) => flagKey)).toEqual(['b']);
});

it('acknowledges what a message had stored before the manifest was there', async () => {
  const change = region.accept(revisionOf(2));
  await region.apply('payments', change);
  await region.load(load);
  expect(region.outcomes()).toEqual(['applied-incomplete', 'repaired']);
});

it('lowers nothing, and acknowledges what is held', async () => {
  region.accept(revisionOf(2));
  const newer = revisionOf(3);
  await region.apply('payments', newer);
  await region.load(load);
  expect(region.cache.peek('payments', FLAG).held?.order).toEqual(orderOf(newer));
  expect(region.lines.at(-1)).toMatchObject({
    outcome: 'repaired',
    messageOrder: { epoch: 1, revision: 2 },
    heldOrder: { epoch: 1, revision: 3 },
  });
});

it('acknowledges nothing of an equal order with another digest', async () => {
  region.accept(revisionOf(2));
  const other = revisionOf(2, { owner: 'somebody-else' });
  await region.apply('payments', other);
  region.lines.length = 0;
  await region.load(load);
  expect(region.cache.peek('payments', FLAG).held?.digest).toBe(other.envelopeDigest);
  expect(region.lines).toEqual([]);
});

it('leaves out what was written around the validator', async () => {
  region.accept(revisionOf(2, { flagKey: 'a' }));
  region.current(revisionOf(9, { flagKey: 'b' }));
  await region.load(load);
  expect([stored(region, 'a'), stored(region, 'b')]).toEqual([expect.any(String), null]);
  expect(await manifestOf(region)).toMatchObject({ count: 1 });
});

it('leaves out what this region refused, and what its rules refuse', async () => {
  const refused = region.accept(revisionOf(2, { flagKey: 'a' }));
  await region.expect(refused, { refusal: 'FH-DOC-01' });
  region.accept(revisionOf(2, { flagKey: 'b', document: { state: 'ENABLED', variants: {}, defaultVariant: 'gone' } }));
  region.accept(revisionOf(2, { flagKey: 'c' }));
  await region.load(load);
  expect(['a', 'b', 'c'].map((flagKey) => stored(region, flagKey) !== null)).toEqual([false, false, true]);
});

it('tombstones live fields of a service outside the audience, and tells the departed goodbye', async () => {
  await region.apply('payments', revisionOf(1, { flagKey: 'live' }));
  region.accept(revisionOf(2, { flagKey: 'live', audience: ['accounts'] }));
  region.accept(revisionOf(2, { flagKey: 'departed', audience: ['accounts'], departed: ['payments'] }));
  region.accept(revisionOf(2, { flagKey: 'never-here', audience: ['accounts'] }));
  await region.load(load);
  expect(region.cache.peek('payments', 'live')).toMatchObject({ held: { tombstone: true }, stored: null });
  expect(region.cache.peek('payments', 'departed')).toMatchObject({ held: { tombstone: true }, stored: null });
  expect(region.cache.peek('payments', 'never-here')).toEqual({ held: null, stored: null });
  expect(await manifestOf(region)).toMatchObject({ count: 0 });
});

it('remembers archived flags, so that an older message does not bring them back', async () => {
  region.accept(revisionOf(2, { kind: 'archived', flagState: 'archived', document: null }));
  await region.load(load);
  await region.apply('payments', revisionOf(1));
  expect(stored(region, FLAG)).toBeNull();
});

it('loads a service once for all requests of a batch, and reports only what failed', async () => {
  region.accept(revisionOf(2));
  region.cache.breakService('accounts', 'unreachable');
  const response = await region.load(load, load, '{"service":"accounts"}', '{"what":1}');
  expect(response.batchItemFailures).toEqual([{ itemIdentifier: 'load-3' }]);
  expect(region.deadLetters.given).toMatchObject([{ body: '{"what":1}' }]);
  expect(await manifestOf(region)).toMatchObject({ generation: 1 });
  expect(region.log.messages('info')).toEqual(['cache loaded']);
  expect(region.log.messages('error')).toEqual(['load request refused']);
  expect(region.log.messages('warn')).toEqual(['cache not loaded yet']);
});
