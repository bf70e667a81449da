import { UnavailableError } from '@flaghoist/core/errors';
import type { Output } from '../output.ts';
import type { Client } from './client.ts';

/** As long as a server takes to be started anew with much in its data folder, and longer. */
const PATIENCE_MS = 60_000;
/** Between a stream that has ended and the next one: where something ends each of them, nobody is asked all the time. */
export const REOPENED_MS = 200;
const FIRST_PAUSE_MS = 200;
const LONGEST_PAUSE_MS = 2_000;

interface Lasting {
  readonly client: Client;
  readonly output: Output;
  /** What to do where the server stays away: what was asked for goes on without this command. */
  readonly hint: string;
}

/**
 * Asks again while a server that was there is out of reach: it may be on its way back. Only for what changes nothing when
 * it is asked twice.
 *
 * @throws UnavailableError after a minute, and at once where there was never a server
 */
export const lasting = async <T>(ask: () => Promise<T>, { client, output, hint }: Lasting): Promise<T> => {
  let pause = FIRST_PAUSE_MS;
  let waited = 0;
  for (;;) {
    try {
      return await ask();
    } catch (error) {
      if (!client.reached || !(error instanceof UnavailableError)) throw error;
      if (waited >= PATIENCE_MS) throw new UnavailableError(`the server at ${client.url}`, hint, error);
      if (waited === 0) output.progress(`The server at ${client.url} does not answer; it is asked again for a minute.`);
    }
    await client.pause(pause);
    waited += pause;
    pause = Math.min(2 * pause, LONGEST_PAUSE_MS);
  }
};
