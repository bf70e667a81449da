import { spawn } from 'node:child_process';
import { once } from 'node:events';

export interface StartedServer {
  /** `http://127.0.0.1:<port>` */
  readonly endpoint: string;
  /** Sends a line, and resolves when it is answered. */
  readonly say: (line: string) => Promise<void>;
  /** Ends the server and waits until it is gone. */
  readonly stop: () => Promise<void>;
}

/**
 * Starts a program that serves on a free port of 127.0.0.1, prints it, answers lines and ends with its standard input, so
 * with this process at the latest.
 * @throws when it ends before it listens, with its own words
 */
export const startServer = async (program: string, args: readonly string[]): Promise<StartedServer> => {
  const name = [program, ...args].find((each) => /\.(?:py|java)$/.test(each)) ?? program;
  const server = spawn(program, args, { stdio: ['pipe', 'pipe', 'pipe'] });
  let errors = '';
  server.stderr.setEncoding('utf8').on('data', (text: string) => {
    errors = `${errors}${text}`.slice(-10_000);
  });
  // What is written to a server that has ended is lost; that it has ended is said by what waits for its answer.
  server.stdin.on('error', () => {});
  const closed = once(server, 'close');
  const ended = closed.then(() => {
    throw new Error(`${name} ended:\n${errors}`);
  });
  // It ends in any case; whoever waits for an answer then hears of it.
  ended.catch(() => {});
  const answer = async (): Promise<string> => String(await Promise.race([once(server.stdout, 'data'), ended]));
  const first = await answer();
  const port = Number(first);
  if (!Number.isInteger(port) || port <= 0) {
    server.kill('SIGKILL');
    throw new Error(`${name} did not print its port but ${JSON.stringify(first)}`);
  }
  return {
    endpoint: `http://127.0.0.1:${port}`,
    async say(line) {
      const heard = answer();
      server.stdin.write(`${line}\n`);
      await heard;
    },
    async stop() {
      server.stdin.end();
      await closed;
    },
  };
};
