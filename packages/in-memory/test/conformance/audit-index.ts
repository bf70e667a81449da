import type { AuditDocument, AuditIndex } from '@flaghoist/core/ports/audit-index';
import fc from 'fast-check';

const documentOf = (id: string, over: Partial<AuditDocument> = {}): AuditDocument => ({
  id,
  type: 'ChangeAccepted',
  flagKey: 'checkout',
  changeId: 'change-1',
  region: 'eu-west-1',
  at: 1_000,
  detail: { actor: 'ada', nested: { list: [1, false, null] } },
  ...over,
});

/**
 * What every adapter of `AuditIndex` does the same way.
 *
 * @param create gives an index without documents
 */
export const describeAuditIndex = (name: string, create: () => Promise<AuditIndex>, runs = 100): void => {
  describe(`${name} as an audit index`, () => {
    it('creates documents and gives them back as they were', async () => {
      const index = await create();
      const { flagKey: _flag, changeId: _change, ...bare } = documentOf('b', { at: 2_000 });
      expect(await index.create([documentOf('a'), bare])).toEqual([
        { id: 'a', status: 'created' },
        { id: 'b', status: 'created' },
      ]);
      expect(await index.search({})).toEqual([documentOf('a'), bare]);
    });

    it('keeps the first document of an id, also within one bulk', async () => {
      const index = await create();
      const results = await index.create([documentOf('a'), documentOf('a', { at: 9 })]);
      expect(results.map(({ status }) => status)).toEqual(['created', 'exists']);
      expect(await index.create([documentOf('a', { at: 10 })])).toEqual([{ id: 'a', status: 'exists' }]);
      expect(await index.search({})).toEqual([documentOf('a')]);
    });

    it('refuses an id of more than 512 bytes for good, and takes what comes with it', async () => {
      const index = await create();
      const long = '名'.repeat(171);
      expect(await index.create([documentOf('a'), documentOf(long), documentOf('b')])).toMatchObject([
        { id: 'a', status: 'created' },
        { id: long, status: 'failed', retryable: false },
        { id: 'b', status: 'created' },
      ]);
      expect(await index.create([documentOf(long)])).toMatchObject([{ id: long, status: 'failed', retryable: false }]);
    });

    it('answers nothing with nothing', async () => {
      const index = await create();
      expect(await index.create([])).toEqual([]);
      expect(await index.existing([])).toEqual(new Set());
      expect(await index.search({ flagKey: 'checkout' })).toEqual([]);
    });

    it('says which ids are there', async () => {
      const index = await create();
      await index.create([documentOf('a'), documentOf('b')]);
      expect(await index.existing(['b', 'c'])).toEqual(new Set(['b']));
    });

    it('finds by flag, change and type, all at once, oldest first', async () => {
      const index = await create();
      await index.create([
        documentOf('late', { at: 3_000 }),
        documentOf('early', { at: 1_000 }),
        documentOf('other flag', { flagKey: 'search' }),
        documentOf('other change', { changeId: 'change-2' }),
        documentOf('other type', { type: 'ChangeVerified' }),
      ]);
      const found = await index.search({ flagKey: 'checkout', changeId: 'change-1', type: 'ChangeAccepted' });
      expect(found.map(({ id }) => id)).toEqual(['early', 'late']);
      expect(await index.search({ type: 'ChangeVerified' })).toHaveLength(1);
    });

    it('gives the newest within two times, both of them included', async () => {
      const index = await create();
      await index.create([1, 2, 3, 4, 5].map((at) => documentOf(`at ${at}`, { at })));
      const page = { limit: 10 };
      const at = async (query: object) => (await index.newest(query, page)).map((document) => document.at);
      expect(await at({ since: 2, until: 4 })).toEqual([2, 3, 4]);
      expect(await at({ since: 4 })).toEqual([4, 5]);
      expect(await at({ until: 2, type: 'ChangeAccepted' })).toEqual([1, 2]);
      expect(await at({ type: 'ChangeVerified' })).toEqual([]);
      expect((await index.newest({ until: 4 }, { limit: 2 })).map((document) => document.at)).toEqual([3, 4]);
    });

    it('gives each document once when it is paged through, whatever happened at the same millisecond', async () => {
      const times = fc.array(fc.integer({ min: 1, max: 4 }), { maxLength: 12 });
      await fc.assert(
        fc.asyncProperty(times, fc.integer({ min: 1, max: 5 }), async (ats, limit) => {
          const index = await create();
          const documents = ats.map((at, place) => documentOf(`id ${(place * 7) % 13}`, { at }));
          await index.create([...documents, documentOf('of another type', { type: 'ChangeVerified' })]);
          const pages: AuditDocument[][] = [];
          for (;;) {
            const before = pages.at(0)?.at(0);
            const page = await index.newest(
              { type: 'ChangeAccepted' },
              { limit, ...(before && { before: { at: before.at, id: before.id } }) },
            );
            if (page.length > 0) pages.unshift([...page]);
            if (page.length < limit) break;
          }
          const key = ({ at, id }: AuditDocument): string => `${at} ${id}`;
          expect(pages.flat().map(key)).toEqual(documents.map(key).sort());
        }),
        { numRuns: runs },
      );
    });

    it('is one document per id, whatever is repeated or comes out of order', async () => {
      const ids = fc.array(fc.array(fc.constantFrom('a', 'b', 'c', 'd', 'e'), { maxLength: 5 }), { maxLength: 6 });
      await fc.assert(
        fc.asyncProperty(ids, async (bulks) => {
          const index = await create();
          const created: string[] = [];
          for (const bulk of bulks) {
            const results = await index.create(bulk.map((id) => documentOf(id)));
            expect(results.map(({ id }) => id)).toEqual(bulk);
            for (const { id, status } of results) if (status === 'created') created.push(id);
          }
          expect(created.sort()).toEqual([...new Set(bulks.flat())].sort());
        }),
        { numRuns: runs },
      );
    });
  });
};
