import type { FlaghoistEvent } from '@flaghoist/core/events';
import { InMemoryAuditIndex } from '@flaghoist/in-memory/audit-index';
import { InMemoryDeadLetters } from '@flaghoist/in-memory/dead-letters';
import { RecordingLogger } from '@flaghoist/in-memory/logger';
import { sqsEvent } from '@flaghoist/test-kit/sqs-event';
import fc from 'fast-check';
import { createWriteHandler } from '../lib/handler.ts';
import { bridged, event, verified } from './support/messages.ts';

const world = () => {
  const audit = new InMemoryAuditIndex();
  const log = new RecordingLogger();
  const deadLetters = new InMemoryDeadLetters();
  return { audit, log, deadLetters, write: createWriteHandler({ audit, deadLetters, log }) };
};

const failedIds = ({ batchItemFailures }: { batchItemFailures: { itemIdentifier: string }[] }) =>
  batchItemFailures.map(({ itemIdentifier }) => itemIdentifier);

it('writes an event under its own id, with what searches filter on', async () => {
  const { audit, write } = world();
  await write(sqsEvent([bridged(verified('change-0001'))]));
  expect(await audit.search({ changeId: 'change-0001' })).toEqual([
    {
      id: 'ChangeVerified:change-0001',
      type: 'ChangeVerified',
      flagKey: 'beta',
      changeId: 'change-0001',
      region: 'us-east-1',
      at: 1_700_000_000_000,
      detail: { flagKey: 'beta', changeId: 'change-0001', order: { epoch: 1, revision: 1 }, knownGood: true },
    },
  ]);
});

it('writes events that are about no single flag or change', async () => {
  const { audit, write } = world();
  await write(sqsEvent([bridged(event('DriftDetected', ['prod', '1'], { environment: 'prod' }))]));
  expect(await audit.search({})).toEqual([expect.objectContaining({ type: 'DriftDetected' })]);
  expect(await audit.search({})).not.toEqual([expect.objectContaining({ flagKey: expect.anything() })]);
});

it('writes what came through a foreign bus as that, and not as what it says', async () => {
  const { audit, write } = world();
  const forged = { ...JSON.parse(bridged(verified('change-0001'))), region: 'eu-west-1' };
  expect(failedIds(await write(sqsEvent([JSON.stringify(forged)])))).toEqual([]);
  expect(await audit.search({ changeId: 'change-0001' })).toMatchObject([
    { type: 'TamperingFound', region: 'eu-west-1', detail: { was: 'us-east-1', found: 'ChangeVerified:change-0001' } },
  ]);
});

it('returns only the item that the index refused for now', async () => {
  const { audit, log, write } = world();
  audit.failItems(({ changeId }) => (changeId === 'change-0002' ? { retryable: true, reason: '429' } : undefined));
  const batch = sqsEvent(['change-0001', 'change-0002', 'change-0003'].map((id) => bridged(verified(id))));
  expect(failedIds(await write(batch))).toEqual(['m2']);
  expect(audit.size).toBe(2);
  expect(log.messages('warn')).toEqual(['event not written']);
  expect(log.messages('error')).toEqual([]);
});

it('gives an event that the index refuses for good to the dead letters at once, and says so', async () => {
  const { audit, log, deadLetters, write } = world();
  audit.failItems(() => ({ retryable: false, reason: 'mapper_parsing_exception' }));
  const body = bridged(verified('change-0001'));
  expect(failedIds(await write(sqsEvent([body])))).toEqual([]);
  expect(deadLetters.given).toEqual([{ body, reason: 'mapper_parsing_exception' }]);
  expect(log.messages('error')).toEqual(['event not written']);
});

it.each([
  ['no JSON', 'not json'],
  ['no event', JSON.stringify({ detail: { source: 'aws.ec2' } })],
  [
    'an event of an unknown type',
    bridged({ ...verified('change-0001'), type: 'Unheard' } as unknown as FlaghoistEvent),
  ],
])('gives %s to the dead letters and writes its neighbours', async (_, body) => {
  const { audit, log, deadLetters, write } = world();
  expect(failedIds(await write(sqsEvent([body, bridged(verified('change-0002'))])))).toEqual([]);
  expect(deadLetters.given).toMatchObject([{ body }]);
  expect(audit.size).toBe(1);
  expect(log.messages('error')).toEqual(['message is not an event, given to the dead letters']);
});

it('keeps what no repetition heals in its queue while the dead letters do not take it', async () => {
  const { deadLetters, write } = world();
  deadLetters.takeDown();
  expect(failedIds(await write(sqsEvent(['not json'])))).toEqual(['m1']);
});

it('returns everything while the index is down, and writes it when it is back', async () => {
  const { audit, log, write } = world();
  const batch = sqsEvent(['change-0001', 'change-0002'].map((id) => bridged(verified(id))));
  audit.takeDown();
  expect(failedIds(await write(batch))).toEqual(['m1', 'm2']);
  expect(log.messages('error')).toEqual([]);
  audit.bringUp();
  expect(failedIds(await write(batch))).toEqual([]);
  expect(audit.size).toBe(2);
});

it('returns every message of an event that came twice in one batch', async () => {
  const { audit, write } = world();
  audit.takeDown();
  const twice = bridged(verified('change-0001'));
  expect(failedIds(await write(sqsEvent([twice, bridged(verified('change-0002')), twice])))).toEqual([
    'm1',
    'm3',
    'm2',
  ]);
});

it('does not ask the index for nothing', async () => {
  const { audit, write } = world();
  audit.takeDown();
  expect(failedIds(await write(sqsEvent([])))).toEqual([]);
});

it('ends with the same trail whatever is repeated, delayed or reordered', async () => {
  const ids = ['change-0001', 'change-0002', 'change-0003', 'change-0004'];
  const trailOf = (audit: InMemoryAuditIndex) => audit.search({}).then((all) => all.map(({ id }) => id).sort());
  await fc.assert(
    fc.asyncProperty(
      fc.array(fc.array(fc.constantFrom(...ids), { maxLength: 6 }), { maxLength: 5 }),
      fc.shuffledSubarray(ids, { minLength: ids.length }),
      async (batches, last) => {
        const { audit, write } = world();
        for (const batch of [...batches, last]) await write(sqsEvent(batch.map((id) => bridged(verified(id)))));
        expect(await trailOf(audit)).toEqual(ids.map((id) => `ChangeVerified:${id}`));
      },
    ),
  );
});
