import { UnavailableError } from '@flaghoist/core/errors';
import type { TopologyStore } from '@flaghoist/core/ports/topology-source';
import { drawnKey, TOPOLOGY_PK, topologySk } from '@flaghoist/core/storage/keys';
import type { Item } from '@flaghoist/core/storage/write';
import { topologyOf } from '@flaghoist/test-kit/topology';

const at = (version: number, services = ['payments']) => topologyOf({ version, home: 'eu-west-1', services });
const publication = { follows: 0, actor: 'ada', at: 1_700_000_000_000 };

interface Scene {
  readonly store: TopologyStore;
  /** What somebody else writes into the table `flags`. */
  readonly writeForeign: (item: Item) => Promise<void>;
}

/** What every TopologyStore must do. Each test gets a new one, on an empty table. */
export const topologyStoreConformance = (create: () => Promise<Scene>): void => {
  let store: TopologyStore;
  let writeForeign: Scene['writeForeign'];
  beforeEach(async () => {
    ({ store, writeForeign } = await create());
  });

  it('knows no version before one is published', async () => {
    expect(await store.newest()).toBeUndefined();
    await expect(store.latest()).rejects.toThrow(UnavailableError);
    await expect(store.at(1)).rejects.toThrow(UnavailableError);
  });

  it('finds the newest version by number, and each by its own', async () => {
    for (const version of [2, 9, 10]) expect(await store.publish(at(version), publication)).toBe('written');
    expect(await store.latest()).toEqual(at(10));
    expect(await store.newest()).toEqual(at(10));
    expect(await store.at(9)).toEqual(at(9));
    expect(await store.at(2)).toEqual(at(2));
    await expect(store.at(3)).rejects.toThrow(UnavailableError);
  });

  it('never changes a version', async () => {
    await store.publish(at(1), publication);
    expect(await store.publish(at(1, ['payments', 'search']), { ...publication, actor: 'eve' })).toBe('moved');
    expect(await store.at(1)).toEqual(at(1));
    expect(await store.publish(at(2, ['payments', 'search']), { ...publication, follows: 1 })).toBe('written');
    expect(await store.latest()).toEqual(at(2, ['payments', 'search']));
  });

  it('counts no flag that draws before one is accepted, and lets a version be published over what was counted alone', async () => {
    const none = await store.drawn();
    expect(new Set(none)).toEqual(new Set([0]));
    expect(await store.publish(at(1), publication, none)).toBe('written');
    await writeForeign({ ...drawnKey(3), count: 1 });
    const drawn = await store.drawn();
    expect(drawn.filter((count) => count === 1)).toHaveLength(1);
    expect(await store.publish(at(2), publication, none)).toBe('moved');
    expect((await store.latest()).version).toBe(1);
    expect(await store.publish(at(2), publication, drawn)).toBe('written');
    expect(await store.publish(at(2), publication, drawn)).toBe('moved');
    expect((await store.latest()).version).toBe(2);
  });

  it('passes by what is no version, and names it when there is nothing else', async () => {
    const broken = (version: number, attributes: object) =>
      writeForeign({ pk: TOPOLOGY_PK, sk: topologySk(version), ...attributes });
    await broken(7, {});
    await expect(store.latest()).rejects.toThrow('TOPOLOGY/VERSION#000000000007');
    for (const version of [2, 3]) await store.publish(at(version), publication);
    await broken(4, { version: 4, topology: '{}' });
    await broken(5, { version: 'five', topology: 7 });
    await broken(6, { version: 6, topology: JSON.stringify(at(2)) });
    expect(await store.latest()).toEqual(at(3));
    await expect(store.at(6)).rejects.toThrow('/topology: is version 2');
    expect(await store.publish(at(8), publication)).toBe('written');
    expect(await store.latest()).toEqual(at(8));
  });

  it('knows who published each version', async () => {
    await store.publish(at(1), publication);
    await store.publish(at(2), { ...publication, actor: 'ben', follows: 1 });
    expect(await store.publication(1)).toEqual(publication);
    expect(await store.publication(2)).toEqual({ ...publication, actor: 'ben', follows: 1 });
    await expect(store.publication(3)).rejects.toThrow(UnavailableError);
  });
};
