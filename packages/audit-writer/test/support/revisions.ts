import { type Envelope, seal } from '@flaghoist/core/envelope';
import { InMemoryAuditIndex } from '@flaghoist/in-memory/audit-index';
import { InMemoryChangeStore } from '@flaghoist/in-memory/change-store';
import { InMemoryEventBus } from '@flaghoist/in-memory/event-bus';
import { InMemoryFlagStore } from '@flaghoist/in-memory/flag-store';
import { RecordingLogger } from '@flaghoist/in-memory/logger';
import { Table } from '@flaghoist/in-memory/table';
import { VirtualScheduler } from '@flaghoist/in-memory/virtual-scheduler';
import { createSweepHandler } from '../../lib/handler.ts';

const REGION = 'us-east-1';
export const AN_HOUR_MS = 3_600_000;

/** Revisions in the home region's table, as accept writes them, and a trail beside it. */
export const createTrail = () => {
  const clock = new VirtualScheduler();
  const tables = {
    changes: new Table({ name: 'changes', region: REGION, clock }),
    flags: new Table({ name: 'flags', region: REGION, clock }),
  };
  const changes = new InMemoryChangeStore(tables);
  const flags = new InMemoryFlagStore(tables.flags);
  const audit = new InMemoryAuditIndex();
  const bus = new InMemoryEventBus({ region: REGION });
  const log = new RecordingLogger();
  const newest = new Map<string, Envelope>();

  const accept = async (flagKey: string): Promise<Envelope> => {
    const current = newest.get(flagKey) ?? null;
    const revision = (current?.revision ?? 0) + 1;
    const envelope = seal({
      schema: 1,
      flagKey,
      environment: 'dev',
      epoch: 1,
      revision,
      kind: current === null ? 'created' : 'updated',
      flagState: 'live',
      document: { state: 'ENABLED', variants: { on: true, off: false }, defaultVariant: 'on' },
      offVariant: 'off',
      audience: '*',
      departed: [],
      owner: 'team-core',
      regions: [REGION],
      topologyVersion: 1,
      rulesVersion: 1,
      evidence: {},
      change: { id: `change-${flagKey}-${revision}`, actor: 'ada', authentication: 'local', reason: 'because' },
      at: { proposed: clock.now(), accepted: clock.now() },
      previousEnvelopeDigest: current?.envelopeDigest ?? null,
    });
    const replaces = current && {
      order: { epoch: current.epoch, revision: current.revision },
      envelopeDigest: current.envelopeDigest,
    };
    expect(await changes.accept(envelope, replaces)).toBe('written');
    newest.set(flagKey, envelope);
    return envelope;
  };

  return {
    clock,
    tables,
    audit,
    log,
    bus,
    changes,
    accept,
    sweep: createSweepHandler({ flags, changes, audit, bus, clock, log, region: REGION }),
  };
};
