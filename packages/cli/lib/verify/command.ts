import type { ChangeState } from '@flaghoist/core/change';
import { type Order, orderSchema } from '@flaghoist/core/order';
import type { Proof } from '@flaghoist/core/proof';
import { visibleText } from '@flaghoist/core/visible-text';
import { type Followed, verifyChange } from '@flaghoist/operations/verify-change';
import { Command } from 'commander';
import * as z from 'zod/mini';
import { worldOf } from '../aws/world-of.ts';
import type { CommandContext, CommandFactory } from '../command.ts';
import { type EndingName, exitCodes, exitCodesHelp } from '../exit-codes.ts';
import { numberBetween } from '../option-values.ts';
import type { Output } from '../output.ts';
import { worldOption } from '../world-option.ts';
import { WrongUseError } from '../wrong-use.ts';

interface VerifyOptions {
  readonly deployment: string;
  readonly wait: number;
}

/** `hoist verify`: whether every cache holds a change, now. */
export const verifyCommand: CommandFactory = (run) =>
  new Command('verify')
    .description('have every region look whether its caches hold a change, and follow it to the verdict')
    .argument('<change>', 'a flag, for the change that it has now; or one of its changes: <flag>@<epoch>.<revision>')
    .addOption(worldOption())
    .requiredOption('--deployment <file>', "how the world's parts are called: terraform output -json deployment")
    .option('--wait <seconds>', 'how long it is followed', numberBetween(1, 999), 150)
    .addHelpText('after', examples)
    .action(async (change: string, options: VerifyOptions) => run((context) => verify(change, options, context)));

const verify = async (
  text: string,
  { deployment, wait }: VerifyOptions,
  { output }: CommandContext,
): Promise<number> => {
  const change = changeIn(text);
  const world = worldOf(deployment, output);
  // The clients of AWS are much code, and nobody else needs them.
  const [{ homeOf }, { verifyPorts }] = await Promise.all([
    import('../aws/ports.ts'),
    import('../aws/verify-ports.ts'),
  ]);
  const home = await homeOf(world, world.deployment.home);
  const onProof = (proof: Proof): void => output.progress(lineOf(proof));
  const followed = await verifyChange({ ...change, waitMs: wait * 1000, onProof }, verifyPorts(world, home));
  output.document({ schema: 1, environment: world.deployment.environment, home, ...followed });
  if (!output.json) sayFollowed(output, followed);
  return exitCodes[ENDINGS[followed.state]];
};

const ENDINGS: Readonly<Record<ChangeState, EndingName>> = {
  verified: 'ok',
  'rolled-back': 'rolledBack',
  held: 'held',
  superseded: 'superseded',
  unverified: 'unverified',
  accepted: 'unverified',
};

/** @throws {WrongUseError} */
const changeIn = (text: string): { readonly flagKey: string; readonly order?: Order } => {
  const [, flagKey = '', epoch, revision] = /^([^@\s]+)(?:@(\d{1,6})\.(\d{1,12}))?$/.exec(text) ?? [];
  const order = z.safeParse(orderSchema, { epoch: Number(epoch), revision: Number(revision) });
  if (flagKey === '' || (epoch !== undefined && !order.success)) {
    throw new WrongUseError(
      `${JSON.stringify(text)} names no change`,
      'Name a flag, or one of its changes by epoch and revision: new-checkout@1.42.',
    );
  }
  return order.success ? { flagKey, order: order.data } : { flagKey };
};

const lineOf = ({ region, verdict, services }: Proof): string =>
  visibleText(`${region}: ${verdict}${services.length === 0 ? '' : ` (${services.join(', ')})`}`);

const sayFollowed = (output: Output, followed: Followed): void => {
  const { flagKey, order, changeId, state, unproven, unreachable } = followed;
  const { green, yellow, red } = output.colours;
  const colour = state === 'verified' ? green : state === 'rolled-back' ? red : yellow;
  const away = unreachable.length === 0 ? '' : `; out of reach: ${unreachable.join(', ')}`;
  const missing = (unproven.length === 0 ? '' : `; not proven in ${unproven.join(', ')}`) + away;
  const name = `${flagKey}@${order.epoch}.${order.revision}`;
  output.say(
    `${visibleText(name)} (${visibleText(changeId)}): ${colour(state === 'accepted' ? 'undecided' : state)}${missing}`,
  );
};

const examples = `
Regions that have proven the change are not asked again, and a change that is decided is only told of. An unverified change is
followed like an undecided one: a later look verifies it, or finds nothing new.

Examples:
  $ hoist verify new-checkout --deployment deployment.json               the change that the flag has now
  $ hoist verify new-checkout@1.42 --deployment deployment.json --wait 30
  $ hoist verify new-checkout --world aws --deployment deployment.json --json | jq .unproven

${exitCodesHelp({ ok: 'verified: every expected cache was seen holding it', no: 'home has no such change' }, [
  'rolledBack',
  'unverified',
  'held',
  'superseded',
  'usage',
  'unreadable',
  'unreachable',
  'defect',
  'interrupted',
])}`;
