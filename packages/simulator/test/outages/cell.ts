import { createMessageReader } from '@flaghoist/cache-updater/message-reader';
import type { Topology } from '@flaghoist/core/topology';
import type { CacheFault } from '@flaghoist/in-memory/service-cache';
import { DEFAULT_POLICY } from '@flaghoist/rules/policy';
import { shippedTopology, startWorld } from '../support/world.ts';
import { type DeadCache, problemsOf } from './oracle.ts';
import { Outage, type PortsOf } from './outage.ts';
import { type FunctionPort, functionPortOf, type Target, targetOf, targets } from './ports.ts';
import { ENVIRONMENT, sceneOf } from './scenes.ts';
import { tellStory } from './story.ts';

const MINUTE_MS = 60_000;
const DAY_SECONDS = 86_400;

const durations: readonly number[] = [3, 20, 60, 300, 900, DAY_SECONDS];
/** How a cache may be dead; one of them in each cell that has a dead cache. */
const deadKinds: readonly CacheFault[] = ['ignores-writes', 'unreachable', 'read-only'];

/** One line of the matrix. */
export interface Cell extends Target {
  readonly seconds: number;
  /** How one cache is broken from before the outage until the end; `none`: all are well. */
  readonly dead: CacheFault | 'none';
  /** The places of the port and of the duration in their lists. */
  readonly row: number;
  readonly column: number;
}

export interface CellResult extends Cell {
  /** Calls that met the outage. */
  readonly refused: number;
  /** Empty: complete three hours later. */
  readonly problems: readonly string[];
  /** Of the processor. */
  readonly tookMs: number;
}

const deadIn = (target: Target): CacheFault | undefined => sceneOf[functionPortOf(target)]?.fault;

export const cells: readonly Cell[] = targets.flatMap((target, row) =>
  durations.flatMap((seconds, column) => [
    { ...target, row, column, seconds, dead: 'none' as const },
    {
      ...target,
      row,
      column,
      seconds,
      dead: deadIn(target) ?? deadKinds[(row + column) % deadKinds.length] ?? 'unreachable',
    },
  ]),
);

/** Two regions, and three services in two cells: the cache that is dead shares its cell with a healthy one. */
const { version, home, regions, services } = shippedTopology;
const topology: Topology = {
  version,
  home,
  regions: regions.slice(0, 2),
  services: services.slice(0, 3).map((service, n) => ({ ...service, cell: n < 2 ? 'cell-1' : 'cell-2' })),
};

/** Flags that say their type must have been verified upstream, so that somebody asks there. */
const promotes = {
  ...DEFAULT_POLICY,
  environments: ['before', ENVIRONMENT],
  promotionRequired: true,
  promotionExemptTypes: [''],
};

/** Whatever it is that reads them: most worlds accept the same bytes, and a reader remembers nothing else. */
const read = createMessageReader({ maxTexts: 8_000 });
const sharingReader =
  (portsOf: PortsOf): PortsOf =>
  (seat, given) =>
    portsOf(seat, seat.name.startsWith('cache-updater.') ? { ...given, read } : given);

/** Minutes from the end of the story to a look; a look that finds everything healed is the last one. */
type Looks = readonly number[];
const AFTER_THREE_HOURS: Looks = [180];
/** An outage that met no call, and so shows nothing. */
const NOBODY_ASKED = 'nobody asked the port';

export const UNTIL_HEALED: Looks = [15, 60, 180];

/** Plays one outage and looks at what is left of it three hours later at the latest. */
export const runCell = async (cell: Cell, looks: Looks = AFTER_THREE_HOURS): Promise<CellResult> => {
  const startedAt = process.cpuUsage();
  const { stackTraceLimit } = Error;
  // A day's outage makes a hundred thousand errors, and nobody reads where they came from.
  Error.stackTraceLimit = 0;
  try {
    const { refused, problems } = await play(cell, looks);
    const { user, system } = process.cpuUsage(startedAt);
    return { ...cell, refused, problems, tookMs: (user + system) / 1000 };
  } finally {
    Error.stackTraceLimit = stackTraceLimit;
  }
};

/** Outages that last this long must meet a call. */
const ASKED_FROM_SECONDS = 60;

/** What else is away comes back this long after the begin: by then somebody has asked, and a day of two outages shows no more. */
const OTHERS_AWAY_MS = 15 * MINUTE_MS;

const play = async (cell: Cell, looks: Looks): Promise<Pick<CellResult, 'refused' | 'problems'>> => {
  const scene = sceneOf[functionPortOf(cell)] ?? {};
  const outage = new Outage(cell);
  const others = Object.entries(scene.alsoAway ?? {}).map(([place, until]) => ({
    outage: new Outage(targetOf(place as FunctionPort)),
    until,
  }));
  const t = await startWorld({
    topology: scene.standby ? { ...topology, standby: topology.regions[1]?.name ?? '' } : topology,
    seed: 1,
    latency: 'modelled',
    portsOf: sharingReader((seat, given) =>
      [outage, ...others.map((other) => other.outage)].reduce((ports, { portsOf }) => portsOf(seat, ports), given),
    ),
    policy: promotes,
    environment: ENVIRONMENT,
    upstream: { flag: async () => null },
    ...(scene.directory === undefined ? {} : { directory: scene.directory }),
  });
  if (scene.author !== undefined) t.author = scene.author;
  const fault = cell.dead === 'none' ? scene.fault : cell.dead;
  const place = { region: t.region(1).name, service: t.service(1) };
  const dead: DeadCache | null = fault === undefined ? null : { ...place, healed: cell.dead === 'none' };
  const proposed = await tellStory(t, {
    seconds: cell.seconds,
    before: async (stage) => {
      if (fault !== undefined) t.region(1).caches.breakService(place.service, fault);
      for (const other of others) other.outage.down = true;
      await scene.before?.(stage);
    },
    begin: async (stage) => {
      for (const other of others) other.outage.down = other.until === 'until-its-end';
      t.scheduler.schedule(OTHERS_AWAY_MS, () => {
        for (const other of others) other.outage.down = false;
      });
      outage.down = true;
      await scene.begins?.(stage);
    },
    end: () => {
      outage.down = false;
      for (const other of others) other.outage.down = false;
      if (dead?.healed) t.region(1).caches.heal(place.service);
    },
  });
  let problems: readonly string[] = [];
  let passed = 0;
  for (const minutes of looks) {
    await t.advance((minutes - passed) * MINUTE_MS);
    passed = minutes;
    problems = await problemsOf(t, { proposed, dead, forADay: cell.seconds >= DAY_SECONDS });
    if (problems.length === 0) break;
  }
  t.world.stop();
  const { refused } = outage;
  if (refused === 0 && cell.seconds >= ASKED_FROM_SECONDS) problems = [...problems, NOBODY_ASKED];
  return { refused, problems };
};
