import type { Attribute } from './attributes.ts';
import { ABSENT, type Assignment, contextOf } from './context.ts';

/** Callers that one flag is asked about. */
const MAX_CALLERS = 400;
/** Of those, how many have values that were drawn. */
const DRAWN = 24;

/** Numbers that are the same on every machine (mulberry32). */
const seeded = (seed: number): (() => number) => {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  };
};

/**
 * Callers that the conditions of a rule tell apart: one who sends nothing, one for each branch, each of these with each
 * attribute at each of its values in turn (absent and null among them), and some with values drawn from a seed.
 */
export const callersFor = (
  attributes: readonly Attribute[],
  witnesses: readonly Assignment[],
): readonly Assignment[] => {
  const callers = new Map<string, Assignment>();
  const add = (caller: Assignment): void => {
    if (callers.size >= MAX_CALLERS) return;
    const key = JSON.stringify(contextOf(caller));
    if (!callers.has(key)) callers.set(key, caller);
  };
  const nothing: Assignment = new Map(
    attributes.map(({ name, values }) => [name, values.includes(ABSENT) ? ABSENT : values[0]]),
  );
  const bases = [nothing, ...witnesses.map((witness) => new Map([...nothing, ...witness]))];
  for (const base of bases) add(base);
  const draw = seeded(attributes.length);
  for (let index = 0; index < DRAWN && attributes.length > 1; index += 1)
    add(new Map(attributes.map(({ name, values }) => [name, values[Math.floor(draw() * values.length)]])));
  for (const base of bases)
    for (const { name, values } of attributes) for (const value of values) add(new Map(base).set(name, value));
  return [...callers.values()];
};
