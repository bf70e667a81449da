import { type Envelope, recordOf, serialiseEnvelope } from '../lib/envelope.ts';
import { parseEvent } from '../lib/events.ts';
import { heldOf } from '../lib/held.ts';
import type { CacheContents } from '../lib/ports/service-cache.ts';
import type { ExpectRow } from '../lib/ports/verification-store.ts';
import { createRegionJudge, type RegionQuestion, regionVerdictOf } from '../lib/region-judgement.ts';
import { buildRevert } from '../lib/revision.ts';
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

/** A region whose caches can be set, and whose replica knows some revisions. */
class FakeRegion {
  readonly services = new Map<string, CacheContents>();
  readonly known: Envelope[] = [first];
  readonly queued = new Map<string, number>();
  /** What arrives while the queues are asked. */
  meanwhile: (() => void) | undefined;
  asked: string[] = [];

  readonly cache = {
    inspect: async (services: readonly string[]) =>
      new Map(services.map((name) => [name, this.services.get(name) ?? { reachable: false as const }])),
  };
  readonly flags = {
    revision: async (flagKey: string, { revision }: { revision: number }) => {
      const envelope = this.known.find((each) => each.revision === revision);
      if (envelope === undefined) return undefined;
      const { order, envelopeDigest } = recordOf(envelope);
      return { flagKey, order, envelopeDigest, body: serialiseEnvelope(envelope) };
    },
  };
  readonly queues = {
    pending: async (service: string) => {
      this.asked.push(service);
      this.meanwhile?.();
      return this.queued.get(service) ?? 0;
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
    const question = { row, expected: ['billing', 'search'], isLogged: () => true, late: true, ...changed };
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

describe('after a revert', () => {
  it('a cache with an equal document counts, and only its queue is asked', async () => {
    const region = new FakeRegion().holds('billing', first).holds('search', back);
    expect(reasons(await region.ask(back))).toEqual(['holds-equal-document', 'holds']);
    expect(region.asked).toEqual(['billing']);
  });

  it('but not while messages wait in its queue', async () => {
    const region = new FakeRegion().holds('billing', first).holds('search', back);
    region.queued.set('billing', 1);
    expect(await region.ask(back)).toMatchObject({ verdict: 'inconsistent' });
  });

  it('nor when the last message left the queue between the two looks', async () => {
    const region = new FakeRegion().holds('billing', first).holds('search', back);
    region.meanwhile = () => region.holds('billing', second);
    expect(reasons(await region.ask(back))).toEqual(['older', 'holds']);
  });
});

describe('the event that answers home', () => {
  it('blames those whose verdict is the region’s, and counts the evidence', async () => {
    const region = new FakeRegion().holds('billing', first);
    const answer = await region.ask(second, {
      expected: ['billing', 'search', 'ledger'],
      isLogged: (name) => name === 'billing',
    });
    const event = regionVerdictOf(answer, { region: 'eu-west-1', observer: 'scan', at: 7, degraded: ['billing'] });
    expect(parseEvent(JSON.parse(JSON.stringify(event)))).toEqual(event);
    expect(event).toMatchObject({
      id: 'RegionVerdict:change-0002:checkout.new-basket:000001#000000000002:eu-west-1:scan:inconsistent:1',
      detail: {
        verdict: 'inconsistent',
        expected: 3,
        atFault: [{ service: 'billing', reason: 'older', evidence: 'log-only' }],
        degraded: ['billing'],
        evidence: { logAndCache: 0, cacheOnly: 0, logOnly: 1 },
      },
    });
  });

  it('blames nobody when all is well', async () => {
    const region = new FakeRegion().holds('billing', first).holds('search', first);
    const event = regionVerdictOf(await region.ask(first), {
      region: 'eu-west-1',
      observer: 'reconciler',
      at: 7,
      degraded: [],
    });
    expect(event.detail).toMatchObject({ verdict: 'consistent', atFault: [], evidence: { logAndCache: 2 } });
  });
});
