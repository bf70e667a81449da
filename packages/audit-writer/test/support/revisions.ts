import type { Envelope } from '@flaghoist/core/envelope';
import { homeWrite, topologyWrite } from '@flaghoist/core/storage/flag-items';
import { InMemoryAuditIndex } from '@flaghoist/in-memory/audit-index';
import { changesTable, InMemoryChangeStore } from '@flaghoist/in-memory/change-store';
import { InMemoryEventBus } from '@flaghoist/in-memory/event-bus';
import { InMemoryFlagStore } from '@flaghoist/in-memory/flag-store';
import { InMemoryHomeStore } from '@flaghoist/in-memory/home-store';
import { RecordingLogger } from '@flaghoist/in-memory/logger';
import { Table } from '@flaghoist/in-memory/table';
import { InMemoryTopologyStore } from '@flaghoist/in-memory/topology-store';
import { InMemoryTrailStore } from '@flaghoist/in-memory/trail-store';
import { VirtualScheduler } from '@flaghoist/in-memory/virtual-scheduler';
import { authorAt } from '@flaghoist/test-kit/author';
import { topologyOf } from '@flaghoist/test-kit/topology';
import { createSweepHandler } from '../../lib/handler.ts';
import type { SweepPorts } from '../../lib/ports.ts';

export const REGION = 'us-east-1';
export const AN_HOUR_MS = 3_600_000;
const LONG_AGO_MS = -365 * 24 * AN_HOUR_MS;

/**
 * Revisions in the home region's table, as accept writes them, and a trail beside it. There has been a home for so long that
 * no sweep asks for it, or since `homeSince`, epoch milliseconds.
 */
export const createTrail = ({
  home = REGION,
  regions = [REGION],
  homeSince = LONG_AGO_MS,
}: {
  home?: string;
  regions?: string[];
  homeSince?: number;
} = {}) => {
  const clock = new VirtualScheduler();
  const tables = {
    changes: changesTable({ region: REGION, clock }),
    flags: new Table({ name: 'flags', region: REGION, clock }),
    proposals: new Table({ name: 'proposals', region: REGION, clock }),
  };
  const changes = new InMemoryChangeStore(tables);
  const flags = new InMemoryFlagStore(tables.flags);
  const audit = new InMemoryAuditIndex();
  const bus = new InMemoryEventBus({ region: REGION });
  const log = new RecordingLogger();
  const first = topologyOf({ home: REGION, regions, services: ['payments'] });
  tables.flags.write(topologyWrite(first, { actor: 'ada', at: clock.now(), follows: 0 }));
  tables.flags.write(homeWrite({ region: home, epoch: 1, actor: 'ada', at: homeSince }, null));
  const moves = new InMemoryHomeStore(tables.flags);
  const topology = new InMemoryTopologyStore(tables.flags);
  const author = authorAt({ flags, changes, topology, clock });

  const accept = async (flagKey: string, by?: string): Promise<Envelope> => {
    const kind = (await author.current(flagKey)) === null ? 'created' : 'updated';
    return author.accept(await author.proposalOf(kind, { flagKey }), {}, by);
  };

  const ports: SweepPorts = {
    flags,
    changes,
    trail: new InMemoryTrailStore(tables.changes),
    audit,
    bus,
    clock,
    log,
    region: REGION,
    home: moves,
    topology,
  };
  const toldOf = async (type: string) =>
    (await audit.search({})).filter((document) => document.type === type).sort((a, b) => (a.id < b.id ? -1 : 1));
  return {
    toldOf,
    home: moves,
    clock,
    tables,
    audit,
    log,
    bus,
    changes,
    topology,
    ports,
    accept,
    sweep: createSweepHandler(ports),
  };
};
