import { changeKeyOf, seal, serialiseEnvelope } from '@flaghoist/core/envelope';
import { UnavailableError } from '@flaghoist/core/errors';
import { orderOf } from '@flaghoist/core/order';
import type { HomeSource } from '@flaghoist/core/ports/home-source';
import { currentItem, storedOf } from '@flaghoist/core/storage/flag-items';
import { CURRENT_SK, changeSk, flagPk, revisionSk } from '@flaghoist/core/storage/keys';
import { sqsEvent } from '@flaghoist/test-kit/sqs-event';
import { createJudgeHandler } from '../lib/handler.ts';
import { createHome, FLAG, homeOf, topologyOf, verdict } from './support/home.ts';

const REGIONS = ['ap-south-1', 'eu-west-1', 'us-east-1'];

describe('a change that every region has proven', () => {
  it('is verified and becomes known good with the last answer, not before', async () => {
    const home = createHome();
    const created = await home.accept('created');
    await home.deliver(verdict(created, 'us-east-1', 'consistent'), verdict(created, 'eu-west-1', 'consistent'));
    expect(await home.state(created)).toBe('accepted');
    expect(await home.knownGood()).toBeNull();
    await home.deliver(verdict(created, 'ap-south-1', 'consistent'));
    expect(await home.state(created)).toBe('verified');
    expect(await home.knownGood()).toBe(1);
    expect(home.log.messages('error')).toEqual([]);
  });

  it('does not move known good backwards', async () => {
    const home = createHome();
    const created = await home.accept('created');
    const updated = await home.accept('updated', { on: false });
    await home.prove(updated);
    await home.prove(created);
    expect(await home.state(created)).toBe('verified');
    expect(await home.knownGood()).toBe(2);
  });

  it('does not wait for a region that is draining or gone', async () => {
    const home = createHome();
    const created = await home.accept('created');
    home.topology.publish(topologyOf(['us-east-1', 'eu-west-1'], { version: 2, draining: ['eu-west-1'] }));
    await home.deliver(verdict(created, 'us-east-1', 'consistent'));
    expect(await home.state(created)).toBe('verified');
  });
});

describe('a region that speaks for another one', () => {
  it.each(['consistent', 'inconsistent'] as const)('%s: proves nothing and takes nothing back', async (said) => {
    const home = createHome();
    const created = await home.accept('created');
    await home.prove(created);
    const updated = await home.accept('updated', { on: false });
    await home.deliver(verdict(updated, 'us-east-1', 'consistent'), verdict(updated, 'ap-south-1', 'consistent'));
    const forged = { ...JSON.parse(verdict(updated, 'eu-west-1', said)), region: 'ap-south-1' };
    expect(await home.deliver(JSON.stringify(forged))).toEqual([]);
    expect(await home.state(updated)).toBe('accepted');
    expect(home.log.messages('error')).toEqual(['a region spoke for another one; its answer is not counted']);
  });
});

describe('a change that a cache does not hold', () => {
  it('is taken back to known good at the first complaint, and the revert is sent to every region', async () => {
    const home = createHome();
    const created = await home.accept('created');
    await home.prove(created);
    const updated = await home.accept('updated', { on: false });
    await home.deliver(verdict(updated, 'eu-west-1', 'inconsistent', { services: ['payments', 'accounts'] }));

    expect(await home.record(updated)).toMatchObject({
      state: 'rolled-back',
      revertOrder: { epoch: 1, revision: 3 },
      blame: { region: 'eu-west-1', services: ['payments', 'accounts'] },
    });
    expect(await home.current()).toMatchObject({
      kind: 'rolled-back',
      revision: 3,
      documentDigest: created.documentDigest,
      previousEnvelopeDigest: updated.envelopeDigest,
      change: { causeId: updated.change.id, reason: 'payments, accounts in eu-west-1 did not hold 1.2' },
    });
    expect(home.topic.regionsSent(3)).toEqual(REGIONS);
    expect(home.log.messages('warn')).toEqual(['change rolled back']);
  });

  it('becomes a tombstone when there is no known good', async () => {
    const home = createHome();
    const created = await home.accept('created');
    await home.deliver(verdict(created, 'eu-west-1', 'inconsistent'));
    expect(await home.state(created)).toBe('rolled-back');
    expect(await home.current()).toMatchObject({ kind: 'rolled-back', flagState: 'archived', document: null });
  });

  it('says goodbye to services that only the failed change concerned', async () => {
    const home = createHome();
    await home.prove(await home.accept('created', { audience: ['accounts'] }));
    const wider = await home.accept('updated', { audience: ['accounts', 'payments'] });
    await home.deliver(verdict(wider, 'eu-west-1', 'inconsistent'));
    expect(await home.current()).toMatchObject({ audience: ['accounts'], departed: ['payments'] });
  });

  it('reaches replication only where the fast path does not, with a warning', async () => {
    const home = createHome();
    home.topic.cut('ap-south-1');
    const created = await home.accept('created');
    expect(await home.deliver(verdict(created, 'eu-west-1', 'inconsistent'))).toEqual([]);
    expect(home.topic.regionsSent(2)).toEqual(['eu-west-1', 'us-east-1']);
    expect(home.log.messages('warn')).toEqual(['change rolled back', 'region not reached']);
  });

  it('is not taken back because of a region that is leaving', async () => {
    const home = createHome();
    const created = await home.accept('created');
    home.topology.publish(topologyOf(REGIONS, { version: 2, draining: ['eu-west-1'] }));
    await home.deliver(verdict(created, 'eu-west-1', 'inconsistent'));
    expect(await home.state(created)).toBe('accepted');
  });

  it('is superseded when a newer change is there, and the cache at fault is named', async () => {
    const home = createHome();
    const created = await home.accept('created');
    await home.prove(created);
    const second = await home.accept('updated', { on: false });
    const third = await home.accept('updated');
    await home.deliver(verdict(second, 'eu-west-1', 'inconsistent'));
    expect(await home.record(second)).toMatchObject({
      state: 'superseded',
      blame: { region: 'eu-west-1', services: ['payments'] },
    });
    expect(await home.current()).toEqual(third);
    expect(home.log.lines).toContainEqual({
      level: 'warn',
      message: 'superseded change failed in a cache',
      fields: expect.objectContaining({ blamedRegion: 'eu-west-1', services: ['payments'] }),
    });
  });

  it('is held when another change that was not taken back lies between it and known good', async () => {
    const home = createHome();
    await home.prove(await home.accept('created'));
    const second = await home.accept('updated', { on: false });
    const third = await home.accept('updated');
    await home.deliver(verdict(third, 'eu-west-1', 'inconsistent'));
    expect(await home.record(third)).toMatchObject({ state: 'held', holdReason: 'another-change-between' });
    expect(await home.state(second)).toBe('accepted');
    expect(await home.current()).toEqual(third);
  });

  it('is taken back past changes that were taken back before', async () => {
    const home = createHome();
    const created = await home.accept('created');
    await home.prove(created);
    const second = await home.accept('updated', { on: false });
    await home.deliver(verdict(second, 'eu-west-1', 'inconsistent'));
    await home.prove(await home.current());
    const fourth = await home.accept('updated', { on: false });
    await home.deliver(verdict(fourth, 'eu-west-1', 'inconsistent'));
    expect(await home.current()).toMatchObject({ revision: 5, documentDigest: created.documentDigest });
  });

  it('is held while the revert before it has not been proven', async () => {
    const home = createHome();
    await home.prove(await home.accept('created'));
    const second = await home.accept('updated', { on: false });
    await home.deliver(verdict(second, 'eu-west-1', 'inconsistent'));
    const fourth = await home.accept('updated', { on: false });
    await home.deliver(verdict(fourth, 'eu-west-1', 'inconsistent'));
    expect(await home.record(fourth)).toMatchObject({ state: 'held', holdReason: 'another-change-between' });
  });

  it('is taken back past what a home that is gone took back, although nobody knows its revert here', async () => {
    const home = createHome();
    const created = await home.accept('created');
    await home.prove(created);
    const second = await home.accept('updated', { on: false });
    await home.deliver(verdict(second, 'eu-west-1', 'inconsistent'));
    const revert = await home.current();
    const fourth = await home.accept('updated', { on: false });
    home.tables.changes.delete({ pk: flagPk(FLAG), sk: changeSk(orderOf(revert)) });
    await home.deliver(verdict(fourth, 'eu-west-1', 'inconsistent'));
    expect(await home.current()).toMatchObject({ revision: 5, documentDigest: created.documentDigest });
  });

  it('is held when all caches at fault fail other changes too, and reverted when one of them does not', async () => {
    const home = createHome();
    await home.prove(await home.accept('created'));
    const second = await home.accept('updated', { on: false });
    const dead = { services: ['payments'], degraded: ['payments'] };
    await home.deliver(verdict(second, 'eu-west-1', 'inconsistent', dead));
    expect(await home.record(second)).toMatchObject({ state: 'held', holdReason: 'degraded-cache' });

    // Whom a server refuses is beside the point: the answer is not about that cache.
    const besides = await home.accept('created', { flagKey: 'besides' });
    await home.deliver(verdict(besides, 'eu-west-1', 'inconsistent', { ...dead, refusing: { accounts: 'READONLY' } }));
    expect(await home.record(besides)).toMatchObject({ state: 'held', blame: { services: ['payments'] } });

    const other = await home.accept('created', { flagKey: 'other' });
    const mixed = { services: ['payments', 'accounts'], degraded: ['payments'] };
    await home.deliver(verdict(other, 'eu-west-1', 'inconsistent', mixed));
    expect(await home.state(other)).toBe('rolled-back');
  });

  it('is judged by the cache that fails nothing else, when a degraded one complains beside it', async () => {
    const home = createHome();
    await home.prove(await home.accept('created'));
    const updated = await home.accept('updated', { on: false });
    await home.deliver(
      verdict(updated, 'ap-south-1', 'inconsistent', { services: ['payments'], degraded: ['payments'] }),
      verdict(updated, 'us-east-1', 'inconsistent', { services: ['accounts'] }),
    );
    expect(await home.record(updated)).toMatchObject({ state: 'rolled-back', blame: { region: 'us-east-1' } });
  });

  it('is held when what would come back no longer meets the standing rules', async () => {
    const home = createHome();
    await home.prove(await home.accept('created', { evidence: {} }));
    const updated = await home.accept('updated', { on: false });
    expect(await home.deliver(verdict(updated, 'eu-west-1', 'inconsistent'))).toEqual([]);
    expect(await home.record(updated)).toMatchObject({ state: 'held', holdReason: 'revert-refused' });
    expect(await home.current()).toEqual(updated);
    expect(home.log.messages('error')).toEqual(['revert refused by the standing rules', 'change held']);
  });

  it('is held when the revision to go back to was altered', async () => {
    const home = createHome();
    const created = await home.accept('created');
    await home.prove(created);
    const updated = await home.accept('updated', { on: false });
    const [pk, sk] = [flagPk(FLAG), revisionSk(orderOf(created))];
    const item = home.tables.flags.get(pk, sk);
    home.tables.flags.put({ ...item, pk, sk, envelope: serialiseEnvelope({ ...created, owner: 'mallory' }) });
    expect(await home.deliver(verdict(updated, 'eu-west-1', 'inconsistent'))).toEqual([]);
    expect(await home.record(updated)).toMatchObject({ state: 'held', holdReason: 'revert-refused' });
    expect(home.log.messages('error')).toEqual(['revert cannot be built', 'change held']);
  });

  it('waits for the record of known good instead of taking its absence for none', async () => {
    const home = createHome();
    const created = await home.accept('created');
    await home.prove(created);
    const updated = await home.accept('updated', { on: false });
    home.tables.changes.delete({ pk: flagPk(FLAG), sk: changeSk(orderOf(created)) });
    expect(await home.deliver(verdict(updated, 'eu-west-1', 'inconsistent'))).toEqual(['m1']);
    expect(await home.state(updated)).toBe('accepted');
  });

  it('waits when another region is home by now', async () => {
    const home = createHome({ epoch: 2 });
    const created = await home.accept('created');
    const fenced = createJudgeHandler({ ...home.ports, home: homeOf(1) });
    const { batchItemFailures } = await fenced(sqsEvent([verdict(created, 'eu-west-1', 'inconsistent')]));
    expect(batchItemFailures).toEqual([{ itemIdentifier: 'm1' }]);
    expect(await home.state(created)).toBe('accepted');
  });

  it('waits while CURRENT is not what anybody accepted', async () => {
    const home = createHome();
    const created = await home.accept('created');
    const item = home.tables.flags.get(flagPk(FLAG), CURRENT_SK);
    home.tables.flags.put({ ...item, pk: flagPk(FLAG), sk: CURRENT_SK, envelopeDigest: 'f'.repeat(64) });
    expect(await home.deliver(verdict(created, 'eu-west-1', 'inconsistent'))).toEqual(['m1']);
    expect(await home.state(created)).toBe('accepted');

    if (item !== undefined) home.tables.flags.put(item);
    expect(await home.deliver(verdict(created, 'eu-west-1', 'inconsistent'))).toEqual([]);
    expect(await home.state(created)).toBe('rolled-back');
  });

  it('waits while CURRENT is an older revision that somebody put back by hand', async () => {
    const home = createHome();
    await home.prove(await home.accept('created'));
    const older = home.tables.flags.get(flagPk(FLAG), CURRENT_SK);
    const updated = await home.accept('updated', { on: false });
    if (older !== undefined) home.tables.flags.put(older);
    const startedAt = home.clock.now();
    expect(await home.deliver(verdict(updated, 'eu-west-1', 'inconsistent'))).toEqual(['m1']);
    expect(await home.state(updated)).toBe('accepted');
    // Said at once: no transaction was tried in vain.
    expect(home.clock.now()).toBe(startedAt);
  });

  it('is not told of once more when everybody has what took it back', async () => {
    const home = createHome();
    await home.prove(await home.accept('created'));
    const updated = await home.accept('updated', { on: false });
    const blamed = verdict(updated, 'eu-west-1', 'inconsistent');
    await home.deliver(blamed);
    await home.deliver(blamed);
    expect(home.topic.published).toHaveLength(2 * REGIONS.length);
    await home.prove(await home.current());
    await home.deliver(blamed);
    expect(home.topic.published).toHaveLength(2 * REGIONS.length);
  });

  it('goes back under the rules under which its target was accepted, which every region knows', async () => {
    const home = createHome();
    const created = await home.accept('created');
    await home.prove(created);
    const { envelopeDigest, documentDigest: _document, ...content } = created;
    const change = { ...created.change, id: 'change-of-newer-rules' };
    const newer = { rulesVersion: created.rulesVersion + 1, revision: 2, kind: 'updated', change } as const;
    const updated = seal({ ...content, ...newer, previousEnvelopeDigest: envelopeDigest });
    expect(await home.changes.accept(updated, storedOf(created))).toBe('written');
    await home.deliver(verdict(updated, 'eu-west-1', 'inconsistent'));
    expect(await home.current()).toMatchObject({ kind: 'rolled-back', rulesVersion: created.rulesVersion });
  });

  it('waits while CURRENT is what somebody sealed, of which there is nothing else', async () => {
    const home = createHome();
    await home.prove(await home.accept('created'));
    const updated = await home.accept('updated', { on: false });
    const { envelopeDigest: _seal, documentDigest: _document, ...content } = updated;
    const change = { ...updated.change, id: 'change-of-nobody' };
    home.tables.flags.put(currentItem(storedOf(seal({ ...content, revision: updated.revision + 1, change }))));
    expect(await home.deliver(verdict(updated, 'eu-west-1', 'inconsistent'))).toEqual(['m1']);
    expect(await home.state(updated)).toBe('accepted');
  });
});

describe('kills, archives and reverts', () => {
  it.each(['killed', 'archived'] as const)('%s is held and sent again to the region that complained', async (kind) => {
    const home = createHome();
    await home.prove(await home.accept('created'));
    const stop = await home.accept(kind);
    await home.deliver(verdict(stop, 'eu-west-1', 'inconsistent'));
    expect(await home.record(stop)).toMatchObject({ state: 'held', holdReason: 'kind' });
    expect(await home.current()).toEqual(stop);
    expect(home.topic.regionsSent(2)).toEqual(['eu-west-1']);
    expect(home.log.messages('error')).toEqual(['change held']);

    await home.deliver(verdict(stop, 'ap-south-1', 'inconsistent'));
    expect(home.topic.regionsSent(2)).toEqual(['ap-south-1', 'eu-west-1']);
    expect(home.log.messages('error')).toEqual(['change held']);
  });

  it('killed is held and sent again though its REVISION is gone', async () => {
    const home = createHome();
    await home.prove(await home.accept('created'));
    const kill = await home.accept('killed');
    home.tables.flags.delete({ pk: flagPk(FLAG), sk: revisionSk(kill) });
    expect(await home.deliver(verdict(kill, 'ap-south-1', 'inconsistent'))).toEqual([]);
    expect(await home.record(kill)).toMatchObject({ state: 'held', holdReason: 'kind' });
    expect(home.topic.publishedTo('ap-south-1').map(({ kind }) => kind)).toContain('killed');
  });

  it('a failing revert is held', async () => {
    const home = createHome();
    const created = await home.accept('created');
    await home.deliver(verdict(created, 'eu-west-1', 'inconsistent'));
    const revert = await home.current();
    await home.deliver(verdict(revert, 'eu-west-1', 'inconsistent'));
    expect(await home.record(revert)).toMatchObject({ state: 'held', holdReason: 'kind' });
    expect(await home.current()).toEqual(revert);
  });

  it('an update that follows a failed kill is taken back to the kill, not behind it', async () => {
    const home = createHome();
    await home.prove(await home.accept('created'));
    const killed = await home.accept('killed');
    await home.deliver(verdict(killed, 'eu-west-1', 'inconsistent'));
    const updated = await home.accept('updated');
    await home.deliver(verdict(updated, 'eu-west-1', 'inconsistent'));
    expect(await home.state(updated)).toBe('rolled-back');
    expect(await home.current()).toMatchObject({ flagState: 'killed', documentDigest: killed.documentDigest });
  });

  it('a kill that an update overtook is superseded, and stays in force', async () => {
    const home = createHome();
    await home.prove(await home.accept('created'));
    const killed = await home.accept('killed');
    const updated = await home.accept('updated');
    await home.deliver(verdict(killed, 'eu-west-1', 'inconsistent'));
    await home.deliver(verdict(updated, 'eu-west-1', 'inconsistent'));
    expect(await home.state(killed)).toBe('superseded');
    expect(await home.current()).toMatchObject({ flagState: 'killed', documentDigest: killed.documentDigest });
  });

  it('a failing restore goes back to the kill', async () => {
    const home = createHome();
    await home.prove(await home.accept('created'));
    await home.accept('killed');
    const restored = await home.accept('restored');
    expect(restored.flagState).toBe('live');
    await home.deliver(verdict(restored, 'eu-west-1', 'inconsistent'));
    expect(await home.current()).toMatchObject({ kind: 'rolled-back', flagState: 'killed' });
  });

  it('nothing is taken back behind a revert that carries a kill', async () => {
    const home = createHome();
    await home.prove(await home.accept('created'));
    await home.accept('killed');
    await home.deliver(verdict(await home.accept('restored'), 'eu-west-1', 'inconsistent'));
    const again = await home.accept('updated');
    await home.deliver(verdict(again, 'eu-west-1', 'inconsistent'));
    expect(await home.current()).toMatchObject({ revision: 6, kind: 'rolled-back', flagState: 'killed' });
  });
});

describe('the revert budget', () => {
  it('holds what exceeds it and pages, and begins anew with the next minute', async () => {
    const home = createHome({ revertsPerMinute: 2 });
    const fail = async (flagKey: string) => {
      const created = await home.accept('created', { flagKey });
      await home.deliver(verdict(created, 'eu-west-1', 'inconsistent', { seenAt: home.clock.now() }));
      return home.record(created);
    };
    expect(await fail('one')).toMatchObject({ state: 'rolled-back' });
    expect(await fail('two')).toMatchObject({ state: 'rolled-back' });
    expect(await fail('three')).toMatchObject({ state: 'held', holdReason: 'revert-budget' });
    expect(home.log.messages('error')).toEqual(['revert budget exhausted']);
    await home.clock.advance(60_000);
    expect(await fail('four')).toMatchObject({ state: 'rolled-back' });
  });

  it('is 20 when nothing else is said', async () => {
    const home = createHome();
    const states: (string | undefined)[] = [];
    for (let flag = 0; flag < 21; flag += 1) {
      const created = await home.accept('created', { flagKey: `flag-${flag}` });
      await home.deliver(verdict(created, 'eu-west-1', 'inconsistent'));
      states.push(await home.state(created));
    }
    expect(states.filter((state) => state === 'rolled-back')).toHaveLength(20);
    expect(states.at(-1)).toBe('held');
  });
});

describe('late answers', () => {
  it('heal an unverified change', async () => {
    const home = createHome();
    const created = await home.accept('created');
    await home.deliver(verdict(created, 'us-east-1', 'consistent'), verdict(created, 'eu-west-1', 'unknown'));
    await home.step('conclude', created);
    expect(await home.state(created)).toBe('unverified');
    await home.deliver(verdict(created, 'eu-west-1', 'consistent'), verdict(created, 'ap-south-1', 'consistent'));
    expect(await home.state(created)).toBe('verified');
    expect(await home.knownGood()).toBe(1);
  });

  it('only alarm when an unverified change turns out wrong', async () => {
    const home = createHome();
    const created = await home.accept('created');
    await home.step('conclude', created);
    await home.deliver(verdict(created, 'eu-west-1', 'inconsistent'));
    expect(await home.state(created)).toBe('unverified');
    expect(await home.kinds()).toEqual(['created']);
    expect(home.log.messages('error')).toEqual(['change unverified', 'late inconsistent verdict']);
  });

  it('let known good pass a held change, which stays held', async () => {
    const home = createHome();
    await home.prove(await home.accept('created'));
    const killed = await home.accept('killed');
    await home.deliver(verdict(killed, 'eu-west-1', 'inconsistent'));
    await home.prove(killed);
    expect(await home.state(killed)).toBe('held');
    expect(await home.knownGood()).toBe(2);
  });

  it('never make what was taken back known good', async () => {
    const home = createHome();
    const created = await home.accept('created');
    await home.deliver(verdict(created, 'eu-west-1', 'inconsistent'));
    await home.prove(created);
    expect(await home.state(created)).toBe('rolled-back');
    expect(await home.knownGood()).toBeNull();
  });

  it('do not publish a revert again that another region asked for', async () => {
    const home = createHome();
    const created = await home.accept('created');
    await home.deliver(verdict(created, 'eu-west-1', 'inconsistent'));
    await home.deliver(verdict(created, 'ap-south-1', 'inconsistent'));
    expect(home.topic.published).toHaveLength(3);
  });
});

describe('messages', () => {
  it('go back to the queue when home does not know the change', async () => {
    const home = createHome();
    const created = await home.accept('created');
    const unknown = { ...created, revision: 7 };
    const renamed = { ...created, change: { ...created.change, id: 'change-9999' } };
    expect(
      await home.deliver(
        verdict(unknown, 'us-east-1', 'consistent'),
        verdict(created, 'us-east-1', 'consistent'),
        verdict(renamed, 'us-east-1', 'consistent'),
      ),
    ).toEqual(['m1', 'm3']);
    expect(home.log.messages('error')).toEqual([]);
  });

  it('go back together, at one question, while nobody can say who is home; what is no message does not', async () => {
    const home = createHome();
    const created = [await home.accept('created'), await home.accept('created', { flagKey: 'another' })];
    let asked = 0;
    const away: HomeSource = {
      home: async () => {
        asked += 1;
        throw new UnavailableError('the table flags', 'Wait.');
      },
    };
    const answers = created.map((change) => verdict(change, 'us-east-1', 'consistent'));
    const { batchItemFailures } = await createJudgeHandler({ ...home.ports, home: away })(
      sqsEvent(['not json', ...answers]),
    );
    expect(batchItemFailures.map(({ itemIdentifier }) => itemIdentifier)).toEqual(['m2', 'm3']);
    expect(asked).toBe(1);
    expect(home.deadLetters.given).toMatchObject([{ body: 'not json' }]);
  });

  it.each([
    ['no JSON', 'not json'],
    ['no event', '{}'],
    [
      'another event',
      JSON.stringify({
        detail: {
          source: 'flaghoist',
          type: 'DriftDetected',
          version: 1,
          id: 'DriftDetected:1',
          region: 'us-east-1',
          at: 0,
          detail: { environment: 'prod' },
        },
      }),
    ],
  ])('are given up with an alarm, and hold up nobody, when they are %s', async (_, body) => {
    const home = createHome();
    const created = await home.accept('created');
    expect(await home.deliver(body, verdict(created, 'us-east-1', 'consistent'))).toEqual([]);
    expect(home.deadLetters.given).toMatchObject([{ body }]);
    expect(await home.changes.proofs(changeKeyOf(created))).toHaveLength(1);
    expect(home.log.messages('error')).toEqual(['message is not a region verdict']);
  });
});
