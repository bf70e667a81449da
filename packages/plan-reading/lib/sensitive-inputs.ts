import { memberOf } from '@flaghoist/core/json';
import type { ConfiguredModule } from './plan.ts';

/** The inputs of a module that are declared sensitive. */
export const sensitiveInputs = ({ variables = {} }: ConfiguredModule): ReadonlySet<string> =>
  new Set(Object.keys(variables).filter((name) => memberOf(variables[name], 'sensitive') === true));
