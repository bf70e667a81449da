import { writeFileSync } from 'node:fs';
import { type OutcomeWord, wordOfError } from '@flaghoist/remediation/outcome';

/**
 * Writes the word of what came of a run, also where it ends with an error that there is a word for.
 *
 * @param file `undefined` where nobody wants it
 */
export const withOutcome = async (
  file: string | undefined,
  work: (came: (word: OutcomeWord) => void) => Promise<number>,
): Promise<number> => {
  const write = (word: OutcomeWord): void => {
    if (file !== undefined) writeFileSync(file, `${word}\n`);
  };
  try {
    return await work(write);
  } catch (error) {
    const word = wordOfError(error);
    if (word !== undefined) write(word);
    throw error;
  }
};
