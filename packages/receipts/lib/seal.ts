import { createHash } from 'node:crypto';
import { canonicalJson } from '@flaghoist/core/canonical-json';
import { leafHash, rootOf } from './merkle.ts';
import { RECEIPT_SCHEMA, type Receipt, type ReceiptFacts, type ReceiptRow, type Seal } from './receipt.ts';
import type { ReceiptSigner } from './signer.ts';

/** A fact is neither a leaf nor a node of the tree, and is hashed under a prefix of its own. */
const FACT = Buffer.of(2);

const factHash = (name: string, value: unknown): string =>
  createHash('sha256')
    .update(FACT)
    .update(canonicalJson([name, value]))
    .digest('hex');

export const factHashes = (facts: ReceiptFacts): Record<string, string> =>
  Object.fromEntries(Object.entries(facts).map(([name, value]) => [name, factHash(name, value)]));

export const rowHash = ({ region, service, verdict, evidence, reason, seenAt }: ReceiptRow): string =>
  leafHash(canonicalJson({ region, service, verdict, evidence, reason, seenAt }));

/** What is signed: everything that the rest of a receipt can be held to. */
export const signedBytes = ({ facts, tree, keyId }: Omit<Seal, 'signature'>): Buffer =>
  Buffer.from(`flaghoist-receipt\n${canonicalJson({ schema: RECEIPT_SCHEMA, facts, tree, keyId })}`);

/** The one order of rows. */
export const byPlace = (a: ReceiptRow, b: ReceiptRow): number => {
  const [left, right] = [placeOf(a), placeOf(b)];
  return left < right ? -1 : left > right ? 1 : 0;
};

/** What names a row; a blank is in no name. */
export const placeOf = ({ region, service }: Pick<ReceiptRow, 'region' | 'service'>): string => `${region} ${service}`;

/** A signed receipt. */
export const sealReceipt = async (
  { facts, rows }: { readonly facts: ReceiptFacts; readonly rows: readonly ReceiptRow[] },
  { keyId, sign }: ReceiptSigner,
): Promise<Receipt> => {
  const leaves = rows.toSorted(byPlace).map((row) => ({ ...row, leaf: rowHash(row) }));
  const tree = { size: leaves.length, root: rootOf(leaves.map(({ leaf }) => leaf)) };
  const unsigned = { facts: factHashes(facts), tree, keyId };
  const signature = Buffer.from(await sign(signedBytes(unsigned))).toString('hex');
  return {
    document: 'flaghoist-receipt',
    schema: RECEIPT_SCHEMA,
    facts,
    rows: leaves,
    seal: { ...unsigned, signature },
  };
};

/** The bytes of a receipt, or of a proof: canonical JSON on one line. */
export const textOf = (document: object): string => `${canonicalJson(document)}\n`;
