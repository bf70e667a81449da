/** The variable in which who starts hoist says how it was typed: nobody has a program of that name in a clone. */
export const TYPED_AS = 'HOIST_TYPED_AS';

/** How hoist is typed where it is installed. */
export const INSTALLED = 'hoist';

/**
 * Texts name commands as `hoist get`; not everybody has a program of that name. `pnpm hoist` stays as it is.
 *
 * @param typed what people type instead of `hoist`, such as `npx pnpm hoist`
 * @param words the commands that there are: in "ask for hoist twice" none is meant
 */
export const typedAs = (typed: string, words: readonly string[]): ((text: string) => string) => {
  if (typed === INSTALLED) return (text) => text;
  const named = new RegExp(`(?<![\\w/.-]|pnpm )hoist(?= (?:${words.join('|')})\\b)`, 'g');
  return (text) => text.replaceAll(named, typed);
};
