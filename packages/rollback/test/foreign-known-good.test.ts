import { orderOf } from '@flaghoist/core/order';
import { flagPk, KNOWN_GOOD_SK } from '@flaghoist/core/storage/keys';
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
