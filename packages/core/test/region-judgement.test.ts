import { type Envelope, recordOf, serialiseEnvelope } from '../lib/envelope.ts';
import { parseEvent } from '../lib/events.ts';
import { heldOf } from '../lib/held.ts';
import type { FlagOffer } from '../lib/offers.ts';
import type { CacheContents } from '../lib/ports/service-cache.ts';
import type { ExpectRow } from '../lib/ports/verification-store.ts';
import { createRegionJudge, type RegionQuestion, regionVerdictOf } from '../lib/region-judgement.ts';
import { buildRevert } from '../lib/revision.ts';
import type { OfferAnswer } from '../lib/verdict.ts';
import { revisionOf, topologyOf } from './support.ts';

const first = revisionOf({ kind: 'created' });
const second = revisionOf(
  { document: { variants: {} }, change: { ...first.change, id: 'change-0002' } },
  { current: first },
);
const back = buildRevert({
  judged: second,
  target: first,
  epoch: 1,
  rulesVersion: 1,
  topology: topologyOf(),
  now: 3,
  reason: '',
});

const NOW = first.at.accepted + 20_000;

/** A region whose caches can be set, and whose replica knows some revisions. */
class FakeRegion {
  readonly services = new Map<string, CacheContents>();
  readonly known: Envelope[] = [first];

  readonly cache = {
    inspect: async (services: readonly string[]) =>
      new Map(services.map((name) => [name, this.services.get(name) ?? { reachable: false as const }])),
    redisOf: (service: string) => (service === 'ledger' ? 'redis-2' : 'redis-1'),
  };
  readonly flags = {
    revision: async (flagKey: string, { revision }: { revision: number }) => {
      const envelope = this.known.find((each) => each.revision === revision);
      if (envelope === undefined) return undefined;
      const { order, envelopeDigest } = recordOf(envelope);
      return { flagKey, order, envelopeDigest, body: serialiseEnvelope(envelope) };
    },
  };
  holds(service: string, envelope: Envelope, stored = serialiseEnvelope(envelope)): this {
    const manifest = { generation: 1, topologyVersion: 1, count: 1 };
    const flags = new Map([[envelope.flagKey, { held: heldOf(service, envelope), stored }]]);
    this.services.set(service, { reachable: true, manifest, flags });
    return this;
  }

  ask(envelope: Envelope, changed: Partial<RegionQuestion> = {}) {
    const { changeId, flagKey, order, kind, envelopeDigest, documentDigest, topologyVersion } = recordOf(envelope);
    const { audience, departed } = envelope;
    const row: ExpectRow = {
      ...{ changeId, flagKey, order, kind, envelopeDigest, documentDigest, topologyVersion, audience, departed },
      expectedAt: 0,
      answer: 'open',
      look: 1,
      refusal: null,
    };
    const question = { row, expected: ['billing', 'search'], isLogged: () => true, late: true, now: NOW, ...changed };
    return createRegionJudge(this)([question]).then(([answer]) => {
      if (answer === undefined) throw new RangeError('no answer');
      return answer;
    });
  }
}

const reasons = ({ services }: { services: readonly { reason: string }[] }) => services.map(({ reason }) => reason);

describe('a region', () => {
  it('is consistent when every expected cache holds the change, or a later one its replica knows', async () => {
    const region = new FakeRegion().holds('billing', first).holds('search', second);
    region.known.push(second);
    expect(await region.ask(first)).toMatchObject({ verdict: 'consistent' });
    expect(reasons(await region.ask(first))).toEqual(['holds', 'holds-later']);
  });

  it('does not know when a cache is ahead of its replica, or out of reach', async () => {
    const region = new FakeRegion().holds('billing', second);
    expect(await region.ask(first)).toMatchObject({ verdict: 'unknown' });
    expect(reasons(await region.ask(first))).toEqual(['later-revision-not-known-here', 'unreachable']);
  });

  it('recomputes what is stored: a garbled field is corrupt', async () => {
    const garbled = serialiseEnvelope(first).replace('"ENABLED"', '"DISABLED"');
    const region = new FakeRegion().holds('billing', first, garbled).holds('search', first);
    expect(reasons(await region.ask(first))).toEqual(['corrupt', 'holds']);
  });

  it('without expected services has nothing against a change', async () => {
    expect(await new FakeRegion().ask(first, { expected: [] })).toMatchObject({ verdict: 'consistent', services: [] });
  });
});

it('is not ahead for ever: what was accepted a minute ago and is not known here is wrong', async () => {
  const region = new FakeRegion().holds('billing', second).holds('search', first);
  expect(reasons(await region.ask(first, { now: second.at.accepted + 59_999 }))[0]).toBe(
    'later-revision-not-known-here',
  );
  expect(reasons(await region.ask(first, { now: second.at.accepted + 60_000 }))[0]).toBe('ahead');
});

it('after a revert a cache with an equal document counts', async () => {
  const region = new FakeRegion().holds('billing', first).holds('search', back);
  expect(reasons(await region.ask(back))).toEqual(['holds-equal-document', 'holds']);
});

const offerOf = (answers: Record<string, OfferAnswer>): FlagOffer => ({
  flagKey: second.flagKey,
  order: { epoch: 1, revision: 2 },
  bytes: 700,
  answers: new Map(Object.entries(answers)),
});

describe('the event that answers home', () => {
  const about = { region: 'eu-west-1', observer: 'scan', at: 7, degraded: [], outages: new Map() } as const;

  it('tells of every cache that does not hold the change, with a verdict of its own, and counts the evidence', async () => {
    const region = new FakeRegion().holds('billing', first);
    const answer = await region.ask(second, {
      expected: ['billing', 'search', 'ledger'],
      isLogged: (name) => name === 'billing',
      offer: offerOf({ billing: 'taken' }),
    });
    const event = regionVerdictOf(answer, { ...about, degraded: ['billing'] });
    expect(parseEvent(JSON.parse(JSON.stringify(event)))).toEqual(event);
    expect(event).toMatchObject({
      id: 'RegionVerdict:change-0002:checkout.new-basket:000001#000000000002:eu-west-1:scan:inconsistent:1',
      version: 2,
      detail: {
        verdict: 'inconsistent',
        expected: 3,
        atFault: [
          { service: 'billing', verdict: 'inconsistent', reason: 'older', evidence: 'log-only', redis: 'redis-1' },
          { service: 'search', verdict: 'unknown', reason: 'unreachable', redis: 'redis-1', offered: false },
          { service: 'ledger', verdict: 'unknown', reason: 'unreachable', redis: 'redis-2' },
        ],
        degraded: ['billing'],
        evidence: { logAndCache: 0, cacheOnly: 0, logOnly: 1 },
        look: 1,
        seenAt: 7,
        offered: { order: { epoch: 1, revision: 2 }, bytes: 700 },
        mended: 0,
      },
    });
  });

  it('names caches from the second look on, with the error of their server and its outage', async () => {
    const region = new FakeRegion().holds('billing', first).holds('search', second);
    const asked = { expected: ['billing', 'ledger', 'search'], offer: offerOf({ billing: { refused: 'READONLY' } }) };
    const answer = await region.ask(second, asked);
    expect(answer.verdict).toBe('refusing');
    expect(regionVerdictOf(answer, about).detail).toMatchObject({ named: [] });
    const again = { ...answer, row: { ...answer.row, look: 2 as const } };
    expect(
      regionVerdictOf(again, { ...about, outages: new Map([['redis-1', { since: 3, serves: ['accounts'] }]]) }).detail,
    ).toMatchObject({
      verdict: 'refusing',
      look: 2,
      named: ['billing', 'ledger'],
      atFault: [{ service: 'billing', verdict: 'refusing', error: 'READONLY', offered: true }, { service: 'ledger' }],
      redises: [
        { redis: 'redis-1', expected: 2, outageSince: 3, lyingTogether: false },
        { redis: 'redis-2', expected: 1, outageSince: null },
      ],
    });
  });

  it.each([
    ['one alone', ['billing'], ['search'], false],
    ['two of four', ['billing', 'search'], ['a', 'b'], true],
    ['two of five', ['billing', 'search'], ['a', 'b', 'c'], false],
  ])(
    'says that a Redis lies when two or more, and half of its caches, answer as taken and hold older: %s',
    async (_what, lying, holding, together) => {
      const region = new FakeRegion();
      for (const service of lying) region.holds(service, first);
      for (const service of holding) region.holds(service, second);
      const offer = offerOf(Object.fromEntries(lying.map((service) => [service, 'taken'])));
      const answer = await region.ask(second, { expected: [...lying, ...holding], offer });
      expect(regionVerdictOf(answer, about).detail.redises).toMatchObject([
        { redis: 'redis-1', lyingTogether: together },
      ]);
    },
  );

  it('blames nobody when all is well, and counts what the look itself has mended', async () => {
    const region = new FakeRegion().holds('billing', first).holds('search', first);
    const answer = await region.ask(first, { offer: offerOf({ search: 'taken' }) });
    expect(regionVerdictOf(answer, { ...about, observer: 'reconciler' }).detail).toMatchObject({
      verdict: 'consistent',
      atFault: [],
      evidence: { logAndCache: 2 },
      redises: [],
      mended: 1,
    });
  });
});
