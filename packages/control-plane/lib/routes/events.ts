import * as z from 'zod';
import type { Api, ApiContext } from '../context.ts';
import { LimitError } from '../errors.ts';
import { EventStream } from '../event-stream.ts';
import type { Numbered } from '../feed.ts';
import type { Progress } from '../follower.ts';
import { demand } from '../identity/caller.ts';

const HEARTBEAT_MS = 15_000;
/** A change in 1,872 caches makes as many lines; a watcher is told how far it is ten times a second. */
const PROGRESS_MS = 100;
/** Missed events that are looked at before it is asked for more. */
const AT_A_TIME = 50;

const names = z
  .string()
  .optional()
  .describe('Names with commas between them.')
  .transform((text) => (text === undefined ? undefined : new Set(text.split(','))));

/** The stream of what happens. */
export const eventRoutes = (app: Api, { ports, feed, follower, limits }: ApiContext): void => {
  let open = 0;
  const ends = new Set<() => void>();
  app.addHook('preClose', async () => {
    for (const end of ends) end();
  });

  app.get(
    '/v1/events',
    {
      // An answer without a body would never end.
      exposeHeadRoute: false,
      schema: {
        summary: 'What happens, as server-sent events',
        description:
          'Who comes back with the header Last-Event-ID gets what came since. When that is no longer kept, or the server was started anew, the first event is "reset": read again what you need. With progress=true there are events "progress" without an id beside them: how many caches have acknowledged. A reader that is too slow is dropped.',
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
      if (open >= limits.streams)
        throw new LimitError(`${limits.streams} streams are open`, 'End one of them, or try again later.');
      open += 1;
      reply.hijack();
      const stream = new EventStream(reply.raw, {
        bytes: limits.streamBytes,
        caller: caller.principal,
        clock: ports.clock,
        log: ports.log,
      });
      const end = (): void => stream.end();
      ends.add(end);
      stream.onEnd(() => {
        open -= 1;
        ends.delete(end);
      });

      const isMeant = ({ event: { type, detail } }: Numbered): boolean => {
        if (query.types !== undefined && !query.types.has(type)) return false;
        const about = detail as { readonly flagKey?: unknown; readonly changeId?: unknown };
        if (query.flagKey !== undefined && about.flagKey !== query.flagKey) return false;
        return query.changeId === undefined || about.changeId === query.changeId;
      };
      const send = (numbered: Numbered): void => {
        if (isMeant(numbered))
          stream.write(
            `id: ${numbered.id}\nevent: ${numbered.event.type}\ndata: ${JSON.stringify(numbered.event)}\n\n`,
          );
      };

      const last = headers['last-event-id'];
      const place = typeof last === 'string' ? await caughtUp(last, stream, send) : undefined;
      if (typeof last === 'string' && place === undefined) stream.write('event: reset\ndata: {}\n\n');
      stream.write(': open\n\n');
      stream.onEnd(feed.subscribe(send, place));
      if (query.progress === 'true') stream.onEnd(follower.listen(paced(query, stream)));
      while (!stream.ended) {
        await ports.clock.sleep(HEARTBEAT_MS);
        stream.write(': still here\n\n');
      }
    },
  );

  /**
   * Sends what came since an event, as fast as its reader takes it.
   *
   * @returns the place that was reached; `undefined` for an event of another server, or one that is too long ago
   */
  const caughtUp = async (
    id: string,
    stream: EventStream,
    send: (numbered: Numbered) => void,
  ): Promise<number | undefined> => {
    let place = feed.placeOf(id);
    while (place !== undefined) {
      const missed = feed.after(place, AT_A_TIME);
      if (missed === undefined) return undefined;
      if (missed.length === 0 || stream.ended) break;
      for (const numbered of missed) {
        send(numbered);
        await stream.taken();
      }
      place += missed.length;
    }
    return place;
  };

  const paced = (
    { flagKey, changeId }: { readonly flagKey?: string | undefined; readonly changeId?: string | undefined },
    stream: EventStream,
  ) => {
    const due = new Map<string, Progress>();
    let waiting = false;
    const flush = async (): Promise<void> => {
      waiting = true;
      await ports.clock.sleep(PROGRESS_MS);
      waiting = false;
      if (stream.ended) return;
      for (const progress of due.values()) {
        const { regions, order, at } = progress;
        const data = { flagKey: progress.flagKey, changeId: progress.changeId, order, at, regions };
        stream.write(`event: progress\ndata: ${JSON.stringify(data)}\n\n`);
      }
      due.clear();
    };
    return (progress: Progress): void => {
      if (flagKey !== undefined && progress.flagKey !== flagKey) return;
      if (changeId !== undefined && progress.changeId !== changeId) return;
      due.set(progress.changeId, progress);
      if (!waiting) void flush();
    };
  };
};
