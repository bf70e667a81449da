import type { HomeRegion } from '@flaghoist/core/ports/home-source';
import { HOME_REMEMBERED_MS } from '@flaghoist/core/remember-home';
import { createAcceptHandler } from '../lib/handler.ts';
import type { AcceptHandlerPorts, TellPorts } from '../lib/ports.ts';
import { createHome, HOME } from './support/home.ts';
import { eventOf } from './support/stream-tail.ts';

const knowing = (ports: AcceptHandlerPorts & TellPorts, home: HomeRegion): AcceptHandlerPorts & TellPorts => ({
  ...ports,
  home: { home: async () => home },
});

it('accepts nothing where another region is home, and fails nothing', async () => {
  const home = createHome();
  const { change } = await home.propose('created');
  const records = home.tail.take();
  expect(await home.deliver(records, knowing(home.ports, { region: 'eu-west-1', epoch: 2 }))).toEqual([]);
  expect(await home.outcome(change.id)).toBeUndefined();
  expect(home.eventTypes()).toEqual(['ChangeProposed']);

  expect(await home.deliver(records)).toEqual([]);
  expect(await home.outcome(change.id)).toMatchObject({ outcome: 'accepted' });
});

it('numbers in the epoch of this home, on top of what the one before accepted', async () => {
  const home = createHome();
  await home.decide('created');
  await home.propose('updated');
  await home.deliver(home.tail.take(), knowing(home.ports, { region: HOME, epoch: 2 }));
  expect(await home.current()).toMatchObject({ epoch: 2, revision: 2 });
});

it('a former home that does not know it yet accepts nothing on top of a newer epoch', async () => {
  const home = createHome();
  await home.decide('created');
  await home.propose('updated');
  await home.deliver(home.tail.take(), knowing(home.ports, { region: HOME, epoch: 2 }));
  for (const kind of ['updated', 'killed'] as const) {
    const { change } = await home.propose(kind);
    expect(await home.deliver(home.tail.take())).toHaveLength(1);
    expect(await home.outcome(change.id)).toBeUndefined();
  }
  expect(await home.current()).toMatchObject({ epoch: 2, revision: 2 });
});

it('knows within a second that another region is home', async () => {
  const home = createHome();
  let known: HomeRegion = { region: HOME, epoch: 1 };
  let reads = 0;
  const source = {
    home: async () => {
      reads += 1;
      return known;
    },
  };
  const accept = createAcceptHandler({ ...home.ports, home: source });
  const outcomeOf = async (kind: 'created' | 'updated') => {
    const { change } = await home.propose(kind);
    await home.clock.run(accept(eventOf(...home.tail.take())));
    return (await home.outcome(change.id))?.outcome;
  };
  expect(await outcomeOf('created')).toBe('accepted');
  expect(reads).toBe(1);
  known = { region: 'eu-west-1', epoch: 2 };
  await home.clock.advance(HOME_REMEMBERED_MS);
  expect(await outcomeOf('updated')).toBeUndefined();
});
