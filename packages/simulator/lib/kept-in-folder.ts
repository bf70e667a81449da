import type { ChangeKey } from '@flaghoist/core/change';
import { parseEnvelope } from '@flaghoist/core/envelope';
import { expectRowOf } from '@flaghoist/core/expect-row';
import type { ExpectRow } from '@flaghoist/core/ports/verification-store';
import { recordKeyOf, UNDECIDED } from '@flaghoist/core/storage/change-items';
import { topologyOf } from '@flaghoist/core/storage/flag-items';
import { textIn } from '@flaghoist/core/storage/found-item';
import { changeSk, flagPk, HOME, REVISION_PREFIX, revisionSk } from '@flaghoist/core/storage/keys';
import { newestTopologies } from '@flaghoist/core/storage/queries';
import { regionNames, type Topology } from '@flaghoist/core/topology';
import type { DataFolder } from '@flaghoist/sqlite-store/folder';
import type { Keeping, Remains } from './keeping.ts';

const FLAGS = 'flags';
const CHANGES = 'changes';

/** Of the regions that keep, the one that was home last; `undefined` in a new folder. */
const lastHomeIn = (folder: DataFolder): string | undefined => {
  const epochIn = (region: string): number => {
    const item = folder.kept({ region, table: FLAGS }).get(HOME)?.item;
    return item?.['region'] === region ? Number(item['epoch']) : 0;
  };
  const newestFirst = folder.regionsOf(FLAGS).toSorted((a, b) => epochIn(b) - epochIn(a));
  return newestFirst.find((region) => epochIn(region) > 0);
};

/** The newest topology that a folder's home knows. */
const topologyIn = (folder: DataFolder, home: string): Topology | undefined => {
  const [newest] = folder.kept({ region: home, table: FLAGS }).query(newestTopologies(1));
  return newest?.item && topologyOf(newest.item);
};

/** A world in a folder: the topology that it goes on with, and where it keeps what. */
export interface KeptWorld {
  readonly topology: Topology;
  readonly keeping: Keeping;
}

/** @param first the topology of a new folder; one that is in use goes on with its own */
export const keptIn = async (folder: DataFolder, first: Topology): Promise<KeptWorld> => {
  const home = lastHomeIn(folder);
  const topology = (home === undefined ? undefined : topologyIn(folder, home)) ?? first;
  const standby = topology.standby === undefined ? [] : [topology.standby];
  return {
    topology,
    keeping: {
      homes: home === undefined ? [topology.home, ...standby] : folder.regionsOf('proposals'),
      remains: home === undefined ? undefined : remainsIn(folder, home, topology),
      table: (name, options) => folder.table(name, options),
      trail: (region) => folder.trail(region),
      letters: (queue) => folder.letters(queue),
    },
  };
};

/** Decided, and nothing is awaited of its caches any more. */
const isSettled = (state: unknown): boolean => state !== 'accepted' && state !== 'unverified';

const remainsIn = (folder: DataFolder, home: string, topology: Topology): Remains => {
  const flags = folder.kept({ region: home, table: FLAGS });
  const changes = folder.kept({ region: home, table: CHANGES });
  const revisions = flags.history(REVISION_PREFIX);
  const settledRow = ({ flagKey, order }: ChangeKey): ExpectRow | undefined => {
    const record = changes.get({ pk: flagPk(flagKey), sk: changeSk(order) })?.item;
    const revision = revisions.item(flagPk(flagKey), revisionSk(order));
    if (record === undefined || revision === undefined || !isSettled(record['state'])) return undefined;
    const envelope = parseEnvelope(textIn(revision, 'envelope') ?? '');
    return { ...expectRowOf(envelope, { expectedAt: envelope.at.accepted, refusal: null }), answer: 'consistent' };
  };
  return {
    regions: new Set(regionNames(topology)),
    items: [...flags.besides(REVISION_PREFIX)],
    revisions,
    undecided: changes.having(UNDECIDED).flatMap(({ item }) => (item === undefined ? [] : [recordKeyOf(item)])),
    settledRow,
    missingIn: (table, from) =>
      folder.kept({ region: table.region, table: FLAGS }).lackingOf(folder.kept({ region: from.region, table: FLAGS })),
  };
};
