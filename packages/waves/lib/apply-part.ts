import { beyond, type Content, lossesOf, summaryOf } from './content.ts';
import { WavesOutdatedError, WavesRefusedError } from './errors.ts';
import { keptBy } from './kept-by.ts';
import { ACCEPTING, type Part, partName, readsOf } from './part.ts';
import type { PartWork, Planned } from './part-work.ts';
import { type Entry, entriesOf, type Mark, sameMark, type WavesRecord } from './record.ts';

/** What is known of all states while waves are applied: as they were planned on, and as they are now. */
export class Marks {
  readonly #planned: ReadonlyMap<string, Mark>;
  readonly #now = new Map<string, Mark>();
  readonly #work: Pick<PartWork, 'mark'>;

  constructor(record: WavesRecord, work: Pick<PartWork, 'mark'>) {
    this.#planned = new Map(entriesOf(record).map((entry) => [partName(entry), entry.mark]));
    this.#work = work;
  }

  async read(part: Part): Promise<Mark> {
    const mark = await this.#work.mark(part);
    this.#now.set(partName(part), mark);
    return mark;
  }

  async now(part: Part): Promise<Mark> {
    return this.#now.get(partName(part)) ?? (await this.read(part));
  }

  /** Whether a state is the one that was looked at when all was planned; also of what no wave has. */
  async isAsPlanned(part: Part): Promise<boolean> {
    const planned = this.#planned.get(partName(part));
    return planned === undefined || sameMark(planned, await this.now(part));
  }
}

export interface PartRun {
  readonly work: PartWork;
  readonly record: WavesRecord;
  readonly marks: Marks;
  readonly onBegin: (steps: number) => void;
  readonly onStep: (done: number) => void;
}

const stepsOf = ({ effects }: Content): number => Object.keys(effects).length;

/**
 * Applies the plan of a part that was saved. Where its state or one that it reads has moved since, the part is planned anew, and
 * that plan is applied when it does nothing beyond what was shown: so a run that ended in the middle goes on, and what is done
 * is not done twice.
 *
 * @returns what was done; `undefined` when nothing was left to do
 * @throws {WavesRefusedError} when the part must not be destroyed yet
 * @throws {WavesOutdatedError} when more would be done than was shown
 */
export const applyPart = async (
  entry: Entry,
  { work, record, marks, onBegin, onStep }: PartRun,
): Promise<string | undefined> => {
  const mark = await marks.read(entry);
  const reads = readsOf(record, entry);
  const asPlanned = await Promise.all([entry, ...reads].map((part) => marks.isAsPlanned(part)));
  if (entry.task === 'destroy') await refuseKept(entry, { record, marks });

  if (entry.plan !== null && !entry.plan.changes && asPlanned.every(Boolean)) return undefined;
  const wasFirst = stopsAccepting(entry, record) && (await applyFirst(entry, { work, marks, onBegin, onStep }));
  const planned =
    entry.plan !== null && asPlanned.every(Boolean) && !wasFirst ? entry.plan : await planAgain(entry, work, mark);
  const all = summaryOf(entry.plan !== null && wasFirst ? entry.plan.content : planned.content);
  if (!planned.changes) return wasFirst ? all : undefined;
  onBegin(stepsOf(planned.content));
  try {
    await work.apply(entry, planned, onStep);
  } finally {
    await marks.read(entry);
  }
  return all;
};

/** On the way back, home must not accept for a moment what its own region no longer knows. */
const stopsAccepting = ({ stack, region, task }: Entry, { way, accepting }: WavesRecord): boolean =>
  way === 'back' && task === 'apply' && stack === 'flags-region' && region === accepting;

/** @returns whether anything was done */
const applyFirst = async (
  entry: Entry,
  { work, marks, onBegin, onStep }: Omit<PartRun, 'record'>,
): Promise<boolean> => {
  const planned = refuseMore(entry, await work.plan(entry, { ...entry, targets: ACCEPTING }));
  if (!planned.changes) return false;
  onBegin(stepsOf(planned.content));
  try {
    await work.apply(entry, planned, onStep);
  } finally {
    await marks.read(entry);
  }
  return true;
};

const planAgain = async (entry: Entry, work: PartWork, { resources }: Mark): Promise<Planned> => {
  // What a destroyed part had would be created once more, or nothing be planned at all.
  if (entry.task === 'destroy' && resources === 0) return NOTHING;
  return refuseMore(entry, await work.plan(entry, entry));
};

/** @throws {WavesOutdatedError} */
const refuseMore = (entry: Entry, planned: Planned): Planned => {
  const more =
    entry.plan === null
      ? lossesOf(planned.content).map(({ what }) => what)
      : beyond(planned.content, entry.plan.content);
  if (more.length === 0) return planned;
  throw new WavesOutdatedError(`${partName(entry)} would now do more than was shown: ${more.join('; ')}`);
};

const NOTHING: Planned = {
  file: '',
  sha256: '',
  changes: false,
  content: { effects: {}, unfinished: [], superseded: [], inputs: {}, replicasLost: {} },
};

const refuseKept = async (entry: Entry, { record, marks }: Pick<PartRun, 'record' | 'marks'>): Promise<void> => {
  const kept = await keptBy(record, entry, (part) => marks.read(part));
  if (kept.length === 0) return;
  throw new WavesRefusedError(
    kept,
    `The order is: drain, its functions, its replica, its foundation. hoist waves plan ${record.environment} --remove ${entry.region} has it.`,
  );
};
