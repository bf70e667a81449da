import { glanceAt, killsFirst } from '../lib/kills-first.ts';
import { createHome } from './support/home.ts';

const order = (...proposals: string[]): string[] => {
  const { kills, others } = killsFirst(proposals, (each) => {
    const [kind, flagKey] = each.split(' ');
    return { kind, flagKey };
  });
  return [...kills, ...others];
};

it.each([
  [
    ['updated a', 'killed b', 'updated b'],
    ['killed b', 'updated a', 'updated b'],
  ],
  [
    ['updated a', 'restored a', 'killed a'],
    ['killed a', 'updated a', 'restored a'],
  ],
  [
    ['created a', 'killed a'],
    ['created a', 'killed a'],
  ],
  [
    ['archived a', 'killed a', 'killed b'],
    ['killed b', 'archived a', 'killed a'],
  ],
  [
    ['killed a', 'restored a', 'killed a 2'],
    ['killed a', 'killed a 2', 'restored a'],
  ],
])('kills come first as far as order allows: %p', (proposals, expected) => {
  expect(order(...proposals)).toEqual(expected);
});

it.each([undefined, 2, '\t'])('a kill is known as one however its text is spaced: %p', (space) => {
  expect(glanceAt(JSON.stringify({ flagKey: 'a', kind: 'killed' }, null, space))).toEqual({
    flagKey: 'a',
    kind: 'killed',
  });
});

it('a kill in a batch is judged before the updates of its flag that stand before it', async () => {
  const home = createHome();
  await home.decide('created');
  await home.propose('updated');
  const kill = await home.propose('killed');
  await home.deliver(home.tail.take());
  expect(await home.outcome(kill.change.id)).toMatchObject({ outcome: 'accepted', order: { revision: 2 } });
  expect(await home.current()).toMatchObject({ flagState: 'killed' });
});
