import { InvalidInputError } from '@flaghoist/core/errors';
import { parseJson } from '@flaghoist/core/parse';
import { stateResources } from '@flaghoist/plan-reading/plan';
import { type StateResource, stateSchema } from '@flaghoist/plan-reading/plan-schema';

/** What is applied in one environment. */
export interface StateOf {
  readonly terraformVersion: string;
  /** Managed ones and data sources. */
  readonly resources: readonly StateResource[];
  /** Addresses of which a former object waits to be deleted. */
  readonly deposed: readonly string[];
  readonly outputs: Readonly<Record<string, unknown>>;
}

const HINT =
  'In the workspace of the environment: terraform plan -refresh-only -lock=false -out=now.tfplan, then terraform show -json now.tfplan.';

/**
 * @param text what `terraform show -json` wrote of a state, or of a plan that has read everything anew
 * @throws {InvalidInputError} for a text that is not a state, for an unknown format, and for an empty one
 */
export const readState = (text: string, what: string): StateOf => {
  const {
    format_version: format,
    terraform_version: terraformVersion,
    values: own,
    prior_state: refreshed,
    errored,
  } = parseJson(stateSchema, text, { what, hint: HINT });
  if (format.split('.')[0] !== '1') throw new InvalidInputError(what, [`/format_version: ${format} is not 1.x`], HINT);
  if (errored === true) throw new InvalidInputError(what, ['/errored: this plan failed half-way'], HINT);
  const values = own ?? refreshed?.values;
  const state = { prior_state: { values } };
  const all = [...stateResources(state, 'managed'), ...stateResources(state, 'data')];
  if (values === undefined || all.length === 0) {
    throw new InvalidInputError(
      what,
      ['/values: nothing is applied'],
      'Apply the environment first, or compare plans: without --states.',
    );
  }
  return {
    terraformVersion: terraformVersion ?? '',
    resources: all.filter(
      // Another environment's state is compared where it is that environment's own.
      ({ deposed_key: deposed, type }) => deposed === undefined && type !== 'terraform_remote_state',
    ),
    deposed: all.flatMap(({ address, deposed_key: deposed }) => (deposed === undefined ? [] : [address])),
    outputs: values.outputs ?? {},
  };
};
