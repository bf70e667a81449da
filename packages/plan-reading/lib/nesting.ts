/** As deep as nobody writes, and far from where a function that calls itself for each level finds no more room. */
const DEEPEST = 200;

/** Whether values in a JSON text stand so deep within others that the text is better left closed. What stands in its texts does not count. */
export const isTooDeep = (text: string): boolean => {
  let depth = 0;
  let isInText = false;
  for (let place = 0; place < text.length; place += 1) {
    const character = text[place];
    if (isInText && character === '\\') place += 1;
    else if (character === '"') isInText = !isInText;
    else if (!isInText && (character === '[' || character === '{')) depth += 1;
    else if (!isInText && (character === ']' || character === '}')) depth -= 1;
    if (depth > DEEPEST) return true;
  }
  return false;
};
