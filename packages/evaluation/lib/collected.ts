/** Stands for a text that no rule names, nor a part of it. */
export const OTHER = Symbol('another value');
const others: readonly string[] = ['another value', '0', '~', '§'];

/** What a rule asks of one attribute. */
export class Collected {
  readonly literals = new Set<unknown>();
  readonly beside = new Set<unknown>();
  readonly numbers = new Set<number>();
  /** In which lists and comparisons a literal stands: those that stand in the same are alike. */
  readonly standsIn = new Map<unknown, string>();
  exact = true;
  /** Whether it is asked whether there is something at all. */
  asked = false;
  /** Whether its members are gone through: then it is a list. */
  walked = false;
  /** Texts that are looked for inside of it, and where. */
  readonly inside = new Set<string>();
  readonly #ways = new Set<string>();
  /** Nothing of the type that another attribute has with which it is compared. */
  #another: 0 | '' | undefined;

  holds(text: string, way: string): void {
    this.inside.add(text);
    this.#ways.add(way);
    this.literals.add(text);
    this.beside.add(OTHER);
  }

  /**
   * Whether the values stand for all texts that hold those that are looked for. Beginnings of one text contain each other,
   * so the longest says which the others are; what is held anywhere comes in any order, and two of them are examples only.
   */
  get tellsParts(): boolean {
    if (this.inside.size === 0) return true;
    const texts = [...this.literals].filter((value) => typeof value === 'string');
    const apart = (stands: (text: string, part: string) => boolean): boolean =>
      ![...this.inside].some((part) => texts.some((text) => stands(text, part)));
    const [way, another] = this.#ways;
    if (another !== undefined) return false;
    if (way === 'starts_with') return apart((text, part) => text.startsWith(`${part}x`));
    if (way === 'ends_with') return apart((text, part) => text.endsWith(`x${part}`));
    return this.inside.size === 1 && apart((text, part) => text === `x${part}x`);
  }

  /** A text that is none of those that are named, and holds no part that is looked for. */
  get other(): string | undefined {
    const parts = [...this.inside];
    return others.find((text) => !this.literals.has(text) && !parts.some((part) => text.includes(part)));
  }

  comparedWithAnother(asNumber: boolean): void {
    this.exact = false;
    this.#another = asNumber ? 0 : '';
    for (const value of asNumber ? [1, 2] : [OTHER, 'another value again']) this.beside.add(value);
  }

  /** What is asked whether there is something at all is either a boolean, or of the type that it is compared with. */
  get something(): readonly unknown[] {
    if (!this.asked) return [];
    if (this.numbers.size > 0) return [0];
    if (this.#another !== undefined) return [this.#another];
    return this.literals.size > 0 || this.inside.size > 0 ? [''] : [true, false];
  }

  literal(value: unknown, where: number): void {
    if (typeof value === 'object' && value !== null) {
      this.exact = false;
      return;
    }
    this.literals.add(value);
    this.standsIn.set(value, `${this.standsIn.get(value) ?? ''},${where}`);
    if (typeof value === 'number') this.numbers.add(value);
    if (typeof value === 'boolean') this.beside.add(!value);
    // A text that spells a boolean is compared with what callers send as one.
    if (typeof value === 'string' && /^(?:true|false)$/i.test(value))
      for (const truth of [true, false]) this.beside.add(truth);
    if (typeof value === 'string' || value === null) this.beside.add(OTHER);
  }
}
