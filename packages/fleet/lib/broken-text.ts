import type { Finding } from './invalid-file.ts';
import type { Path } from './lined-text.ts';
import type { Problem } from './unknown-members.ts';

/** What a reader of UTF-8 puts where it found other bytes, and what UTF-16 has between letters. */
const STRANGE = /[\uFFFD\0]/u;

/** The first place of a file that was not saved as UTF-8, or was damaged: what it said is lost, so nothing may be read from it. */
export const brokenEncoding = (file: string, text: string): Finding | undefined => {
  const match = STRANGE.exec(text);
  if (match === null) return undefined;
  const before = text.slice(0, match.index).split('\n');
  return {
    file,
    line: before.length,
    column: (before.at(-1) ?? '').length + 1,
    problem: 'there are bytes here that are not text in UTF-8',
    remedy: 'Save the file as UTF-8.',
  };
};

/** Texts, names of members among them, with half of a character that UTF-16 writes in two: they have no bytes and no digest. */
export const halfCharacters = (value: unknown): readonly Problem[] => {
  const problems: Problem[] = [];
  const pending: { readonly path: Path; readonly value: unknown }[] = [{ path: [], value }];
  const check = (text: string, path: Path, ofName: boolean): void => {
    if (text.isWellFormed()) return;
    const problem = `${JSON.stringify(text)} has half of a character (a lone surrogate)`;
    problems.push({ path, ofName, problem, remedy: 'Write the whole character.' });
  };
  for (let next = pending.pop(); next !== undefined; next = pending.pop()) {
    const { path } = next;
    if (typeof next.value === 'string') check(next.value, path, false);
    if (typeof next.value !== 'object' || next.value === null) continue;
    const isList = Array.isArray(next.value);
    for (const [name, each] of Object.entries(next.value)) {
      const place = [...path, isList ? Number(name) : name];
      if (!isList) check(name, place, true);
      pending.push({ path: place, value: each });
    }
  }
  return problems;
};
