import { parseEnvelope } from '@flaghoist/core/envelope';
import { orderOf } from '@flaghoist/core/order';
import { whatStandsIn } from '@flaghoist/core/place';
import type { HomeSource } from '@flaghoist/core/ports/home-source';
import { rememberHome } from '@flaghoist/core/remember-home';
import { CURRENT_SK, changeSk, flagPk, revisionSk } from '@flaghoist/core/storage/keys';
import { adoptRevision } from '../lib/adopt-revision.ts';
import { promote } from '../lib/promote.ts';
import { putCurrentRight } from '../lib/put-current-right.ts';
import { FLAG, operator, twoHomes, YOUNG } from './support/homes.ts';

const pk = flagPk(FLAG);
type Region = ReturnType<typeof twoHomes>['old'];

const currentItem = ({ tables }: Region) => {
  const item = tables.flags.get(pk, CURRENT_SK);
  if (item === undefined) throw new Error('there is CURRENT');
  return item;
};

const putRight = ({ ports }: Region, epoch: number, home: HomeSource = ports.home) =>
  putCurrentRight(FLAG, { flags: ports.flags, changes: ports.changes, repair: ports.flags, home, epoch });

describe('a flag is not switched on again where CURRENT was set back or removed, and the REVISION is gone of', () => {
  it('a revert that carries a kill', async () => {
    const { old } = twoHomes();
    await old.accept('created');
    const live = currentItem(old);
    const kill = await old.accept('killed');
    await old.prove(kill, null);
    const bad = await old.accept('restored');
    const revert = await old.revert(bad, kill);
    expect(revert).toMatchObject({ flagState: 'killed' });
    old.tables.flags.delete({ pk, sk: revisionSk(revert) });
    old.tables.flags.put({ ...live });
    expect(await putRight(old, 1)).toMatchObject({ current: 'altered', above: [{ order: { epoch: 1, revision: 4 } }] });
    expect(await whatStandsIn({ flagKey: FLAG, order: revert }, old.ports)).toBe('lost');
  });

  it('a kill of a former home that was carried out again', async () => {
    const { clock, old, young, replicate } = twoHomes();
    await old.accept('created');
    replicate(old, young);
    await clock.run(promote(operator, young.ports));
    await young.accept('updated', { epoch: 2 });
    const kill = await old.accept('killed');
    await adoptRevision(kill, 2, young.ports);
    const again = parseEnvelope(String(currentItem(young)['envelope']));
    expect(again).toMatchObject({ epoch: 2, flagState: 'killed', change: { causeId: kill.change.id } });
    young.tables.flags.delete({ pk, sk: revisionSk(again) });
    young.tables.flags.delete({ pk, sk: CURRENT_SK });
    expect(await putRight(young, 2)).toMatchObject({
      current: 'altered',
      above: [{ order: { epoch: 2, revision: 3 } }],
    });
    expect(await whatStandsIn({ flagKey: FLAG, order: again }, young.ports)).toBe('lost');
  });
});

it('a kill that is accepted while CURRENT is looked at is not taken for a lost one', async () => {
  const { old } = twoHomes();
  await old.accept('created');
  const setBack = currentItem(old);
  await old.accept('updated');
  const kill = await old.accept('killed');
  const accepted = [currentItem(old), old.tables.flags.get(pk, revisionSk(kill))];
  old.tables.flags.delete({ pk, sk: revisionSk(kill) });
  old.tables.flags.put({ ...setBack });
  const { flags } = old.ports;
  const { newestRevision } = flags;
  flags.newestRevision = async (flagKey) => {
    const newest = await newestRevision.call(flags, flagKey);
    for (const item of accepted) if (item !== undefined) old.tables.flags.put({ ...item });
    return newest;
  };
  expect(await putRight(old, 1)).toMatchObject({ current: 'moved' });
  expect(currentItem(old)).toEqual(accepted[0]);
});

it('what was taken back keeps nothing from being put back', async () => {
  const { old } = twoHomes();
  const created = await old.accept('created');
  await old.prove(created, null);
  const live = currentItem(old);
  const bad = await old.accept('archived');
  const revert = await old.revert(bad, created);
  for (const gone of [revisionSk(bad), revisionSk(revert), CURRENT_SK]) old.tables.flags.delete({ pk, sk: gone });
  old.tables.changes.delete({ pk, sk: changeSk(revert) });
  expect(await putRight(old, 1)).toMatchObject({ current: 'restored', newest: { order: { epoch: 1, revision: 1 } } });
  expect(currentItem(old)).toEqual(live);
});

describe('what a later home accepted is nothing foreign to a home that has just read that it is home itself', () => {
  const moved = async () => {
    const homes = twoHomes();
    const { clock, old, young, replicate } = homes;
    await old.accept('created');
    replicate(old, young);
    const home = rememberHome(old.ports.home, clock);
    await home.home();
    await clock.run(promote(operator, young.ports));
    const next = await young.accept('updated', { epoch: 2 });
    const heard = async () =>
      void (await old.ports.home.move({ region: YOUNG, epoch: 2, actor: 'ada', at: 2 }, await first(old)));
    return { ...homes, home, next, heard };
  };
  const first = async ({ ports }: Region) => (await ports.home.lastMove()) ?? null;

  it.each(['REVISION#', CURRENT_SK])(
    '%s has come alone: it is the newest one, and CURRENT is not written',
    async (sk) => {
      const { old, young, replicate, home, next, heard } = await moved();
      await heard();
      replicate(young, old, (each) => each.startsWith(sk));
      const before = currentItem(old);
      expect(await putRight(old, 1, home)).toMatchObject({ newest: { order: orderOf(next) }, above: [] });
      expect(currentItem(old)).toEqual(before);
      expect(await old.ports.flags.revision(FLAG, next)).toEqual(sk === CURRENT_SK ? undefined : expect.anything());
    },
  );

  it('it is foreign where HOME knows no such epoch', async () => {
    const { old, young, replicate, home, next } = await moved();
    replicate(young, old, (each) => each.startsWith('REVISION#'));
    expect(await putRight(old, 1, home)).toMatchObject({ current: 'is-newest', above: [{ order: orderOf(next) }] });
  });
});

describe('a kill of a former home whose REVISION has not come is in force, and its REVISION is put back,', () => {
  const withoutRevision = (sk: string) => !sk.startsWith('REVISION#');

  it('where its CURRENT came before the move', async () => {
    const { clock, old, young, replicate } = twoHomes();
    const created = await old.accept('created');
    await old.prove(created, null);
    replicate(old, young);
    const kill = await old.accept('killed');
    await old.prove(kill, created);
    replicate(old, young, withoutRevision);
    await clock.run(promote(operator, young.ports));
    expect(parseEnvelope(String(currentItem(young)['envelope']))).toMatchObject({ revision: 2, flagState: 'killed' });
    expect(await young.ports.flags.revision(FLAG, kill)).toMatchObject({ envelopeDigest: kill.envelopeDigest });
    expect((await young.ports.flags.knownGood(FLAG))?.order).toEqual(orderOf(kill));
  });

  it('where its CURRENT came after the move', async () => {
    const { clock, old, young, replicate } = twoHomes();
    await old.accept('created');
    replicate(old, young);
    await clock.run(promote(operator, young.ports));
    const kill = await old.accept('killed');
    replicate(old, young, withoutRevision);
    expect(await putRight(young, 2)).toMatchObject({ current: 'is-newest', newest: { order: orderOf(kill) } });
    expect(await young.ports.flags.revision(FLAG, kill)).toMatchObject({ envelopeDigest: kill.envelopeDigest });
  });
});
