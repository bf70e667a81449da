import { environmentSchema } from '@flaghoist/fleet/environments';
import type { Fleet } from '@flaghoist/fleet/files';
import type { Draft } from './draft.ts';
import { NameTakenError, WrongUseError } from './errors.ts';
import {
  bringIntoForce,
  checkFleet,
  environmentsFile,
  fleetOf,
  listed,
  newestPolicies,
  nextPolicy,
  publish,
  refuseTyped,
} from './fleet-files.ts';
import { JsonText } from './json-edit.ts';
import { namesOf } from './names.ts';
import type { Options, Recipe, Step } from './recipe.ts';
import { copyEnvironment } from './stack-environments.ts';

const stack = 'infra-tf/lib/stacks/application';
const folder = `${stack}/environments`;

type Environment = Fleet['environments']['value']['environments'][number];

/** `pnpm new environment NAME`: an environment that is like the one before it. */
export const environmentRecipe: Recipe = {
  kind: 'environment',
  about: 'an environment behind another one, with the sizes and the policy of that one',
  argument: 'its name, such as "green"',
  options: [
    { flags: '--account <digits>', about: 'the 12 digits of its AWS account; needed' },
    { flags: '--region <region>', about: 'where it is deployed; needed' },
    { flags: '--replica-region <region>', about: 'where its backups are copied to; needed' },
    { flags: '--after <environment>', about: 'the one that a change passes before it; without it, the last one' },
  ],
  examples: ['green --account 444444444444 --region eu-west-2 --replica-region eu-west-1'],
  draft: (draft, name, options) => {
    namesOf(name);
    const fleet = fleetOf(draft.root);
    const { environments } = fleet.environments.value;
    if (environments.some((each) => each.name === name))
      throw new NameTakenError(environmentsFile, `an environment ${name}`);
    const index = placeBefore(environments, options['after']);
    const upstream = environments[index] as Environment;
    const entry: Environment = { name, ...placed(stated(options), fleet), upstream: upstream.name };
    refuseTyped(environmentSchema, entry, { name: 'the name', ...flags });
    const order = [...environments.slice(0, index + 1), entry, ...environments.slice(index + 1)].map(
      (each) => each.name,
    );

    draft.edit(environmentsFile, (text) => {
      const edited = new JsonText(environmentsFile, text);
      environments.forEach((each, place) => {
        if (each.upstream === upstream.name) edited.replace(['environments', place, 'upstream'], JSON.stringify(name));
      });
      return edited.insertAfter(['environments'], index, indented(entry)).text;
    });
    copyEnvironment(draft, upstream, entry);
    const versions = policies(draft, fleet, { name, upstream: upstream.name, order });
    checkFleet(draft);
    return stepsFor(name, bringIntoForce(versions, order));
  },
};

const stepsFor = (name: string, policies: Step): readonly Step[] => [
  publish,
  {
    say: `Choose its range, sizes and owner in ${folder}/${name}.tfvars, and those of its flags in the other stacks; ranges are the next free ones.`,
  },
  { say: `Choose its limits in fleet/policies/${name}.v1.json, then run pnpm fleet again.` },
  policies,
  { say: `Make its account and deployment role, then deploy it: ${stack}/README.md.` },
  { say: 'Prove it: pnpm hoist parity, pnpm --filter @flaghoist/infra-test test' },
];

/** The place of the one before. @throws WrongUseError */
const placeBefore = (environments: readonly Environment[], after: string | undefined): number => {
  if (after === undefined) return environments.length - 1;
  const place = environments.findIndex(({ name }) => name === after);
  if (place >= 0) return place;
  throw new WrongUseError(
    `there is no environment ${after}`,
    `Name one of ${environments.map(({ name }) => name).join(', ')} with --after.`,
  );
};

const flags = { account: '--account', region: '--region', replicaRegion: '--replica-region' };

/** @throws WrongUseError for options that are missing, and for a copy in the same region */
const stated = ({
  account,
  region,
  replicaRegion,
}: Options): Pick<Environment, 'region' | 'replicaRegion' | 'account'> => {
  if (account === undefined || region === undefined || replicaRegion === undefined) {
    const given = [account, region, replicaRegion];
    const missing = Object.values(flags).filter((_flag, index) => given[index] === undefined);
    throw new WrongUseError(
      `${missing.join(', ')} ${missing.length === 1 ? 'is' : 'are'} missing`,
      'Give --account, --region and --replica-region.',
    );
  }
  if (region === replicaRegion) {
    throw new WrongUseError(
      `--region and --replica-region are both ${region}`,
      'Copies must survive the loss of the region.',
    );
  }
  return { region, replicaRegion, account };
};

/** Its flags begin in home and standby, where the topology has both; regions are added one by one. */
const placed = (
  { region, replicaRegion, account }: ReturnType<typeof stated>,
  { topology }: Fleet,
): Pick<Environment, 'region' | 'replicaRegion' | 'account' | 'regions'> => {
  const regions = [region, replicaRegion];
  const known = topology.value.regions.map(({ name }) => name);
  return { region, replicaRegion, ...(regions.every((each) => known.includes(each)) ? { regions } : {}), account };
};

/** An entry as those that stand there: a member a line. */
const indented = (entry: Environment): string => JSON.stringify(entry, null, 2).replaceAll('\n', '\n    ');

/** The policy of the environment, and the next version of each other one that states the order of environments. */
const policies = (
  draft: Draft,
  fleet: Fleet,
  { name, upstream, order }: { readonly name: string; readonly upstream: string; readonly order: readonly string[] },
): readonly string[] => {
  const withOrder = (text: JsonText): JsonText => text.replace(['environments'], listed(order));
  const newest = newestPolicies(fleet);
  const like = `${upstream}.v${newest.get(upstream) ?? 1}`;
  const states = (file: string): boolean => (fleet.policies.get(file)?.value.environments ?? []).length > 0;
  const own = new JsonText(like, draft.read(`fleet/policies/${like}.json`)).replace(['version'], '1');
  // The first environment asks nobody what was proven before it; every other one does.
  if (fleet.policies.get(like)?.value.promotionRequired === false) own.set('promotionRequired', 'true');
  draft.create(`fleet/policies/${name}.v1.json`, (states(like) ? withOrder(own) : own).text);
  const next = [...newest].flatMap(([policy, version]) =>
    states(`${policy}.v${version}`) ? [nextPolicy(draft, { ...fleet, name: policy, version }, withOrder)] : [],
  );
  return [`${name}.v1`, ...next];
};
