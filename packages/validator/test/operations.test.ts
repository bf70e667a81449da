import { homeWrite, topologyWrite } from '@flaghoist/core/storage/flag-items';
import { topologyOf } from '@flaghoist/test-kit/topology';
import { createRegion, REGION } from './support/region.ts';

const first = topologyOf({ home: REGION, services: ['cards'] });
const joining = topologyOf({
  version: 2,
  home: REGION,
  services: ['cards', { name: 'billing', state: 'joining' }],
});

const withTopologies = (region: ReturnType<typeof createRegion>) => {
  region.table.write(topologyWrite(first, { actor: 'ada', at: 1, follows: 0 }));
  region.table.write(topologyWrite(joining, { actor: 'grace', at: 2, follows: 1 }));
};

it('home tells that a topology was published, by whom and what it changes, and nothing of the first', async () => {
  const region = createRegion({ home: true });
  withTopologies(region);
  expect(await region.settle()).toEqual([]);
  expect(region.eventsOf('TopologyPublished')).toEqual([
    expect.objectContaining({
      id: 'TopologyPublished:2',
      at: 2,
      detail: {
        version: 2,
        actor: 'grace',
        transitions: [{ what: 'service', name: 'billing', from: 'absent', to: 'joining' }],
      },
    }),
  ]);
});

it('other regions do not tell it', async () => {
  const region = createRegion();
  withTopologies(region);
  expect(await region.settle()).toEqual([]);
  expect(region.bus.published).toEqual([]);
});

it('the region that was made home tells so, once, and no other', async () => {
  const region = createRegion();
  const elsewhere = { region: 'us-east-1', epoch: 1, actor: 'ada', at: 1 };
  region.table.write(homeWrite(elsewhere, null));
  region.table.write(homeWrite({ region: REGION, epoch: 2, actor: 'grace', at: 2 }, elsewhere));
  region.table.write(
    homeWrite(
      { region: 'us-east-1', epoch: 3, actor: 'ada', at: 3 },
      { region: REGION, epoch: 2, actor: 'grace', at: 2 },
    ),
  );
  expect(await region.settle()).toEqual([]);
  expect(region.eventsOf('HomeMoved')).toEqual([
    expect.objectContaining({
      id: 'HomeMoved:2',
      region: REGION,
      at: 2,
      detail: { region: REGION, epoch: 2, from: 'us-east-1', actor: 'grace' },
    }),
  ]);
});

it('the first home tells that it was made home, by whom, and that none was before', async () => {
  const region = createRegion();
  region.table.write(homeWrite({ region: REGION, epoch: 1, actor: 'grace', at: 2 }, null));
  expect(await region.settle()).toEqual([]);
  expect(region.eventsOf('HomeMoved')).toEqual([
    expect.objectContaining({
      id: 'HomeMoved:1',
      at: 2,
      detail: { region: REGION, epoch: 1, from: 'absent', actor: 'grace' },
    }),
  ]);
});

it('an item HOME of a later epoch that was put back where there was none is no move', async () => {
  const region = createRegion();
  region.table.write(homeWrite({ region: REGION, epoch: 2, actor: 'grace', at: 2 }, null));
  expect(await region.settle()).toEqual([]);
  expect(region.eventsOf('HomeMoved')).toEqual([]);
});
