import { describeError } from '@flaghoist/core/describe-error';
import { sideBySide } from '@flaghoist/terraform/side-by-side';
import { applyPart, Marks } from './apply-part.ts';
import { summaryOf } from './content.ts';
import { WavesRefusedError } from './errors.ts';
import type { Gate } from './gate.ts';
import type { WaveName } from './order.ts';
import { partName } from './part.ts';
import type { PartWork } from './part-work.ts';
import { type Entry, entriesOf, isToChange, type WavesRecord } from './record.ts';
import type { PartReport, Unwell, WavesEvent, WavesReport } from './report.ts';
import { refuseOutOfTurn } from './turn.ts';

export interface ApplyWavesOptions {
  readonly work: PartWork;
  readonly record: WavesRecord;
  /** Without one nobody looks and nobody waits. */
  readonly gate: Gate | undefined;
  /** Regions whose parts are applied; all when there is none. */
  readonly only: readonly string[];
  /** The last wave that is applied. */
  readonly stopAfter?: WaveName | undefined;
  /** Parts of a wave that are applied at the same time. */
  readonly atOnce: number;
  /** Aborted: what runs goes on to its end, and nothing new begins. */
  readonly signal: AbortSignal;
  readonly onEvent: (event: WavesEvent) => void;
}

type Shown = WavesRecord['waves'][number];

/** All waves up to one. */
const through = (waves: readonly Shown[], last: WaveName | undefined): readonly Shown[] => {
  const index = waves.findIndex(({ name }) => name === last);
  return index < 0 ? waves : waves.slice(0, index + 1);
};

const shownOf = ({ plan, task }: Entry): string => {
  if (plan === null) return 'to be created';
  if (!plan.changes) return 'nothing to do';
  return `${task === 'destroy' ? 'to be destroyed: ' : ''}${summaryOf(plan.content)}`;
};

/**
 * Applies what was shown, one wave after the other, and stops at the first failure. May be called again, with the same record,
 * as often as it takes: what is done is passed over.
 *
 * @throws {WavesRefusedError} before anything was begun, when something is shown that nobody allowed, or out of its turn
 */
export const applyWaves = async (options: ApplyWavesOptions): Promise<WavesReport> => {
  const { record, work, only, stopAfter, atOnce, gate, signal, onEvent } = options;
  const waves = through(record.waves, stopAfter);
  const endsEarly = waves.length < record.waves.length;
  const within = new Set(waves.flatMap(({ lanes }) => lanes.flat()).map(partName));
  const isInRegion = ({ region }: Entry): boolean => only.length === 0 || only.includes(region);
  const isAsked = (entry: Entry): boolean => isInRegion(entry) && within.has(partName(entry));
  const marks = new Marks(record, work);
  refuseUnallowed(entriesOf(record).filter(isInRegion));
  if (only.length > 0) await refuseOutOfTurn({ record, isAsked, marks, work });

  const reports = new Map<string, PartReport>();
  let stopped: WavesReport['stopped'] = null;
  let unwell: readonly Unwell[] = [];
  const mayBegin = (): boolean => {
    if (stopped === null && signal.aborted) stopped = 'interrupted';
    return stopped === null;
  };
  const ended = (report: PartReport): void => {
    reports.set(partName(report), report);
    onEvent({ kind: 'ended', report });
  };

  const runPart = async (entry: Entry, wave: WaveName): Promise<void> => {
    const part = { stack: entry.stack, region: entry.region, wave };
    try {
      const done = await applyPart(entry, {
        work,
        record,
        marks,
        onBegin: (steps) => onEvent({ kind: 'begun', part, steps }),
        onStep: (count) => onEvent({ kind: 'step', part, done: count }),
      });
      ended({
        ...part,
        outcome: done === undefined ? 'as-it-is' : 'applied',
        summary: done ?? (isToChange(entry) ? 'done before' : 'nothing to do'),
      });
    } catch (error) {
      stopped = 'failure';
      ended({ ...part, outcome: 'failed', summary: describeError(error), error });
    }
  };

  const runWave = async ({ name, lanes }: Shown): Promise<void> => {
    const asked = lanes.map((lane) => lane.filter(isAsked)).filter((lane) => lane.length > 0);
    onEvent({ kind: 'wave', name, parts: asked.flat() });
    await sideBySide(asked, atOnce, async (lane) => {
      for (const entry of lane) if (mayBegin()) await runPart(entry, name);
    });
  };

  /** Also of what an earlier run has changed: that may be why it ended. */
  const pass = async ({ lanes }: Shown): Promise<void> => {
    const changed = lanes.flat().filter((entry) => isAsked(entry) && isToChange(entry) && entry.task === 'apply');
    const regions = [...new Set(changed.map(({ region }) => region))];
    if (gate === undefined || regions.length === 0) return;
    if (changed.some((entry) => reports.get(partName(entry))?.outcome === 'applied')) {
      onEvent({ kind: 'settling', regions });
      await gate.settle(signal);
    }
    if (!mayBegin()) return;
    const looked = await Promise.all(regions.map(async (region) => ({ region, problems: await lookAt(region, gate) })));
    unwell = looked.filter(({ problems }) => problems.length > 0);
    if (unwell.length > 0) stopped = 'unwell';
  };

  for (const [index, wave] of waves.entries()) {
    if (!wave.lanes.flat().some(isAsked)) continue;
    if (!mayBegin()) break;
    await runWave(wave);
    // Whoever stops after a wave looks at it himself.
    if (mayBegin() && !(endsEarly && index === waves.length - 1)) await pass(wave);
  }
  if (mayBegin() && endsEarly) stopped = 'asked';
  const parts = record.waves.flatMap(({ name, lanes }) =>
    lanes.flat().map(
      (entry): PartReport =>
        reports.get(partName(entry)) ?? {
          stack: entry.stack,
          region: entry.region,
          wave: name,
          outcome: 'not-begun',
          summary: shownOf(entry),
        },
    ),
  );
  return { parts, stopped, unwell };
};

/** A region that cannot be looked at is not known to be well. */
const lookAt = async (region: string, gate: Gate): Promise<readonly string[]> => {
  try {
    return await gate.look(region);
  } catch (error) {
    return [describeError(error)];
  }
};

const refuseUnallowed = (entries: readonly Entry[]): void => {
  const refused = entries.flatMap((entry) => entry.refused.map((reason) => `${partName(entry)}: ${reason}`));
  if (refused.length === 0) return;
  throw new WavesRefusedError(
    refused,
    'Nothing was begun. Plan again with what is named, once you want it; or change the sources.',
  );
};
