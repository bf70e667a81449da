import { isObject } from '@flaghoist/core/json';

/**
 * What an expression of a configuration refers to. Terraform lists each reference followed by what it is part of
 * (`var.task.cpu`, `var.task`); only the full ones say something.
 */
export const referencesIn = (expression: unknown): readonly string[] => {
  if (Array.isArray(expression)) return expression.flatMap(referencesIn);
  if (!isObject(expression)) return [];
  return Object.entries(expression).flatMap(([key, value]) =>
    key === 'references' && Array.isArray(value) ? fullReferences(value.map(String)) : referencesIn(value),
  );
};

const fullReferences = (references: readonly string[]): readonly string[] => {
  const full: string[] = [];
  let before = '';
  for (const reference of references) {
    const isPart = reference.length < before.length && before.startsWith(reference);
    if (!isPart) full.push(reference);
    before = reference;
  }
  return full;
};

/** References in the text of an expression, as the sources have it. */
const IN_TEXT = /(?<![\w.])(?:(?:var|local|each|module)\.\w[\w-]*(?:\.\w[\w-]*)*)/g;

export const referencesInText = (text: string): readonly string[] => text.match(IN_TEXT) ?? [];
