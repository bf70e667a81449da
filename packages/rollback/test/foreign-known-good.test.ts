import { recordOf } from '@flaghoist/core/envelope';
import { orderOf } from '@flaghoist/core/order';
import { recordItem } from '@flaghoist/core/storage/change-items';
import { knownGoodItem } from '@flaghoist/core/storage/flag-items';
import { authorPk, changeSk, flagPk, KNOWN_GOOD_SK, outcomeSk } from '@flaghoist/core/storage/keys';
import type { Attributes } from '@flaghoist/core/storage/write';
import { createHome, FLAG, verdict } from './support/home.ts';

/* KNOWN_GOOD that somebody wrote around these functions, so that it names no revision. */

const foreign: readonly Attributes[] = [
  {},
  { epoch: 'x', revision: 'y' },
  { epoch: 1, revision: 'x' },
  { epoch: 0, revision: 7 },
  { epoch: 1, revision: 99, envelopeDigest: 'a'.repeat(64) },
  { epoch: 7, revision: 1 },
  // The revision of that order has another digest.
  { epoch: 1, revision: 1, envelopeDigest: 'a'.repeat(64) },
];

describe.each(foreign)('%j', (attributes) => {
  const scene = async (isProven: boolean) => {
    const home = createHome();
    const created = await home.accept('created');
    if (isProven) await home.prove(created);
    home.tables.flags.put({ pk: flagPk(FLAG), sk: KNOWN_GOOD_SK, ...attributes });
    return { home, created };
  };

  it('a change that fails goes back to what was proven, and the item is named', async () => {
    const { home, created } = await scene(true);
    const updated = await home.accept('updated', { on: false });
    expect(await home.deliver(verdict(updated, 'eu-west-1', 'inconsistent'))).toEqual([]);
    expect(await home.state(updated)).toBe('rolled-back');
    expect(await home.current()).toMatchObject({ kind: 'rolled-back', documentDigest: created.documentDigest });
    expect(home.log.messages('error').join()).toContain('KNOWN_GOOD names no revision');
    expect((await home.flags.knownGood(FLAG))?.order).toEqual(orderOf(created));
  });

  it('a change that is proven becomes known good', async () => {
    const { home } = await scene(true);
    const updated = await home.accept('updated', { on: false });
    await home.prove(updated);
    expect(await home.state(updated)).toBe('verified');
    expect((await home.flags.knownGood(FLAG))?.order).toEqual(orderOf(updated));
  });

  it('where nothing was proven, the first proven change becomes known good, and one that fails is taken back', async () => {
    const { home, created } = await scene(false);
    await home.prove(created);
    expect((await home.flags.knownGood(FLAG))?.order).toEqual(orderOf(created));
    const other = await scene(false);
    expect(await other.home.deliver(verdict(other.created, 'eu-west-1', 'inconsistent'))).toEqual([]);
    expect(await other.home.state(other.created)).toBe('rolled-back');
    expect(await other.home.current()).toMatchObject({ flagState: 'archived' });
  });
});

describe('KNOWN_GOOD that names what was taken back', () => {
  it('is ignored by name, and a change that fails goes back to what was proven last', async () => {
    const home = createHome();
    const created = await home.accept('created');
    await home.prove(created);
    const bad = await home.accept('updated', { on: false });
    await home.deliver(verdict(bad, 'eu-west-1', 'inconsistent'));
    const revert = await home.current();
    await home.prove(revert);
    home.tables.flags.put(knownGoodItem({ flagKey: FLAG, order: orderOf(bad), envelopeDigest: bad.envelopeDigest }));
    const worse = await home.accept('updated', { on: false });
    expect(await home.deliver(verdict(worse, 'eu-west-1', 'inconsistent'))).toEqual([]);
    expect(await home.state(worse)).toBe('rolled-back');
    expect(await home.current()).toMatchObject({ kind: 'rolled-back', documentDigest: created.documentDigest });
    expect(home.log.messages('error').join()).toContain('KNOWN_GOOD names a revision that nobody proved');
    expect((await home.flags.knownGood(FLAG))?.order).toEqual(orderOf(revert));
  });
});

it('a KNOWN_GOOD that was removed is put back, and a change that fails goes back to it', async () => {
  const home = createHome();
  const created = await home.accept('created');
  await home.prove(created);
  home.tables.flags.delete({ pk: flagPk(FLAG), sk: KNOWN_GOOD_SK });
  const updated = await home.accept('updated', { on: false });
  expect(await home.deliver(verdict(updated, 'eu-west-1', 'inconsistent'))).toEqual([]);
  expect(await home.current()).toMatchObject({ flagState: 'live', documentDigest: created.documentDigest });
  expect((await home.flags.knownGood(FLAG))?.order).toEqual(orderOf(created));
  expect(home.log.messages('error')).toContain(
    'KNOWN_GOOD was removed, the newest proven one is put there: find out who did',
  );
});

it.each([false, true])(
  'a proven kill that has lost its record is not gone back behind; its outcome is lost too: %p',
  async (both) => {
    const home = createHome();
    await home.prove(await home.accept('created'));
    const kill = await home.accept('killed');
    await home.prove(kill);
    home.tables.changes.delete({ pk: flagPk(FLAG), sk: changeSk(kill) });
    const { author = '', id } = kill.change;
    if (both) home.tables.changes.delete({ pk: authorPk(author), sk: outcomeSk(id) });
    const restored = await home.accept('restored', { on: false });
    expect(await home.deliver(verdict(restored, 'eu-west-1', 'inconsistent'))).toHaveLength(1);
    expect(await home.state(restored)).toBe('accepted');
    expect(home.log.messages('error').concat(home.log.messages('warn')).join()).not.toContain('KNOWN_GOOD');
    expect((await home.flags.knownGood(FLAG))?.order).toEqual(orderOf(kill));
  },
);

it('a held change that became known good later on is gone back to', async () => {
  const home = createHome();
  await home.prove(await home.accept('created'));
  const kill = await home.accept('killed');
  await home.deliver(verdict(kill, 'eu-west-1', 'inconsistent'));
  expect(await home.state(kill)).toBe('held');
  await home.prove(kill);
  expect(await home.record(kill)).toMatchObject({ state: 'held', knownGood: true });
  const restored = await home.accept('restored');
  await home.deliver(verdict(restored, 'eu-west-1', 'inconsistent'));
  expect(await home.current()).toMatchObject({ kind: 'rolled-back', flagState: 'killed' });
  expect(home.log.messages('error').join()).not.toContain('KNOWN_GOOD');
});

it.each(['held', 'superseded'] as const)(
  'a change that was %s, and that all have proven since, is known good without a mark',
  async (state) => {
    const home = createHome();
    await home.prove(await home.accept('created'));
    const kill = await home.accept('killed');
    await home.deliver(verdict(kill, 'eu-west-1', 'inconsistent'));
    await home.prove(kill);
    // As the version before wrote it.
    const { knownGood: _mark, ...record } = (await home.record(kill)) ?? recordOf(kill);
    home.tables.changes.put({ ...recordItem({ ...record, state }) });
    const restored = await home.accept('restored');
    await home.deliver(verdict(restored, 'eu-west-1', 'inconsistent'));
    expect((await home.flags.knownGood(FLAG))?.order).toEqual(orderOf(kill));
    expect(home.log.messages('error').join()).not.toContain('KNOWN_GOOD');
  },
);
