import type { FlagView } from '@flaghoist/control-plane/views/schemas';
import type { Client } from './client.ts';
import { AnsweredError } from './errors.ts';
import { flagPath } from './paths.ts';

/** A flag as it is now, if there is one. */
export const currentFlag = async (client: Client, flagKey: string): Promise<FlagView | undefined> => {
  try {
    return await client.get<FlagView>(flagPath(flagKey));
  } catch (error) {
    if (error instanceof AnsweredError && error.code === 'FH_NOT_FOUND') return undefined;
    throw error;
  }
};
