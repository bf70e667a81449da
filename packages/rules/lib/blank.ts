/** Whether a character, by its code, is ASCII and prints: then it is no blank. */
const prints = (code: number): boolean => code > 0x20 && code < 0x7f;

/** Whether a text has nothing but white space. */
export const isBlank = (text: string): boolean => !prints(text.charCodeAt(0)) && text.trim() === '';

/** A text without the white space around it. Looks first: nearly always there is none, and `trim` takes longer to say so. */
export const trimmed = (text: string): string =>
  prints(text.charCodeAt(0)) && prints(text.charCodeAt(text.length - 1)) ? text : text.trim();
