import { InvalidInputError } from '@flaghoist/core/errors';
import { isObject, own } from '@flaghoist/core/json';
import { parse, readJson } from '@flaghoist/core/parse';
import * as z from 'zod/mini';
import { filled } from './variables.ts';

const arns = z.record(z.string(), z.string().check(z.startsWith('arn:')));

/** How the parts of one environment are called. ARNs have `{region}` in place of the region, and `{service}` of a service. */
const deploymentSchema = z.strictObject({
  /** By its name in `fleet/environments.json`. */
  environment: filled,
  home: filled,
  /** All that it has, home among them. */
  regions: z.array(filled).check(z.minLength(1)),
  flagsTable: filled,
  changesTable: filled,
  proposalsTable: filled,
  verificationTable: filled,
  /** The log group of what caches acknowledge. */
  acknowledgements: filled,
  eventBus: filled,
  /** By the names of wiring.json, dead letters too. */
  queues: arns,
  /** The alias that is called, by `<package>.<entry point>`. */
  functions: arns,
  /** By the names of wiring.json. */
  workflows: arns,
});

export type Deployment = z.output<typeof deploymentSchema>;

/** How a file of it comes about. */
export const DEPLOYMENT_HINT =
  "Give the output deployment of home's flags-region alone, not all outputs: terraform output -json deployment > deployment.json, in that stack's folder, after terraform init and with TF_WORKSPACE=<environment>-<home>. docs/deploy.md has both lines in step 7; there is no such output before step 5.";

/** Of something else entirely every member is missing: that is said once. @throws InvalidInputError */
const refuseOther = (value: unknown, what: string): void => {
  const names = Object.keys(deploymentSchema.shape);
  const missing = isObject(value) ? names.filter((name) => own(value, name) === undefined) : names;
  if (missing.length === 0) return;
  const all = missing.length === names.length;
  throw new InvalidInputError(
    what,
    [
      all
        ? 'it is no output deployment, and has nothing of one'
        : `it lacks ${missing.map((name) => `/${name}`).join(', ')}`,
    ],
    DEPLOYMENT_HINT,
  );
};

/**
 * @param what it is called in an error
 * @throws InvalidInputError
 */
export const parseDeployment = (text: string, what = 'deployment'): Deployment => {
  const subject = { what, hint: DEPLOYMENT_HINT };
  const value = readJson(text, subject);
  refuseOther(value, what);
  return parse(deploymentSchema, value, subject);
};
