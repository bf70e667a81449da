/** Anything that deceives or that a terminal acts on: controls, formatting, halves of pairs, unassigned, separators, marks. */
const unseen = /[\p{C}\p{Zl}\p{Zp}\p{M}]/gu;

/** The text on as many lines as it has, with everything else that cannot be seen written as an escape. */
export const visibleInLines = (text: string): string =>
  text.replace(unseen, (character) =>
    character === '\n'
      ? character
      : [...Array(character.length).keys()]
          .map((unit) => `\\u${character.charCodeAt(unit).toString(16).padStart(4, '0')}`)
          .join(''),
  );

/** The same on one line. */
export const visibleText = (text: string): string => visibleInLines(text).replaceAll('\n', '\\n');
