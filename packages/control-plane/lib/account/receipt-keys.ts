import { connectKms } from '@flaghoist/adapters/connect/kms';
import { kmsSigningKey } from '@flaghoist/adapters/kms-signing-key';
import { receiptKeyOf } from '@flaghoist/receipts/signer';
import type { ReceiptPorts } from '../ports.ts';

/** `arn:aws:kms:eu-west-1:123456789012:key/…` */
const regionOf = (arn: string): string => arn.split(':')[3] ?? '';

/**
 * Signs receipts with a key of KMS.
 *
 * @param arns of the keys of an environment: the first one signs, the others have signed earlier receipts and stay published
 * @throws InvalidInputError for a key that does not sign by Ed25519; UnavailableError
 */
export const receiptsOfAccount = async (arns: readonly string[], environment: string): Promise<ReceiptPorts> => {
  const keys = await Promise.all(
    arns.map(async (arn) => {
      const key = await kmsSigningKey({ client: connectKms({ region: regionOf(arn) }), arn });
      return { key, published: receiptKeyOf(key.publicKey, environment) };
    }),
  );
  const [signing] = keys;
  if (signing === undefined) throw new RangeError('no key was named');
  return {
    signer: { keyId: signing.published.id, sign: (bytes) => signing.key.sign(bytes) },
    keys: keys.map(({ published }) => published),
  };
};
