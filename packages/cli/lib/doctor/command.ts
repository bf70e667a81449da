import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { firstNames } from '@flaghoist/core/first-names';
import { visibleText } from '@flaghoist/core/visible-text';
import { sideBySide } from '@flaghoist/terraform/side-by-side';
import { Command } from 'commander';
import { worldOf } from '../aws/world-of.ts';
import type { CommandContext, CommandFactory } from '../command.ts';
import { exitCodes, exitCodesHelp } from '../exit-codes.ts';
import { obstacleTo } from '../folders.ts';
import { each } from '../option-values.ts';
import type { Output } from '../output.ts';
import { counted } from '../terminal.ts';
import { timeOf } from '../time-of.ts';
import { worldOption } from '../world-option.ts';
import { wrongOption } from '../wrong-use.ts';
import { type Finding, made, type Status } from './finding.ts';
import { probe } from './probe.ts';
import { lookAtRegion } from './region-checks.ts';

interface DoctorOptions {
  readonly deployment: string;
  readonly region: readonly string[];
  readonly probe?: string;
  readonly out?: string;
}

/** `hoist doctor`: whether a world that is deployed can do what it promises. */
export const doctorCommand: CommandFactory = (run) =>
  new Command('doctor')
    .description('look whether a deployed world can do what it promises, and measure what only it can tell')
    .addOption(worldOption())
    .requiredOption('--deployment <file>', "how the world's parts are called: terraform output -json deployment")
    .option('--region <region>', 'look at this region only; may be given more than once', each, [])
    .option('--probe <service>', 'change the flag hoist-doctor-probe for this service, and measure its way')
    .option('--out <folder>', 'keep the result as a dated file there')
    .addHelpText('after', examples)
    .action(async (options: DoctorOptions) => run((context) => examine(options, context)));

/** Services that a refusal names: few enough to be read. */
const NAMED = 12;

const examine = async (options: DoctorOptions, { output }: CommandContext): Promise<number> => {
  const world = worldOf(options.deployment, output);
  const { environment, regions: all, home: first } = world.deployment;
  const unknown = options.region.filter((region) => !all.includes(region));
  if (unknown.length > 0) {
    throw wrongOption(
      '--region',
      `${environment} has no region ${unknown.join(', ')}`,
      `Name one of: ${all.join(', ')}.`,
    );
  }
  // Before the probe changes anything: a result that cannot be kept would have to be measured again.
  const obstacle = options.out === undefined ? undefined : obstacleTo(options.out);
  if (obstacle !== undefined) {
    throw wrongOption('--out', `${obstacle} is no folder that can be written to`, 'Name another folder.');
  }
  // The clients of AWS are much code, and nobody else needs them.
  const [{ callerIn, homeOf }, ports] = await Promise.all([
    import('../aws/ports.ts'),
    import('../aws/doctor-ports.ts'),
  ]);
  const principal = await callerIn(first);
  const home = await homeOf(world, first);
  const expected = await ports.expectedOf(world, home);
  const service = expected.topology.services.find(({ name }) => name === options.probe);
  if (options.probe !== undefined && service === undefined) {
    throw wrongOption(
      '--probe',
      `no service is called ${options.probe}`,
      `Name a service of the topology that is published: ${firstNames(
        expected.topology.services.map(({ name }) => name),
        NAMED,
      )}.`,
    );
  }
  const regions = options.region.length === 0 ? all : options.region;
  const general = [
    await made(home, 'credentials', async () => ({ status: 'well', found: principal })),
    await made(home, 'topology', async () => ({
      status: 'well',
      found: `version ${expected.topology.version}, home in epoch ${expected.home.epoch}, ${counted(expected.topology.services.length, 'service')}`,
    })),
  ];
  const looked = await sideBySide(regions, 4, async (region) => {
    output.progress(`Looking at ${region} …`);
    return lookAtRegion(ports.regionView(world, region), expected);
  });
  const probed =
    service === undefined
      ? []
      : await probe({ service: service.name, owner: service.owner }, ports.probePorts(world, { home, principal }));
  const findings = [...general, ...looked.flat(), ...probed];
  const result = { schema: 1, environment, at: new Date(timeOf(undefined)).toISOString(), home, regions, findings };
  if (options.out !== undefined) {
    const file = join(options.out, `doctor-${environment}-${result.at.slice(0, 10)}.json`);
    mkdirSync(options.out, { recursive: true });
    writeFileSync(file, `${JSON.stringify(result, null, 2)}\n`);
    output.progress(`Kept in ${file}.`);
  }
  output.document(result);
  if (!output.json) say(output, findings);
  if (findings.some(({ status }) => status === 'ill')) return exitCodes.no;
  return findings.some(({ status }) => status === 'unknown') ? exitCodes.unreachable : exitCodes.ok;
};

const say = (output: Output, findings: readonly Finding[]): void => {
  const { green, yellow, red, dim } = output.colours;
  const paint: Readonly<Record<Status, (text: string) => string>> = {
    well: green,
    look: yellow,
    ill: red,
    unknown: red,
  };
  const width = Math.max(...findings.map(({ check }) => check.length));
  for (const { region, check, status, found } of findings) {
    output.advise(
      `${paint[status](status.padEnd(7))}  ${dim(region.padEnd(14))}  ${check.padEnd(width)}  ${visibleText(found)}`,
    );
  }
  const count = (status: Status): number => findings.filter((each) => each.status === status).length;
  output.say(
    `${count('well')} well, ${count('look')} to look at, ${count('ill')} ill, ${count('unknown')} that could not be asked`,
  );
};

const examples = `
Nothing is changed but what --probe changes; a pass of the reconciler is made over each cell, as its schedule makes one every minute:
it logs in to the caches, which stand where only functions reach them. What you may not ask is said, with the action that was refused.

Examples:
  $ hoist doctor --deployment deployment.json
  $ hoist doctor --deployment deployment.json --region eu-west-2
  $ hoist doctor --world aws --deployment deployment.json --probe payments --out docs/measured
  $ hoist doctor --deployment deployment.json --json | jq '.findings[] | select(.status != "well")'

${exitCodesHelp(
  {
    ok: 'all is well, or to be looked at',
    no: 'something is ill',
    unreachable: 'out of reach, or something could not be asked',
  },
  ['usage', 'unreadable', 'defect', 'interrupted'],
)}`;
