import { hash } from 'node:crypto';
import type { Environment } from '@flaghoist/fleet/environments';
import { readCompletePlan, variablesOf } from '@flaghoist/plan-reading/plan';
import { secretsIn } from '@flaghoist/plan-reading/secrets';
import { type Comparison, compareModels } from './compare/compare-models.ts';
import { findFullNames } from './model/full-names.ts';
import { createModel, treesOf } from './model/model.ts';
import { parseProviderLock } from './model/provider-lock.ts';
import { createNormalise } from './model/words.ts';
import { findNamedInSources } from './sources/named-in-sources.ts';
import { scopesOf } from './sources/origins.ts';
import type { Sources } from './sources/read-sources.ts';
import { findUndecided } from './sources/undecided.ts';

/** What an environment brings to the comparison. */
export interface PlannedEnvironment {
  readonly environment: Environment;
  /** What `terraform show -json` wrote, as it wrote it. */
  readonly planText: string;
  /** The text of `.terraform.lock.hcl`. */
  readonly lockText: string;
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
  /** Sensitive texts, to be kept out of whatever is written. */
  readonly secrets: ReadonlySet<string>;
}

/**
 * Compares the plans of one stack in several environments.
 *
 * @param planned at least two, in the environments' order
 * @throws {InvalidInputError} for a text that is no plan
 */
export const compareEnvironments = (
  planned: readonly PlannedEnvironment[],
  { sources }: CompareOptions,
): ComparedEnvironments => {
  const read = planned.map((each) => {
    const plan = readCompletePlan(each.planText, `the plan of ${each.environment.name}`);
    return { ...each, plan, variables: variablesOf(plan), lock: parseProviderLock(each.lockText) };
  });
  const fullNames = findFullNames(read.map((each) => ({ ...each, text: each.planText })));
  const models = read.map(({ environment, plan, variables, lock }, index) =>
    createModel({
      environment,
      plan,
      lock,
      normalise: createNormalise({ environment, variables, fullNames: fullNames[index] ?? new Map() }),
    }),
  );
  const compared = compareModels(models);
  const scopes = read[0] === undefined ? [] : scopesOf(read[0].plan);
  const undecided = findUndecided({ models, scopes, locals: sources.locals, differences: compared.differences });
  const named = findNamedInSources(
    sources,
    read.map(({ environment }) => environment),
  );
  return {
    ...compared,
    identical: compared.identical - undecided.length,
    compared: compared.compared + named.length,
    differences: [...compared.differences, ...undecided, ...named],
    secrets: secretsIn(models.flatMap(treesOf)),
    environments: read.map(({ environment, planText, lockText, plan, lock }) => ({
      environment,
      planText,
      lockText,
      terraformVersion: plan.terraform_version,
      providers: Object.fromEntries([...lock].map(([source, { version }]) => [source, version])),
      planSha256: hash('sha256', planText),
    })),
  };
};
