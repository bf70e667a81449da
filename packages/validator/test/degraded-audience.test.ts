import { DEFAULT_POLICY } from '@flaghoist/rules/policy';
import { createHome } from './support/home.ts';

const outage = { region: 'eu-west-1', redis: 'shared-1', since: 1_767_225_600_000 };
const strict = { ...DEFAULT_POLICY, acceptWhileDegraded: false };

const refused = { outcome: 'rejected', violations: [{ ruleId: 'FH-REDIS-01' }] };
const accepted = { outcome: 'accepted' };

type Home = ReturnType<typeof createHome>;

/** Proposes under a policy, and says how that ended. */
const decideUnder = async (home: Home, policy: typeof strict, ...[kind, said]: Parameters<Home['propose']>) => {
  const { change } = await home.propose(kind, said);
  expect(await home.deliver(home.tail.take(), { ...home.ports, policy })).toEqual([]);
  return home.outcome(change.id);
};

describe('while a Redis refuses writes', () => {
  it('a change of a flag that it serves is refused, where the policy says so, with its name and since when', async () => {
    const home = createHome();
    await home.changes.noteDegraded(outage, ['cards']);
    expect(await decideUnder(home, strict, 'created', {})).toMatchObject({
      outcome: 'rejected',
      violations: [
        {
          ruleId: 'FH-REDIS-01',
          pointer: '/audience',
          message:
            'Redis shared-1 in eu-west-1 refuses writes since 2026-01-01T00:00:00.000Z, and serves its audience.',
        },
      ],
    });
  });

  it('is accepted where the policy does not say so', async () => {
    const home = createHome();
    await home.changes.noteDegraded(outage, ['cards']);
    expect(await decideUnder(home, DEFAULT_POLICY, 'created', {})).toMatchObject({ outcome: 'accepted' });
  });

  it.each([
    ['it serves other services', { audience: ['accounts'] }, ['cards'], accepted],
    ['it serves one of its services', { audience: ['accounts', 'cards'] }, ['cards'], refused],
    ['nobody knows yet whom it serves', { audience: ['accounts'] }, [], refused],
  ])('a change of some services: %s', async (_, { audience }, services, outcome) => {
    const home = createHome();
    await home.changes.noteDegraded(outage, services);
    expect(await decideUnder(home, strict, 'created', { audience: [...audience] })).toMatchObject(outcome);
  });

  it('a change that takes the flag away from a service that it serves is refused: the goodbye would not arrive', async () => {
    const home = createHome();
    expect(await home.decide('created', { audience: ['accounts', 'cards'] })).toMatchObject({ outcome: 'accepted' });
    await home.changes.noteDegraded(outage, ['cards']);
    const said = { audience: ['accounts'], basedOn: { epoch: 1, revision: 1 } };
    expect(await decideUnder(home, strict, 'updated', said)).toMatchObject(refused);
  });

  it('a kill is accepted', async () => {
    const home = createHome();
    await home.decide('created');
    await home.changes.noteDegraded(outage, []);
    const said = { basedOn: { epoch: 1, revision: 1 } };
    expect(await decideUnder(home, strict, 'killed', said)).toMatchObject({ outcome: 'accepted' });
  });

  it('and when it is over, everything is accepted again', async () => {
    const home = createHome();
    await home.changes.noteDegraded(outage, []);
    await home.changes.noteEnded(outage);
    expect(await decideUnder(home, strict, 'created', {})).toMatchObject({ outcome: 'accepted' });
  });
});
