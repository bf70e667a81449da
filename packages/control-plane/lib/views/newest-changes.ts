import { CANARY_FLAG } from '@flaghoist/core/canary';
import type { ChangeRecord, ChangeState } from '@flaghoist/core/change';
import { InvalidInputError } from '@flaghoist/core/errors';
import { compareOrders, formatOrder, type Order } from '@flaghoist/core/order';
import { always, inParallel } from '@flaghoist/validator/in-parallel';
import { readOrder } from '../orders.ts';
import type { HomePorts } from '../ports.ts';

type Home = Pick<HomePorts, 'changes' | 'flags'>;

/** The place of a change among those of all flags. */
type Place = Pick<ChangeRecord, 'acceptedAt' | 'flagKey' | 'order'>;

interface Asked {
  readonly prefix: string;
  readonly state: ChangeState | undefined;
  /** The last change of the page before. */
  readonly before: Place | undefined;
  readonly limit: number;
}

interface Page {
  readonly changes: readonly ChangeRecord[];
  /** Where the next page begins; `null` when this was the last. */
  readonly next: string | null;
}

/** Records older than its place that one request looks at: of a rare state a page may be short, and the next one goes on. */
const LOOKED_AT = 10_000;

/** Newest first; of one moment by key. */
const compare = (a: Place, b: Place): number =>
  b.acceptedAt - a.acceptedAt ||
  (a.flagKey < b.flagKey ? -1 : a.flagKey > b.flagKey ? 1 : compareOrders(b.order, a.order));

const cursorOf = ({ acceptedAt, flagKey, order }: Place): string => `${acceptedAt}_${formatOrder(order)}_${flagKey}`;

/** @throws InvalidInputError */
export const readCursor = (text: string): Place => {
  const { at, order, flagKey } = /^(?<at>\d{1,16})_(?<order>[\d.]+)_(?<flagKey>.+)$/.exec(text)?.groups ?? {};
  if (at === undefined || order === undefined || flagKey === undefined)
    throw new InvalidInputError(
      'before',
      [`${JSON.stringify(text)} is no place in a list`],
      'Give back what the page before called next.',
    );
  return { acceptedAt: Number(at), flagKey, order: readOrder(order) };
};

/** The history of one flag as far as it was read. */
interface Strand {
  readonly rest: AsyncIterator<ChangeRecord>;
  head: ChangeRecord | undefined;
}

/** A page of the changes of all flags, merged from the history of each: there is no index over what was decided. */
export const newestChanges = async ({ prefix, state, before, limit }: Asked, home: Home): Promise<Page> => {
  const strands = await strandsOf(prefix, home);
  const changes: ChangeRecord[] = [];
  let last: ChangeRecord | undefined;
  for (let looked = 0; looked < LOOKED_AT; ) {
    const next = newestOf(strands);
    if (next?.head === undefined) return { changes, next: null };
    if (changes.length === limit) break;
    last = next.head;
    if (before === undefined || compare(before, last) < 0) {
      looked += 1;
      if (state === undefined || last.state === state) changes.push(last);
    }
    next.head = await following(next.rest);
  }
  return { changes, next: last === undefined ? null : cursorOf(last) };
};

/** The same of those that nobody has decided, of which there is an index; it may lag, so each is read again. */
export const undecidedChanges = async (
  { prefix, before, limit, now }: Omit<Asked, 'state'> & { readonly now: number },
  home: Home,
): Promise<Page> => {
  const found: ChangeRecord[] = [];
  for await (const { flagKey, order } of home.changes.undecided(now + 1)) {
    if (found.length === LOOKED_AT) break;
    if (!flagKey.startsWith(prefix) || flagKey === CANARY_FLAG) continue;
    const record = await home.changes.record(flagKey, order);
    if (record?.state === 'accepted') found.push(record);
  }
  const rest = found.sort(compare).filter((record) => before === undefined || compare(before, record) < 0);
  const changes = rest.slice(0, limit);
  const last = changes.at(-1);
  return { changes, next: last === undefined || rest.length <= limit ? null : cursorOf(last) };
};

const strandsOf = async (prefix: string, { flags, changes }: Home): Promise<readonly Strand[]> => {
  const strands: Strand[] = [];
  await inParallel(flags.currents(), always, async ({ flagKey, order }) => {
    if (!flagKey.startsWith(prefix) || flagKey === CANARY_FLAG) return;
    const beyond: Order = { epoch: order.epoch, revision: order.revision + 1 };
    const rest = changes.recordsBefore(flagKey, beyond)[Symbol.asyncIterator]();
    strands.push({ rest, head: await following(rest) });
  });
  return strands;
};

const following = async (rest: AsyncIterator<ChangeRecord>): Promise<ChangeRecord | undefined> => {
  const { value, done } = await rest.next();
  return done === true ? undefined : value;
};

const newestOf = (strands: readonly Strand[]): Strand | undefined => {
  let newest: Strand | undefined;
  for (const strand of strands) {
    if (strand.head === undefined) continue;
    if (newest?.head === undefined || compare(strand.head, newest.head) < 0) newest = strand;
  }
  return newest;
};
