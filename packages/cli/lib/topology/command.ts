import { join } from 'node:path';
import { evaluatorOf, evaluatorText } from '@flaghoist/core/evaluator';
import { parseTopology } from '@flaghoist/core/topology';
import { fleetBeside } from '@flaghoist/fleet/environments';
import { evaluatorApproval } from '@flaghoist/operations/change-evaluator';
import { publishTopology } from '@flaghoist/operations/publish-topology';
import { Command } from 'commander';
import { worldOf } from '../aws/world-of.ts';
import type { CommandContext, CommandFactory } from '../command.ts';
import { exitCodes, exitCodesHelp } from '../exit-codes.ts';
import type { Output } from '../output.ts';
import { readInput } from '../read-input.ts';
import { findSources } from '../sources.ts';
import { partOf } from './part-of.ts';
import { promotionDue, sayPromotionDue } from './promotion-due.ts';
import { sayWarnings } from './say-warnings.ts';

interface PublishOptions {
  readonly deployment: string;
  readonly sources?: string;
}

/** `hoist topology`: which regions and services there are. */
export const topologyCommand: CommandFactory = (run) =>
  new Command('topology')
    .description('tell a deployed world which regions and services there are')
    .addHelpText('after', examples)
    .addCommand(
      new Command('publish')
        .description('publish what an environment has of the topology, and wait until each of its regions has it')
        .argument('[file]', 'the topology of all environments (default: fleet/topology.json of this checkout)')
        .requiredOption('--deployment <file>', "how the world's parts are called: terraform output -json deployment")
        .option('--sources <folder>', 'the folder infra-tf/lib (default: that of this checkout)')
        .addHelpText('after', publishExamples)
        .action(async (file: string | undefined, options: PublishOptions) =>
          run((context) => publish(file, options, context)),
        ),
    )
    .addCommand(
      new Command('approve')
        .description('approve, in your own name, a version whose evaluator puts callers into other buckets')
        .argument('[file]', 'as it will be published (default: fleet/topology.json of this checkout)')
        .requiredOption('--deployment <file>', "how the world's parts are called: terraform output -json deployment")
        .option('--sources <folder>', 'the folder infra-tf/lib (default: that of this checkout)')
        .addHelpText('after', approveExamples)
        .action(async (file: string | undefined, options: PublishOptions) =>
          run((context) => approve(file, options, context)),
        ),
    );

/** The part of a topology that is the deployed environment's. */
const wantedOf = (named: string | undefined, options: PublishOptions, output: Output) => {
  const fleet = fleetBeside(findSources(options.sources, '.'));
  const world = worldOf(options.deployment, output);
  const file = named ?? join(fleet, 'topology.json');
  return { world, topology: partOf(parseTopology(readInput(file), file), world.deployment, fleet) };
};

const approve = async (
  named: string | undefined,
  options: PublishOptions,
  { output }: CommandContext,
): Promise<number> => {
  const { world, topology } = wantedOf(named, options, output);
  const { approvalsOf, callerIn } = await import('../aws/ports.ts');
  const principal = await callerIn(topology.home);
  const approval = evaluatorApproval(topology);
  const approvals = await approvalsOf(world, topology.home, principal);
  await approvals.approve(approval);
  output.document({ version: topology.version, digest: approval.proposalDigest, principal });
  if (!output.json) {
    const evaluator = evaluatorText(evaluatorOf(topology));
    output.say(
      `Version ${topology.version} of the topology, with evaluator ${evaluator}, is approved by ${principal}.`,
    );
  }
  return exitCodes.ok;
};

const publish = async (
  named: string | undefined,
  options: PublishOptions,
  { output }: CommandContext,
): Promise<number> => {
  const { world, topology } = wantedOf(named, options, output);
  // The clients of AWS are much code, and nobody else needs them.
  const { callerIn, membershipPorts } = await import('../aws/ports.ts');
  const principal = await callerIn(topology.home);
  const ports = await membershipPorts(world, topology.home);
  const { transitions, warnings } = await publishTopology(topology, { principal }, ports);
  const { version } = topology;
  const due = await promotionDue(ports.home, output);
  output.document({ version, transitions, warnings, promotionDue: due });
  if (output.json) return exitCodes.ok;
  output.say(`Version ${version} of the topology is in every region of ${world.deployment.environment}.`);
  for (const { what, name, from, to } of transitions)
    output.say(`  ${what} ${name}: ${from ?? 'absent'} → ${to ?? 'absent'}`);
  sayWarnings(warnings, output);
  sayPromotionDue(due, topology.home, output);
  return exitCodes.ok;
};

const examples = `
Examples:
  $ hoist topology publish --deployment deployment.json     its part of fleet/topology.json, in its regions

${exitCodesHelp({}, ['ok', 'usage', 'defect', 'interrupted'])}`;

const approveExamples = `
An approval is for this version of the topology, to the letter: another one needs another approval. Nobody approves what they publish.

Examples:
  $ hoist topology approve --deployment deployment.json
  $ hoist topology approve next.json --deployment deployment.json

${exitCodesHelp({ ok: 'it is approved in your name', unreachable: 'out of reach' })}`;

const publishExamples = `
The deployment says which environment it is; that has the regions, the home and the standby that fleet/environments.json says, and all
services. Its version must follow the newest one that is published. Services and regions join, serve, drain and go one step at a time;
none of them may vanish before it drains, and a service stays in its cell. The same version may be published again: then it
only waits for the regions. A version is refused under which services would newly draw a flag otherwise than the agents; flags of which
that was so before are warnings. Agents go over to another "evaluator" within two minutes; a version that names one is refused while an
agent that is alive does not report that it carries it, and, where it puts callers into other buckets, until hoist topology approve was
run with the same file by somebody else who may publish a topology.
At last it looks whether a region accepts changes yet. What is published stays so, and the exit code 0, also where that cannot be read.

Examples:
  $ terraform output -json deployment > deployment.json     in the stack of the flags
  $ hoist topology publish --deployment deployment.json
  $ hoist topology publish next.json --deployment deployment.json --json | jq .transitions
  $ hoist topology publish --deployment deployment.json --json | jq .promotionDue     true: hoist promote is next; null: unknown

${exitCodesHelp({
  ok: 'every region has it',
  no: 'refused, and nothing was published',
  unreachable:
    'out of reach; or it is published, and after ten minutes a region does not have it: publish it again to wait',
})}`;
