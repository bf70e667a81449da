import { Command } from 'commander';
import type { CommandFactory } from '../command.ts';
import { exitCodesHelp } from '../exit-codes.ts';
import { type ParityOptions, prove } from './prove.ts';
import { type VerifyOptions, verify } from './verify.ts';

/** `hoist parity`: whether the environments are the same but for what may differ. */
export const parityCommand: CommandFactory = (run) =>
  new Command('parity')
    .description('prove that all environments are the same but for what fleet/parity.yaml allows')
    .option('--stack <name>', 'the stack to plan in each environment', 'application')
    .option('--sources <folder>', 'the folder infra-tf/lib (default: that of this checkout)')
    .option('--allow-list <file>', 'allowed differences (default: fleet/parity.yaml)')
    .option(
      '--plans <folder>',
      'compare <workspace>.json in it, as terraform show -json wrote them, instead of planning',
    )
    .option(
      '--states [folder]',
      'compare what is applied, read now as hoist drift reads it; or <workspace>.json in a folder, as terraform show -json wrote it of a refreshed plan',
    )
    .option('--html <file>', 'write the report as a page that needs nothing beside it')
    .option('--evidence <folder>', 'write a bundle for auditors: report, inputs, versions, hashes')
    .option('--verify <folder>', 'only check that such a bundle is complete and of one piece')
    .option('--manifest-sha256 <hash>', 'with --verify: and that it is the one whose manifest has this hash')
    .option('--at <time>', 'judge expiry dates as at this time, such as 2026-12-24T06:00Z, instead of now')
    .addHelpText('after', help)
    .action(async (options: ParityOptions & VerifyOptions) => {
      const verifies = options.verify !== undefined || options.manifestSha256 !== undefined;
      return run((context) => (verifies ? verify(options, context) : prove(options, context)));
    });

const help = `
All environments of fleet/environments.json are planned from the same sources, three at a time, without a network or credentials.
Of a stack with a state for each region home is compared with home, standby with standby, and another region with another region.
A value that is known only after apply is compared by what it is made of, and undecided where that differs or decides; --states compares
the values themselves. It needs what hoist drift needs, takes no lock and writes nothing. Elsewhere, in the workspace of each environment:
terraform plan -refresh-only -lock=false -out=now.tfplan, then terraform show -json now.tfplan > states/<workspace>.json
Names, regions, accounts, zones and networks are taken for what they mean; all else must be the same.

Examples:
  $ hoist parity                               plan, compare, show what differs
  $ hoist parity --html parity.html            the same as a page to search
  $ hoist parity --stack region-foundation     what the flags of a region stand on: in home, in its standby, and elsewhere
  $ hoist parity --stack flags-region          the functions of the flags, in the same three parts
  $ hoist parity --states                      what is applied, where nothing is unknown
  $ hoist parity --json | jq .counts           for scripts
  $ hoist parity --evidence evidence/2026-q4   keep the proof
  $ hoist parity --verify evidence/2026-q4 --manifest-sha256 4f1c…    is it still what was written?

--evidence prints the SHA-256 of the bundle's MANIFEST. Keep it, or a signature of the MANIFEST, where nobody can write who
can write to the bundle: without it, --verify tells that the files fit each other, not where they come from.

A difference that is meant stands in fleet/parity.yaml:
  - path: var.desired_count
    direction: increasing          # or decreasing, literal, any: along the environments' order
    reason: Production carries the load, the others need one task to be tested.
    owner: platform-team
    expires: 2027-03-31

${exitCodesHelp({
  ok: 'parity',
  no: 'violations or entries to look at',
  unreadable: 'input cannot be read, or an environment cannot be planned',
  unreachable: 'what is applied is out of reach, or Terraform is not on the machine',
})}`;
