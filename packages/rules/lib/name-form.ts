export const LETTER = 1;
export const DIGIT = 2;
/** `.`, `_` and `-`. */
export const JOINT = 4;
export const SLASH = 8;

const kindOf = new Uint8Array(128);
const mark = (characters: string, kind: number): void => {
  for (const character of characters) kindOf[character.charCodeAt(0)] = kind;
};
mark('ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz', LETTER);
mark('0123456789', DIGIT);
mark('._-', JOINT);
mark('/', SLASH);

/**
 * Whether a text has at least one character, the first one of the kinds `first` and all others of the kinds `others`, both of
 * them sums of kinds. A loop, because a regular expression takes several times as long for the short names of a flag.
 */
export const isNameOf = (text: string, first: number, others: number): boolean => {
  if (text === '' || ((kindOf[text.charCodeAt(0)] ?? 0) & first) === 0) return false;
  for (let index = 1; index < text.length; index += 1) {
    if (((kindOf[text.charCodeAt(index)] ?? 0) & others) === 0) return false;
  }
  return true;
};
