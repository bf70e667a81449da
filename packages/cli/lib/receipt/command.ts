import { Command } from 'commander';
import { type ServerOption, serverOption } from '../client/command.ts';
import type { CommandFactory } from '../command.ts';
import { exitCodesHelp } from '../exit-codes.ts';
import type { FetchOptions, VerifyOptions } from './options.ts';

/** `hoist receipt`: what an auditor keeps of a change. */
export const receiptCommand: CommandFactory = (run) =>
  serverOption(
    new Command('receipt')
      .description('write the signed receipt of a change that has ended; verify one, or a row of one, without a server')
      .argument('<change>', 'a flag, for its newest change; or one of its changes: <flag>@<epoch>.<revision>')
      .option('--out <file>', 'where to write it (default: <change>.receipt.json)'),
  )
    .addHelpText('after', examples)
    .action(async (change: string, options: FetchOptions) =>
      run(async (context) => (await import('./fetch.ts')).fetchReceipt(change, options, context)),
    )
    .addCommand(
      serverOption(
        new Command('verify')
          .description('say whether a receipt, or the proof of a row, is what was signed, and name what was altered')
          .argument('<file>', 'as hoist receipt or hoist receipt prove wrote it')
          .option('--key <files...>', 'the public keys that it is held to: PEM, or a JWK Set')
          .option('--environment <name>', 'the environment that it must be of; PEM files do not say whose they are'),
      )
        .addHelpText('after', verifyExamples)
        .action(async (file: string, _: VerifyOptions, command: Command) =>
          run(async (context) => (await import('./verify.ts')).verifyReceipt(file, command.optsWithGlobals(), context)),
        ),
    )
    .addCommand(
      new Command('prove')
        .description('print one row of a receipt with what it takes to hold it to the signature, and no other row')
        .argument('<file>', 'the receipt')
        .argument('<service>', 'whose cache')
        .argument('<region>', 'where')
        .addHelpText('after', proveExamples)
        .action(async (file: string, service: string, region: string) =>
          run(async (context) => (await import('./prove.ts')).proveReceipt(file, { service, region }, context)),
        ),
    )
    .addCommand(
      serverOption(
        new Command('pin').description('keep the public keys that a server publishes, for hoist receipt verify'),
      )
        .addHelpText('after', pinExamples)
        .action(async (_: ServerOption, command: Command) =>
          run(async (context) => (await import('./keys.ts')).pinKeys(command.optsWithGlobals(), context)),
        ),
    );

const offline = ['usage', 'unreadable', 'defect', 'interrupted'] as const;

const examples = `
A change that nobody has decided yet has no receipt. docs/receipts.md says what one contains.

Examples:
  $ hoist receipt checkout.new-form
  $ hoist receipt checkout.new-form@1.4 --out audit/form-1.4.json

${exitCodesHelp({ ok: 'it was written', no: 'there is no such change, or it has not ended yet' }, ['usage', 'unreachable', 'defect', 'interrupted'])}`;

const verifyExamples = `
Without --key it is held to the keys that hoist receipt pin has kept on this machine for the environment that it names; with --server to those
that a server publishes now. A key of another environment is refused.

Examples:
  $ hoist receipt verify checkout.new-form@1.4.receipt.json
  $ hoist receipt verify row.json --key public-keys/*.pem --environment prod

${exitCodesHelp({ ok: 'it is what was signed', no: 'it is not: what was altered is named' }, [...offline, 'unreachable'])}`;

const proveExamples = `
Examples:
  $ hoist receipt prove checkout.new-form@1.4.receipt.json login eu-west-1 > row.json
  $ hoist receipt verify row.json

${exitCodesHelp({ ok: 'it was printed' }, offline)}`;

const pinExamples = `
Pin them once, over a connection that you trust; later every key that is new is named.

Examples:
  $ hoist receipt pin
  $ hoist receipt pin --server https://flags.bank.example

${exitCodesHelp({ ok: 'they are kept' }, ['usage', 'unreachable', 'defect', 'interrupted'])}`;
