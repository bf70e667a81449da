/** Private-use characters: no value of a plan has them, so no value can pass for a placeholder. */
export const OPEN = '\uE000';
const CLOSE = '\uE001';

/** What stands in a text for an environment's own word. */
export const placeholder = (name: string): string => `${OPEN}${name}${CLOSE}`;

/** A normalised text for people. */
export const readable = (text: string): string => text.replaceAll(OPEN, '<').replaceAll(CLOSE, '>');
