import { InvalidInputError } from '@flaghoist/core/errors';
import { parseJson } from '@flaghoist/core/parse';
import { pointerTo } from '@flaghoist/rules/pointer';
import * as z from 'zod/mini';

/** Far more than any flag needs, and far less than a stack of calls takes. */
const MAX_DEPTH = 256;

const subject = { what: 'body', hint: 'Correct the named places; /openapi.json says what is expected.' };

/** A part of a body, and where it stands. */
interface Part {
  readonly value: unknown;
  readonly name: string;
  readonly within: Part | undefined;
  readonly depth: number;
}

/**
 * Reads the body of a request. What nests without end is refused here, with its place: whatever looks through a document
 * later calls itself for each level. So is the one name that a program which copies members would take for something else.
 *
 * @throws InvalidInputError
 */
export const readJsonBody = (text: string): unknown => {
  const body = parseJson(z.unknown(), text, subject);
  const pending: Part[] = [{ value: body, name: '', within: undefined, depth: 0 }];
  for (let part = pending.pop(); part !== undefined; part = pending.pop()) {
    const { value, depth } = part;
    if (typeof value !== 'object' || value === null) continue;
    if (depth === MAX_DEPTH) throw refused(part, `nests deeper than ${MAX_DEPTH} levels`);
    for (const [name, member] of Object.entries(value)) {
      const inner: Part = { value: member, name, within: part, depth: depth + 1 };
      if (name === '__proto__') throw refused(inner, 'is a name that no member may have');
      if (typeof member === 'object' && member !== null) pending.push(inner);
    }
  }
  return body;
};

/** Of a place that lies deep only the beginning is named: the rest says nothing. */
const SHOWN = 8;

const refused = (part: Part, found: string): InvalidInputError => {
  const names: string[] = [];
  for (let each: Part | undefined = part; each?.within !== undefined; each = each.within) names.unshift(each.name);
  const place = pointerTo(...names.slice(0, SHOWN)) + (names.length > SHOWN ? '/…' : '');
  return new InvalidInputError(subject.what, [`${place || '/'}: ${found}`], subject.hint);
};
