import { FlaghoistError } from '@flaghoist/core/errors';
import { stateResources } from '@flaghoist/plan-reading/plan';
import type { Applied } from './applied.ts';
import type { TwoPlans } from './looked.ts';

/** The environment that is asked for. */
export interface NamedEnvironment {
  readonly name: string;
  /** By name, all others that there are: what says that it is of one of these is not of this one. */
  readonly others: readonly string[];
}

/** What was read is another environment's, and the named one's policy and noise do not hold for it. */
export class OtherEnvironmentError extends FlaghoistError {
  readonly code = 'FH_OTHER_ENVIRONMENT';

  constructor({ name }: NamedEnvironment, { what, of }: { readonly what: string; readonly of: string }) {
    super(`${what} is of ${of}, and ${name} was asked for`, {
      hint: `Ask for ${of}; or leave away what leads there (--workspace, --var-file, --var, --backend-config, --deployment), so that what ${name} has is taken. If none of these was given, correct the stack's files in environments/, or the variable TF_VAR_environment.`,
      retryable: false,
    });
  }
}

const isOther = ({ others }: NamedEnvironment, value: unknown): value is string =>
  typeof value === 'string' && others.includes(value);

/** @throws {OtherEnvironmentError} when the state says in its output `environment` that it is another's */
export const refuseOtherState = ({ environment: of }: Applied, environment: NamedEnvironment): void => {
  if (isOther(environment, of)) throw new OtherEnvironmentError(environment, { what: 'the state', of });
};

/** By the tag `environment`, however its name is written. */
const tagsIn = (plans: TwoPlans): readonly unknown[] =>
  [plans.refresh, plans.normal]
    .flatMap((plan) => stateResources(plan, 'managed'))
    .flatMap(({ values }) => [values['tags_all'], values['tags']])
    .flatMap((tags) => Object.entries(tags ?? {}))
    .filter(([key]) => key.toLowerCase() === 'environment')
    .map(([, value]) => value);

/**
 * @throws {OtherEnvironmentError} when the input `environment` is another's, or resources are tagged as another's and none as this one's
 */
export const refuseOtherPlans = (plans: TwoPlans, environment: NamedEnvironment): void => {
  const of = [plans.normal, plans.refresh].map(({ variables }) => variables['environment']?.value);
  const input = of.find((value) => isOther(environment, value));
  if (isOther(environment, input)) {
    throw new OtherEnvironmentError(environment, { what: 'the input environment', of: input });
  }
  const tags = tagsIn(plans);
  const tag = tags.find((value) => isOther(environment, value));
  // Somebody may have changed the tags of one.
  if (!isOther(environment, tag) || tags.includes(environment.name)) return;
  throw new OtherEnvironmentError(environment, { what: 'what is tagged in the state', of: tag });
};
