import { isObject, own } from '@flaghoist/core/json';

/** Rules allow no more in a document; what refers to itself would never end. */
const MAX_DEPTH = 64;
/** As much as clients take of all flags together. A short rule may refer to a long list as often as it likes. */
const MAX_CHARACTERS = 4_000_000;

interface Written {
  readonly rule: unknown;
  /** About as many as it has as JSON. */
  readonly characters: number;
  /** How deep objects and arrays nest in it. */
  readonly height: number;
}

/**
 * A targeting rule with its shared evaluators put in their places, those that they refer to as well: the evaluators of other
 * languages know no reference within a reference. Each of them is written out once, and stands in several places as it is.
 *
 * @throws RangeError for a reference to nothing, one that never ends, and a rule that is too long when it is written out
 */
export const inlined = (rule: unknown, evaluators: unknown): unknown => new Inlining(evaluators).written(rule, 0).rule;

class Inlining {
  readonly #evaluators: unknown;
  readonly #shared = new Map<string, Written>();

  constructor(evaluators: unknown) {
    this.#evaluators = evaluators;
  }

  written(rule: unknown, depth: number): Written {
    if (depth > MAX_DEPTH) throw new RangeError(`the rule is deeper than ${MAX_DEPTH}, or refers to itself`);
    const found = this.#made(rule, depth);
    if (found.characters <= MAX_CHARACTERS) return found;
    throw new RangeError(
      `the rule has more than ${MAX_CHARACTERS} characters with its shared evaluators written out: refer to a long list once`,
    );
  }

  #made(rule: unknown, depth: number): Written {
    if (Array.isArray(rule)) {
      const members = rule.map((member) => this.written(member, depth + 1));
      return { rule: members.map((member) => member.rule), ...measured(members) };
    }
    if (!isObject(rule)) {
      return { rule, characters: typeof rule === 'string' ? rule.length + 2 : String(rule).length, height: 0 };
    }
    const name = own(rule, '$ref');
    if (typeof name === 'string') return this.#evaluator(name, depth + 1);
    const members = Object.entries(rule).map(([key, value]) => ({ key, ...this.written(value, depth + 1) }));
    const keys = members.reduce((total, { key }) => total + key.length + 3, 0);
    const { characters, height } = measured(members);
    return {
      rule: Object.fromEntries(members.map((each) => [each.key, each.rule])),
      characters: characters + keys,
      height,
    };
  }

  #evaluator(name: string, depth: number): Written {
    const known = this.#shared.get(name);
    // Too deep for this place, it is written once more, to say where it ends.
    if (known !== undefined && depth + known.height <= MAX_DEPTH) return known;
    const shared = isObject(this.#evaluators) ? own(this.#evaluators, name) : undefined;
    if (shared === undefined) throw new RangeError(`there is no shared evaluator ${JSON.stringify(name)}`);
    const found = this.written(shared, depth);
    this.#shared.set(name, found);
    return found;
  }
}

const measured = (members: readonly Written[]) => ({
  characters: members.reduce((total, { characters }) => total + characters + 1, 2),
  height: members.reduce((highest, { height }) => Math.max(highest, height), 0) + 1,
});
