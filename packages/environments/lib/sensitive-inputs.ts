import { own } from './json.ts';
import type { ConfiguredModule } from './plan.ts';

/** The inputs of a module that are declared sensitive. */
export const sensitiveInputs = ({ variables = {} }: ConfiguredModule): ReadonlySet<string> =>
  new Set(Object.keys(variables).filter((name) => own(variables[name], 'sensitive') === true));
