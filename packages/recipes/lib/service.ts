import type { Fleet } from '@flaghoist/fleet/files';
import type { Draft } from './draft.ts';
import { NameTakenError, WrongUseError } from './errors.ts';
import { checkFleet, editTopology, fleetOf, listed, publish, topologyFile } from './fleet-files.ts';
import type { Recipe } from './recipe.ts';

/** So many services share an updater, a role and a cache user in a region. */
const SERVICES_OF_A_CELL = 39;

/** `pnpm new service NAME`: a service that takes part. */
export const serviceRecipe: Recipe = {
  kind: 'service',
  about: 'a service, joining at first',
  argument: 'its name, such as "card-offers"',
  options: [
    { flags: '--owner <team>', about: 'the team that answers for it; needed' },
    { flags: '--cell <cell>', about: 'such as cell-2; without it, the one with the fewest services that has room' },
    { flags: '--data-class <class>', about: 'the most protected data that it was assessed for' },
    { flags: '--residencies <names>', about: 'whose data it may have, such as eu,uk' },
  ],
  examples: [
    'card-offers --owner team-cards',
    'card-offers --owner team-cards --data-class internal --residencies eu,uk',
  ],
  draft: (draft: Draft, name, { owner, cell: stated, dataClass, residencies }) => {
    const fleet = fleetOf(draft.root);
    if (fleet.topology.value.services.some((service) => service.name === name)) {
      throw new NameTakenError(topologyFile, `a service ${name}`);
    }
    if (owner === undefined) {
      throw new WrongUseError(
        `nobody answers for the service ${name}`,
        'Name the team with --owner, such as team-cards.',
      );
    }
    const cell = stated ?? cellWithRoom(fleet);
    const members = [
      ['name', JSON.stringify(name)],
      ['cell', JSON.stringify(cell)],
      ['owner', JSON.stringify(owner)],
      ['state', '"joining"'],
      ...(dataClass === undefined ? [] : [['dataClass', JSON.stringify(dataClass)]]),
      ...(residencies === undefined ? [] : [['residencies', listed(residencies.split(','))]]),
    ];
    editTopology(
      draft,
      'services',
      fleet,
      `{\n${members.map(([member, value]) => `      "${member}": ${value}`).join(',\n')}\n    }`,
    );
    checkFleet(draft);
    return [
      publish,
      {
        say: `Review and release it. When the caches of ${name} in ${cell} are loaded and a pass of the reconciler found no difference, make it "serving" in ${topologyFile} and raise version.`,
      },
      { say: 'Prove it: pnpm hoist up --once' },
    ];
  },
};

/** The cell with the fewest services; a new one when all are full. */
const cellWithRoom = ({ topology }: Fleet): string => {
  const cells = Map.groupBy(topology.value.services, ({ cell }) => cell);
  const [emptiest] = [...cells].toSorted(([, a], [, b]) => a.length - b.length);
  return emptiest !== undefined && emptiest[1].length < SERVICES_OF_A_CELL ? emptiest[0] : `cell-${cells.size + 1}`;
};
