import type { AuditDocument, AuditIndex } from '@flaghoist/core/ports/audit-index';
import { InMemoryAuditIndex } from '@flaghoist/in-memory/audit-index';
import { searchTrail } from '../lib/search-trail.ts';

const LONG = 50_000;

const document = (place: number): AuditDocument => ({
  id: `id-${String(place).padStart(6, '0')}`,
  type: 'ChangeAccepted',
  region: 'us-east-1',
  at: Math.floor(place / 3),
  detail: { actor: place === 0 ? 'eve' : 'ada' },
});

const index = new InMemoryAuditIndex();
const counted = { given: 0 };
/** Notes how much was read of it. */
const trail: Pick<AuditIndex, 'newest'> = {
  newest: async (query, page) => {
    const documents = await index.newest(query, page);
    counted.given += documents.length;
    return documents;
  },
};

beforeAll(async () => {
  await index.create(Array.from({ length: LONG }, (_, place) => document(place)));
});
beforeEach(() => {
  counted.given = 0;
});

const query = { type: 'ChangeAccepted' };
const ids = (documents: readonly AuditDocument[]) => documents.map(({ id }) => id);

it('reads no more of a long trail than it gives, but for one', async () => {
  const { documents, before } = await searchTrail(trail, query, { limit: 10 });
  expect(ids(documents)).toEqual(Array.from({ length: 10 }, (_, place) => document(LONG - 10 + place).id));
  expect([counted.given, before]).toEqual([11, `${documents[0]?.at}-${documents[0]?.id}`]);
});

it('goes on where an answer ended, and says when there is no more', async () => {
  const few = { ...query, until: 3 };
  const first = await searchTrail(trail, few, { limit: 7 });
  const second = await searchTrail(trail, few, { limit: 7, before: first.before ?? '' });
  expect([...ids(second.documents), ...ids(first.documents)]).toEqual(
    Array.from({ length: 12 }, (_, place) => document(place).id),
  );
  expect(second.before).toBeNull();
});

it('stops when somebody did little of what there is, and finds it in the end', async () => {
  const sizes: number[] = [];
  let before: string | null | undefined;
  do {
    const given = counted.given;
    const found = await searchTrail(
      trail,
      { ...query, actor: 'eve' },
      { limit: 5, ...(before == null ? {} : { before }) },
    );
    expect(counted.given - given).toBeLessThanOrEqual(20_000);
    sizes.push(found.documents.length);
    before = found.before;
  } while (before !== null);
  expect(sizes).toEqual([0, 0, 1]);
});

it('refuses a place that no answer has named', async () => {
  await expect(searchTrail(trail, query, { limit: 5, before: 'yesterday' })).rejects.toMatchObject({
    code: 'FH_INVALID_INPUT',
  });
});
