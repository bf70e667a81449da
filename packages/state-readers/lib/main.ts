import { resolve } from 'node:path';
import { describeError } from '@flaghoist/core/describe-error';
import { Config, getRootDirectory, getStack, RunError } from '@pulumi/pulumi';
import { readConfiguration } from './configuration.ts';
import { environmentProgram } from './environment-program.ts';
import { fleetProgram } from './fleet-program.ts';
import { FLEET } from './unknown-stack.ts';

const program = async (): Promise<Readonly<Record<string, unknown>>> => {
  const configuration = readConfiguration(new Config('flaghoist'));
  // Not the working directory: Pulumi runs the program in the folder of `main`, which is dist/.
  const sources = resolve(getRootDirectory(), configuration.sources);
  const stack = getStack();
  const exported =
    stack === FLEET
      ? await fleetProgram(sources, configuration)
      : await environmentProgram(stack, sources, configuration);
  return { ...exported };
};

/** Pulumi shows of a RunError its message alone, without a trace of our code. */
const exported = program().catch((error: unknown) => {
  throw new RunError(describeError(error));
});

/** The record of the environment, or of all of them. */
export const record = exported.then((all) => all['record']);
/** Of an environment: what Terraform marks sensitive. */
export const secrets = exported.then((all) => all['secrets']);
/** Of an environment: the parameters that there are. */
export const published = exported.then((all) => all['published']);
