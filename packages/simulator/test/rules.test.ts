import type { Envelope } from '@flaghoist/core/envelope';
import { serialiseEnvelope } from '@flaghoist/core/envelope';
import { flagPk, revisionSk } from '@flaghoist/core/storage/keys';
import { DEFAULT_POLICY } from '@flaghoist/rules/policy';
import { rev } from './support/flags.ts';
import { putCurrent, resealed } from './support/intruder.ts';
import { defaultFlag, startWorld, type TestWorld } from './support/world.ts';

/** All twelve regions, and a few services so that the tests stay short. */
const everywhere = { regions: 12, services: 3 };

const MINUTE_MS = 60_000;
const DAY_MS = 86_400_000;

const servesOn = { state: 'ENABLED', variants: { on: true, off: false }, defaultVariant: 'on' };

/** What every cache of every region says of a flag. */
const cachedAnywhere = (t: TestWorld, flagKey: string) =>
  t.regions.flatMap((region) => t.services.map((service) => t.cached(region, service, flagKey)));

const ruleIds = (violations: readonly { readonly ruleId: string }[]): string[] => [
  ...new Set(violations.map(({ ruleId }) => ruleId)),
];

describe('a proposal that breaks rules of many families', () => {
  const document = {
    state: 'enabled',
    variants: { on: { fee: 0.1, currency: 'Euro' }, off: { fee: '0.00', currency: 'EUR' } },
    defaultVariant: 'maybe',
    targeting: { if: [{ '==': [{ var: 'country' }, 'UK'] }, 'none', 'off'] },
    metadata: {
      type: 'relaese',
      owner: ['payments'],
      note: 'ask mia@mail-of-customers.com',
      key: 'AKIAIOSFODNN7EXAMPLE',
    },
  };
  const parts = {
    document,
    offVariant: 'disabled',
    owner: '',
    audience: ['no-such-service'],
    prerequisites: ['no-such-flag'],
  };
  const expected = [
    'FH-AUDIENCE-01',
    'FH-DOC-03',
    'FH-DOC-07',
    'FH-KILL-01',
    'FH-LIFE-01',
    'FH-LIFE-08',
    'FH-MONEY-02',
    'FH-MONEY-04',
    'FH-MONEY-10',
    'FH-PREREQ-02',
    'FH-SAFE-07',
    'FH-SAFE-12',
    'FH-TARGET-14',
    'FH-VARIANT-03',
    'FH-VARIANT-13',
  ];

  it('is rejected with every violation, becomes no revision, reaches no cache, and is in the audit with its rules', async () => {
    const t = await startWorld({ ...everywhere, latency: 'modelled', seed: 61 });
    const changeId = await t.propose(parts);
    expect(await t.settled(changeId)).toBe('rejected');
    await t.advance(3 * MINUTE_MS);

    const outcome = await t.outcome(changeId);
    if (outcome?.outcome !== 'rejected') throw new Error('not rejected');
    expect(ruleIds(outcome.violations)).toEqual(expected);
    for (const { message, hint, pointer } of outcome.violations) {
      expect(message).toMatch(/\.$/);
      expect(hint).toMatch(/\.$/);
      expect(pointer).toMatch(/^\//);
    }
    expect(await t.revisions()).toEqual([]);
    for (const cached of cachedAnywhere(t, defaultFlag)) expect(cached).toEqual({ held: null, stored: null });
    expect(t.lines).toEqual([]);

    expect(await t.story(changeId)).toEqual(['ChangeProposed', 'ChangeRejected']);
    const [rejected] = await t.world.audit.search({ changeId, type: 'ChangeRejected' });
    expect(rejected?.detail).toMatchObject({ reason: 'rules', violations: outcome.violations });
  });
});

describe('a revision that was written around the validator, digests, number and all', () => {
  /** As somebody with all rights to the table could: it looks accepted to everything but the rules. */
  const writeAround = (t: TestWorld, envelope: Envelope): void => {
    const table = t.region(0).flags;
    table.put({
      pk: flagPk(envelope.flagKey),
      sk: revisionSk(envelope),
      epoch: envelope.epoch,
      revision: envelope.revision,
      envelopeDigest: envelope.envelopeDigest,
      envelope: serialiseEnvelope(envelope),
    });
    putCurrent(table, envelope);
  };

  it('is named by home as a foreign one, refused in all regions by the standing rules, and never reaches a cache', async () => {
    const t = await startWorld({ ...everywhere, latency: 'modelled', seed: 62 });
    await t.verified();
    const accepted = await t.revision(defaultFlag, rev(1));
    const forged = resealed(accepted, {
      revision: 2,
      kind: 'updated',
      document: { ...servesOn, defaultVariant: 'maybe', metadata: { note: 'AKIAIOSFODNN7EXAMPLE' } },
      previousEnvelopeDigest: accepted.envelopeDigest,
      evidence: {
        ...accepted.evidence,
        current: { epoch: 1, revision: 1, envelopeDigest: accepted.envelopeDigest, flagState: 'live' },
      },
      change: { ...accepted.change, id: 'written-around' },
    });
    writeAround(t, forged);
    await t.advance(3 * MINUTE_MS);

    await t.everyCacheHolds(defaultFlag, rev(1));
    expect(t.lines.filter(({ heldOrder }) => heldOrder.revision !== 1)).toEqual([]);
    // A replica that gets CURRENT before its REVISION says `not-accepted` of it, besides.
    const refused = (await t.trail()).filter(({ detail }) => detail['reason'] === 'rules');
    expect(new Set(refused.map(({ region }) => region))).toEqual(new Set(t.regions));
    const found = (await t.trail()).filter(({ type }) => type === 'TamperingFound');
    expect(found.map(({ region }) => region)).toEqual([t.regions[0]]);
    for (const { type, detail } of refused) {
      expect(type).toBe('ChangeRejected');
      expect(ruleIds(detail['violations'] as { ruleId: string }[])).toEqual(['FH-SAFE-07', 'FH-VARIANT-03']);
    }
    expect(t.log.messages('error').length).toBeGreaterThan(0);
  });
});

describe('during a freeze', () => {
  const instant = (ms: number): string => `${new Date(ms).toISOString().slice(0, 16)}Z`;

  /** A world in which a freeze begins some minutes after its start, with a flag that was verified before. */
  const beforeFreeze = async (seed: number) => {
    const start = Date.UTC(2026, 0, 1);
    const begins = start + 10 * MINUTE_MS;
    const freeze = {
      name: 'Year end',
      from: instant(begins),
      to: instant(begins + DAY_MS),
      owners: [],
      exceptions: [],
    };
    const t = await startWorld({
      seed,
      latency: 'modelled',
      policy: { ...DEFAULT_POLICY, version: 2, freezes: [freeze] },
    });
    expect(t.scheduler.now()).toBeGreaterThanOrEqual(start);
    await t.verified({ document: servesOn });
    return { t, begins, until: (ms: number) => t.advance(ms - t.scheduler.now()) };
  };

  it('an update is refused, and a kill passes', async () => {
    const { t, begins, until } = await beforeFreeze(63);
    await until(begins + MINUTE_MS);
    const update = await t.propose({ document: { ...servesOn, defaultVariant: 'off' } });
    expect(await t.settled(update)).toBe('rejected');
    const outcome = await t.outcome(update);
    expect(outcome?.outcome === 'rejected' ? ruleIds(outcome.violations) : []).toEqual(['FH-FREEZE-01']);

    const kill = await t.verified({ kind: 'killed', change: { reason: '' } });
    expect(kill.acceptedAt).toBeGreaterThan(begins);
    await t.everyCacheHolds(defaultFlag, rev(2));
    expect(t.served(t.home, t.service(0))).toMatchObject({ defaultVariant: 'off' });
  });

  it('a change from before it is still taken back', async () => {
    const { t, begins, until } = await beforeFreeze(64);
    await until(begins - 5_000);
    t.region(1).caches.breakService(t.service(1), 'read-only');
    const change = await t.propose({ document: { ...servesOn, defaultVariant: 'off' } });
    expect(await t.settled(change)).toBe('rolled-back');

    const [, judged, revert] = await t.revisions();
    expect(judged?.at.accepted).toBeLessThan(begins);
    expect(revert).toMatchObject({ kind: 'rolled-back', revision: 3, document: servesOn });
    expect(revert?.at.accepted).toBeGreaterThanOrEqual(begins);
    await t.advance(10_000);
    await t.everyCacheHolds(defaultFlag, rev(3), { except: [t.cacheName(1, 1)] });
  });
});

describe('a flag that has expired meanwhile', () => {
  const expiring = { ...servesOn, metadata: { type: 'release', expires: '2026-01-03' } };

  it('is filled into a lost cache again, though nobody may change it as it is', async () => {
    const t = await startWorld({ seed: 65, schedules: false });
    await t.verified({ document: expiring });
    await t.advance(5 * DAY_MS);

    const update = await t.propose({ document: { ...expiring, defaultVariant: 'off' } });
    expect(await t.settled(update)).toBe('rejected');
    const outcome = await t.outcome(update);
    expect(outcome?.outcome === 'rejected' ? ruleIds(outcome.violations) : []).toEqual(['FH-LIFE-06']);

    t.region(2).caches.lose(t.service(3));
    expect(t.held(t.region(2).name, t.service(3))).toBeNull();
    await t.reconcile();
    await t.advance(MINUTE_MS);
    await t.everyCacheHolds(defaultFlag, rev(1));
    expect(t.served(t.region(2).name, t.service(3))).toEqual(expiring);
  });
});
