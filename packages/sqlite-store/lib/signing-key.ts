import { createPrivateKey, createPublicKey, generateKeyPairSync, hash, type KeyObject } from 'node:crypto';
import {
  chmodSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { DataKeyError } from './errors.ts';

/** The private half, as PKCS #8 in PEM, for its owner alone. */
const SECRET = 'signing.key';
/** The public halves of this key and of all before it, one file each, for everybody. */
const PUBLIC = 'public-keys';
const OWNER_ALONE = 0o600;

export interface SigningKey {
  /** The first half of the SHA-256 of the public half, in hexadecimal: what a signature names. */
  readonly id: string;
  readonly secret: KeyObject;
  readonly published: KeyObject;
}

/** Whether a folder has, or has had, a key: the first one is made once the first data are on the disk. */
export const hasHadKey = (folder: string): boolean => [SECRET, PUBLIC].some((name) => existsSync(join(folder, name)));

const idOf = (published: KeyObject): string =>
  hash('sha256', published.export({ type: 'spki', format: 'der' }), 'hex').slice(0, 32);

/**
 * The key of a data folder, made where there is none. Its public half is published beside it under its id and stays there: who
 * takes `signing.key` away gets a new one at the next start, and what the old one has signed can still be verified.
 *
 * @throws DataKeyError when others may read it, or when it is no Ed25519 key
 */
export const signingKeyIn = (folder: string): SigningKey => {
  const file = join(folder, SECRET);
  if (!existsSync(file)) make(file);
  const mode = statSync(file).mode & 0o777;
  if ((mode & 0o077) !== 0)
    throw new DataKeyError(file, `others may read it (mode ${mode.toString(8)})`, `chmod 600 ${file}`);
  const secret = secretIn(file);
  const published = createPublicKey(secret);
  const key = { id: idOf(published), secret, published };
  publish(folder, key);
  return key;
};

/** The public halves of all keys that a folder has had, the present one among them. */
export const publishedKeysIn = (folder: string): readonly KeyObject[] =>
  readdirSync(join(folder, PUBLIC))
    .filter((name) => name.endsWith('.pem'))
    .toSorted()
    .map((name) => createPublicKey(readFileSync(join(folder, PUBLIC, name))));

const make = (file: string): void => {
  const { privateKey } = generateKeyPairSync('ed25519');
  const unfinished = `${file}.unfinished`;
  writeFileSync(unfinished, privateKey.export({ type: 'pkcs8', format: 'pem' }), { mode: OWNER_ALONE, flush: true });
  chmodSync(unfinished, OWNER_ALONE);
  renameSync(unfinished, file);
};

const secretIn = (file: string): KeyObject => {
  const way = `Put the right file there, or move it away: a new key is made at the next start.`;
  try {
    const secret = createPrivateKey(readFileSync(file));
    if (secret.asymmetricKeyType === 'ed25519') return secret;
  } catch (cause) {
    throw new DataKeyError(file, 'it is no private key', way, cause);
  }
  throw new DataKeyError(file, 'it is no Ed25519 key', way);
};

const publish = (folder: string, { id, published }: SigningKey): void => {
  mkdirSync(join(folder, PUBLIC), { recursive: true });
  const file = join(folder, PUBLIC, `${id}.pem`);
  if (!existsSync(file)) writeFileSync(file, published.export({ type: 'spki', format: 'pem' }), { flush: true });
};
