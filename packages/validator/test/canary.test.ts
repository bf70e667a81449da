import { CANARY_FLAG, SHADOW_SERVICE } from '@flaghoist/core/canary';
import { InMemoryProposalStore } from '@flaghoist/in-memory/proposal-store';
import { nextProposal } from '@flaghoist/operations/canary/next-proposal';
import { parseDirectory } from '@flaghoist/rules/directory';
import { createHome } from './support/home.ts';

const ROLE = 'AROAPRDCANARYEXAMPLE3';
const AUTHOR = `${ROLE}:flaghoist-canary`;

const directoryWith = (role: string) =>
  parseDirectory(
    JSON.stringify({
      people: [{ actor: SHADOW_SERVICE, human: false, principals: [{ role, session: 'flaghoist-canary' }] }],
    }),
  );

/** How the canary's first change ends under a key, in a home with its service and this directory. */
const ends = async (directory: ReturnType<typeof directoryWith>, principal: string) => {
  const home = createHome();
  const topology = await home.topologies.latest();
  const shadow = { name: SHADOW_SERVICE, cell: 'cell-1', owner: 'team-platform', state: 'serving' as const };
  home.topologies.publish({ ...topology, version: topology.version + 1, services: [...topology.services, shadow] });
  Object.assign(home.ports, { directory });
  const proposal = nextProposal({ current: undefined, now: home.clock.now(), planted: null });
  await new InMemoryProposalStore({ proposals: home.tables.proposals, principal, clock: home.clock }).propose(proposal);
  await home.settle();
  return home.changes.outcome(principal, proposal.change.id);
};

it('in an account the canary is the session that the directory lists', async () => {
  expect(await ends(directoryWith(ROLE), AUTHOR)).toMatchObject({ outcome: 'accepted', flagKey: CANARY_FLAG });
});

it.each([
  ['another role under the same session', 'AROAPRDSOMEBODYEXAMP:flaghoist-canary'],
  ['its role under another session', `${ROLE}:ada`],
])('nobody else is: %s', async (_who, principal) => {
  expect(await ends(directoryWith(ROLE), principal)).toMatchObject({ outcome: 'rejected' });
});
