import { UnavailableError } from '@flaghoist/core/errors';
import type { FlaghoistEvent } from '@flaghoist/core/events';
import type { HomeMove } from '@flaghoist/core/ports/home-source';
import { InMemoryAuditIndex } from '@flaghoist/in-memory/audit-index';
import { InMemoryDeadLetters } from '@flaghoist/in-memory/dead-letters';
import { RecordingLogger } from '@flaghoist/in-memory/logger';
import { VirtualScheduler } from '@flaghoist/in-memory/virtual-scheduler';
import { sqsEvent, sqsRecord } from '@flaghoist/test-kit/sqs-event';
import fc from 'fast-check';
import { createWriteHandler } from '../lib/handler.ts';
import { bridged, event, verified } from './support/messages.ts';

const HOME = 'us-east-1';
const DAY_MS = 86_400_000;
const last: HomeMove = {
  region: HOME,
  epoch: 2,
  actor: 'ada',
  at: 5,
  former: [{ region: 'eu-west-1', epoch: 1, actor: '', at: 0 }],
};

const world = (lastMove: () => Promise<HomeMove | undefined> = async () => last) => {
  const audit = new InMemoryAuditIndex();
  const log = new RecordingLogger();
  const deadLetters = new InMemoryDeadLetters();
  const clock = new VirtualScheduler();
  return {
    audit,
    log,
    deadLetters,
    clock,
    write: createWriteHandler({ audit, deadLetters, log, clock, region: HOME, home: { lastMove } }),
  };
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

describe('what only home can know', () => {
  const REGION = 'ap-south-1';
  const through = (region: string, told: FlaghoistEvent, change: Partial<FlaghoistEvent> = {}): string =>
    JSON.stringify({ ...JSON.parse(bridged(told)), region, detail: { ...told, region, ...change } });
  const arriving = (body: string, sentAt: number) => ({
    Records: [
      {
        ...sqsRecord({ messageId: 'm1', body }),
        attributes: { ...sqsRecord({ messageId: 'm1', body }).attributes, SentTimestamp: String(sentAt) },
      },
    ],
  });
  const verdict = (region: string) => ({
    ...{
      flagKey: 'beta',
      changeId: 'change-0001',
      order: { epoch: 1, revision: 1 },
      region,
      verdict: 'consistent' as const,
    },
    ...{ expected: 1, atFault: [], degraded: [], evidence: { logAndCache: 1, cacheOnly: 0, logOnly: 0 } },
    observer: 'scan' as const,
  });
  const genuine = verified('change-0001');
  const rejection = (reason: 'rules' | 'not-accepted', by: string) =>
    event('ChangeRejected', ['change-0001', by], { flagKey: 'beta', reason, violations: [] });

  it.each<[string, string]>([
    ['a decision', through(REGION, genuine)],
    [
      'a finding of tampering',
      through(REGION, event('TamperingFound', ['x'], { flagKey: '', what: 'event', by: REGION, was: '', found: '' })),
    ],
    ['a refusal of a proposal by the rules', through(REGION, rejection('rules', REGION))],
    [
      'a refusal of its own, under the id of one by home',
      through(REGION, rejection('not-accepted', 'AROAEXAMPLE:ada')),
    ],
    [
      'its answer under the id of a decision',
      through(REGION, event('RegionVerdict', ['1'], verdict(REGION)), { id: genuine.id }),
    ],
    [
      'its answer under the id of another region’s',
      through(REGION, event('RegionVerdict', ['1', 'eu-west-1'], verdict(REGION))),
    ],
  ])(
    '%s that came through another region’s bus is counted as tampering, and home’s own event has its place',
    async (_, forged) => {
      const { audit, log, clock, write } = world();
      await clock.advance(DAY_MS);
      expect(failedIds(await write(arriving(forged, clock.now() - 3_600_000)))).toEqual([]);
      await write(sqsEvent([bridged(genuine)]));
      const { id } = JSON.parse(forged).detail;
      expect(await audit.search({ type: 'TamperingFound' })).toMatchObject([
        { region: REGION, detail: { what: 'event', by: REGION, was: HOME, found: id } },
      ]);
      expect(await audit.search({ type: 'ChangeVerified' })).toMatchObject([{ id: genuine.id, region: HOME }]);
      expect(log.messages('error')).toEqual(['a region spoke for home, or under the id of another region']);
    },
  );

  it('what a region tells of itself is written, whatever is known of home', async () => {
    const { audit, write } = world(async () => {
      throw new UnavailableError('the item HOME', '');
    });
    const own = [
      through(REGION, event('RegionVerdict', ['1', REGION], verdict(REGION))),
      through(REGION, rejection('not-accepted', REGION)),
    ];
    // What home accepted, and the rules of this region refuse.
    const refused = event('ChangeRejected', ['change-0001', 'beta', '1.1', REGION], {
      ...{ flagKey: 'beta', changeId: 'change-0001', order: { epoch: 1, revision: 1 } },
      ...{ reason: 'rules', violations: [] },
    });
    expect(failedIds(await write(sqsEvent([...own, through(REGION, refused)])))).toEqual([]);
    expect((await audit.search({})).map(({ type }) => type).sort()).toEqual([
      'ChangeRejected',
      'ChangeRejected',
      'RegionVerdict',
    ]);
    // Nobody can say who told this: it comes again.
    expect(failedIds(await write(sqsEvent([bridged(genuine)])))).toEqual(['m1']);
  });

  it('the last words of a former home are written, and what it says a day later is not', async () => {
    const { audit, clock, write } = world();
    await clock.advance(3 * DAY_MS);
    await write(arriving(through('eu-west-1', genuine), last.at + DAY_MS - 1));
    expect(await audit.search({ type: 'ChangeVerified' })).toMatchObject([{ region: 'eu-west-1' }]);
    await write(arriving(through('eu-west-1', verified('change-0002')), last.at + DAY_MS));
    expect(await audit.search({ type: 'TamperingFound' })).toMatchObject([{ detail: { by: 'eu-west-1' } }]);
  });

  it('is worth a look only when that item takes longer than replication does', async () => {
    const { log, clock, write } = world(async () => undefined);
    await clock.advance(DAY_MS);
    const sentAt = clock.now();
    expect(failedIds(await write(arriving(bridged(genuine), sentAt)))).toEqual(['m1']);
    expect([log.messages('info'), log.messages('warn')]).toEqual([['nobody can say yet who told it'], []]);
    await clock.advance(61_000);
    expect(failedIds(await write(arriving(bridged(genuine), sentAt)))).toEqual(['m1']);
    expect(log.messages('warn')).toEqual(['nobody can say yet who told it']);
  });

  it('waits for a quarter of an hour for the item that says that home has moved there', async () => {
    let known = last;
    const { audit, clock, write } = world(async () => known);
    await clock.advance(DAY_MS);
    const sentAt = clock.now();
    const body = through(REGION, genuine);
    expect(failedIds(await write(arriving(body, sentAt)))).toEqual(['m1']);
    expect(audit.size).toBe(0);
    known = { region: REGION, epoch: 3, actor: 'ada', at: sentAt, former: [] };
    await clock.advance(180_000);
    expect(failedIds(await write(arriving(body, sentAt)))).toEqual([]);
    expect(await audit.search({ type: 'ChangeVerified' })).toMatchObject([{ region: REGION }]);
  });
});
