import type { Envelope } from '@flaghoist/core/envelope';
import { exampleDocument, exampleEnvelope, exampleEvidence } from '../../lib/examples/envelope.ts';
import { examples } from '../../lib/examples/examples.ts';
import { Hostile, names } from './hostile.ts';

/** A value that the type system would not let through. */
const smuggled = (value: unknown): Envelope => {
  const holder: { envelope: Envelope } = JSON.parse('{"envelope":null}');
  Object.assign(holder, { envelope: value });
  return holder.envelope;
};

/** Small ones: what is large takes long, and comes every so often anyway. */
export const seeds = Object.values(examples)
  .map(({ failing }) => failing)
  .filter((failing) => JSON.stringify(failing).length < 4_000);
const base = exampleEnvelope();

/** An envelope of the right form (what a schema lets through), of which the parts that authors write are hostile. */
const formed = (hostile: Hostile, size: number, depth: number): Envelope => {
  const example = { ...base, ...hostile.pick(seeds) };
  const document = hostile.below(3) === 0 ? hostile.object(depth, size) : { ...exampleDocument, ...example.document };
  const member = hostile.pick(['variants', 'targeting', 'metadata', 'state', 'defaultVariant', hostile.pick(names)]);
  const odd = hostile.below(6) === 0 ? hostile.nest(hostile.below(size)) : hostile.json(depth, size);
  Object.defineProperty(document, member, { value: odd, enumerable: true, configurable: true, writable: true });
  return {
    ...example,
    document: example.flagState === 'archived' ? null : document,
    source: hostile.below(4) === 0 ? hostile.json(depth, size) : example.source,
    owner: hostile.below(8) === 0 ? hostile.text(size) : example.owner,
    offVariant: hostile.below(8) === 0 ? hostile.text(size) : example.offVariant,
    change:
      hostile.below(8) === 0
        ? { ...example.change, reason: hostile.text(size), actor: hostile.text(size) }
        : example.change,
    prerequisites: hostile.below(16) === 0 ? [hostile.text(size), hostile.text(size)] : (example.prerequisites ?? []),
    evidence: hostile.below(16) === 0 ? { ...exampleEvidence, ...hostile.object(depth, 20) } : example.evidence,
  };
};

const fields = Object.keys(base);

/** Anything at all: wrong types everywhere. */
const deformed = (hostile: Hostile): unknown => {
  if (hostile.below(10) === 0) return hostile.impossible(3);
  const replaced = Array.from(
    { length: 1 + hostile.below(4) },
    () => [hostile.pick(fields), hostile.impossible(3)] as const,
  );
  return { ...base, ...Object.fromEntries(replaced) };
};

/** Every so many inputs one is huge; the rest is as odd, but small, so that there can be so many. */
const HUGE_EVERY = 2_000;

/** The input of a number, and whether a schema would have let it through: the same number gives the same input. */
export const inputOf = (number: number): { readonly envelope: Envelope; readonly isFormed: boolean } => {
  const hostile = new Hostile(number);
  if (number % HUGE_EVERY === 0) return { envelope: formed(hostile, 30_000, 7), isFormed: true };
  if (number % 4 === 0) return { envelope: smuggled(deformed(hostile)), isFormed: false };
  return { envelope: formed(hostile, 24, 3), isFormed: true };
};
