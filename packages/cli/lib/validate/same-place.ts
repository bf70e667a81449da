import type { Found } from './judge.ts';

const placeOf = ({ ruleId, file, pointer }: Found): string => [ruleId, file, pointer].join('\n');

/** Findings, each place once: what is wrong in a shared part of a file is wrong for each flag that uses it. */
export class Findings {
  readonly #byPlace = new Map<string, Found>();
  readonly #flags = new Map<string, number>();
  readonly #waived = new Set<string>();

  add(found: readonly Found[]): void {
    for (const one of found) {
      if (one.waived !== undefined) this.#waived.add(placeOf(one));
      const key = [one.ruleId, one.file, one.pointer, one.message].join('\n');
      const first = this.#byPlace.get(key);
      if (first === undefined) this.#byPlace.set(key, one);
      if (one.flagKey !== '') this.#flags.set(key, (this.#flags.get(key) ?? 0) + 1);
    }
  }

  /** What is wrong with a shared part itself. Where a flag's waiver covers it, each other flag says it for itself. */
  addShared(found: readonly Found[]): void {
    this.add(found.filter((one) => !this.#waived.has(placeOf(one))));
  }

  /** @param files in the order in which they were given */
  inOrder(files: readonly string[]): readonly Found[] {
    const order = new Map(files.map((file, index) => [file, index]));
    const place = ({ file }: Found): number => order.get(file) ?? files.length;
    return [...this.#byPlace]
      .map(([key, found]) => {
        const flags = this.#flags.get(key) ?? 0;
        return flags > 1 ? { ...found, flags } : found;
      })
      .sort((a, b) => place(a) - place(b) || a.line - b.line || a.column - b.column || (a.ruleId < b.ruleId ? -1 : 1));
  }
}
