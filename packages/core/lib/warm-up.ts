import * as z from 'zod/mini';

const warmUpSchema = z.object({ kind: z.literal('warm-up') });

/** No envelope is as short, so what may be large is not parsed for this. */
const LONGEST = 100;

/**
 * Whether a message is the one that a schedule sends the way of a change, so that functions are warm when one comes. It says
 * nothing, and no cache gets it.
 */
export const isWarmUp = (body: string): boolean => {
  if (body.length > LONGEST) return false;
  try {
    return warmUpSchema.safeParse(JSON.parse(body)).success;
  } catch {
    return false;
  }
};
