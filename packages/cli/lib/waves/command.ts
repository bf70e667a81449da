import { type WaveName, waveNames } from '@flaghoist/waves/order';
import { Command, InvalidArgumentError, Option } from 'commander';
import type { CommandFactory } from '../command.ts';
import { exitCodesHelp } from '../exit-codes.ts';
import { each, numberBetween } from '../option-values.ts';
import { type ApplyOptions, apply } from './apply.ts';
import { type PlanOptions, plan } from './plan.ts';

/** As a refusal names it: an address is in many parts. */
const allowance = (value: string, before: readonly string[]): readonly string[] => {
  if (/^[a-z-]+ [a-z0-9-]+:./.test(value)) return [...before, value];
  throw new InvalidArgumentError("It must name the part too, as the refusal does: 'flags-region eu-west-1:<address>'.");
};

/** What both have. */
const shared = (command: Command): Command =>
  command
    .argument('<environment>', 'its name, as in fleet/environments.json')
    .option('--sources <folder>', 'the folder infra-tf/lib (default: that of this checkout)')
    .option('--plans <folder>', 'where the plans are kept (default: .hoist/waves/<environment> of the checkout)')
    .option('--at-once <count>', 'states that are worked on at the same time', numberBetween(1, 999), 4);

/** `hoist waves`: the stacks of the flags, in every region of an environment. */
export const wavesCommand: CommandFactory = (run) =>
  new Command('waves')
    .description('bring the stacks of the flags to every region of an environment, or back, wave by wave')
    .addHelpText('after', help)
    .addCommand(
      shared(new Command('plan').description('show what would happen in each wave, and save the plans of it'))
        .option('--back', 'go back to what this checkout has: home first', false)
        .option('--remove <region>', 'take a region away that is draining')
        .option('--deployment <file>', 'how the parts are called (default: what the state of home says)')
        .option('--pilot <region>', 'the region that is upgraded before the others')
        .option('--allow-replace <part:address>', 'let this resource of this part be replaced', allowance, [])
        .option('--allow-destroy <part:address>', 'let this resource of this part be destroyed', allowance, [])
        .addHelpText('after', planHelp)
        .action(async (environment: string, options: PlanOptions) =>
          run((context) => plan(environment, options, context)),
        ),
    )
    .addCommand(
      shared(new Command('apply').description('apply the plans that were shown, and stop at the first failure'))
        .option('--only <region>', 'apply nothing in other regions', each, [])
        .addOption(new Option('--stop-after <wave>', 'the last wave to apply').choices(waveNames))
        .option('--gate <command>', 'a command that ends with 0 where the region HOIST_REGION is well')
        .option(
          '--settle <seconds>',
          'how long a wave is left alone before the gate is asked',
          numberBetween(0, 86_400),
          120,
        )
        .addHelpText('after', applyHelp)
        .action(async (environment: string, options: ApplyOptions & { readonly stopAfter?: WaveName }) =>
          run((context) => apply(environment, options, context)),
        ),
    );

const help = `
The stacks are region-foundation and flags-region, once in each region, and flags-global, in home: one Terraform state each.
This is the order, in which a new environment is created and one that is there is upgraded:
  foundation   home's, where home is new: keys of other regions are replicas of its key
  foundations  those of other regions that are new
  global       the tables and their replicas
  pilot        one region: its foundation, then its functions
  regions      the other regions, some at the same time
  home         home's, which is last: it accepts changes in the name of all regions (the standby's, once home was moved there)
  joining      the functions of regions that are new
--back is the other way round: home first, because it must no longer accept what a region no longer knows.

Examples:
  $ hoist waves plan dev                          a table by wave, stack and region
  $ hoist waves apply dev                         what that has shown, and nothing else

${exitCodesHelp({}, ['ok', 'no', 'usage', 'unreadable', 'unreachable', 'defect', 'interrupted'])}`;

const planHelp = `
Nothing is changed, and no lock is taken. The plans are saved; they hold what the resources hold, so only you may read them.
What reads something that is not there yet cannot be planned, and is shown as "planned after …". hoist waves apply does not stop for it: it
plans each such state in its turn and applies it at once, as long as that destroys and replaces nothing. Whoever must see it first applies
with --stop-after the wave before, and plans again: in a new environment --stop-after foundation, then foundations, then global.
What would be destroyed or replaced is named, and refused until it is allowed by its part and address. --remove destroys a region that
is draining in fleet/topology.json and in the newest version that is published: its functions, then its replica of the tables, then its
foundation. The tables of home and standby are asked for that, and for where home is now: that region is upgraded last, and goes back first.

Examples:
  $ hoist waves plan prod --pilot eu-west-2
  $ hoist waves plan prod --allow-replace 'region-foundation eu-west-2:module.cache[0].aws_elasticache_replication_group.this'
  $ git switch --detach v41 && hoist waves plan prod --back       the way back to a former release
  $ hoist waves plan prod --remove sa-east-1

${exitCodesHelp({ ok: 'planned, be there something to do or not', no: 'something is refused; all of it is shown' }, [
  'usage',
  'unreadable',
  'unreachable',
  'defect',
  'interrupted',
])}`;

const applyHelp = `
Run it again after a failure or Ctrl-C: what is done is passed over. A state that has moved since it was planned is planned once
more, and that is applied only when it does nothing to other addresses, nothing else to these, and has the same inputs. The first Ctrl-C begins nothing new and lets what
runs go to its end; the second lets Terraform end after the resource that it is at. Locks are released both times.

The gate is asked after each wave, home's too, but for the one that --stop-after names.

Examples:
  $ hoist waves apply prod --stop-after pilot     look at the pilot for a day, then go on without it
  $ hoist waves apply dev --stop-after foundation     a new environment: then plan again, which shows the next wave
  $ hoist waves apply prod --only eu-west-2
  $ hoist waves apply prod --gate './is-region-well "$HOIST_REGION"' --settle 300
  $ hoist waves apply prod --json | jq '.parts[] | select(.outcome == "failed")'

${exitCodesHelp(
  {
    ok: 'all is applied, up to where it was asked to',
    no: 'refused, failed, or a region is not well; it says what is done',
  },
  ['usage', 'unreadable', 'unreachable', 'defect', 'interrupted'],
)}`;
