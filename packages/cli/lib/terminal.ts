import { visibleText } from '@flaghoist/core/visible-text';

/** A text of which nothing acts on the terminal, cut where it is longer. */
export const shortened = (text: string, longest: number): string =>
  visibleText(text.length <= longest ? text : `${text.slice(0, longest - 1)}…`);

/** "1 rule", "2 rules". */
export const counted = (count: number, what: string): string => `${count} ${what}${count === 1 ? '' : 's'}`;
