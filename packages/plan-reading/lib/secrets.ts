import type { Tree } from './tree.ts';

/** Shorter texts are too common to be hidden wherever they stand. */
const SHORTEST = 8;

const textsIn = (tree: Tree, hidden: boolean, found: Set<string>): void => {
  if (tree.kind === 'scalar') {
    if (hidden && typeof tree.raw === 'string' && tree.raw.length >= SHORTEST) found.add(tree.raw);
  } else if (tree.kind === 'sensitive' || tree.kind === 'json') {
    textsIn(tree.content, hidden || tree.kind === 'sensitive', found);
  } else if (tree.kind === 'list') {
    for (const each of tree.items) textsIn(each, hidden, found);
  } else if (tree.kind === 'map') {
    for (const each of tree.entries.values()) textsIn(each, hidden, found);
  }
};

/** All texts that are marked sensitive somewhere: a copy of one may stand where the mark got lost. */
export const secretsIn = (trees: Iterable<Tree>): ReadonlySet<string> => {
  const found = new Set<string>();
  for (const tree of trees) textsIn(tree, false, found);
  return found;
};

/** A text without secrets, also where they stand in it as JSON writes them. */
export const withoutSecrets = (text: string, secrets: ReadonlySet<string>): string => {
  const forms = [...secrets].flatMap((secret) => [secret, JSON.stringify(secret).slice(1, -1)]);
  // The longest first: of a secret that begins with another one, the rest would stay.
  forms.sort((a, b) => b.length - a.length);
  return forms.reduce((hidden, form) => hidden.replaceAll(form, '(sensitive)'), text);
};
