import { catalogue } from '@flaghoist/rules/catalogue';
import { type Policy, RETIRED_PARAMETERS } from '@flaghoist/rules/policy';
import { isFirm } from '@flaghoist/rules/rule';
import type { Fleet } from './files.ts';
import type { Finding } from './invalid-file.ts';
import type { Path } from './lined-text.ts';
import { meant } from './nearest-name.ts';
import type { CheckedFile } from './read-file.ts';
import { changedPolicies } from './released-policies.ts';
import { strayRemediation } from './stray-remediation.ts';

/**
 * Names and versions in one file of `fleet/` that do not agree with another file.
 *
 * @param stacks those of the checkout; left out, nothing is held against them
 */
export const danglingReferences = (fleet: Fleet, stacks?: readonly string[]): readonly Finding[] => [
  ...cellsOf(fleet),
  ...policiesOf(fleet),
  ...regionsOf(fleet),
  ...ownersOf(fleet),
  ...(stacks === undefined ? [] : stacksOf(fleet, stacks)),
  ...waiversOf(fleet),
  ...changedPolicies(fleet),
  ...strayRemediation(fleet),
  ...[...fleet.policies].flatMap(([name, policy]) => [...versionOf(policy, name), ...retiredIn(policy, name, fleet)]),
  // An older version that was used stays as it is, whatever has come and gone since.
  ...newestOf(fleet).flatMap(([name, policy]) => [
    ...environmentsOf(policy, name, fleet),
    ...residenciesOf(policy, fleet),
    ...teamsOf(policy, fleet),
    ...rolesOf(policy, fleet),
    ...severitiesOf(policy),
  ]),
];

type PolicyFile = CheckedFile<Policy>;

/** Nothing waives or lowers a firm rule, nor the protocol's own checks, which the catalogue does not have. */
const waivableRules = catalogue.filter((rule) => !isFirm(rule)).map(({ id }) => id);

const at = (checked: CheckedFile<unknown>, path: Path, problem: string, remedy: string): Finding => ({
  file: checked.file,
  ...checked.positionOf(path),
  problem,
  remedy,
});

/** Names that stand in one file and are not among those that another one has. */
const strangers = (
  checked: CheckedFile<unknown>,
  names: readonly (readonly [Path, string])[],
  { known, missing }: { readonly known: readonly string[]; readonly missing: (name: string) => string },
): readonly Finding[] =>
  names
    .filter(([, name]) => !known.includes(name))
    .map(([path, name]) => at(checked, path, missing(JSON.stringify(name)), meant(name, known)));

/** A misspelt cell would be a new one, with a function, a role and a cache user of its own. */
const cellsOf = ({ topology }: Fleet): readonly Finding[] => {
  const { services } = topology.value;
  const cells = new Set(services.map(({ cell }) => cell));
  return services.flatMap(({ name, cell }, index) => {
    const before = `cell-${Number(cell.slice('cell-'.length)) - 1}`;
    if (cell === 'cell-1' || cells.has(before)) return [];
    const problem = `the service ${name} is in ${cell}, and no service is in ${before}; cells are numbered without a gap`;
    return [at(topology, ['services', index, 'cell'], problem, `Write ${before}, or a cell that has services.`)];
  });
};

/** A policy belongs to an environment, or to all of them. */
const FOR_ALL = 'default';

const nameOf = (policy: string): string => policy.slice(0, policy.lastIndexOf('.v'));
const numberOf = (policy: string): number => Number(policy.slice(policy.lastIndexOf('.v') + '.v'.length));

/** The newest version of each policy. */
const newestOf = ({ policies }: Fleet): readonly (readonly [string, PolicyFile])[] =>
  [...policies].filter(([name]) =>
    [...policies.keys()].every((other) => nameOf(other) !== nameOf(name) || numberOf(other) <= numberOf(name)),
  );

const policiesOf = ({ environments, policies }: Fleet): readonly Finding[] => {
  const named = new Set([...policies.keys()].map(nameOf));
  return environments.value.environments.flatMap(({ name }, index) =>
    named.has(name)
      ? []
      : [
          at(
            environments,
            ['environments', index, 'name'],
            `the environment ${name} has no policy`,
            `Add fleet/policies/${name}.v1.json.`,
          ),
        ],
  );
};

/** The regions that an environment chooses are some of those that there are. */
const regionsOf = ({ environments, topology }: Fleet): readonly Finding[] =>
  strangers(
    environments,
    environments.value.environments.flatMap(({ regions = [] }, index) =>
      regions.map((region, place) => [['environments', index, 'regions', place], region] as const),
    ),
    {
      known: topology.value.regions.map(({ name }) => name),
      missing: (name) => `${topology.file} has no region ${name}`,
    },
  );

const environmentsOf = (policy: PolicyFile, name: string, { environments }: Fleet): readonly Finding[] => {
  const order = environments.value.environments.map((environment) => environment.name);
  const { environments: stated } = policy.value;
  const fits = stated.length === 0 || (stated.length === order.length && stated.every((each, i) => each === order[i]));
  return [
    ...strangers(policy, [[[], nameOf(name)]], {
      known: [...order, FOR_ALL],
      missing: (environment) => `${environments.file} has no environment ${environment}`,
    }),
    ...(fits
      ? []
      : [
          at(
            policy,
            ['environments'],
            `environments are ${stated.join(', ')}; expected ${order.join(', ')}, as in ${environments.file}`,
            'Write them in that order, or leave them out.',
          ),
        ]),
  ];
};

/** An entry about a stack that there is not would allow nothing, and nobody would look at it again. */
const stacksOf = ({ parity }: Fleet, known: readonly string[]): readonly Finding[] =>
  strangers(
    parity,
    parity.value.allowed.flatMap(({ stacks }, index) =>
      stacks.map((stack, place) => [['allowed', index, 'stacks', place], stack] as const),
    ),
    { known, missing: (name) => `there is no stack ${name} in infra-tf/lib/stacks` },
  );

/** Who answers for an entry of a reviewed list must be somebody who can be asked. */
const ownersOf = ({ topology, people, policies, parity, driftNoise, waivers }: Fleet): readonly Finding[] => {
  const teams = [
    ...topology.value.services.map(({ owner }) => owner),
    ...people.value.people.flatMap((person) => person.teams),
    ...[...policies.values()].flatMap(({ value }) => value.teams),
  ];
  const known = [...new Set(teams)].sort();
  const missing = (name: string): string => `no service and nobody is of the team ${name}`;
  const ownersIn = (list: string, entries: readonly { readonly owner: string }[]) =>
    entries.map(({ owner }, index) => [[list, index, 'owner'], owner] as const);
  return [
    ...strangers(parity, ownersIn('allowed', parity.value.allowed), { known, missing }),
    ...strangers(driftNoise, ownersIn('noise', driftNoise.value.noise), { known, missing }),
    ...strangers(waivers, ownersIn('waivers', waivers.value.waivers), { known, missing }),
  ];
};

/** A waiver is from a rule that there is, and was approved by a person who can be asked. */
const waiversOf = ({ waivers, people }: Fleet): readonly Finding[] => {
  const entries = waivers.value.waivers;
  const approvers = people.value.people.filter(({ active, human }) => active && human).map(({ actor }) => actor);
  return [
    ...strangers(
      waivers,
      entries.map(({ rule }, index) => [['waivers', index, 'rule'], rule] as const),
      {
        known: waivableRules,
        missing: (rule) => `there is no rule ${rule} that can be waived`,
      },
    ),
    ...strangers(
      waivers,
      entries.map(({ approver }, index) => [['waivers', index, 'approver'], approver] as const),
      {
        known: approvers,
        missing: (name) => `nobody in ${people.file} who is human and with the company is ${name}`,
      },
    ),
  ];
};

/** What a policy says of a rule must be of a rule whose severity is the policy's. */
const severitiesOf = (policy: PolicyFile): readonly Finding[] =>
  strangers(
    policy,
    policy.value.severities.map(({ rule }, index) => [['severities', index, 'rule'], rule] as const),
    {
      known: waivableRules,
      missing: (rule) => `there is no rule ${rule} whose severity is a policy's`,
    },
  );

const versionOf = (policy: PolicyFile, name: string): readonly Finding[] => {
  const version = numberOf(name);
  if (policy.value.version === version) return [];
  const problem = `version is ${policy.value.version}; expected ${version}, as in the file's name`;
  return [
    at(policy, ['version'], problem, 'A policy version that was used stays as it is: give a new one a new file.'),
  ];
};

/** A version that was released keeps what it stated; in a new one it would look as if somebody checked it. */
const retiredIn = (policy: PolicyFile, name: string, { released }: Fleet): readonly Finding[] =>
  Object.hasOwn(released.value, name)
    ? []
    : RETIRED_PARAMETERS.filter((parameter) => Object.hasOwn(policy.value, parameter)).map((parameter) =>
        at(
          policy,
          [parameter],
          `no rule reads ${parameter} any more: who has written a proposal is proven by its key`,
          'Take it away; fleet/people.json says whose key is whose.',
        ),
      );

const residenciesOf = (policy: PolicyFile, { topology }: Fleet): readonly Finding[] => {
  const { residencies } = policy.value;
  if (residencies.length === 0) return [];
  const { regions, services } = topology.value;
  const covered = residencies.flatMap((residency) => residency.regions);
  const regionsNamed = residencies.flatMap((residency, index) =>
    residency.regions.map((region, place) => [['residencies', index, 'regions', place], region] as const),
  );
  const residenciesNamed = services.flatMap((service, index) =>
    (service.residencies ?? []).map(
      (residency, place) => [['services', index, 'residencies', place], residency] as const,
    ),
  );
  return [
    ...strangers(policy, regionsNamed, {
      known: regions.map(({ name }) => name),
      missing: (name) => `${topology.file} has no region ${name}`,
    }),
    ...strangers(topology, residenciesNamed, {
      known: residencies.map(({ name }) => name),
      missing: (name) => `${policy.file} has no residency ${name}`,
    }),
    ...regions.flatMap(({ name }, index) =>
      covered.includes(name)
        ? []
        : [
            at(
              topology,
              ['regions', index],
              `the region ${name} is in no residency of ${policy.file}`,
              'Name it there, or no flag with a residency reaches it.',
            ),
          ],
    ),
  ];
};

const teamsOf = (policy: PolicyFile, { topology }: Fleet): readonly Finding[] => {
  const { teams } = policy.value;
  if (teams.length === 0) return [];
  const owners = topology.value.services.map(({ owner }, index) => [['services', index, 'owner'], owner] as const);
  return strangers(topology, owners, { known: teams, missing: (name) => `${policy.file} has no team ${name}` });
};

const rolesOf = (policy: PolicyFile, { people }: Fleet): readonly Finding[] => {
  const held = people.value.people.filter(({ active }) => active).flatMap(({ roles }) => roles);
  const asked = (['approverRoles', 'valueApproverRoles'] as const).flatMap((parameter) =>
    policy.value[parameter].map((role, index) => [[parameter, index], role] as const),
  );
  return strangers(policy, asked, {
    known: [...new Set(held)].sort(),
    missing: (name) => `nobody in ${people.file} has the role ${name}`,
  });
};
