import { Counter, Gauge, Registry } from 'prom-client';
import type { Agent } from './agent.ts';
import type { EventStreams } from './ofrep/events.ts';
import type { SyncStreams } from './sync/streams.ts';

interface Observed {
  readonly agent: Agent;
  readonly events: EventStreams;
  readonly streams: SyncStreams;
}

/** What Prometheus reads. No label grows with what callers send. */
export const createMetrics = ({ agent, events, streams }: Observed) => {
  const registry = new Registry();
  const { flags, freshness, follower } = agent;
  registry.setDefaultLabels({ service: agent.service });

  const gauges: Readonly<Record<string, readonly [help: string, value: () => number]>> = {
    flags: ['Flags that are served', () => [...flags.all()].length],
    flags_refused: ['Flags whose newest revision could not be served', () => flags.refusals.length],
    age_seconds: ['How old what is served may be', () => freshness.ageMs / 1_000],
    stale: ['1 when what is served may be old', () => Number(freshness.stale)],
    kill_may_be_unseen: [
      '1 when a kill may have been given that was not seen',
      () => Number(freshness.killMayBeUnseen),
    ],
    evaluator_missing: [
      '1 when the topology names an evaluator that this agent does not carry',
      () => Number(flags.evaluatorMissing !== null),
    ],
    sequence: ["The cache's count of writes, as far as they were taken", () => follower.sequence ?? 0],
    rereads: ['How often everything was read again', () => follower.rereads],
    sync_streams: ['Clients that evaluate by themselves', () => streams.size],
    sync_set_bytes: ['Size of the set for them; one of more than 4 MB is not sent', () => streams.setBytes],
    sync_flags_withheld: ['Flags that draw and are not sent to them', () => streams.withheld.length],
    event_streams: ['Browsers that wait for changes', () => events.size],
  };
  for (const [name, [help, value]] of Object.entries(gauges)) {
    new Gauge({
      name: `flaghoist_agent_${name}`,
      help,
      registers: [registry],
      collect() {
        this.set(value());
      },
    });
  }

  const evaluations = new Counter({
    name: 'flaghoist_agent_evaluations_total',
    help: 'Evaluations by the HTTP status of their answer',
    labelNames: ['status'],
    registers: [registry],
  });
  return { registry, evaluated: (status: number) => evaluations.inc({ status: String(status) }) };
};
