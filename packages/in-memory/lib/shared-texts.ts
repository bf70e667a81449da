/** What one holder has, by name. */
export interface Texts extends Iterable<[string, string]> {
  get(name: string): string | undefined;
  set(name: string, text: string): void;
  delete(name: string): void;
  /** Instead of all that was there. */
  replace(texts: Iterable<[string, string]>): void;
}

/**
 * Texts of many holders who hold nearly the same names: a row for each name, with a place for each holder. A map for each of
 * 1,872 caches, with a thousand flags in each, would take several times as much memory.
 */
export class SharedTexts {
  readonly #rows = new Map<string, (string | undefined)[]>();
  #holders = 0;

  newHolder(): Texts {
    const rows = this.#rows;
    const place = this.#holders;
    this.#holders += 1;
    const set = (name: string, text: string): void => {
      const row = rows.get(name);
      if (row !== undefined) row[place] = text;
      else {
        const first: (string | undefined)[] = [];
        first[place] = text;
        rows.set(name, first);
      }
    };
    return {
      set,
      get: (name) => rows.get(name)?.[place],
      delete: (name) => {
        const row = rows.get(name);
        if (row?.[place] !== undefined) row[place] = undefined;
      },
      replace: (texts) => {
        for (const row of rows.values()) if (row[place] !== undefined) row[place] = undefined;
        for (const [name, text] of texts) set(name, text);
      },
      *[Symbol.iterator]() {
        for (const [name, row] of rows) {
          const text = row[place];
          if (text !== undefined) yield [name, text];
        }
      },
    };
  }
}
