import { createPublicKey, type KeyObject } from 'node:crypto';
import { GetPublicKeyCommand, type KMSClient, SignCommand } from '@aws-sdk/client-kms';
import { InvalidInputError } from '@flaghoist/core/errors';
import { callAws } from './aws-call.ts';

const KEY_SPEC = 'ECC_NIST_EDWARDS25519';

interface Access {
  readonly client: Pick<KMSClient, 'send'>;
  /** Of the key, or of an alias. */
  readonly arn: string;
}

/** A key pair of KMS, of which the private half never leaves it. */
export interface KmsSigningKey {
  readonly publicKey: KeyObject;
  /** Ed25519 over the bytes themselves, at most 4,096 of them. */
  sign(bytes: Uint8Array): Promise<Uint8Array>;
}

/**
 * Asks KMS for the public half of a key.
 *
 * @see https://docs.aws.amazon.com/kms/latest/developerguide/symm-asymm-choose-key-spec.html
 * @throws InvalidInputError for a key that does not sign by Ed25519; UnavailableError
 */
export const kmsSigningKey = async ({ client, arn: KeyId }: Access): Promise<KmsSigningKey> => {
  const what = `key ${KeyId} of KMS`;
  const { PublicKey, KeySpec } = await callAws(what, client.send(new GetPublicKeyCommand({ KeyId })));
  if (PublicKey === undefined || KeySpec !== KEY_SPEC)
    throw new InvalidInputError(
      what,
      [`KeySpec: is ${KeySpec}, expected ${KEY_SPEC}`],
      `Make one that signs receipts: aws kms create-key --key-usage SIGN_VERIFY --key-spec ${KEY_SPEC}`,
    );
  return {
    publicKey: createPublicKey({ key: Buffer.from(PublicKey), format: 'der', type: 'spki' }),
    sign: async (bytes) => {
      const asked = { KeyId, Message: bytes, MessageType: 'RAW', SigningAlgorithm: 'ED25519_SHA_512' } as const;
      const { Signature } = await callAws(what, client.send(new SignCommand(asked)));
      if (Signature === undefined) throw new Error(`${what} has answered without a signature`);
      return Signature;
    },
  };
};
