import { receiptSchema } from '@flaghoist/receipts/receipt';
import * as z from 'zod';
import type { Api, ApiContext } from '../context.ts';
import { demand } from '../identity/caller.ts';
import { readOrder } from '../orders.ts';
import { changeOfId, receiptOf } from '../views/receipt.ts';
import { inPath } from './flags.ts';

/** Where a server publishes what its receipts are held to (RFC 8615). */
export const RECEIPT_KEYS = '/.well-known/flaghoist-receipt-keys';

const keySet = z
  .object({
    environment: z.string().describe('Whose keys these are. They are good for receipts of this environment alone.'),
    keys: z.array(
      z.object({
        kty: z.literal('OKP'),
        crv: z.literal('Ed25519'),
        x: z.string(),
        kid: z.string().describe('What a receipt names as its key.'),
        use: z.literal('sig'),
      }),
    ),
  })
  .meta({ id: 'ReceiptKeys', description: 'A JWK Set (RFC 7517, RFC 8037).' });

/** Receipts of changes that have ended, and the keys to hold them to. */
export const receiptRoutes = (app: Api, { ports }: ApiContext): void => {
  app.get(
    '/v1/flags/:flagKey/changes/:order/receipt',
    {
      schema: {
        summary: 'The signed receipt of a change that has ended',
        tags: ['receipts'],
        params: inPath.extend({ order: z.string() }),
        response: { 200: receiptSchema },
      },
    },
    async ({ caller, params: { flagKey, order } }) => {
      demand(caller, 'audit');
      return receiptOf({ flagKey, order: readOrder(order) }, ports);
    },
  );

  app.get(
    '/v1/changes/:changeId/receipt',
    {
      schema: {
        summary: 'The same, by the id of the change',
        tags: ['receipts'],
        params: z.object({ changeId: z.string() }),
        querystring: z.object({ flagKey: z.string().optional().describe('Where several changes have the id.') }),
        response: { 200: receiptSchema },
      },
    },
    async ({ caller, params: { changeId }, query: { flagKey } }) => {
      demand(caller, 'audit');
      return receiptOf(await changeOfId(changeId, flagKey, ports.home()), ports);
    },
  );

  app.get(
    RECEIPT_KEYS,
    {
      schema: {
        summary: 'The public keys that receipts are signed with, those of earlier ones too',
        tags: ['receipts'],
        response: { 200: keySet },
      },
    },
    async () => ({
      environment: ports.environment,
      keys: (ports.receipts?.keys ?? []).map(({ id, key }) => ({
        kty: 'OKP' as const,
        crv: 'Ed25519' as const,
        x: String(key.export({ format: 'jwk' }).x),
        kid: id,
        use: 'sig' as const,
      })),
    }),
  );
};
