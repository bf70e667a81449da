import { isObject } from '@flaghoist/core/json';

/** What a document has under the names that flagd knows, read once for all rules; `undefined` where it has nothing. */
export interface Definition {
  state: unknown;
  variants: unknown;
  defaultVariant: unknown;
  targeting: unknown;
  metadata: unknown;
  /** How many members it has. */
  size: number;
  /** Names of members that flagd does not know. */
  strangers: readonly string[];
}

const none: readonly string[] = [];

/** What is no object has nothing under any name. */
export const definitionOf = (document: unknown): Definition => {
  const found: Definition = {
    state: undefined,
    variants: undefined,
    defaultVariant: undefined,
    targeting: undefined,
    metadata: undefined,
    size: 0,
    strangers: none,
  };
  if (!isObject(document)) return found;
  const names = Object.keys(document);
  const strangers: string[] = [];
  found.size = names.length;
  for (const name of names) {
    if (name === 'state') found.state = document['state'];
    else if (name === 'variants') found.variants = document['variants'];
    else if (name === 'defaultVariant') found.defaultVariant = document['defaultVariant'];
    else if (name === 'targeting') found.targeting = document['targeting'];
    else if (name === 'metadata') found.metadata = document['metadata'];
    else strangers.push(name);
  }
  found.strangers = strangers;
  return found;
};
