import { UnavailableError } from '@flaghoist/core/errors';
import { InMemoryAuditIndex } from '@flaghoist/in-memory/audit-index';
import { describeAuditIndex } from './conformance/audit-index.ts';

describeAuditIndex('InMemoryAuditIndex', async () => new InMemoryAuditIndex());

const document = { id: 'a', type: 'ChangeAccepted', region: 'eu-west-1', at: 1, detail: {} };

describe('a failing audit index', () => {
  it('answers nothing while it is down, and has lost nothing afterwards', async () => {
    const index = new InMemoryAuditIndex();
    await index.create([document]);
    index.takeDown();
    await expect(index.create([document])).rejects.toThrow(UnavailableError);
    await expect(index.existing(['a'])).rejects.toThrow(UnavailableError);
    await expect(index.search({})).rejects.toThrow(UnavailableError);
    index.bringUp();
    expect(await index.create([document])).toEqual([{ id: 'a', status: 'exists' }]);
  });

  it('fails single documents inside a bulk that succeeds', async () => {
    const index = new InMemoryAuditIndex();
    index.failItems(({ id }) => (id === 'bad' ? { retryable: true, reason: 'rejected_execution' } : undefined));
    expect(await index.create([document, { ...document, id: 'bad' }])).toEqual([
      { id: 'a', status: 'created' },
      { id: 'bad', status: 'failed', retryable: true, reason: 'rejected_execution' },
    ]);
    index.failItems(() => undefined);
    expect(await index.create([{ ...document, id: 'bad' }])).toEqual([{ id: 'bad', status: 'created' }]);
    expect(index.size).toBe(2);
  });
});
