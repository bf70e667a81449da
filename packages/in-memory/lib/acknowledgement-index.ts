import type { AcknowledgementRow } from '@flaghoist/core/acknowledgement';
import { compareOrders, type Order } from '@flaghoist/core/order';

/** The lines of one flag and second that show one order: a bit for each service. */
interface Shown {
  readonly order: Order;
  readonly services: number[];
}

interface Second {
  /** Epoch seconds. */
  readonly second: number;
  readonly shown: Shown[];
}

const BITS = 32;

/**
 * What the lines of a log show, by flag and second, as small as possible: a region takes thousands of lines a second, and
 * 156 services show the same order. Windows are whole seconds, as CloudWatch's own queries are.
 */
export class AcknowledgementIndex {
  readonly #flags = new Map<string, Second[]>();
  readonly #services: string[] = [];
  readonly #serviceNumbers = new Map<string, number>();

  /** @param at epoch milliseconds */
  add(flagKey: string, service: string, order: Order, at: number): void {
    const { shown } = this.#secondOf(flagKey, Math.floor(at / 1000));
    const number = this.#numberOf(service);
    const { services } = shownOf(shown, order);
    const word = Math.floor(number / BITS);
    while (services.length <= word) services.push(0);
    services[word] = (services[word] ?? 0) | (1 << (number % BITS));
  }

  /** The highest order by flag and service, over the whole seconds that the window touches. */
  highest(flagKeys: readonly string[], from: number, to: number): AcknowledgementRow[] {
    const [first, last] = [Math.floor(from / 1000), Math.floor(to / 1000)];
    const rows: AcknowledgementRow[] = [];
    for (const flagKey of new Set(flagKeys)) {
      const found: number[] = [];
      for (const { order: heldOrder, services } of this.#shownBetween(flagKey, first, last)) {
        for (const number of addNew(services, found)) {
          rows.push({ flagKey, service: this.#services[number] as string, heldOrder });
        }
      }
    }
    return rows;
  }

  /** Forgets the seconds that ended before. */
  dropBefore(at: number): void {
    const first = Math.floor(at / 1000);
    for (const [flagKey, seconds] of this.#flags) {
      const kept = seconds.findIndex(({ second }) => second >= first);
      if (kept < 0) this.#flags.delete(flagKey);
      else if (kept > 0) seconds.splice(0, kept);
    }
  }

  /** Highest order first: of a service that was met, nothing else has to be looked at. */
  #shownBetween(flagKey: string, first: number, last: number): Shown[] {
    const shown: Shown[] = [];
    const seconds = this.#flags.get(flagKey) ?? [];
    // Newest first: windows end now, and older seconds are not looked at.
    for (let at = seconds.length - 1; at >= 0; at -= 1) {
      const each = seconds[at] as Second;
      if (each.second < first) break;
      if (each.second <= last) shown.push(...each.shown.toReversed());
    }
    return shown.sort((a, b) => compareOrders(b.order, a.order));
  }

  #secondOf(flagKey: string, second: number): Second {
    let seconds = this.#flags.get(flagKey);
    if (seconds === undefined) {
      seconds = [];
      this.#flags.set(flagKey, seconds);
    }
    // Lines come nearly in order: the place is at the end, or a step or two before it.
    let at = seconds.length;
    while (at > 0 && (seconds[at - 1] as Second).second > second) at -= 1;
    const before = seconds[at - 1];
    if (before?.second === second) return before;
    const added = { second, shown: [] };
    seconds.splice(at, 0, added);
    return added;
  }

  #numberOf(service: string): number {
    let number = this.#serviceNumbers.get(service);
    if (number === undefined) {
      number = this.#services.push(service) - 1;
      this.#serviceNumbers.set(service, number);
    }
    return number;
  }
}

const shownOf = (shown: Shown[], order: Order): Shown => {
  for (let at = shown.length - 1; at >= 0; at -= 1) {
    const each = shown[at] as Shown;
    if (compareOrders(each.order, order) === 0) return each;
  }
  const added = { order, services: [] };
  shown.push(added);
  return added;
};

/** Adds a bit for each service to those that were found. @returns the numbers of those that are new */
const addNew = (services: readonly number[], found: number[]): readonly number[] => {
  const added: number[] = [];
  services.forEach((bits, word) => {
    const before = found[word] ?? 0;
    found[word] = before | bits;
    for (let rest = bits & ~before; rest !== 0; rest &= rest - 1) {
      const lowestBit = BITS - 1 - Math.clz32(rest & -rest);
      added.push(word * BITS + lowestBit);
    }
  });
  return added;
};
