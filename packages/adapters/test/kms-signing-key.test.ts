import { generateKeyPairSync, type KeyObject, sign, verify } from 'node:crypto';
import { GetPublicKeyCommand, type KMSClient, SignCommand } from '@aws-sdk/client-kms';
import { kmsSigningKey } from '../lib/kms-signing-key.ts';

/** As KMS answers: a key signs by its own algorithm alone, and the message itself is at most 4,096 bytes. */
const kmsWith = (key: { publicKey: KeyObject; privateKey: KeyObject }, spec = 'ECC_NIST_EDWARDS25519') => {
  const send = async (command: unknown) => {
    if (command instanceof GetPublicKeyCommand)
      return { KeySpec: spec, PublicKey: key.publicKey.export({ type: 'spki', format: 'der' }) };
    if (!(command instanceof SignCommand)) throw new Error('not asked for here');
    const { Message, MessageType, SigningAlgorithm } = command.input;
    if (MessageType !== 'RAW' || SigningAlgorithm !== 'ED25519_SHA_512' || (Message?.length ?? 0) > 4096)
      throw Object.assign(new Error('1 validation error detected'), { name: 'ValidationException' });
    return { Signature: sign(null, Message as Uint8Array, key.privateKey) };
  };
  return { client: { send } as unknown as Pick<KMSClient, 'send'>, arn: 'arn:aws:kms:eu-west-1:42:key/k' };
};

it('signs by Ed25519 what its public half verifies', async () => {
  const pair = generateKeyPairSync('ed25519');
  const key = await kmsSigningKey(kmsWith(pair));
  const bytes = Buffer.from('flaghoist-receipt\n{}');
  expect(verify(null, bytes, key.publicKey, await key.sign(bytes))).toBe(true);
  expect(verify(null, Buffer.from('another'), key.publicKey, await key.sign(bytes))).toBe(false);
});

it('takes no key that signs by another algorithm, and says how to make one', async () => {
  const pair = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  await expect(kmsSigningKey(kmsWith(pair, 'ECC_NIST_P256'))).rejects.toMatchObject({
    code: 'FH_INVALID_INPUT',
    places: ['KeySpec: is ECC_NIST_P256, expected ECC_NIST_EDWARDS25519'],
    hint: expect.stringContaining('aws kms create-key'),
  });
});

it('says which key KMS did not sign with', async () => {
  const key = await kmsSigningKey(kmsWith(generateKeyPairSync('ed25519')));
  await expect(key.sign(Buffer.alloc(5000))).rejects.toMatchObject({
    code: 'FH_UNAVAILABLE',
    message: expect.stringContaining('arn:aws:kms:eu-west-1:42:key/k'),
  });
});
