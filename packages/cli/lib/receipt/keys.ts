import { createPublicKey, type KeyObject } from 'node:crypto';
import { mkdirSync, readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { InvalidInputError } from '@flaghoist/core/errors';
import { memberOf } from '@flaghoist/core/json';
import { type ReceiptKey, receiptKeyOf } from '@flaghoist/receipts/signer';
import { clientOf, type ServerOption } from '../client/command.ts';
import type { CommandContext } from '../command.ts';
import { exitCodes } from '../exit-codes.ts';
import { readInput } from '../read-input.ts';
import { stateFolder } from '../state-folder.ts';
import { WrongUseError } from '../wrong-use.ts';
import type { VerifyOptions } from './options.ts';

type Variables = CommandContext['variables'];

const PUBLISHED = '/.well-known/flaghoist-receipt-keys';

const pinnedFolder = (variables: Variables): string => join(stateFolder(variables), 'receipt-keys');

/** The keys that a receipt is held to. @throws WrongUseError where there is none */
export const trustedKeys = async (options: VerifyOptions, context: CommandContext): Promise<readonly ReceiptKey[]> => {
  const { key: files, server } = options;
  if (files !== undefined) return files.flatMap((file) => keysIn(file, readInput(file)));
  if (server !== undefined) return publishedKeys(options, context);
  const pinned = pinnedKeys(context.variables);
  if (pinned.length > 0) return pinned;
  throw new WrongUseError(
    'there is no key to hold it to',
    'Give one with --key, or keep those of a server with hoist receipt pin.',
  );
};

const pinnedKeys = (variables: Variables): readonly ReceiptKey[] => {
  const folder = pinnedFolder(variables);
  return namesIn(folder).flatMap((name) => keysIn(join(folder, name), readInput(join(folder, name))));
};

const namesIn = (folder: string): readonly string[] => {
  try {
    return readdirSync(folder).toSorted();
  } catch {
    // Nobody has pinned any.
    return [];
  }
};

/** PEM, or a JWK Set. @throws InvalidInputError */
const keysIn = (place: string, text: string): readonly ReceiptKey[] => {
  try {
    return text.trimStart().startsWith('{')
      ? keysOfSet(JSON.parse(text), place)
      : [receiptKeyOf(ed25519(createPublicKey(text)))];
  } catch (error) {
    if (error instanceof InvalidInputError) throw error;
    throw new InvalidInputError(place, ['it is no public Ed25519 key, and no set of them'], FORM, error);
  }
};

const FORM = 'Give a file of public-keys of the data folder, or what the server publishes.';

const ed25519 = (key: KeyObject): KeyObject => {
  if (key.asymmetricKeyType === 'ed25519') return key;
  throw new TypeError(`a key of the kind ${key.asymmetricKeyType}`);
};

const keysOfSet = (set: unknown, place: string): readonly ReceiptKey[] => {
  const keys = memberOf(set, 'keys');
  if (!Array.isArray(keys)) throw new InvalidInputError(place, ['/keys: is no list'], FORM);
  return keys.map((key) => receiptKeyOf(ed25519(createPublicKey({ key, format: 'jwk' }))));
};

const publishedKeys = async (options: ServerOption, context: CommandContext): Promise<readonly ReceiptKey[]> => {
  const client = clientOf(options, context);
  return keysOfSet(await client.get(PUBLISHED), `${client.url}${PUBLISHED}`);
};

/** Keeps what a server publishes. */
export const pinKeys = async (options: ServerOption, context: CommandContext): Promise<number> => {
  const { output, variables } = context;
  const keys = await publishedKeys(options, context);
  const known = new Set(pinnedKeys(variables).map(({ id }) => id));
  const folder = pinnedFolder(variables);
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  const fresh = keys.filter(({ id }) => !known.has(id));
  for (const { id, key } of fresh)
    writeFileSync(join(folder, `${id}.pem`), key.export({ type: 'spki', format: 'pem' }), { flag: 'wx' });
  output.document({ folder, keys: keys.map(({ id }) => id), fresh: fresh.map(({ id }) => id) });
  for (const { id } of output.json ? [] : keys)
    output.say(`${id} ${known.has(id) ? 'was kept before' : `is kept in ${folder}`}`);
  return exitCodes.ok;
};
