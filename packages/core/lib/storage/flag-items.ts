import * as z from 'zod/mini';
import { type Envelope, serialiseEnvelope } from '../envelope.ts';
import { InvalidInputError } from '../errors.ts';
import { type Order, orderOf, orderSchema } from '../order.ts';
import type { KnownGood, StoredRevision } from '../ports/flag-store.ts';
import type { FormerMove, HomeMove, HomeRegion } from '../ports/home-source.ts';
import type { Publication } from '../ports/topology-source.ts';
import { parseTopology, type Topology } from '../topology.ts';
import { ABSENT } from './conditions.ts';
import { contentIn, keyIn, numberIn, requiredText, textIn } from './found-item.ts';
import {
  CURRENT_SK,
  FLAG_PREFIX,
  flagPk,
  HOME,
  KNOWN_GOOD_SK,
  REVISION_PREFIX,
  revisionSk,
  rulesKey,
  TOPOLOGY_PK,
  topologySk,
} from './keys.ts';
import type { FoundItem, Item, Write } from './write.ts';

/* The items of `flags`. */

export const storedOf = (envelope: Envelope): StoredRevision => ({
  flagKey: envelope.flagKey,
  order: orderOf(envelope),
  envelopeDigest: envelope.envelopeDigest,
  body: serialiseEnvelope(envelope),
});

export const currentItem = ({ flagKey, order, envelopeDigest, body }: StoredRevision): Item => ({
  pk: flagPk(flagKey),
  sk: CURRENT_SK,
  epoch: order.epoch,
  revision: order.revision,
  envelopeDigest,
  envelope: body,
});

export const revisionItem = (stored: StoredRevision): Item => ({
  ...currentItem(stored),
  sk: revisionSk(stored.order),
});

export const knownGoodItem = ({ flagKey, order, envelopeDigest }: KnownGood): Item => ({
  pk: flagPk(flagKey),
  sk: KNOWN_GOOD_SK,
  epoch: order.epoch,
  revision: order.revision,
  envelopeDigest,
});

/** With who published it. */
export const topologyItem = (topology: Topology, { actor, at, follows }: Publication): Item => ({
  pk: TOPOLOGY_PK,
  sk: topologySk(topology.version),
  version: topology.version,
  topology: JSON.stringify(topology),
  actor,
  at,
  follows,
});

/** Only where there is none: a version never changes. */
export const topologyWrite = (topology: Topology, publication: Publication): Write<'flags'> => ({
  table: 'flags',
  put: topologyItem(topology, publication),
  condition: ABSENT,
});

export const publicationOf = (item: FoundItem): Publication => ({
  actor: textIn(item, 'actor') ?? '',
  at: numberIn(item, 'at'),
  follows: numberIn(item, 'follows'),
});

/**
 * A CURRENT that was written around the validator may lack anything: what is missing, or of another type, reads as 0 and as
 * empty text, which is no order and no envelope, so that its reader refuses it instead of this one failing.
 */
export const storedRevisionOf = (item: FoundItem): StoredRevision => ({
  ...knownGoodOf(item),
  // A REVISION is what its key says, whatever stands beside it.
  ...orderInKey(textIn(item, 'sk') ?? ''),
  body: textIn(item, 'envelope') ?? '',
});

const orderInKey = (sk: string): { readonly order?: Order } => {
  if (!sk.startsWith(REVISION_PREFIX)) return {};
  const { epoch = 0, revision = 0 } = /^REVISION#(?<epoch>\d{6})#(?<revision>\d{12})$/.exec(sk)?.groups ?? {};
  return { order: { epoch: Number(epoch), revision: Number(revision) } };
};

export const knownGoodOf = (item: FoundItem): KnownGood => ({
  flagKey: (textIn(item, 'pk') ?? '').slice(FLAG_PREFIX.length),
  order: { epoch: numberIn(item, 'epoch'), revision: numberIn(item, 'revision') },
  envelopeDigest: textIn(item, 'envelopeDigest') ?? '',
});

export const topologyVersionOf = (item: FoundItem): number => numberIn(item, 'version');

/** @throws InvalidInputError also for one that stands in the place of another version */
export const topologyOf = (item: FoundItem): Topology => {
  const topology = parseTopology(requiredText(item, 'topology'));
  const { pk, sk } = keyIn(item);
  if (sk === topologySk(topology.version)) return topology;
  throw new InvalidInputError(
    `item ${pk}/${sk}`,
    [`/topology: is version ${topology.version}`],
    'Only who publishes a topology writes it: find out who wrote this item, and remove it.',
  );
};

/** How many of the last versions may be none. */
const MOST_BROKEN = 20;

/**
 * The newest version that is one: what is none keeps nobody from reading the others. `undefined`: there is nothing at all.
 *
 * @param find so many of the last versions, newest first
 */
export const newestTopologyIn = async <I extends FoundItem>(
  find: (count: number) => Promise<readonly I[]>,
  read: (item: I) => Topology,
): Promise<Topology | undefined> => {
  let broken: unknown;
  for (const count of [1, MOST_BROKEN]) {
    for (const item of await find(count)) {
      try {
        return read(item);
      } catch (error) {
        if (!(error instanceof InvalidInputError)) throw error;
        broken ??= error;
      }
    }
    if (broken === undefined) return undefined;
  }
  throw broken;
};

/** Makes a region home if `from` is what is known here (`null`: nothing is). */
export const homeWrite = ({ region, epoch, actor, at }: HomeMove, from: HomeMove | null): Write<'flags'> => ({
  table: 'flags',
  put: { ...HOME, region, epoch, actor, at, ...(from === null ? {} : { former: JSON.stringify(formerOf(from)) }) },
  condition: from === null ? ABSENT : { op: 'equals', values: { region: from.region, epoch: from.epoch } },
});

const formerOf = ({ former = [], region, epoch, actor, at }: HomeMove): readonly FormerMove[] =>
  [...former, { region, epoch, actor, at }].slice(-MOST_FORMER);

/** More moves than that are not between an event and its reader. */
const MOST_FORMER = 100;

const formerSchema = z.array(z.object({ region: z.string(), epoch: z.int(), actor: z.string(), at: z.int() }));

/** What the item HOME said, for hints: the trail tells who was made home, unless it was not set up by then. */
export const HOME_AS_IT_WAS =
  'region and epoch of the last HomeMoved in the trail or, where it has none, the home of the topology and the highest epoch of a change';

/**
 * What it says of the moves before is for the trail alone, and where that cannot be read there were moves of which nothing is known.
 *
 * @throws InvalidInputError for what names no region and epoch
 */
export const homeMoveOf = (item: FoundItem): HomeMove => {
  const epoch = numberIn(item, 'epoch');
  if (!orderSchema.shape.epoch.safeParse(epoch).success)
    throw new InvalidInputError(
      `item ${HOME.pk}/${HOME.sk}`,
      [`/epoch: is ${item['epoch'] ?? 'not there'}, expected 1 or more`],
      `Only who makes a region home writes it: put back ${HOME_AS_IT_WAS}.`,
    );
  return {
    region: requiredText(item, 'region'),
    epoch,
    actor: textIn(item, 'actor') ?? '',
    at: numberIn(item, 'at'),
    ...(item['former'] === undefined ? {} : { former: formerIn(item) }),
  };
};

const formerIn = (item: FoundItem): readonly FormerMove[] => {
  try {
    return contentIn(formerSchema, item, 'former');
  } catch {
    return [];
  }
};

export const homeRegionOf = ({ region, epoch, at, former }: HomeMove): HomeRegion => ({
  region,
  epoch,
  ...(former === undefined ? {} : { movedAt: at }),
});

export const rulesVersionWrite = (region: string, version: number, at: number): Write<'flags'> => ({
  table: 'flags',
  put: { ...rulesKey(region), version, at },
});

/** `null` without one that a region can have. */
export const rulesVersionIn = (item: FoundItem | undefined): number | null => {
  const version = item === undefined ? 0 : numberIn(item, 'version');
  return version > 0 ? version : null;
};
