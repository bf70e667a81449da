import type { EventOf } from '@flaghoist/core/events';
import { formatOrder } from '@flaghoist/core/order';
import type { AuditDocument } from '@flaghoist/core/ports/audit-index';
import type { ChangeTracker } from '@flaghoist/simulator/change-tracker';
import type { World } from '@flaghoist/simulator/world';
import { createLogUpdate } from 'log-update';
import type { Output } from '../output.ts';
import { barLines } from './bars.ts';
import type { Stage, TakenBackChange, VerifiedChange } from './demonstration.ts';

const REDRAW_MS = 100;

const seconds = (ms: number): string => `${(ms / 1000).toFixed(1)} s`;

/** Shows the demonstration: bars that are redrawn on a terminal, one line per step elsewhere. */
export class Screen implements Stage {
  readonly #output: Output;
  readonly #world: World;
  readonly #update: ReturnType<typeof createLogUpdate>;
  #redraw: { cancel(): void } | undefined;
  #draw: (() => void) | undefined;

  constructor(output: Output, world: World) {
    this.#output = output;
    this.#world = world;
    this.#update = createLogUpdate({ write: (text: string) => output.draw(text), columns: output.columns } as never);
  }

  change(title: string, tracker: ChangeTracker, expected: number): void {
    const { scheduler } = this.#world;
    const startedAt = scheduler.now();
    const perRegion = expected / tracker.regions.size;
    this.#output.say();
    this.#output.say(this.#output.colours.bold(title));
    const lines = (): string[] =>
      barLines({ tracker, perRegion, startedAt, now: scheduler.now(), colours: this.#output.colours });
    this.#draw = () => (this.#output.live ? this.#update(lines().join('\n')) : undefined);
    const tick = (): void => {
      this.#draw?.();
      this.#redraw = scheduler.schedule(REDRAW_MS, tick);
    };
    if (this.#output.live) tick();
  }

  verified(change: VerifiedChange, tracker: ChangeTracker): void {
    this.#settle(tracker);
    const { colours } = this.#output;
    const { p50, p99, max } = change.msToAcknowledge;
    const verdict = change.verdict === 'verified' ? colours.green(change.verdict) : colours.red(change.verdict);
    this.#output.say(
      `  ${verdict}: revision ${formatOrder(change.order)} is held by ${change.acknowledged} of ${change.expected} caches` +
        ` (p50 ${seconds(p50)}, p99 ${seconds(p99)}, last ${seconds(max)}${change.modelled ? ', AWS legs modelled' : ''}); verdict after ${seconds(change.msToVerdict)}`,
    );
  }

  broken(service: string, region: string): void {
    this.#output.say();
    this.#output.say(
      `Breaking one of the caches: ${this.#output.colours.yellow(`${service} in ${region}`)} takes no writes from now on.`,
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

  trail(documents: readonly AuditDocument[]): void {
    this.#output.say();
    this.#output.say(
      this.#output.colours.bold(`Audit trail of the flag (${documents.length} records, one per region verdict folded)`),
    );
    for (const line of trailLines(documents)) this.#output.say(`  ${line}`);
  }

  /** Ends the redrawing; without a terminal the bars are printed once, as they stand. */
  #settle(tracker?: ChangeTracker): void {
    this.#redraw?.cancel();
    this.#draw?.();
    this.#draw = undefined;
    this.#update.done();
    if (!this.#output.live && tracker !== undefined) {
      for (const [region, { acknowledged }] of tracker.regions)
        this.#output.say(`  ${region}: ${acknowledged} acknowledged`);
    }
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
