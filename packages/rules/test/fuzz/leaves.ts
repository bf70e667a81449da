import { exampleDocument, exampleEnvelope } from '../../lib/examples/envelope.ts';
import { Hostile } from './hostile.ts';
import { seeds } from './inputs.ts';
import { failuresOn } from './judge-inputs.ts';

/** What is put in the place of each value in turn. */
export const leaves: Readonly<Record<string, unknown>> = {
  infinity: Number.POSITIVE_INFINITY,
  'half a surrogate pair': '\ud800',
  'a nest without end': new Hostile(1).nest(20_000),
  nothing: null,
  'an empty list': [],
  'a polluting name': JSON.parse('{"__proto__":{"polluted":true}}'),
};

/** Copies of a JSON value, in each of which another leaf is replaced. */
const withEachLeaf = (value: unknown, leaf: unknown): unknown[] => {
  if (typeof value !== 'object' || value === null) return [leaf];
  return Object.entries(value).flatMap(([name, member]) =>
    withEachLeaf(member, leaf).map((copy) =>
      Array.isArray(value) ? value.with(Number(name), copy) : { ...value, [name]: copy },
    ),
  );
};

/** How many envelopes with this leaf somewhere in document or source were judged, and which rules failed themselves. */
export const judgeLeaf = (name: string): { judged: number; failed: string[] } => {
  const base = exampleEnvelope();
  const envelopes = seeds.flatMap((seed) =>
    withEachLeaf({ document: { ...exampleDocument, ...seed.document }, source: seed.source ?? null }, leaves[name]).map(
      (parts) => ({ ...base, ...seed, ...Object(parts) }),
    ),
  );
  return { judged: envelopes.length, failed: [...new Set(envelopes.flatMap(failuresOn))] };
};
