import { hash } from 'node:crypto';
import { memberOf } from '@flaghoist/core/json';
import type { Environment } from '@flaghoist/fleet/environments';
import { secretsOf } from '@flaghoist/plan-reading/secrets';
import type { Workspace } from '@flaghoist/terraform/workspaces';
import { compareModels } from './compare/compare-models.ts';
import type { ComparedEnvironments } from './compare-environments.ts';
import { compareParts } from './compare-parts.ts';
import { findDigests } from './model/digests.ts';
import { findFullNames } from './model/full-names.ts';
import { treesOf } from './model/model.ts';
import { parseProviderLock } from './model/provider-lock.ts';
import { createNormalise } from './model/words.ts';
import { CHOSEN, toldTwiceIn } from './states/chosen-attributes.ts';
import { readState } from './states/read-state.ts';
import { createStateModel } from './states/state-model.ts';

/** What an environment brings to the comparison. */
export interface AppliedEnvironment {
  readonly environment: Environment;
  /** Which of its states it is; see `PlannedEnvironment`. */
  readonly workspace?: Workspace | undefined;
  /** What `terraform show -json` wrote of its state, as it wrote it. */
  readonly stateText: string;
  /** The text of `.terraform.lock.hcl`. */
  readonly lockText: string;
}

const NETWORKS = new Set(['aws_vpc', 'aws_vpc_ipv4_cidr_block_association']);

const leftOut = (
  types: Iterable<string>,
  attributesOf: (type: string) => readonly string[],
  why: string,
): ComparedEnvironments['notCompared'] =>
  [...types].sort().flatMap((type) => {
    const attributes = attributesOf(type);
    return attributes.length === 0 ? [] : [{ path: `${type}.*.{${attributes.join(',')}}`, why }];
  });

/**
 * Compares what is applied in several environments. Nothing is unknown there: an id is compared by the address of what it is
 * of, and what AWS chooses is not.
 *
 * @param applied at least two, in the environments' order
 * @throws {InvalidInputError} for a text that is no state, or an empty one
 */
export const compareStates = (applied: readonly AppliedEnvironment[]): ComparedEnvironments =>
  compareParts(applied, compareAlike);

const compareAlike = (applied: readonly AppliedEnvironment[]): ComparedEnvironments => {
  const read = applied.map((each) => {
    const state = readState(each.stateText, `the state of ${each.environment.name}`);
    const networks = state.resources.flatMap(({ type, values }) => {
      const range = NETWORKS.has(type) ? memberOf(values, 'cidr_block') : undefined;
      return typeof range === 'string' ? [range] : [];
    });
    // A state does not say what its inputs were: zones are numbered as the subnets have them.
    const zones = [
      ...new Set(
        state.resources.flatMap(({ type, values }) => (type === 'aws_subnet' ? [values['availability_zone']] : [])),
      ),
    ];
    const variables = { network: networks, zones: zones.filter((zone) => typeof zone === 'string').sort() };
    return { ...each, state, networks, variables };
  });
  const fullNames = findFullNames(read.map((each) => ({ ...each, text: each.stateText })));
  const digests = findDigests(
    read.map(({ state: { resources }, variables }) => ({ resources, inputs: variables, secretInputs: new Set() })),
  );
  const environments = applied.map(({ environment }) => environment);
  const types = new Set(read.flatMap(({ state }) => state.resources.map(({ type }) => type)));
  const models = read.map(({ environment, workspace, state, variables, networks }, index) =>
    createStateModel(
      state,
      createNormalise({
        environment,
        environments,
        variables,
        workspace,
        networks,
        fullNames: fullNames[index] ?? new Map(),
        digests: digests[index] ?? new Map(),
      }),
      types,
    ),
  );
  return {
    ...compareModels(models),
    notCompared: [
      { path: 'data.terraform_remote_state.*', why: 'what another state says is compared there' },
      ...leftOut(types, (type) => CHOSEN[type] ?? [], 'AWS chooses them; only whether they are there is compared'),
      ...leftOut(
        types,
        (type) => toldTwiceIn(type, types),
        'other resources of the states set them, and are compared; what stands there beside those is for hoist drift',
      ),
      ...read.flatMap(({ environment: { name }, state }) =>
        state.deposed.map((path) => ({ path, why: `a former object of it waits to be deleted in ${name}` })),
      ),
    ],
    secrets: secretsOf(
      models.flatMap(treesOf),
      read.map(({ state: { resources } }) => ({ prior_state: { values: { root_module: { resources } } } })),
    ),
    environments: read.map(({ environment, workspace, stateText, lockText, state }) => ({
      environment,
      workspace,
      planText: stateText,
      lockText,
      terraformVersion: state.terraformVersion,
      providers: Object.fromEntries([...parseProviderLock(lockText)].map(([source, { version }]) => [source, version])),
      planSha256: hash('sha256', stateText),
    })),
  };
};
