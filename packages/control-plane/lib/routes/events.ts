import * as z from 'zod';
import type { Api, ApiContext } from '../context.ts';
import { LimitError } from '../errors.ts';
import type { Numbered } from '../feed.ts';
import type { Progress } from '../follower.ts';
import { demand } from '../identity/caller.ts';

const HEARTBEAT_MS = 15_000;
/** A change in 1,872 caches makes as many lines; a watcher is told how far it is ten times a second. */
const PROGRESS_MS = 100;

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
      const { raw } = reply;
      raw.writeHead(200, {
        'content-type': 'text/event-stream',
        'cache-control': 'no-store',
        'x-accel-buffering': 'no',
      });

      const stops: (() => void)[] = [];
      let ended = false;
      const end = (): void => {
        if (ended) return;
        ended = true;
        open -= 1;
        ends.delete(end);
        for (const stop of stops) stop();
        raw.end();
      };
      ends.add(end);
      raw.on('close', end);

      const write = (text: string): void => {
        if (ended) return;
        raw.write(text);
        if (raw.writableLength <= limits.streamBytes) return;
        ports.log.warn('slow reader of events dropped', { caller: caller.principal, waiting: raw.writableLength });
        end();
        raw.destroy();
      };
      const isMeant = ({ event: { type, detail } }: Numbered): boolean => {
        if (query.types !== undefined && !query.types.has(type)) return false;
        const about = detail as { readonly flagKey?: unknown; readonly changeId?: unknown };
        if (query.flagKey !== undefined && about.flagKey !== query.flagKey) return false;
        return query.changeId === undefined || about.changeId === query.changeId;
      };
      const send = (numbered: Numbered): void => {
        if (isMeant(numbered))
          write(`id: ${numbered.id}\nevent: ${numbered.event.type}\ndata: ${JSON.stringify(numbered.event)}\n\n`);
      };

      const last = headers['last-event-id'];
      if (typeof last === 'string') {
        const missed = feed.after(last);
        if (missed === undefined) write('event: reset\ndata: {}\n\n');
        else for (const numbered of missed) send(numbered);
      }
      write(': open\n\n');
      stops.push(feed.subscribe(send));
      if (query.progress === 'true') stops.push(follower.listen(paced(query, write, () => ended)));
      while (!ended) {
        await ports.clock.sleep(HEARTBEAT_MS);
        write(': still here\n\n');
      }
    },
  );

  const paced = (
    { flagKey, changeId }: { readonly flagKey?: string | undefined; readonly changeId?: string | undefined },
    write: (text: string) => void,
    ended: () => boolean,
  ) => {
    const due = new Map<string, Progress>();
    let waiting = false;
    const flush = async (): Promise<void> => {
      waiting = true;
      await ports.clock.sleep(PROGRESS_MS);
      waiting = false;
      if (ended()) return;
      for (const progress of due.values()) {
        const { regions, order, at } = progress;
        const data = { flagKey: progress.flagKey, changeId: progress.changeId, order, at, regions };
        write(`event: progress\ndata: ${JSON.stringify(data)}\n\n`);
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
