import type { FlagView } from '@flaghoist/control-plane/views/schemas';
import type { FlagDocument } from '@flaghoist/core/envelope';
import { InvalidInputError } from '@flaghoist/core/errors';
import { isObject, own } from '@flaghoist/core/json';
import { type Order, orderSchema } from '@flaghoist/core/order';
import { readJson } from '@flaghoist/core/parse';
import * as z from 'zod/mini';
import type { Asked } from '../client/propose.ts';
import type { CommandContext } from '../command.ts';
import { readInput } from '../read-input.ts';
import { timeOf } from '../time-of.ts';
import { WrongUseError, wrongOption } from '../wrong-use.ts';
import type { SetOptions } from './options.ts';

interface Wanted {
  readonly flagKey: string;
  readonly variant: string | undefined;
  readonly options: SetOptions;
  readonly current: FlagView | undefined;
}

/** What is proposed, from what was typed and from what the flag is now. @throws WrongUseError */
export const wantedOf = async (wanted: Wanted, context: CommandContext): Promise<Asked> => {
  const { flagKey, options, current } = wanted;
  const exists = current !== undefined && current.state !== 'archived';
  const { owner, audience, needs } = options;
  if (!exists && owner === undefined)
    throw new WrongUseError(
      `there is no flag ${flagKey}`,
      'Name its team with --owner to create it; hoist list shows the flags that there are.',
    );
  const document = await documentOf(wanted, context);
  const offVariant = options.off ?? (exists ? undefined : offIn(document));
  return {
    flagKey,
    kind: exists ? 'updated' : 'created',
    basedOn: basedOnOf(options.expect, current),
    document,
    ...(offVariant === undefined ? {} : { offVariant }),
    ...(audience === undefined ? (exists ? {} : { audience: '*' as const }) : { audience: audienceOf(audience) }),
    ...(owner === undefined ? {} : { owner }),
    ...(needs === undefined ? {} : { prerequisites: listOf(needs) }),
    ...(options.at === undefined ? {} : { notBefore: timeOf(options.at) }),
  };
};

const listOf = (text: string): string[] =>
  text
    .split(',')
    .map((each) => each.trim())
    .filter((each) => each !== '');

const audienceOf = (text: string): '*' | string[] => (text.trim() === '*' ? '*' : listOf(text));

const basedOnOf = (expected: string | undefined, current: FlagView | undefined): Order | null => {
  if (expected === undefined) return current === undefined ? null : { ...current.order };
  if (expected === 'none') return null;
  const [, epoch, revision] = /^(\d+)\.(\d+)$/.exec(expected) ?? [];
  const order = z.safeParse(orderSchema, { epoch: Number(epoch), revision: Number(revision) });
  if (order.success) return order.data;
  throw wrongOption(
    '--expect',
    `${JSON.stringify(expected)} is no order`,
    'Write it as 1.4, as hoist get shows it, or none.',
  );
};

const documentOf = async (
  { variant, options, current, flagKey }: Wanted,
  { stdin }: CommandContext,
): Promise<FlagDocument> => {
  const { file } = options;
  const base =
    file === undefined ? (current?.document ?? undefined) : fileOf(await contentOf(file, stdin), file, flagKey);
  const document = base ?? { state: 'ENABLED', variants: { on: true, off: false }, defaultVariant: 'off' };
  if (variant === undefined) {
    if (file !== undefined) return document;
    throw new WrongUseError('what it should serve is missing', 'Name a variant, or its whole definition with --file.');
  }
  const variants = own(document, 'variants');
  if (isObject(variants) && !Object.hasOwn(variants, variant))
    throw new WrongUseError(
      `${flagKey} has no variant ${JSON.stringify(variant)}`,
      `Name one of ${Object.keys(variants).join(', ')}, or give it another one with --file.`,
    );
  return { ...document, defaultVariant: variant };
};

const contentOf = async (file: string, stdin: CommandContext['stdin']): Promise<string> => {
  if (file !== '-') return readInput(file);
  let text = '';
  for await (const chunk of stdin().setEncoding('utf8')) text += chunk;
  return text;
};

/** One flag, as it is or as the only one, or the one of this key, of a flagd file. */
const fileOf = (text: string, file: string, flagKey: string): FlagDocument => {
  const hint = 'Write the definition of the flag: state, variants, defaultVariant, targeting.';
  const content = readJson(text, { what: file, hint });
  if (!isObject(content)) throw new InvalidInputError(file, ['it is no definition of a flag, and no flagd file'], hint);
  const flags = own(content, 'flags');
  if (!isObject(flags)) return content;
  const flag = own(flags, flagKey);
  if (isObject(flag)) return flag;
  throw new WrongUseError(`${file} has no flag ${flagKey}`, `It has ${Object.keys(flags).join(', ')}.`);
};

/** What a kill of a new flag would serve. Without one the rules say what is missing. */
const offIn = (document: FlagDocument): string | undefined => {
  const variants = own(document, 'variants');
  if (!isObject(variants)) return undefined;
  return (
    Object.keys(variants).find((name) => variants[name] === false) ??
    (Object.hasOwn(variants, 'off') ? 'off' : undefined)
  );
};
