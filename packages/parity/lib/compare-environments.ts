import { hash } from 'node:crypto';
import type { Environment } from '@flaghoist/fleet/environments';
import { readCompletePlan, variablesOf } from '@flaghoist/plan-reading/plan';
import { secretsOf } from '@flaghoist/plan-reading/secrets';
import type { Workspace } from '@flaghoist/terraform/workspaces';
import { type Comparison, compareModels } from './compare/compare-models.ts';
import { findSharedIds } from './compare/shared-ids.ts';
import { compareParts } from './compare-parts.ts';
import { findDigests, saidBy } from './model/digests.ts';
import { findFullNames, qualifiedIn } from './model/full-names.ts';
import { createModel, treesOf } from './model/model.ts';
import { ownNetworks, ownZones } from './model/own-networks.ts';
import { parseProviderLock } from './model/provider-lock.ts';
import { createNormalise } from './model/words.ts';
import { findZoneLetters } from './model/zone-letters.ts';
import { createKnownValues } from './sources/known-values.ts';
import { createMadeOf } from './sources/made-of.ts';
import { findNamedInSources } from './sources/named-in-sources.ts';
import { findNotCompared, type NotCompared } from './sources/not-compared.ts';
import type { Sources } from './sources/read-sources.ts';
import { scopeOf } from './sources/scopes.ts';
import { findUndecided } from './sources/undecided.ts';
import { findUnseen } from './sources/unseen.ts';

/** What an environment brings to the comparison. */
export interface PlannedEnvironment {
  readonly environment: Environment;
  /** Which of its states it is: of a stack that has one for each region, or one that is about all of them. */
  readonly workspace?: Workspace | undefined;
  /** What `terraform show -json` wrote, as it wrote it. */
  readonly planText: string;
  /** The text of `.terraform.lock.hcl`. */
  readonly lockText: string;
  /** The text of its file for `terraform init -backend-config`, where there is one. */
  readonly backendText?: string | undefined;
}

export interface CompareOptions {
  /** What the plans do not say of the stack's sources; see `readSources`. */
  readonly sources: Sources;
}

export interface ComparedEnvironment extends PlannedEnvironment {
  readonly terraformVersion: string;
  /** Version of each provider. */
  readonly providers: Readonly<Record<string, string>>;
  /** SHA-256 of `planText`. */
  readonly planSha256: string;
}

export interface ComparedEnvironments extends Comparison {
  readonly environments: readonly ComparedEnvironment[];
  readonly notCompared: readonly NotCompared[];
  /** Sensitive texts, to be kept out of whatever is written. */
  readonly secrets: ReadonlySet<string>;
}

/**
 * Compares the plans of one stack in several environments.
 *
 * @param planned at least two, in the environments' order; of a stack with a state for each region one of each part
 * @throws {InvalidInputError} for a text that is no plan
 */
export const compareEnvironments = (
  planned: readonly PlannedEnvironment[],
  options: CompareOptions,
): ComparedEnvironments => compareParts(planned, (ofPart) => compareAlike(ofPart, options));

const compareAlike = (planned: readonly PlannedEnvironment[], { sources }: CompareOptions): ComparedEnvironments => {
  const read = planned.map((each) => {
    const plan = readCompletePlan(each.planText, `the plan of ${each.environment.name}`);
    return { ...each, plan, variables: variablesOf(plan), lock: parseProviderLock(each.lockText) };
  });
  const fullNames = findFullNames(
    read.map((each) => ({ ...each, text: each.planText })),
    qualifiedIn(sources.texts.values()),
  );
  const digests = findDigests(
    read.map(({ plan }) => saidBy(plan)),
    sources.fileAt,
  );
  const zoneLetters = findZoneLetters(
    read.map(({ environment, workspace, plan, variables }) => ({
      region: workspace?.region ?? environment.region,
      zones: ownZones(plan),
      variables,
    })),
  );
  const withoutBackend = read.flatMap((each) => (each.backendText === undefined ? [each.environment.name] : []));
  const backends = read.flatMap((each) => each.backendText ?? []);
  const inputs = read.map(({ environment, workspace, plan, variables, lock, backendText }, index) => ({
    environment,
    workspace,
    plan,
    lock,
    zoneLetters: zoneLetters[index],
    // Compared where all have one: whose is missing is said.
    backend:
      withoutBackend.length === 0 && backendText !== undefined ? { text: backendText, ofAll: backends } : undefined,
    normalise: createNormalise({
      environment,
      environments: planned.map((each) => each.environment),
      variables,
      workspace,
      networks: ownNetworks(plan),
      zones: ownZones(plan),
      fullNames: fullNames[index] ?? new Map(),
      digests: digests[index] ?? new Map(),
    }),
  }));
  const models = inputs.map(createModel);
  const compared = compareModels(models);
  const root = scopeOf(sources);
  const known = createKnownValues(inputs);
  const madeOf = createMadeOf(known, sources.fileAt);
  const undecided = findUndecided({ models, root, madeOf });
  const unseen = findUnseen({ root, known, madeOf, environments: inputs.length });
  const named = findNamedInSources(
    sources,
    read.map(({ environment }) => environment),
  );
  const differences = [...compared.differences, ...findSharedIds(read), ...undecided, ...unseen, ...named];
  const unknown = compared.unknown - new Set(undecided.map(({ path }) => path.split('.#made_of')[0])).size;
  return {
    compared: compared.identical + unknown + differences.length,
    identical: compared.identical,
    unknown,
    differences,
    notCompared: findNotCompared(root, withoutBackend),
    secrets: secretsOf(
      models.flatMap(treesOf),
      read.map(({ plan }) => plan),
    ),
    environments: read.map(({ environment, workspace, planText, lockText, plan, lock }) => ({
      environment,
      workspace,
      planText,
      lockText,
      terraformVersion: plan.terraform_version,
      providers: Object.fromEntries([...lock].map(([source, { version }]) => [source, version])),
      planSha256: hash('sha256', planText),
    })),
  };
};
