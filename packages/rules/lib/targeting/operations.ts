import { isObject } from '@flaghoist/core/json';
import { iterating, operators } from './operators.ts';
import { at, type Place } from './place.ts';

/** An object with one member, which JsonLogic reads as a call. */
export interface Operation {
  readonly operator: string;
  /** What stands behind the operator, as it is written. */
  readonly operand: unknown;
  /** The operand's members, or itself when it is no list. */
  readonly args: readonly unknown[];
  readonly place: Place;
  /** How many operators that walk a list are around it. */
  readonly iterations: number;
}

/** An object that is no operation: it has no member, or several. */
export interface Misshapen {
  readonly place: Place;
  readonly members: readonly string[];
}

/** What one walk over a rule saw. Bounded by the survey's limits, which are checked before. */
export class OperationWalk {
  readonly operations: Operation[] = [];
  readonly misshapen: Misshapen[] = [];
  /** How deep objects and arrays nest, and where. */
  depth = 0;
  deepest: Place | null = null;

  visit(value: unknown, place: Place, depth: number, iterations: number): void {
    if (typeof value !== 'object' || value === null) return;
    if (depth > this.depth) {
      this.depth = depth;
      this.deepest = place;
    }
    if (Array.isArray(value)) {
      for (let index = 0; index < value.length; index += 1) {
        const member: unknown = value[index];
        if (typeof member === 'object') this.visit(member, at(place, index), depth + 1, iterations);
      }
      return;
    }
    if (!isObject(value)) return;
    const members = Object.keys(value);
    const [operator] = members;
    if (operator === undefined || members.length > 1) {
      this.misshapen.push({ place, members });
      return;
    }
    const operand = value[operator];
    const args: readonly unknown[] = Array.isArray(operand) ? operand : [operand];
    this.operations.push({ operator, operand, args, place, iterations });
    // What an unknown operator means is anybody's guess.
    if (!operators.has(operator)) return;
    const inside = at(place, operator);
    if (iterating.has(operator) && Array.isArray(operand)) this.#iteration(operand, inside, depth + 1, iterations);
    else this.visit(operand, inside, depth + 1, iterations);
  }

  /** The list, and then what is asked of each of its members. */
  #iteration(args: readonly unknown[], place: Place, depth: number, iterations: number): void {
    for (const [index, arg] of args.entries()) {
      this.visit(arg, at(place, index), depth + 1, index === 0 ? iterations : iterations + 1);
    }
  }
}
