import { createMessageReader } from '@flaghoist/cache-updater/message-reader';
import type { Envelope } from '@flaghoist/core/envelope';
import type { Violation } from '@flaghoist/core/proposal';
import { LATE_AFTER_MS } from '@flaghoist/core/verdict';
import type { Validation } from '@flaghoist/rules/run-rules';
import { validateStanding } from '@flaghoist/rules/standing';
import { createItemReader } from '@flaghoist/validator/flag-item';
import type { WorldOptions } from '../lib/world.ts';
import { booleanFlag, rev } from './support/flags.ts';
import { linesOf } from './support/lines.ts';
import { defaultFlag, startWorld } from './support/world.ts';

const disliked = booleanFlag(13);

const violation: Violation = {
  ruleId: 'FH-TEST-01',
  severity: 'error',
  pointer: '/document/metadata/note',
  message: 'This region does not like the note.',
  hint: 'Choose another one.',
};

type Dislike = (envelope: Envelope) => boolean;

/** The rules of a region that is stricter than home. */
const strictAbout =
  (dislikes: Dislike) =>
  (envelope: Envelope): Validation => {
    const validation = validateStanding(envelope);
    return dislikes(envelope) ? { ...validation, violations: [...validation.violations, violation] } : validation;
  };

const theNote: Dislike = ({ document }) =>
  JSON.stringify(document?.['metadata']) === JSON.stringify(disliked['metadata']);

const refusing = 'us-west-2';
const updaters = ['cache-updater.apply', 'cache-updater.load', 'cache-updater.reconcile'];

/** In the refusing region, the named functions are stricter. */
const strictIn =
  (names: readonly string[], dislikes: Dislike = theNote): NonNullable<WorldOptions['portsOf']> =>
  (seat, ports) => {
    if (seat.region !== refusing || !names.includes(seat.name)) return ports;
    const rules = strictAbout(dislikes);
    const read = seat.name === 'validator.distribute' ? createItemReader(rules) : createMessageReader({ rules });
    return { ...ports, read };
  };

describe('a change that one region refuses', () => {
  it('is taken back everywhere at once, though the fast path has put it into every cache', async () => {
    const t = await startWorld({ seed: 51, portsOf: strictIn(['validator.distribute']) });
    await t.verified();
    const lines = linesOf(t, defaultFlag);
    const changeId = await t.propose({ document: disliked });

    expect(await t.settled(changeId)).toBe('rolled-back');
    for (const service of t.services) expect(lines).toContain(`${refusing}/${service} 2 applied`);
    const record = await t.recordOf(changeId);
    expect(record.blame).toEqual({ region: refusing, services: [...t.services].sort() });
    expect((record.decidedAt ?? 0) - record.acceptedAt).toBeLessThan(LATE_AFTER_MS);

    expect((await t.settledAt(defaultFlag, rev(3))).state).toBe('verified');
    await t.everyCacheHolds(defaultFlag, rev(3));
    expect((await t.current())?.document).toEqual((await t.revision(defaultFlag, rev(1))).document);
    expect(await t.knownGood()).toEqual(rev(3));
    expect(await t.story(changeId)).toEqual(['ChangeProposed', 'ChangeAccepted', 'ChangeRejected', 'ChangeRolledBack']);
    const [rejected] = await t.world.audit.search({ changeId, type: 'ChangeRejected' });
    expect(rejected).toMatchObject({ region: refusing, detail: { reason: 'rules', violations: [violation] } });
    const verdicts = await t.world.audit.search({ changeId, type: 'RegionVerdict' });
    const verdict = verdicts.find(({ region }) => region === refusing);
    expect(verdict?.detail['atFault']).toContainEqual(expect.objectContaining({ reason: 'refused-by-region' }));
    // The caches are not at fault, and the next change does not find them degraded.
    expect(await t.world.audit.search({ type: 'CacheDegraded' })).toEqual([]);
  });

  it('never reaches its caches when their updaters refuse it as well, and the revert does', async () => {
    const t = await startWorld({
      seed: 52,
      latency: 'modelled',
      portsOf: strictIn(['validator.distribute', ...updaters]),
    });
    await t.verified();
    const lines = linesOf(t, defaultFlag);
    const changeId = await t.propose({ document: disliked });

    expect(await t.settled(changeId)).toBe('rolled-back');
    await t.until('the revert is decided', async () => (await t.record(defaultFlag, rev(3)))?.state !== 'accepted');
    // What no other attempt can mend is away for its whole visibility time, twenty times.
    await t.advance(21 * 60_000);
    expect((await t.record(defaultFlag, rev(3)))?.state).toBe('verified');
    await t.everyCacheHolds(defaultFlag, rev(3));
    expect(lines.filter((line) => line.startsWith(`${refusing}/`) && line.includes(' 2 '))).toEqual([]);
    // What was refused is kept for somebody to look at.
    const dead = t.services.map((service) => t.world.region(refusing).queues.queue(service).deadLetterQueue?.waiting);
    expect(dead.every((count) => (count ?? 0) > 0)).toBe(true);
    expect(await t.story(changeId)).toEqual(['ChangeProposed', 'ChangeAccepted', 'ChangeRejected', 'ChangeRolledBack']);
  });

  it('is not loaded into a cache that is lost meanwhile', async () => {
    const isKill: Dislike = ({ kind }) => kind === 'killed';
    const t = await startWorld({ seed: 53, portsOf: strictIn(['validator.distribute'], isKill) });
    const lost = t.cacheName(2, 1);
    expect(t.region(2).name).toBe(refusing);
    await t.verified();
    // A kill is held and never undone, so what the region refuses stays CURRENT.
    const changeId = await t.propose({ kind: 'killed' });
    expect(await t.settled(changeId)).toBe('held');
    await t.everyCacheHolds(defaultFlag, rev(2));
    t.region(2).caches.lose(t.service(1));
    await t.advance(130_000);

    await t.everyCacheHolds(defaultFlag, rev(2), { except: [lost] });
    expect(t.region(2).caches.snapshot(t.service(1)).manifest).toMatchObject({ count: 0 });
    expect(t.served(refusing, t.service(1))).toBeNull();
    expect(t.log.messages('warn')).toContain('flag left out of a full load');
    expect(await t.story(changeId)).toEqual(['ChangeProposed', 'ChangeAccepted', 'ChangeRejected', 'ChangeHeld']);
    const [held] = await t.world.audit.search({ changeId, type: 'ChangeHeld' });
    expect(held?.detail).toMatchObject({ reason: 'kind', blame: { region: refusing } });
  });
});
