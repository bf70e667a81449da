import { regionSchema } from '@flaghoist/core/topology';
import type { Fleet } from '@flaghoist/fleet/files';
import { NameTakenError, WrongUseError } from './errors.ts';
import {
  bringIntoForce,
  checkFleet,
  editTopology,
  fleetOf,
  newestPolicies,
  nextPolicy,
  publish,
  refuseTyped,
  topologyFile,
} from './fleet-files.ts';
import type { Recipe } from './recipe.ts';

const foundation = 'infra-tf/lib/stacks/region-foundation';

/** `pnpm new region NAME`: a region in which flags are served. */
export const regionRecipe: Recipe = {
  kind: 'region',
  about: 'a region, joining at first, in a residency of the next version of each policy that has some',
  argument: 'its name at AWS, such as "eu-north-1"',
  options: [{ flags: '--residency <name>', about: 'the residency that it belongs to, such as eu; needed' }],
  examples: ['eu-north-1 --residency eu'],
  draft: (draft, name, { residency }) => {
    refuseTyped(regionSchema, { name, state: 'joining' }, { name: 'the name' });
    const fleet = fleetOf(draft.root);
    if (fleet.topology.value.regions.some((region) => region.name === name)) {
      throw new NameTakenError(topologyFile, `a region ${name}`);
    }
    const versions = [...newestPolicies(fleet)].flatMap(([policy, version]) => {
      const place = placeOf(fleet, `${policy}.v${version}`, residency);
      if (place === undefined) return [];
      return [
        nextPolicy(draft, { ...fleet, name: policy, version }, (text) =>
          text.append(['residencies', place, 'regions'], JSON.stringify(name)),
        ),
      ];
    });
    editTopology(draft, 'regions', fleet, `{ "name": ${JSON.stringify(name)}, "state": "joining" }`);
    checkFleet(draft);
    return [
      publish,
      bringIntoForce(
        versions,
        fleet.environments.value.environments.map((each) => each.name),
      ),
      {
        say: `In each environment that gets ${name}: a range of it in cidr_blocks of ${foundation}/environments/ENVIRONMENT.tfvars, Lambda's quota of concurrent executions there, and account-access applied again with its new regions: until then the deployment role is refused in ${name}. docs/deploy.md, "Services and regions come and go", has the commands.`,
      },
      {
        say: `When the caches of ${name} are loaded and a pass of the reconciler found no difference, make it "serving" in ${topologyFile} and raise version.`,
      },
      { say: 'Prove it: pnpm hoist up --once' },
    ];
  },
};

/** Where the residency stands in a policy; `undefined` for a policy that has none at all. @throws WrongUseError */
const placeOf = ({ policies }: Fleet, file: string, residency: string | undefined): number | undefined => {
  const { residencies = [] } = policies.get(file)?.value ?? {};
  if (residencies.length === 0) return undefined;
  const place = residencies.findIndex((each) => each.name === residency);
  if (place >= 0) return place;
  const names = residencies.map((each) => each.name).join(', ');
  throw new WrongUseError(
    residency === undefined
      ? `${file} has residencies, and no --residency was given`
      : `${file} has no residency ${residency}`,
    `Name one of ${names} with --residency; a new one goes into the policies first.`,
  );
};
