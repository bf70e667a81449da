import type { FlaghoistEvent } from '@flaghoist/core/events';
import { withoutKeys } from '@flaghoist/plan-reading/address';
import type { ApplyIntent } from '../../lib/apply-intent.ts';
import type { Attempts } from '../../lib/attempts.ts';
import { RemediationLockedError, RemediationOutdatedError } from '../../lib/errors.ts';
import type { RemediationMemory, RemediationWork, StateMark } from '../../lib/ports.ts';
import type { RemediationRecord } from '../../lib/record.ts';
import { addressOf, type Given, normalOf, nowOf, plansOf, same, wantedOf } from './plans.ts';

/**
 * An environment that remembers what was done to it: an apply writes down what its plan has read, then makes what was planned as it is
 * configured.
 */
export class World implements RemediationWork {
  #planned: { readonly addresses: readonly string[]; readonly sha256: string } | undefined;
  /** What the saved plan has read otherwise than it was recorded. */
  #outside: readonly Given[] = [];
  readonly applied: (readonly string[])[] = [];
  serial = 7;
  lineage = 'one';
  unread: readonly string[] = [];
  /** What comes over an apply before it changes anything but the state. */
  failure: Error | undefined;
  /** What comes over the state when it is to be written without an apply. */
  held: Error | undefined;
  /** Whether an apply is without effect: somebody changes it again at once. */
  stubborn = false;
  /** What each resource depends on, as the configuration says it: by its address without keys. */
  needs: ReadonlyMap<string, readonly string[]> = new Map();
  /** What else a plan of some resources would change, for reasons that no configuration says. */
  alsoPlans: readonly string[] = [];
  /** Which actions a plan of some resources would run. */
  alsoRuns: readonly string[] = [];
  /** What a plan of some resources reads because they need it. */
  alsoReads: readonly string[] = [];
  /** Something that happens while a plan is made. */
  meanwhile: () => void = () => {};
  /** Called between any two things that an apply does, and before and after the state is written without one. */
  between: () => void = () => {};

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

  async dependencies() {
    return this.needs;
  }

  async plan(addresses: readonly string[]) {
    this.meanwhile();
    const moved = this.given.filter(({ movedFrom }) => movedFrom !== undefined).map(addressOf);
    if (moved.some((each) => !addresses.includes(each))) {
      throw new Error('Moved resource instances excluded by targeting');
    }
    const all = [...new Set([...this.#targeted(addresses), ...this.alsoPlans])];
    const read = [...all, ...this.alsoReads];
    this.#outside = this.given.filter((each) => read.includes(addressOf(each)) && !same(nowOf(each), each.recorded));
    this.#planned = { addresses: all, sha256: `sha-of-${all.join('+')}` };
    return { plan: normalOf(this.given, all, this.alsoRuns), sha256: this.#planned.sha256 };
  }

  /** As `-target` does it: with every instance of all that these depend on. */
  #targeted(addresses: readonly string[]): readonly string[] {
    const configured = new Set(addresses.map(withoutKeys));
    const needed = new Set([...configured].flatMap((each) => this.needs.get(each) ?? []));
    for (const each of needed) for (const next of this.needs.get(each) ?? []) needed.add(next);
    const along = this.given.map(addressOf).filter((each) => needed.has(withoutKeys(each)));
    return [...new Set([...addresses, ...along])];
  }

  saved(): string | undefined {
    return this.#planned?.sha256;
  }

  /** Somebody puts another plan in the place of the saved one. */
  swap(): void {
    this.#planned = { addresses: ['aws_x.other'], sha256: 'sha-of-another' };
  }

  async apply(sha256: string): Promise<void> {
    if (sha256 !== this.saved()) throw new RemediationOutdatedError('another plan');
    if (this.failure instanceof RemediationLockedError || this.failure instanceof RemediationOutdatedError)
      throw this.failure;
    const { addresses = [] } = this.#planned ?? {};
    this.between();
    this.serial += 1;
    this.given = this.given.map((each) =>
      this.#outside.includes(each)
        ? { ...each, recorded: nowOf(each) ?? each.recorded, configured: wantedOf(each) }
        : each,
    );
    if (this.failure !== undefined) throw this.failure;
    for (const address of addresses) {
      this.between();
      this.given = this.given.map((each) => {
        const wanted = wantedOf(each);
        if (address !== addressOf(each) || wanted === null) return each;
        return { ...each, recorded: wanted, now: this.stubborn ? nowOf(each) : wanted };
      });
    }
    this.applied.push(addresses);
    this.between();
  }

  async recordAgain(): Promise<void> {
    if (this.held !== undefined) throw this.held;
    const again = this.given.map((each) => {
      const entry = this.#outside.find((other) => addressOf(other) === addressOf(each));
      if (entry === undefined || !same(each.recorded, nowOf(entry))) return each;
      return { ...each, recorded: entry.recorded, configured: wantedOf(each) };
    });
    if (same(again, this.given)) return;
    this.between();
    this.given = again;
    this.serial += 1;
    this.between();
  }
}

export class Memory implements RemediationMemory {
  #record: RemediationRecord | undefined;
  #attempts: Attempts = {};
  #begun: ApplyIntent | undefined;
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
  begin = (intent: ApplyIntent): void => {
    this.#begun = intent;
  };
  begun = (): ApplyIntent | undefined => this.#begun;
  end = (): void => {
    this.#begun = undefined;
  };
  untold = (): readonly FlaghoistEvent[] => this.#untold;
  keepUntold = (events: readonly FlaghoistEvent[]): void => {
    this.#untold = events;
  };
  stored = async (): Promise<void> => {};
}
