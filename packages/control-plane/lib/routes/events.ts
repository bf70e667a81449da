import * as z from 'zod';
import type { Api, ApiContext } from '../context.ts';
import { LimitError } from '../errors.ts';
import { EventStream } from '../event-stream.ts';
import type { Numbered } from '../feed.ts';
import type { Progress } from '../follower.ts';
import { demand } from '../identity/caller.ts';

/** A change in 1,872 caches makes as many lines; a watcher is told how far it is ten times a second. */
const PROGRESS_MS = 100;

const names = z
  .string()
  .optional()
  .describe('Names with commas between them.')
  .transform((text) => (text === undefined ? undefined : new Set(text.split(','))));

/** The stream of what happens. */
export const eventRoutes = (app: Api, { ports, feed, follower, limits }: ApiContext): void => {
  const streams = new Set<EventStream>();
  app.addHook('preClose', async () => {
    for (const stream of streams) stream.end();
  });

  app.get(
    '/v1/events',
    {
      // An answer without a body would never end.
      exposeHeadRoute: false,
      schema: {
        summary: 'What happens, as server-sent events',
        description:
          'Who comes back with the header Last-Event-ID gets what came since. When that is no longer kept, or the server was started anew, the first event is "reset": read again what you need. With progress=true there are events "progress" without an id beside them: how many caches have acknowledged. Events are sent as fast as they are read; a reader that takes nothing for fifteen seconds, or falls too far behind, is dropped.',
        tags: ['events'],
        querystring: z.object({
          types: names,
          flagKey: z.string().optional(),
          changeId: z.string().optional(),
          progress: z.enum(['true', 'false']).default('false'),
        }),
      },
    },
    async (request, reply) => {
      const { caller, query, headers } = request;
      demand(caller, 'read');
      if (streams.size >= limits.streams)
        throw new LimitError(`${limits.streams} streams are open`, 'End one of them, or try again later.');
      const isMeant = ({ event: { type, detail } }: Numbered): boolean => {
        if (query.types !== undefined && !query.types.has(type)) return false;
        const about = detail as { readonly flagKey?: unknown; readonly changeId?: unknown };
        if (query.flagKey !== undefined && about.flagKey !== query.flagKey) return false;
        return query.changeId === undefined || about.changeId === query.changeId;
      };
      const last = headers['last-event-id'];
      reply.hijack();
      const stream = new EventStream(
        reply.raw,
        { feed, isMeant, caller: caller.principal, clock: ports.clock, log: ports.log },
        typeof last === 'string' ? last : undefined,
      );
      streams.add(stream);
      stream.onEnd(() => streams.delete(stream));
      if (query.progress === 'true') stream.onEnd(follower.listen(paced(query, stream)));
      await stream.beat();
    },
  );

  const paced = (
    { flagKey, changeId }: { readonly flagKey?: string | undefined; readonly changeId?: string | undefined },
    stream: EventStream,
  ) => {
    const due = new Map<string, Progress>();
    let waiting = false;
    const flush = async (): Promise<void> => {
      waiting = true;
      while (due.size > 0 && !stream.ended) {
        await ports.clock.sleep(PROGRESS_MS);
        // While a reader takes its time, each change has one line that waits: the newest.
        for (const id of [...due.keys()]) {
          const progress = due.get(id);
          due.delete(id);
          if (progress !== undefined) await stream.write(textOf(progress));
        }
      }
      waiting = false;
    };
    return (progress: Progress): void => {
      if (flagKey !== undefined && progress.flagKey !== flagKey) return;
      if (changeId !== undefined && progress.changeId !== changeId) return;
      due.set(progress.changeId, progress);
      if (!waiting) void flush();
    };
  };
};

const textOf = ({ flagKey, changeId, order, at, regions }: Progress): string =>
  `event: progress\ndata: ${JSON.stringify({ flagKey, changeId, order, at, regions })}\n\n`;
