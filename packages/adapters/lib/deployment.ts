import { parseJson } from '@flaghoist/core/parse';
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

/**
 * @param what it is called in an error
 * @throws InvalidInputError
 */
export const parseDeployment = (text: string, what = 'deployment'): Deployment =>
  parseJson(deploymentSchema, text, {
    what,
    hint: "Give the output deployment of home's flags-region alone, not all outputs: terraform output -json deployment > deployment.json",
  });
