import { acceptedEvent } from '@flaghoist/core/change-events';
import { type Envelope, serialiseEnvelope } from '@flaghoist/core/envelope';
import { flagPk, revisionSk } from '@flaghoist/core/storage/keys';
import { InMemoryDeadLetters } from '@flaghoist/in-memory/dead-letters';
import { sqsEvent } from '@flaghoist/test-kit/sqs-event';
import { createWriteHandler } from '../lib/handler.ts';
import { bridged } from './support/messages.ts';
import { AN_HOUR_MS, createTrail } from './support/revisions.ts';

const acceptedId = (envelope: Envelope) => acceptedEvent(envelope, 'us-east-1').id;

it('finds nothing to do when the trail is whole', async () => {
  const trail = createTrail();
  await trail.accept('alpha');
  await trail.accept('beta');
  await trail.clock.advance(AN_HOUR_MS);
  await trail.sweep();
  expect(await trail.sweep()).toEqual({ checked: 2, missing: 0, written: 0, askedAgain: 2, chainBreaks: [] });
});

it('writes the acceptances that are missing, and says so', async () => {
  const trail = createTrail();
  const first = await trail.accept('alpha');
  const second = await trail.accept('alpha');
  await trail.audit.create([{ id: acceptedId(first), type: 'ChangeAccepted', region: 'us-east-1', at: 0, detail: {} }]);
  await trail.clock.advance(AN_HOUR_MS);
  expect(await trail.sweep()).toEqual({ checked: 2, missing: 1, written: 1, askedAgain: 2, chainBreaks: [] });
  expect(await trail.audit.search({ changeId: second.change.id })).toEqual([
    {
      id: acceptedId(second),
      type: 'ChangeAccepted',
      flagKey: 'alpha',
      changeId: second.change.id,
      region: 'us-east-1',
      at: second.at.accepted,
      detail: {
        flagKey: 'alpha',
        changeId: second.change.id,
        order: { epoch: 1, revision: 2 },
        kind: 'updated',
        actor: 'ada',
        reason: 'Because it is time.',
        documentDigest: second.documentDigest,
        envelopeDigest: second.envelopeDigest,
        previousEnvelopeDigest: first.envelopeDigest,
      },
    },
  ]);
  expect(trail.log.messages('warn')).toEqual(['acceptances were missing in the trail']);
});

it('is one document with the event that arrives after all', async () => {
  const trail = createTrail();
  const envelope = await trail.accept('alpha');
  await trail.clock.advance(AN_HOUR_MS);
  await trail.sweep();
  const write = createWriteHandler({ ...trail, deadLetters: new InMemoryDeadLetters() });
  expect(await write(sqsEvent([bridged(acceptedEvent(envelope, 'us-east-1'))]))).toEqual({ batchItemFailures: [] });
  expect(trail.audit.size).toBe(1);
});

it('leaves revisions alone whose event may still be in the queue, but checks their chain', async () => {
  const trail = createTrail();
  await trail.accept('alpha');
  await trail.clock.advance(60_000);
  expect(await trail.sweep()).toEqual({ checked: 1, missing: 0, written: 0, askedAgain: 0, chainBreaks: [] });
  expect(trail.audit.size).toBe(0);
});

it('goes through more revisions than one request takes', async () => {
  const trail = createTrail();
  for (let flag = 0; flag < 410; flag += 1) await trail.accept(`flag-${flag}`);
  await trail.clock.advance(AN_HOUR_MS);
  expect(await trail.sweep()).toMatchObject({ checked: 410, missing: 410, written: 410 });
  expect(trail.audit.size).toBe(410);
});

it('counts what the index refuses as missing and not as written', async () => {
  const trail = createTrail();
  await trail.accept('alpha');
  await trail.accept('beta');
  await trail.clock.advance(AN_HOUR_MS);
  trail.audit.failItems(({ flagKey }) => (flagKey === 'beta' ? { retryable: true, reason: '429' } : undefined));
  expect(await trail.sweep()).toMatchObject({ missing: 2, written: 1 });
  expect(trail.log.messages('error')).toEqual([
    'acceptance not written',
    'changes undecided long after their acceptance',
  ]);
});

it('throws while the index is down, so that the next run starts again', async () => {
  const trail = createTrail();
  await trail.accept('alpha');
  await trail.clock.advance(AN_HOUR_MS);
  trail.audit.takeDown();
  await expect(trail.sweep()).rejects.toMatchObject({ code: 'FH_UNAVAILABLE' });
  trail.audit.bringUp();
  expect(await trail.sweep()).toMatchObject({ missing: 1, written: 1 });
});

describe('the hash chain', () => {
  const chainOfThree = async () => {
    const trail = createTrail();
    await trail.accept('alpha');
    const middle = await trail.accept('beta');
    const revisions = [middle, await trail.accept('beta'), await trail.accept('beta')];
    await trail.accept('gamma');
    const itemOf = (revision: number) => {
      const [pk, sk] = [flagPk('beta'), revisionSk({ epoch: 1, revision })];
      return { pk, sk, ...trail.tables.flags.get(pk, sk) };
    };
    return { trail, revisions, itemOf };
  };

  it('holds for several flags beside each other', async () => {
    const { trail } = await chainOfThree();
    expect(await trail.sweep()).toMatchObject({ checked: 5, chainBreaks: [] });
  });

  it('shows a revision that was taken out, once', async () => {
    const { trail, itemOf } = await chainOfThree();
    const { pk, sk } = itemOf(2);
    trail.tables.flags.delete({ pk, sk });
    expect(await trail.sweep()).toMatchObject({
      chainBreaks: [{ flagKey: 'beta', order: '1.3', problem: 'predecessor' }],
    });
    expect(trail.log.messages('error')).toEqual(['hash chain broken']);
  });

  it('shows a first revision that is not the first', async () => {
    const { trail, itemOf } = await chainOfThree();
    const { pk, sk } = itemOf(1);
    trail.tables.flags.delete({ pk, sk });
    expect(await trail.sweep()).toMatchObject({
      chainBreaks: [{ flagKey: 'beta', order: '1.2', problem: 'predecessor' }],
    });
  });

  it('shows a revision whose bytes were altered, and does not put it into the trail', async () => {
    const { trail, revisions, itemOf } = await chainOfThree();
    await trail.clock.advance(AN_HOUR_MS);
    const [, second] = revisions;
    if (second === undefined) throw new Error('there are three');
    trail.tables.flags.put({ ...itemOf(2), envelope: serialiseEnvelope({ ...second, owner: 'mallory' }) });
    expect(await trail.sweep()).toMatchObject({
      checked: 5,
      written: 4,
      chainBreaks: [{ flagKey: 'beta', order: '1.2', problem: 'altered' }],
    });
  });

  it('shows an item whose attributes and envelope are not the same revision', async () => {
    const { trail, revisions, itemOf } = await chainOfThree();
    const [first] = revisions;
    if (first === undefined) throw new Error('there are three');
    trail.tables.flags.put({ ...itemOf(2), envelope: serialiseEnvelope(first) });
    expect(await trail.sweep()).toMatchObject({
      chainBreaks: [{ flagKey: 'beta', order: '1.2', problem: 'attributes' }],
    });
  });
});

it('starts from an empty table', async () => {
  const trail = createTrail();
  expect(await trail.sweep()).toEqual({ checked: 0, missing: 0, written: 0, askedAgain: 0, chainBreaks: [] });
});

it('puts changes that nobody decided to the home workflow again, and leaves the others alone', async () => {
  const trail = createTrail();
  const decided = await trail.accept('alpha');
  const undecided = await trail.accept('beta');
  const judged = await trail.changes.record('alpha', decided);
  if (judged === undefined) throw new Error('accept writes the record');
  await trail.changes.decide({ action: 'unverify', judged, now: trail.clock.now() });
  await trail.clock.advance(AN_HOUR_MS);

  expect(await trail.sweep()).toMatchObject({ askedAgain: 1 });
  expect(trail.bus.published).toMatchObject([{ id: acceptedId(undecided), type: 'ChangeAccepted' }]);
  expect(trail.log.messages('error')).toEqual(['changes undecided long after their acceptance']);
});

it('asks again at the next sweep when the bus is down', async () => {
  const trail = createTrail();
  await trail.accept('alpha');
  await trail.clock.advance(AN_HOUR_MS);
  trail.bus.takeDown();
  await expect(trail.sweep()).rejects.toMatchObject({ code: 'FH_UNAVAILABLE' });
  trail.bus.bringUp();
  expect(await trail.sweep()).toMatchObject({ askedAgain: 1 });
});

it('gives up on a change after a day', async () => {
  const trail = createTrail();
  await trail.accept('alpha');
  await trail.clock.advance(25 * AN_HOUR_MS);
  expect(await trail.sweep()).toMatchObject({ checked: 1, askedAgain: 0 });
});

it('mends nothing where another region is home', async () => {
  const trail = createTrail({ home: 'eu-west-1' });
  await trail.accept('checkout');
  await trail.clock.advance(AN_HOUR_MS);
  expect(await trail.sweep()).toMatchObject({ checked: 0, missing: 0 });
  expect(await trail.audit.search({})).toEqual([]);
});
