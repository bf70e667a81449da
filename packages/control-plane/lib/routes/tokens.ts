import { eventOf } from '@flaghoist/core/events';
import * as z from 'zod';
import type { Api, ApiContext } from '../context.ts';
import { demand, scopes } from '../identity/caller.ts';
import { holderOf } from '../identity/holder.ts';
import type { TokenRecord } from '../identity/tokens.ts';
import type { Immutable } from '../views/immutable.ts';

const DAY_MS = 86_400_000;

const tokenView = z
  .object({
    id: z.string(),
    actor: z.string(),
    scopes: z.array(z.enum(scopes)),
    keyPrefix: z.string(),
    madeBy: z.string(),
    madeAt: z.int(),
    expiresAt: z.int(),
    lastUsedAt: z.int().nullable(),
  })
  .meta({ id: 'Token' });

export type TokenView = Immutable<z.output<typeof tokenView>>;

const viewOf = ({ digest: _kept, revoked: _revoked, ...record }: TokenRecord): TokenView => record;

/** Tokens: who may ask for what. For whoever operates the server. */
export const tokenRoutes = (app: Api, { ports, tokens, revocations }: ApiContext): void => {
  app.post(
    '/v1/tokens',
    {
      schema: {
        summary: 'Make a token; its text is in the answer and nowhere else',
        tags: ['tokens'],
        body: z
          .strictObject({
            actor: z
              .string()
              .min(1)
              .max(256)
              .describe(
                'In whose name it asks. To propose or approve they must be in the directory, and with the company.',
              ),
            scopes: z.array(z.enum(scopes)).min(1),
            keyPrefix: z.string().max(128).default(''),
            days: z.number().positive().max(366).default(30),
          })
          .refine((asked) => asked.keyPrefix === '' || !asked.scopes.includes('operate'), {
            path: ['keyPrefix'],
            message: 'must be left out where the scope is operate, which concerns all flags',
          }),
        response: { 201: z.object({ token: z.string(), record: tokenView }) },
      },
    },
    async ({ caller, body: { actor: named, scopes: given, keyPrefix, days } }, reply) => {
      demand(caller, 'operate');
      const actor = holderOf(named, given, ports.directory);
      const expiresAt = Math.floor(ports.clock.now() + days * DAY_MS);
      const { token, record } = tokens.issue({ actor, scopes: given, keyPrefix, expiresAt, madeBy: caller.actor });
      ports.log.info('token issued', { id: record.id, actor, scopes: given, keyPrefix, by: caller.actor });
      const { id, madeBy } = record;
      const detail = { tokenId: id, actor: madeBy, holder: actor, scopes: given, keyPrefix, expiresAt };
      try {
        const { bus, region } = ports.home();
        await bus?.publish([eventOf({ type: 'TokenIssued', identity: [id], region, at: record.madeAt, detail })]);
      } catch (error) {
        // What the trail does not know of is not given away. A bus that failed may have taken it all the same.
        tokens.revoke(id, madeBy);
        await revocations.tell();
        throw error;
      }
      return reply.status(201).send({ token, record: viewOf(record) });
    },
  );

  app.get(
    '/v1/tokens',
    {
      schema: {
        summary: 'The tokens that there are, with when each was last used',
        tags: ['tokens'],
        response: { 200: z.object({ tokens: z.array(tokenView) }) },
      },
    },
    async ({ caller }) => {
      demand(caller, 'operate');
      return { tokens: tokens.list().map(viewOf) };
    },
  );

  app.delete(
    '/v1/tokens/:id',
    {
      schema: {
        summary: 'Revoke a token, at once',
        tags: ['tokens'],
        params: z.object({ id: z.string() }),
        response: { 200: tokenView },
      },
    },
    async ({ caller, params: { id } }) => {
      demand(caller, 'operate');
      const record = tokens.revoke(id, caller.actor);
      ports.log.info('token revoked', { id, actor: record.actor, by: caller.actor });
      await revocations.tell();
      return viewOf(record);
    },
  );
};
