import type { CacheFault } from '@flaghoist/in-memory/service-cache';
import { DEFAULT_POLICY } from '@flaghoist/rules/policy';
import { startWorld } from '../support/world.ts';
import { type DeadCache, problemsOf } from './oracle.ts';
import { Outage } from './outage.ts';
import { type Target, targets } from './ports.ts';
import { tellStory } from './story.ts';

const HOUR_MS = 3_600_000;
const DAY_SECONDS = 86_400;

const durations: readonly number[] = [3, 20, 60, 300, 900, DAY_SECONDS];
/** How a cache may be dead; one of them in each cell that has a dead cache. */
const deadKinds: readonly CacheFault[] = ['ignores-writes', 'unreachable', 'read-only'];

/** One line of the matrix. */
export interface Cell extends Target {
  readonly seconds: number;
  /** How one cache is broken from before the outage until the end; `none`: all are well. */
  readonly dead: CacheFault | 'none';
  /** The place of the port in the list. */
  readonly row: number;
}

export interface CellResult extends Cell {
  /** Calls that met the outage. */
  readonly refused: number;
  /** Empty: complete three hours later. */
  readonly problems: readonly string[];
  /** Of the processor. */
  readonly tookMs: number;
}

export const cells: readonly Cell[] = targets.flatMap((target, row) =>
  durations.flatMap((seconds, column) => [
    { ...target, row, seconds, dead: 'none' as const },
    { ...target, row, seconds, dead: deadKinds[(row + column) % deadKinds.length] ?? 'unreachable' },
  ]),
);

const ENVIRONMENT = 'after';
/** Flags that say their type must have been verified upstream, so that somebody asks there. */
const promotes = {
  ...DEFAULT_POLICY,
  environments: ['before', ENVIRONMENT],
  promotionRequired: true,
  promotionExemptTypes: [''],
};

/** Plays one outage and looks at what is left of it three hours later. */
export const runCell = async (cell: Cell): Promise<CellResult> => {
  const startedAt = process.cpuUsage();
  const outage = new Outage(cell);
  const t = await startWorld({
    regions: 2,
    services: 3,
    seed: 1,
    latency: 'modelled',
    portsOf: outage.portsOf,
    policy: promotes,
    environment: ENVIRONMENT,
    upstream: { flag: async () => null },
  });
  const dead: DeadCache | null = cell.dead === 'none' ? null : { region: t.region(1).name, service: t.service(1) };
  const proposed = await tellStory(t, {
    seconds: cell.seconds,
    begin: () => {
      if (cell.dead !== 'none') t.region(1).caches.breakService(t.service(1), cell.dead);
      outage.down = true;
    },
    end: () => {
      outage.down = false;
    },
  });
  await t.advance(3 * HOUR_MS);
  const problems = await problemsOf(t, { proposed, dead, forADay: cell.seconds >= DAY_SECONDS });
  t.world.stop();
  const { user, system } = process.cpuUsage(startedAt);
  const tookMs = (user + system) / 1000;
  return { ...cell, refused: outage.refused, problems, tookMs };
};
