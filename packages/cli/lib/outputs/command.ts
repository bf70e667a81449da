import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fleetBeside, readEnvironments } from '@flaghoist/fleet/environments';
import { type StackName, stackNames } from '@flaghoist/stack-outputs/contract';
import type { EnvironmentOutputs } from '@flaghoist/stack-outputs/environment-record';
import { fleetRecord } from '@flaghoist/stack-outputs/fleet-record';
import { publishedOf } from '@flaghoist/stack-outputs/parameters';
import { openTerraform } from '@flaghoist/terraform/terraform';
import { Command } from 'commander';
import type { CommandContext, CommandFactory } from '../command.ts';
import { exitCodes, exitCodesHelp } from '../exit-codes.ts';
import { findSources } from '../sources.ts';
import { WrongUseError, wrongOption } from '../wrong-use.ts';
import { outputsOf, outputsOfStack } from './read.ts';
import { type StackSaid, sayEnvironment, sayFleet, sayStack } from './table.ts';

interface OutputsOptions {
  readonly stack?: string;
  readonly sources?: string;
}

/** `hoist outputs`: what Terraform's states say to other teams. */
export const outputsCommand: CommandFactory = (run) =>
  new Command('outputs')
    .description('show what the states of an environment tell other teams, or what crosses all environments')
    .argument('[environment]', 'its name, as in fleet/environments.json (default: what crosses all of them)')
    .option('--stack <name>', 'the states of one stack alone, also where the others were never applied')
    .option('--sources <folder>', 'the folder infra-tf/lib (default: that of this checkout)')
    .addHelpText('after', help)
    .action(async (environment: string | undefined, options: OutputsOptions) =>
      run((context) => show(environment, options, context)),
    );

const show = async (name: string | undefined, options: OutputsOptions, context: CommandContext): Promise<number> => {
  const { signal, variables } = context;
  const sources = findSources(options.sources, '.');
  const environments = readEnvironments(fleetBeside(sources));
  const asked = name === undefined ? environments : environments.filter((each) => each.name === name);
  if (asked.length === 0) {
    throw new WrongUseError(
      `there is no environment ${JSON.stringify(name)} in fleet/environments.json`,
      `Name one of: ${environments.map((each) => each.name).join(', ')}.`,
    );
  }
  const stack = stackNamed(options.stack, name);
  const workDirectory = mkdtempSync(join(tmpdir(), 'flaghoist-outputs-'));
  try {
    const terraform = await openTerraform(variables, signal);
    const read: EnvironmentOutputs[] = [];
    for (const environment of asked) {
      if (stack !== undefined) {
        const states = await outputsOfStack(environment, { sources, terraform, workDirectory, stack }, context);
        return sayStates({ environment: environment.name, stack, states }, context);
      }
      read.push(await outputsOf(environment, { sources, terraform, workDirectory }, context));
    }
    return name === undefined ? sayAll(read, context) : sayOne(read, context);
  } catch (error) {
    if (signal.aborted) return exitCodes.interrupted;
    throw error;
  } finally {
    rmSync(workDirectory, { recursive: true, force: true });
  }
};

/** @param environment without one, what crosses environments is asked for, which takes all stacks */
const stackNamed = (name: string | undefined, environment: string | undefined): StackName | undefined => {
  if (name === undefined) return undefined;
  if (environment === undefined) {
    throw wrongOption(
      '--stack',
      'it goes with an environment',
      'Name one: hoist outputs <environment> --stack <name>.',
    );
  }
  const known = stackNames.find((each) => each === name);
  if (known !== undefined) return known;
  throw wrongOption(
    '--stack',
    `no stack ${JSON.stringify(name)} tells other teams anything`,
    `Name one of: ${stackNames.join(', ')}.`,
  );
};

const sayOne = ([outputs]: readonly EnvironmentOutputs[], { output }: CommandContext): number => {
  if (outputs === undefined) return exitCodes.ok;
  // Of what is sensitive only the names: this goes to terminals and logs.
  output.document({ ...outputs.record, secrets: Object.keys(outputs.secrets), published: publishedOf(outputs) });
  if (!output.json) sayEnvironment(output, outputs);
  return exitCodes.ok;
};

const sayStates = (said: StackSaid, { output }: CommandContext): number => {
  output.document({ schema: 1, ...said });
  if (!output.json) sayStack(output, said);
  return exitCodes.ok;
};

const sayAll = (read: readonly EnvironmentOutputs[], { output }: CommandContext): number => {
  const record = fleetRecord(read.map((each) => each.record));
  output.document(record);
  if (!output.json) sayFleet(output, record);
  return exitCodes.ok;
};

const help = `
Reads the states of the four stacks by Terraform, with the backend files and the role that hoist drift reads with; takes no lock,
writes nothing. It is the record that packages/state-readers publishes by Pulumi, and needs no Pulumi; hoist drift reports what Pulumi made and
this record does not name. Values that Terraform marks sensitive are named and not shown.

Examples:
  $ hoist outputs dev                                        endpoints, networks, caches, topics
  $ hoist outputs dev --json | jq '.regions["eu-west-1"].cache'
  $ hoist outputs dev --stack application                    those of one stack, before the others are applied
  $ hoist outputs --json | jq .promotion                     who runs which image; overlaps, regions, what lags

${exitCodesHelp({
  ok: 'all states that were asked for could be read',
  unreadable:
    'an output is missing or of another type, or a state is not there; the message names it, and those that could be read',
  unreachable: 'Terraform is not on the machine',
})}`;
