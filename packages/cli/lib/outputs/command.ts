import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fleetBeside, readEnvironments } from '@flaghoist/fleet/environments';
import type { EnvironmentOutputs } from '@flaghoist/stack-outputs/environment-record';
import { fleetRecord } from '@flaghoist/stack-outputs/fleet-record';
import { publishedOf } from '@flaghoist/stack-outputs/parameters';
import { openTerraform } from '@flaghoist/terraform/terraform';
import { Command } from 'commander';
import type { CommandContext, CommandFactory } from '../command.ts';
import { exitCodes, exitCodesHelp } from '../exit-codes.ts';
import { findSources } from '../sources.ts';
import { WrongUseError } from '../wrong-use.ts';
import { outputsOf } from './read.ts';
import { sayEnvironment, sayFleet } from './table.ts';

interface OutputsOptions {
  readonly sources?: string;
}

/** `hoist outputs`: what Terraform's states say to other teams. */
export const outputsCommand: CommandFactory = (run) =>
  new Command('outputs')
    .description('show what the states of an environment tell other teams, or what crosses all environments')
    .argument('[environment]', 'its name, as in fleet/environments.json (default: what crosses all of them)')
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
  const workDirectory = mkdtempSync(join(tmpdir(), 'flaghoist-outputs-'));
  try {
    const terraform = await openTerraform(variables, signal);
    const read: EnvironmentOutputs[] = [];
    for (const environment of asked) {
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

const sayOne = ([outputs]: readonly EnvironmentOutputs[], { output }: CommandContext): number => {
  if (outputs === undefined) return exitCodes.ok;
  // Of what is sensitive only the names: this goes to terminals and logs.
  output.document({ ...outputs.record, secrets: Object.keys(outputs.secrets), published: publishedOf(outputs) });
  if (!output.json) sayEnvironment(output, outputs);
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
  $ hoist outputs --json | jq .promotion                     who runs which image; overlaps, regions, what lags

${exitCodesHelp({
  ok: 'all states could be read',
  unreadable: 'an output is missing or of another type, or a state is not there; the message names it',
  unreachable: 'Terraform is not on the machine',
})}`;
