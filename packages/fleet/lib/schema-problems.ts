import * as z from 'zod/mini';
import en from 'zod/v4/locales/en.js';
import type { Path } from './lined-text.ts';
import { nearestName } from './nearest-name.ts';
import type { Problem } from './unknown-members.ts';

z.config(en());

type Issue = z.core.$ZodIssue;

/** What is wrong with a value, in the words of somebody who writes the file. Unknown members are not counted here. */
export const problemsOf = (issues: readonly Issue[], value: unknown): readonly Problem[] =>
  issues.flatMap((issue) => problemOf(issue, value));

const problemOf = (issue: Issue, root: unknown): readonly Problem[] => {
  if (issue.code === 'unrecognized_keys') return [];
  if (issue.code === 'invalid_union') {
    // Of the forms that a value may have, the one that it comes nearest to.
    const nearest = issue.errors.toSorted((a, b) => a.length - b.length)[0] ?? [];
    return nearest.flatMap((each) => problemOf({ ...each, path: [...issue.path, ...each.path] }, root));
  }
  const { path } = issue;
  const found = valueAt(root, path);
  const place = path.length === 0 ? 'the file' : pathText(path);
  if (found === undefined) return [{ path, problem: `${place} is missing`, remedy: `Add ${String(path.at(-1))}.` }];
  if (issue.code === 'invalid_value') {
    const nearest = typeof found === 'string' ? nearestName(found, issue.values.map(String)) : undefined;
    const expected = issue.values.map((each) => JSON.stringify(each)).join(', ');
    return [
      {
        path,
        problem: `${place} is ${shown(found)}; expected ${issue.values.length === 1 ? '' : 'one of '}${expected}`,
        ...(nearest === undefined ? {} : { remedy: `Did you mean ${JSON.stringify(nearest)}?` }),
      },
    ];
  }
  return [{ path, problem: `${place} is ${shown(found)}: ${issue.message.replace(/^Invalid [a-z]+: /, '')}` }];
};

/** `services[3].cell` */
const pathText = (path: Path): string =>
  path
    .map((part) => (typeof part === 'number' ? `[${part}]` : `.${String(part)}`))
    .join('')
    .replace(/^\./, '');

const valueAt = (root: unknown, path: Path): unknown => {
  let value = root;
  for (const part of path) {
    if (typeof value !== 'object' || value === null || !Object.hasOwn(value, part)) return undefined;
    value = Reflect.get(value, part);
  }
  return value;
};

const LONGEST = 60;

/** A value as JSON, cut where it gets long. */
const shown = (value: unknown): string => {
  if (Array.isArray(value)) return `a list of ${value.length}`;
  if (typeof value === 'object' && value !== null) return 'an object';
  const text = JSON.stringify(value);
  return text.length > LONGEST ? `${text.slice(0, LONGEST)}…` : text;
};
