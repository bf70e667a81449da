import type { Context } from './evaluator.ts';

/** Stands for an attribute that the caller does not send. */
export const ABSENT = Symbol('absent');

/** Values of some attributes, by their names. */
export type Assignment = ReadonlyMap<string, unknown>;

/** What a caller sends who has these values: `customer.tier` stands inside of `customer`. */
export const contextOf = (assignment: Assignment): Context => {
  const context: Record<string, unknown> = {};
  for (const [name, value] of assignment) {
    if (value === ABSENT) continue;
    if (!name.includes('.')) {
      define(context, name, value);
      continue;
    }
    const parts = name.split('.');
    let inside = context;
    for (const part of parts.slice(0, -1)) {
      const next = Object.hasOwn(inside, part) ? inside[part] : undefined;
      const made = typeof next === 'object' && next !== null ? (next as Record<string, unknown>) : {};
      define(inside, part, made);
      inside = made;
    }
    define(inside, parts.at(-1) ?? name, value);
  }
  return context;
};

/** Names come from authors, and `__proto__` is one. */
const define = (target: Record<string, unknown>, name: string, value: unknown): void => {
  // Only there: an assignment is cheaper, and a flag is asked hundreds of times.
  if (name !== '__proto__') target[name] = value;
  else Object.defineProperty(target, name, { value, enumerable: true, configurable: true, writable: true });
};
