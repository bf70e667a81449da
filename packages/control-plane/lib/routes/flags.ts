import { CANARY_FLAG } from '@flaghoist/core/canary';
import { flagKeySchema } from '@flaghoist/core/envelope';
import { compareOrders, orderOf } from '@flaghoist/core/order';
import * as z from 'zod';
import type { Api, ApiContext } from '../context.ts';
import { demand } from '../identity/caller.ts';
import { readOrder } from '../orders.ts';
import { historyOf } from '../views/change-view.ts';
import { damagedFlag, readFlag } from '../views/damaged-flag.ts';
import { currentOf, envelopeOf, flagRowOf, flagViewOf, missing } from '../views/flag-view.ts';
import { changeHistory, flagRow, flagView } from '../views/schemas.ts';

const MAX_PAGE = 1_000;
const page = z.coerce.number().int().min(1).max(MAX_PAGE).default(100);
export const inPath = z.object({ flagKey: flagKeySchema });

/** Flags as they are now, and their revisions. */
export const flagRoutes = (app: Api, { ports }: ApiContext): void => {
  app.get(
    '/v1/flags',
    {
      schema: {
        summary: 'The flags that there are, by key',
        tags: ['flags'],
        querystring: z.object({
          prefix: z.string().default(''),
          state: z.enum(['live', 'killed', 'archived']).optional(),
          after: z.string().optional().describe('The last key of the page before.'),
          limit: page,
        }),
        response: {
          200: z.object({
            flags: z.array(flagRow),
            damaged: z.array(damagedFlag).describe('Those whose stored bytes are not what was sealed.'),
            next: z.string().nullable(),
          }),
        },
      },
    },
    async ({ caller, query: { prefix, state, after = '', limit } }) => {
      demand(caller, 'read');
      const home = ports.home();
      const found = [];
      // The index may go on behind a flag that it has seen, and has no order of its own: a page is cut from all of them.
      for await (const stored of home.flags.currents()) {
        if (stored.flagKey === CANARY_FLAG) continue;
        if (stored.flagKey.startsWith(prefix) && stored.flagKey > after) found.push(stored);
      }
      found.sort((a, b) => (a.flagKey < b.flagKey ? -1 : 1));
      const flags = [];
      const damaged = [];
      let next: string | null = null;
      for (const stored of found) {
        if (flags.length === limit) {
          next = flags.at(-1)?.flagKey ?? null;
          break;
        }
        const read = readFlag(stored);
        if ('damaged' in read) {
          damaged.push(read.damaged);
          continue;
        }
        const row = await flagRowOf(read.envelope, home);
        if (state === undefined || row.state === state) flags.push(row);
      }
      return { flags, damaged, next };
    },
  );

  app.get(
    '/v1/flags/:flagKey',
    { schema: { summary: 'A flag as it is now', tags: ['flags'], params: inPath, response: { 200: flagView } } },
    async ({ caller, params: { flagKey } }) => {
      demand(caller, 'read');
      const home = ports.home();
      return flagViewOf(await currentOf(flagKey, home), home);
    },
  );

  app.get(
    '/v1/flags/:flagKey/history',
    {
      schema: {
        summary: 'The changes of a flag, newest first',
        tags: ['flags'],
        params: inPath,
        querystring: z.object({ before: z.string().optional(), limit: page }),
        response: { 200: changeHistory },
      },
    },
    async ({ caller, params: { flagKey }, query: { before, limit } }) => {
      demand(caller, 'read');
      const from = before === undefined ? undefined : readOrder(before);
      return { changes: await historyOf(flagKey, { before: from, limit }, ports.home()) };
    },
  );

  app.get(
    '/v1/flags/:flagKey/revisions/:order',
    {
      schema: {
        summary: 'A flag as it was at an order',
        tags: ['flags'],
        params: inPath.extend({ order: z.string() }),
        response: { 200: flagView },
      },
    },
    async ({ caller, params: { flagKey, order: text } }) => {
      demand(caller, 'read');
      const order = readOrder(text);
      const home = ports.home();
      const stored = await home.flags.revision(flagKey, order);
      const envelope = stored && envelopeOf(stored.body);
      if (envelope === undefined || compareOrders(orderOf(envelope), order) !== 0)
        throw await missing('revision', { flagKey, order }, home);
      return flagViewOf(envelope, home);
    },
  );
};
