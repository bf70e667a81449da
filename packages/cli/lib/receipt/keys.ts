import { createPublicKey, type KeyObject } from 'node:crypto';
import { mkdirSync, readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { FlaghoistError, InvalidInputError } from '@flaghoist/core/errors';
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

/** A folder for each environment, by its name. */
const pinnedFolder = (variables: Variables): string => join(stateFolder(variables), 'receipt-keys');

/** As `fleet/environments.json` has them, so that one is the name of a folder as well. */
const ENVIRONMENT = /^[a-z][a-z0-9-]{0,62}$/;

/** The keys that a receipt is held to. @throws WrongUseError where there is none */
export const trustedKeys = async (options: VerifyOptions, context: CommandContext): Promise<readonly ReceiptKey[]> => {
  const { key: files, server, environment } = options;
  if (files !== undefined) return files.flatMap((file) => keysIn(file, readInput(file), environment));
  if (server !== undefined) return (await publishedKeys(options, context)).keys;
  const pinned = pinnedKeys(context.variables);
  if (pinned.length > 0) return pinned;
  throw new WrongUseError(
    'there is no key to hold it to',
    'Give one with --key and --environment, or keep those of a server with hoist receipt pin.',
  );
};

const pinnedKeys = (variables: Variables): readonly ReceiptKey[] => {
  const folder = pinnedFolder(variables);
  return namesIn(folder)
    .filter((name) => ENVIRONMENT.test(name))
    .flatMap((environment) => {
      const files = namesIn(join(folder, environment)).map((name) => join(folder, environment, name));
      return files.flatMap((file) => keysIn(file, readInput(file), environment));
    });
};

const namesIn = (folder: string): readonly string[] => {
  try {
    return readdirSync(folder).toSorted();
  } catch {
    // Nobody has pinned any, or it is no folder.
    return [];
  }
};

/**
 * PEM, or a JWK Set as a server publishes it.
 *
 * @param environment whose keys those of a file are that does not say it
 * @throws InvalidInputError, WrongUseError
 */
const keysIn = (place: string, text: string, environment: string | undefined): readonly ReceiptKey[] => {
  try {
    if (text.trimStart().startsWith('{')) return keysOfSet(JSON.parse(text), place).keys;
    const key = ed25519(createPublicKey(text));
    if (environment !== undefined) return [receiptKeyOf(key, environment)];
    throw new WrongUseError(
      `${place} does not say of which environment the key is`,
      'Name the environment that it signs for with --environment.',
    );
  } catch (error) {
    if (error instanceof FlaghoistError) throw error;
    throw new InvalidInputError(place, ['it is no public Ed25519 key, and no set of them'], FORM, error);
  }
};

const FORM = 'Give a file of public-keys of the data folder, or what the server publishes.';

const ed25519 = (key: KeyObject): KeyObject => {
  if (key.asymmetricKeyType === 'ed25519') return key;
  throw new TypeError(`a key of the kind ${key.asymmetricKeyType}`);
};

interface KeySet {
  readonly environment: string;
  readonly keys: readonly ReceiptKey[];
}

const keysOfSet = (set: unknown, place: string): KeySet => {
  const [environment, keys] = [memberOf(set, 'environment'), memberOf(set, 'keys')];
  if (typeof environment !== 'string' || !ENVIRONMENT.test(environment))
    throw new InvalidInputError(place, ['/environment: names no environment'], FORM);
  if (!Array.isArray(keys)) throw new InvalidInputError(place, ['/keys: is no list'], FORM);
  return {
    environment,
    keys: keys.map((key) => receiptKeyOf(ed25519(createPublicKey({ key, format: 'jwk' })), environment)),
  };
};

const publishedKeys = async (options: ServerOption, context: CommandContext): Promise<KeySet> => {
  const client = await clientOf(options, context);
  return keysOfSet(await client.get(PUBLISHED), `${client.url}${PUBLISHED}`);
};

/** Keeps what a server publishes, for its environment. */
export const pinKeys = async (options: ServerOption, context: CommandContext): Promise<number> => {
  const { output, variables } = context;
  const { environment, keys } = await publishedKeys(options, context);
  const pinned = pinnedKeys(variables).filter((key) => key.environment === environment);
  const known = new Set(pinned.map(({ id }) => id));
  const folder = join(pinnedFolder(variables), environment);
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  const fresh = keys.filter(({ id }) => !known.has(id));
  for (const { id, key } of fresh)
    writeFileSync(join(folder, `${id}.pem`), key.export({ type: 'spki', format: 'pem' }), { flag: 'wx' });
  output.document({ folder, environment, keys: keys.map(({ id }) => id), fresh: fresh.map(({ id }) => id) });
  for (const { id } of output.json ? [] : keys)
    output.say(`${id} of ${environment} ${known.has(id) ? 'was kept before' : `is kept in ${folder}`}`);
  return exitCodes.ok;
};
