import type { ChangeRecord, ChangeState } from '@flaghoist/core/change';
import { newestChanges, readCursor } from '../lib/views/newest-changes.ts';

const RECORDS = 20_500;

type Home = Parameters<typeof newestChanges>[1];

/** One flag whose newest changes are verified, and whose very first one is held. */
const home = {
  flags: {
    async *currents() {
      yield { flagKey: 'much.changed', order: { epoch: 1, revision: RECORDS } };
    },
  },
  changes: {
    async *recordsBefore(flagKey: string): AsyncGenerator<Partial<ChangeRecord>> {
      for (let revision = RECORDS; revision > 0; revision -= 1)
        yield {
          flagKey,
          order: { epoch: 1, revision },
          acceptedAt: revision,
          state: revision === 1 ? 'held' : 'verified',
        };
    },
  },
} as unknown as Home;

it('comes to the end of any number of changes, also of a state of which a page may have none', async () => {
  const sizes: number[] = [];
  let before: string | null = null;
  do {
    const asked = { prefix: '', state: 'held' as ChangeState, limit: 5 };
    const page = await newestChanges({ ...asked, before: before === null ? undefined : readCursor(before) }, home);
    expect(page.next === null || page.next !== before).toBe(true);
    sizes.push(page.changes.length);
    before = page.next;
  } while (before !== null);
  expect(sizes).toEqual([0, 0, 1]);
});
