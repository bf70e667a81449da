import fc from 'fast-check';
import { cacheKeysOf, redisOf } from '../../lib/storage/cache-keys.ts';
import {
  agedSk,
  changePk,
  changeSk,
  failuresPk,
  flagPk,
  proofSk,
  refusalSk,
  revertsSk,
  revisionSk,
  rowKey,
  timeKey,
  topologySk,
} from '../../lib/storage/keys.ts';

const order = { epoch: 2, revision: 30 };
const key = { changeId: 'change-0001', flagKey: 'a.b', order };

it.each([
  [flagPk('a.b'), 'FLAG#a.b'],
  [changePk('change-0001'), 'CHANGE#change-0001'],
  [revisionSk(order), 'REVISION#000002#000000000030'],
  [changeSk(order), 'CHANGE#000002#000000000030'],
  [proofSk(key, 'eu-west-1'), 'PROOF#a.b#000002#000000000030#eu-west-1'],
  [revertsSk(59_999), 'MINUTE#0'],
  [revertsSk(60_000), 'MINUTE#1'],
  [topologySk(7), 'VERSION#000000000007'],
  [rowKey(key).pk, 'EXPECT#change-0001'],
  [rowKey(key).sk, 'ROW#a.b#000002#000000000030'],
  [refusalSk(order), 'REFUSAL#000002#000000000030'],
  [failuresPk('billing'), 'FAILURES#billing'],
  [agedSk(1_700_000_000_000, key), '1700000000000#change-0001#a.b#000002#000000000030'],
])('%s is a key of the tables for ever', (key, stored) => {
  expect(key).toBe(stored);
});

it('keys by time are in the order of the times, until the year 2286', () => {
  const time = fc.integer({ min: 0, max: 10 ** 13 - 1 });
  fc.assert(fc.property(time, time, (a, b) => expect(timeKey(a) < timeKey(b)).toBe(a < b)));
  expect(timeKey(0)).toHaveLength(String(Date.UTC(2286, 0)).length);
});

it('a service is served by the shard of its slot, whose name stays when nodes change', () => {
  // The slots that `CLUSTER KEYSLOT` gives: 123456789 is 12,739.
  const shardOf = (service: string, shards: number): string => redisOf(service, shards);
  expect(shardOf('123456789', 1)).toBe('redis-1');
  expect(shardOf('123456789', 16_384)).toBe('redis-12740');
  expect(shardOf('123456789', 4)).toBe('redis-4');
});

it('the keys of a cache are in one hash slot, under the prefix of its cell', () => {
  expect(cacheKeysOf('cell-1', 'billing')).toEqual({
    flags: 'cell-1:{billing}:flags',
    held: 'cell-1:{billing}:held',
    manifest: 'cell-1:{billing}:manifest',
    sequence: 'cell-1:{billing}:sequence',
    instances: 'cell-1:{billing}:instances',
    changes: 'cell-1:{billing}:changes',
  });
});
