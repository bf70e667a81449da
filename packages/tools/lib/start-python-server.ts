import { spawn } from 'node:child_process';
import { once } from 'node:events';

export interface PythonServer {
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
export const startPythonServer = async (python: string, args: readonly string[]): Promise<PythonServer> => {
  const server = spawn(python, ['-B', ...args], { stdio: ['pipe', 'pipe', 'pipe'] });
  let errors = '';
  server.stderr.setEncoding('utf8').on('data', (text: string) => {
    errors = `${errors}${text}`.slice(-10_000);
  });
  const closed = once(server, 'close');
  const port = await Promise.race([
    once(server.stdout, 'data').then(([data]) => Number(String(data))),
    closed.then(() => {
      throw new Error(`${args[0]} did not start:\n${errors}`);
    }),
  ]);
  return {
    endpoint: `http://127.0.0.1:${port}`,
    async say(line) {
      const heard = once(server.stdout, 'data');
      server.stdin.write(`${line}\n`);
      await heard;
    },
    async stop() {
      server.stdin.end();
      await closed;
    },
  };
};
