import { request } from 'node:http';
import { serialiseEnvelope, type UnsealedEnvelope } from '@flaghoist/core/envelope';
import { heldOf } from '@flaghoist/core/held';
import type { ServiceCache } from '@flaghoist/core/ports/service-cache';
import type { Evaluation } from '@flaghoist/core/topology';
import { InMemoryServiceCache } from '@flaghoist/in-memory/service-cache';
import { VirtualScheduler } from '@flaghoist/in-memory/virtual-scheduler';
import { envelopeOf } from '@flaghoist/test-kit/envelope';
import { type Agent, createAgent } from '../../lib/agent.ts';
import { serve } from '../../lib/serve.ts';

export const SERVICE = 'payments';
/** Whose cache it is. */
export const CACHE = { cell: 'cell-1', cache: 'flags' };
const MANIFEST = { generation: 1, topologyVersion: 1, count: 0 };

export interface LogLine {
  readonly level: 'info' | 'warn' | 'error';
  readonly message: string;
}

/** Puts a revision into the cache of the service, as the updater does. */
export const write = async (
  cache: ServiceCache,
  over: Partial<UnsealedEnvelope>,
  { repair = false, service = SERVICE }: { repair?: boolean; service?: string } = {},
): Promise<void> => {
  const archived = over.document === null ? { flagState: 'archived' as const } : {};
  const envelope = envelopeOf({ ...archived, ...over });
  const incoming = heldOf(service, envelope);
  const body = incoming.tombstone ? null : serialiseEnvelope(envelope);
  await cache.apply(service, { flagKey: envelope.flagKey, incoming, body, repair, passesFull: false });
};

/** A flag that answers with this value. */
export const says = (value: unknown, more: object = {}) => ({
  document: { state: 'ENABLED', variants: { it: value }, defaultVariant: 'it', ...more },
});

const created = new Set<Agent>();

/** Waits for the disk as well: a file that an agent is still writing would come into a folder that is being removed. */
export const stopAgents = async (): Promise<void> => {
  await Promise.all([...created].map((agent) => agent.stop()));
  created.clear();
};

/** A service in memory with an agent beside it; time passes when the test says so. */
export const createService = ({
  path,
  carried,
}: Pick<Parameters<typeof createAgent>[0], 'carried'> & { readonly path?: string } = {}) => {
  const cache = new InMemoryServiceCache({ region: 'eu-west-1' });
  const clock = new VirtualScheduler();
  const lines: LogLine[] = [];
  const line = (level: LogLine['level']) => (message: string) => void lines.push({ level, message });
  const log = { info: line('info'), warn: line('warn'), error: line('error') };
  const start = (more: { path?: string | undefined } = { path }) => {
    const agent = createAgent({
      ...{
        service: SERVICE,
        region: 'eu-west-1',
        instance: 'task-1',
        feed: cache.feedOf(SERVICE),
        clock,
        log,
        carried,
      },
      file: more.path === undefined ? undefined : { ...CACHE, path: more.path },
    });
    created.add(agent);
    return agent;
  };
  return {
    ...{ cache, clock, lines, log },
    agent: start(),
    another: start,
    write: (over: Partial<UnsealedEnvelope>, options?: { repair?: boolean }) => write(cache, over, options),
    load: () => cache.writeManifest(SERVICE, MANIFEST),
  };
};

export type TestService = ReturnType<typeof createService>;

interface Reply {
  readonly status: number;
  readonly headers: Readonly<Record<string, unknown>>;
  readonly text: string;
  readonly json: never;
}

/** Serves the agent on a free port of loopback; `ask` takes one answer. */
export const serveService = async (
  { agent, log }: Pick<TestService, 'agent' | 'log'>,
  { evaluation = 'remote', hosts = [] }: { evaluation?: Evaluation; hosts?: readonly string[] } = {},
) => {
  const http = { host: '127.0.0.1', port: 0 };
  const served = await serve({ agent, log, http, hosts, sync: '127.0.0.1:0', evaluation });
  const [host, port] = served.address.split(':');
  const ask = (method: string, path: string, body?: unknown, headers: Record<string, string> = {}): Promise<Reply> =>
    new Promise((resolve, reject) => {
      const asking = request({ host, port, method, path, headers, agent: false }, (response) => {
        const chunks: Buffer[] = [];
        response.on('data', (chunk: Buffer) => chunks.push(chunk));
        response.on('end', () => {
          const text = Buffer.concat(chunks).toString();
          const json = /json/.test(String(response.headers['content-type'])) ? JSON.parse(text) : undefined;
          resolve({ status: response.statusCode ?? 0, headers: response.headers, text, json: json as never });
        });
      });
      asking.on('error', reject);
      asking.end(body === undefined ? undefined : typeof body === 'string' ? body : JSON.stringify(body));
    });
  const evaluate = (key: string, context: object = {}) => ask('POST', `/ofrep/v1/evaluate/flags/${key}`, { context });
  const evaluateAll = (context: object = {}, etag?: string) =>
    ask('POST', '/ofrep/v1/evaluate/flags', { context }, etag === undefined ? {} : { 'if-none-match': etag });
  return { ...served, ask, evaluate, evaluateAll, url: `http://${served.address}`, port: Number(port) };
};

export type ServedService = Awaited<ReturnType<typeof serveService>>;
