import { UnavailableError } from '@flaghoist/core/errors';

/** What DynamoDB gives to the items of one partition key. */
const UNITS_PER_SECOND = 1_000;

/** What the partitions of a table have taken in this second. */
export class WriteUnits {
  readonly #table: string;
  #second = 0;
  readonly #spent = new Map<string, number>();

  constructor(table: string) {
    this.#table = table;
  }

  /** @throws UnavailableError when the partition has nothing left */
  spend(pk: string, units: number, now: number): void {
    const second = Math.floor(now / 1000);
    if (this.#second !== second) {
      this.#second = second;
      this.#spent.clear();
    }
    const before = this.#spent.get(pk) ?? 0;
    // One write is taken always: an item of 400 KB in a transaction costs 800.
    if (before + units > UNITS_PER_SECOND && before > 0) {
      throw new UnavailableError(
        `partition ${pk} of table ${this.#table}`,
        `It takes ${UNITS_PER_SECOND} units of writing a second. Spread the writes over partitions, or over time.`,
      );
    }
    this.#spent.set(pk, before + units);
  }
}
