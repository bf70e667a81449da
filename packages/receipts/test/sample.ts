import { createPrivateKey, createPublicKey } from 'node:crypto';
import { digestOf } from '@flaghoist/core/canonical-json';
import type { Receipt, ReceiptFacts, ReceiptRow } from '../lib/receipt.ts';
import { sealReceipt } from '../lib/seal.ts';
import { receiptKeyOf, signerOf } from '../lib/signer.ts';

/** PKCS #8 of an Ed25519 key is these bytes, and its seed. */
const PKCS8 = Buffer.from('302e020100300506032b657004220420', 'hex');

/** The same key at every run. */
const secretOf = (seed: number) =>
  createPrivateKey({ key: Buffer.concat([PKCS8, Buffer.alloc(32, seed)]), format: 'der', type: 'pkcs8' });

const signer = signerOf(secretOf(1));
export const key = receiptKeyOf(createPublicKey(secretOf(1)), 'embedded');
export const otherSigner = signerOf(secretOf(2));
export const otherKey = receiptKeyOf(createPublicKey(secretOf(2)), 'embedded');

const order = { epoch: 1, revision: 2 };
const regions = ['eu-west-1', 'us-east-1'];

const facts: ReceiptFacts = {
  environment: 'embedded',
  flagKey: 'checkout.new-form',
  order,
  changeId: 'change-0002',
  kind: 'updated',
  flagState: 'live',
  state: 'rolled-back',
  documentDigest: digestOf('document'),
  envelopeDigest: digestOf('envelope'),
  previousEnvelopeDigest: digestOf('previous'),
  proposedDigest: digestOf('proposed'),
  proposedBy: { actor: 'ada', authentication: 'local', author: 'local:ada', reason: 'Go live', ticket: null },
  approvals: [{ actor: 'ben', at: 1, proposalDigest: digestOf('proposed') }],
  rulesVersion: 3,
  waivers: [{ rule: 'FH-KEY-01', flag: 'checkout.*' }],
  audience: ['login', 'session'],
  departed: [],
  topologyVersion: 1,
  times: { proposed: 1, accepted: 2, decided: 3 },
  regions: regions.map((region) => ({
    region,
    publishedAt: 2,
    verdict: 'consistent',
    look: 1,
    seenAt: 3,
    holding: 2,
    instances: { alive: 4, holding: 3 },
  })),
  outcome: {
    knownGood: false,
    holdReason: null,
    revertOrder: { epoch: 1, revision: 3 },
    causeId: null,
    blame: { region: 'eu-west-1', services: ['login'] },
    needs: [],
  },
  issuedAt: 9,
};

const rowsOf = (services: number): ReceiptRow[] =>
  regions.flatMap((region) =>
    Array.from({ length: services }, (_, index) => ({
      region,
      service: `service-${index}`,
      verdict: index === 0 ? ('inconsistent' as const) : ('consistent' as const),
      evidence: 'log-and-cache' as const,
      reason: index === 0 ? 'older' : null,
      seenAt: 3,
    })),
  );

export const sampleReceipt = (services = 3, by = signer): Promise<Receipt> =>
  sealReceipt({ facts, rows: rowsOf(services) }, by);
