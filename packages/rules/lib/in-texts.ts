import { type Finding, fine, type Subject } from './rule.ts';
import { pointerOf } from './targeting/place.ts';
import { type Text, trait } from './texts.ts';

/** What a text must have to be worth reading. */
interface Wanted {
  /** Any of these traits. */
  readonly traits?: number;
  readonly minDigits?: number;
  readonly minLength?: number;
  /** How many characters of a token in a row. */
  readonly minRun?: number;
  /** Whether the reason is read too, and not only what goes to the services. */
  readonly record?: boolean;
}

const isMet = (
  text: Pick<Text, 'traits' | 'digits' | 'run'>,
  length: number,
  { traits = trait.any, minDigits = 0, minLength = 0, minRun = 0 }: Wanted,
): boolean => (text.traits & traits) !== 0 && text.digits >= minDigits && length >= minLength && text.run >= minRun;

/** Longer texts are read in pieces of this length that overlap, so that the steps a rule takes grow with the text alone. */
const PIECE = 4_096;
const OVERLAP = 256;

/**
 * A finding for each text in which `find` sees something. The message never repeats what was found: it goes into logs,
 * events and the audit, where a secret or a card number must not be.
 *
 * @param find reads at most 4,096 characters and says what it saw, or `null`
 */
export const inTexts = (
  subject: Pick<Subject, 'texts' | 'spend'>,
  wanted: Wanted,
  find: (piece: string, text: Text) => string | null,
  hint: string,
): readonly Finding[] => {
  let findings: Finding[] | undefined;
  const { all, most } = subject.texts;
  if (!isMet(most, most.length, wanted)) return fine;
  for (const text of all) {
    if (!isMet(text, text.value.length, wanted) || !(wanted.record || text.origin === 'document')) continue;
    const found = findInPieces(subject, text, find);
    if (found === null) continue;
    findings ??= [];
    findings.push({ pointer: pointerOf(text.place), message: found, hint });
  }
  return findings ?? fine;
};

const findInPieces = (
  subject: Pick<Subject, 'spend'>,
  text: Text,
  find: (piece: string, text: Text) => string | null,
): string | null => {
  const { value } = text;
  if (value.length <= PIECE) {
    subject.spend();
    return find(value, text);
  }
  for (let start = 0; start < value.length; start += PIECE - OVERLAP) {
    subject.spend(10);
    const found = find(value.slice(start, start + PIECE), text);
    if (found !== null) return found;
  }
  return null;
};
