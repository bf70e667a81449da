import type { FlaghoistEvent } from '@flaghoist/core/events';
import type { Attempts } from '../../lib/attempts.ts';
import type { RemediationMemory, RemediationWork, StateMark } from '../../lib/ports.ts';
import type { RemediationRecord } from '../../lib/record.ts';
import { type Given, normalOf, plansOf } from './plans.ts';

const same = (a: unknown, b: unknown): boolean => JSON.stringify(a) === JSON.stringify(b);

/** An environment that remembers what was done to it: an apply makes what was planned as it is configured. */
export class World implements RemediationWork {
  #planned: { readonly addresses: readonly string[]; readonly sha256: string } | undefined;
  readonly applied: (readonly string[])[] = [];
  serial = 7;
  lineage = 'one';
  unread: readonly string[] = [];
  /** What comes over an apply before it does anything. */
  failure: Error | undefined;
  /** Whether an apply is without effect: somebody changes it again at once. */
  stubborn = false;
  /** What else a plan of some resources would change. */
  alsoPlans: readonly string[] = [];
  /** Which actions a plan of some resources would run. */
  alsoRuns: readonly string[] = [];
  /** Something that happens while a plan is made. */
  meanwhile: () => void = () => {};

  given: readonly Given[];

  constructor(given: readonly Given[]) {
    this.given = given;
  }

  async look() {
    const unread = this.unread.map((address) => ({ address, reason: 'no right to' }));
    return { plans: plansOf(this.given), unread, finished: unread.length === 0 };
  }

  async mark(): Promise<StateMark> {
    return { lineage: this.lineage, serial: this.serial };
  }

  async plan(addresses: readonly string[]) {
    this.meanwhile();
    const all = [...addresses, ...this.alsoPlans];
    this.#planned = { addresses: all, sha256: `sha-of-${all.join('+')}` };
    return { plan: normalOf(this.given, all, this.alsoRuns), sha256: this.#planned.sha256 };
  }

  saved(): string | undefined {
    return this.#planned?.sha256;
  }

  /** Somebody puts another plan in the place of the saved one. */
  swap(): void {
    this.#planned = { addresses: ['aws_x.other'], sha256: 'sha-of-another' };
  }

  async apply(): Promise<void> {
    if (this.failure !== undefined) throw this.failure;
    const { addresses = [] } = this.#planned ?? {};
    this.applied.push(addresses);
    this.serial += 1;
    if (this.stubborn) return;
    this.given = this.given.map((each) =>
      addresses.includes(each.address ?? `${each.type}.this`) && !same(each.now, each.recorded)
        ? { type: each.type, recorded: each.recorded, ...(each.address === undefined ? {} : { address: each.address }) }
        : each,
    );
  }
}

export class Memory implements RemediationMemory {
  #record: RemediationRecord | undefined;
  #attempts: Attempts = {};
  #begun = false;
  #untold: readonly FlaghoistEvent[] = [];

  record = (): RemediationRecord | undefined => this.#record;
  keep = (record: RemediationRecord): void => {
    this.#record = record;
  };
  forget = (): void => {
    this.#record = undefined;
  };
  attempts = (): Attempts => this.#attempts;
  count = (attempts: Attempts): void => {
    this.#attempts = attempts;
  };
  begin = (): void => {
    this.#begun = true;
  };
  begun = (): boolean => this.#begun;
  end = (): void => {
    this.#begun = false;
  };
  untold = (): readonly FlaghoistEvent[] => this.#untold;
  keepUntold = (events: readonly FlaghoistEvent[]): void => {
    this.#untold = events;
  };
}
