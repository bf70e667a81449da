/** Whether a character, by its code, is ASCII and prints: then it is no blank. */
const prints = (code: number): boolean => code > 0x20 && code < 0x7f;

/** Whether a text has nothing but white space. */
export const isBlank = (text: string): boolean => !prints(text.charCodeAt(0)) && text.trim() === '';

/** A text in small letters. Looks first: `toLowerCase` writes a copy to find out that nothing changes. */
export const lowered = (text: string): string => {
  for (let index = 0; index < text.length; index += 1) {
    const code = text.charCodeAt(index);
    if (code > 0x7e || (code >= 0x41 && code <= 0x5a)) return text.toLowerCase();
  }
  return text;
};

/** A text without the white space around it. Looks first: nearly always there is none, and `trim` takes longer to say so. */
export const trimmed = (text: string): string =>
  prints(text.charCodeAt(0)) && prints(text.charCodeAt(text.length - 1)) ? text : text.trim();
