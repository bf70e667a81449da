import type { EventOf } from '@flaghoist/core/events';
import { formatOrder } from '@flaghoist/core/order';
import type { AuditDocument } from '@flaghoist/core/ports/audit-index';
import type { World } from '@flaghoist/simulator/world';
import type { Output } from '../output.ts';
import { barLines } from './bars.ts';
import type { ChangeTracker } from './change-tracker.ts';
import type { Reader } from './reader.ts';
import type { Stage, TakenBackChange, VerifiedChange } from './stage.ts';

const REDRAW_MS = 100;

const seconds = (ms: number): string => `${(ms / 1000).toFixed(1)} s`;

/** Shows the demonstration: bars that are redrawn on a terminal, one line per step elsewhere. */
export class Screen implements Stage {
  readonly #output: Output;
  readonly #world: World;
  readonly #reader: Pick<Reader, 'reads'> | undefined;
  #redraw: { cancel(): void } | undefined;
  /** The bars as they stand now. */
  #lines: (() => string[]) | undefined;

  constructor(output: Output, world: World, reader?: Pick<Reader, 'reads'>) {
    this.#output = output;
    this.#world = world;
    this.#reader = reader;
  }

  change(title: string, tracker: ChangeTracker, expected: number): void {
    const { scheduler } = this.#world;
    const startedAt = scheduler.now();
    const perRegion = expected / tracker.regions.size;
    this.#output.say();
    this.#output.say(this.#output.colours.bold(title));
    const lines = (): string[] =>
      barLines({ tracker, perRegion, startedAt, now: scheduler.now(), colours: this.#output.colours });
    this.#lines = lines;
    const tick = (): void => {
      this.#output.redraw(lines());
      this.#redraw = scheduler.schedule(REDRAW_MS, tick);
    };
    if (this.#output.live) tick();
  }

  verified(change: VerifiedChange): void {
    this.#settle();
    const { colours } = this.#output;
    const { p50, p99, max } = change.msToAcknowledge;
    const verdict = change.verdict === 'verified' ? colours.green(change.verdict) : colours.red(change.verdict);
    this.#output.say(
      `  ${verdict} after ${seconds(change.msToVerdict)}: ${change.acknowledged} of ${change.expected} caches hold revision` +
        ` ${formatOrder(change.order)} (p50 ${seconds(p50)}, p99 ${seconds(p99)}, last ${seconds(max)}${change.modelled ? ', AWS legs modelled' : ''})`,
    );
  }

  broken(service: string, region: string): void {
    this.#output.say();
    this.#output.say(
      `Breaking one of the caches: ${this.#output.colours.yellow(`${service} in ${region}`)} acknowledges writes from now on, and stores none.`,
    );
  }

  detected({ detail }: EventOf<'RegionVerdict'>, msToDetect: number): void {
    this.#settle();
    const named = detail.atFault.map(({ service, reason }) => `${service} (${reason})`).join(', ');
    this.#output.say(
      `  ${this.#output.colours.yellow('inconsistent')}: ${detail.region} names ${named} after ${seconds(msToDetect)} (a cache counts as late for 15 s)`,
    );
  }

  takenBack(change: TakenBackChange): void {
    const { colours } = this.#output;
    const verdict = change.verdict === 'rolled-back' ? colours.green(change.verdict) : colours.red(change.verdict);
    this.#output.say(
      `  ${verdict}: revision ${formatOrder(change.revertOrder)} brings back the document of ${formatOrder({ ...change.order, revision: change.restoredRevision })};` +
        ` in every healthy cache ${seconds(change.msToRollback)} after the verdict`,
    );
  }

  async reads(): Promise<() => void> {
    const read = await this.#reader?.reads();
    return () => {
      if (read !== undefined) this.#output.say(`  ${read}`);
    };
  }

  trail(documents: readonly AuditDocument[]): void {
    this.#output.say();
    this.#output.say(
      this.#output.colours.bold(
        `Audit trail of the flag (${documents.length} records; the regions’ verdicts are counted at the end)`,
      ),
    );
    for (const line of trailLines(documents)) this.#output.say(`  ${line}`);
  }

  /** Ends the redrawing. Where nobody looked, the bars are said once, as they stand. */
  #settle(): void {
    this.#redraw?.cancel();
    const lines = this.#lines?.() ?? [];
    this.#lines = undefined;
    if (this.#output.live) this.#output.redraw(lines);
    else for (const line of lines) this.#output.say(line);
    this.#output.settle();
  }
}

/** The trail for people: time, what happened, to which revision; the verdicts of the regions counted in one line. */
const trailLines = (documents: readonly AuditDocument[]): string[] => {
  const lines: string[] = [];
  const verdicts = new Map<string, number>();
  for (const { type, detail } of documents) {
    if (type !== 'RegionVerdict') continue;
    const key = `${orderOf(detail)} ${String(detail['verdict'])}`;
    verdicts.set(key, (verdicts.get(key) ?? 0) + 1);
  }
  for (const { type, at, region, detail } of documents) {
    if (type === 'RegionVerdict' || type === 'ChangePublished') continue;
    lines.push(
      `${new Date(at).toISOString().slice(11, 23)}  ${type.padEnd(18)} ${orderOf(detail).padEnd(6)} ${region}`,
    );
  }
  for (const [key, count] of verdicts) lines.push(`${''.padEnd(14)}RegionVerdict      ${key} × ${count}`);
  return lines;
};

const orderOf = (detail: AuditDocument['detail']): string => {
  const order = detail['order'];
  return typeof order === 'object' && order !== null && 'epoch' in order && 'revision' in order
    ? `${order.epoch}.${order.revision}`
    : '';
};
