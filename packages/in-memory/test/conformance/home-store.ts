import { UnavailableError } from '@flaghoist/core/errors';
import type { HomeMove, HomeStore } from '@flaghoist/core/ports/home-source';

const first: HomeMove = { region: 'us-east-1', epoch: 1, actor: 'ada', at: 1_700_000_000_000 };
const second: HomeMove = { region: 'eu-west-1', epoch: 2, actor: 'grace', at: 1_700_000_100_000 };

/** What every HomeStore must do. Each test gets a new one, on an empty table. */
export const homeStoreConformance = (create: () => Promise<HomeStore>): void => {
  let store: HomeStore;
  beforeEach(async () => {
    store = await create();
  });

  it('knows no home before one is written', async () => {
    await expect(store.home()).rejects.toThrow(UnavailableError);
    expect(await store.lastMove()).toBeUndefined();
    expect(await store.move(first, null)).toBe('written');
    expect(await store.home()).toEqual({ region: 'us-east-1', epoch: 1 });
    expect(await store.lastMove()).toEqual(first);
  });

  it('moves home only from the home that was read', async () => {
    await store.move(first, null);
    expect(await store.move(second, null)).toBe('moved');
    expect(await store.move(second, { ...first, epoch: 3 })).toBe('moved');
    expect(await store.move(second, { ...first, region: 'ap-south-1' })).toBe('moved');
    expect(await store.lastMove()).toEqual(first);
    expect(await store.move(second, first)).toBe('written');
    expect(await store.lastMove()).toEqual({ ...second, former: [first] });
    expect(await store.home()).toEqual({ region: second.region, epoch: 2, movedAt: second.at });
  });

  it('keeps every move before the last', async () => {
    await store.move(first, null);
    await store.move(second, first);
    const third = { ...first, epoch: 3 };
    await store.move(third, { ...second, former: [first] });
    expect(await store.lastMove()).toEqual({ ...third, former: [first, second] });
  });
};
