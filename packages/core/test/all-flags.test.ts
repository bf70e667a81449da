import { createWalk } from '../lib/all-flags.ts';
import type { StoredRevision } from '../lib/ports/flag-store.ts';
import { storedOf } from '../lib/storage/flag-items.ts';
import { revisionOf } from './support.ts';

const flag = (flagKey: string): StoredRevision => storedOf(revisionOf({ flagKey, kind: 'created' }));

const needing = (flagKey: string, ...prerequisites: string[]): StoredRevision =>
  storedOf(revisionOf({ flagKey, kind: 'created', prerequisites }));

const walkOver = (revisions: readonly StoredRevision[], isLeft?: () => boolean) =>
  createWalk({
    flags: {
      async *revisions() {
        yield* revisions;
      },
    },
    ...(isLeft && { isLeft }),
  });

it('says who needs a flag, and who looks like it, by the newest revision of each', async () => {
  const first = needing('child', 'base');
  const second = storedOf(revisionOf({ flagKey: 'child', prerequisites: ['gamma'] }));
  const all = await walkOver([flag('base'), first, second, needing('other', 'base', 'gamma'), flag('ot.her')])();
  expect(all.needing('base')).toEqual(['other']);
  expect(all.needing('gamma')).toEqual(['child', 'other']);
  expect(all.lookingLike('ot-her')).toEqual(['other', 'ot.her']);
  expect([all.needing('nobody'), all.lookingLike('nobody')]).toEqual([[], []]);
});

it('a revision that cannot be read may need whatever it names', async () => {
  const altered = { ...flag('altered'), body: '{"prerequisites":["base"],"note":"child"}' };
  const all = await walkOver([altered])();
  expect([all.needing('base'), all.needing('gamma')]).toEqual([['altered'], []]);
});

it('what lies above a revision and was never sealed hides nothing of what that one needs', async () => {
  const child = needing('child', 'base');
  const above = [2, 3].map((revision) => ({ ...child, order: { epoch: 1, revision }, body: '{}' }));
  const all = await walkOver([flag('base'), child, ...above, flag('other')])();
  expect(all.needing('base')).toEqual(['child']);
});

it('who asks while a walk is under way is told of what was written behind it', async () => {
  const table = [flag('alpha'), flag('beta')];
  let go = (): void => {};
  const waiting = new Promise<void>((resolve) => {
    go = resolve;
  });
  const walk = createWalk({
    flags: {
      async *revisions() {
        for (const revision of [...table]) {
          await waiting;
          yield revision;
        }
      },
    },
  });
  const first = walk();
  table.unshift(needing('aaa', 'beta'));
  const [second, third] = [walk(), walk()];
  expect(third).toBe(second);
  go();
  expect((await first).needing('beta')).toEqual([]);
  expect((await second).needing('beta')).toEqual(['aaa']);
  expect((await walk()).needing('beta')).toEqual(['aaa']);
});

it('says that there was no time for all, rather than less', async () => {
  let left = 2;
  const walk = walkOver([flag('alpha'), flag('beta'), flag('gamma')], () => left-- > 0);
  const told = [walk(), walk()];
  for (const each of told) await expect(each).rejects.toThrow('a look through all flags is not available');
});
