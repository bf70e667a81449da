import { formatOrder } from '@flaghoist/core/order';
import type { Registry } from 'prom-client';
import type { Agent } from './agent.ts';
import { evaluatorName } from './evaluator.ts';
import type { Route } from './http-server.ts';
import type { SyncStreams } from './sync/streams.ts';

interface Observed {
  readonly agent: Agent;
  readonly streams: SyncStreams;
  readonly registry: Registry;
}

const finite = (ms: number): number | null => (Number.isFinite(ms) ? Math.round(ms) : null);

/** What an operator reads. */
const statusOf = ({ agent, streams }: Omit<Observed, 'registry'>) => {
  const { flags, freshness, follower, service, region, instance } = agent;
  const missing = flags.evaluatorMissing;
  return {
    ...{ service, region, instance },
    evaluator: evaluatorName(flags.evaluator),
    evaluatorMissing: missing === null ? null : evaluatorName(missing),
    ready: freshness.loaded,
    stale: freshness.stale,
    ageMs: finite(freshness.ageMs),
    killMayBeUnseen: freshness.killMayBeUnseen,
    cache: { state: follower.state, error: follower.error, sequence: follower.sequence },
    flags: [...flags.all()].length,
    digest: flags.digest,
    refused: flags.refusals.map(({ flagKey, order, reason }) => ({ flagKey, order: formatOrder(order), reason })),
    sync: { streams: streams.size, setBytes: streams.setBytes, withheld: streams.withheld },
  };
};

/** For whoever runs the process: alive, ready, counted, explained. Old flags are served, and say so; no flags are not. */
export const operationRoutes = ({ agent, streams, registry }: Observed): readonly Route[] => [
  { method: 'GET', path: /^\/livez$/, answer: () => ({ status: 200, text: '{"alive":true}' }) },
  {
    method: 'GET',
    path: /^\/readyz$/,
    answer: () => {
      const { loaded, stale } = agent.freshness;
      return { status: loaded ? 200 : 503, text: JSON.stringify({ ready: loaded, stale }) };
    },
  },
  {
    method: 'GET',
    path: /^\/metrics$/,
    answer: async () => ({
      status: 200,
      text: await registry.metrics(),
      headers: { 'content-type': registry.contentType },
    }),
  },
  {
    method: 'GET',
    path: /^\/status$/,
    answer: () => ({ status: 200, text: JSON.stringify(statusOf({ agent, streams }), null, 2) }),
  },
];
