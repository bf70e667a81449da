import { createPublicKey, hash, type KeyObject, sign, verify } from 'node:crypto';

/** Signs with the key of an environment. The key may be in a file, or in a service that never gives it away. */
export interface ReceiptSigner {
  readonly keyId: string;
  /** Ed25519 over the bytes themselves. */
  sign(bytes: Uint8Array): Promise<Uint8Array>;
}

/** The public half of a key that receipts of one environment are held to: whoever signs in dev vouches for nothing in prod. */
export interface ReceiptKey {
  readonly id: string;
  readonly environment: string;
  readonly key: KeyObject;
}

/** Of a public key: the first half of the SHA-256 of its SPKI form, in hexadecimal. */
const keyIdOf = (key: KeyObject): string =>
  hash('sha256', key.export({ type: 'spki', format: 'der' }), 'hex').slice(0, 32);

export const receiptKeyOf = (key: KeyObject, environment: string): ReceiptKey => ({
  id: keyIdOf(key),
  environment,
  key,
});

/** @param secret the private half, Ed25519 */
export const signerOf = (secret: KeyObject): ReceiptSigner => ({
  keyId: keyIdOf(createPublicKey(secret)),
  sign: async (bytes) => sign(null, bytes, secret),
});

export const isSigned = (bytes: Uint8Array, signature: string, { key }: ReceiptKey): boolean =>
  verify(null, bytes, key, Buffer.from(signature, 'hex'));
