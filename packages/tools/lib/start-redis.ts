import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { freePort } from './free-port.ts';

/** Ends the server when standard input does, so that it never outlives who started it. Prints the server's process id first. */
const LAUNCHER = `exec 3<&0
sh -c 'echo "$$"; exec "$@"' sh "$@" & server=$!
{ read -r _ <&3; kill -9 "$server"; } >&- &
exec 3<&-
wait "$server"`;

export interface RedisServer {
  readonly port: number;
  /** Of the server itself, for signals. */
  readonly processId: number;
  stop(): Promise<void>;
}

/** Files in PEM form. */
export interface RedisTls {
  readonly certificate: string;
  readonly key: string;
}

/** Another process may take a port between finding it and listening on it. */
const ATTEMPTS = 5;

/**
 * Starts a server on loopback that keeps nothing on disk; resolves when it takes connections.
 * @param tls when given, it takes no other connections
 * @param port one that is free; left out, any
 * @throws with the server's own words when it ends before it is ready
 */
export const startRedis = async (program: string, tls?: RedisTls, port?: number): Promise<RedisServer> => {
  let said = '';
  for (let attempt = 1; attempt <= ATTEMPTS; attempt += 1) {
    const started = await start(program, port ?? (await freePort()), tls);
    if (typeof started !== 'string') return started;
    said = started;
    if (!/address already in use/i.test(said)) break;
  }
  throw new Error(`${program} ended before it was ready:\n${said}`);
};

/** The server, or what it said when it ended before it was ready. */
const start = async (program: string, port: number, tls: RedisTls | undefined): Promise<RedisServer | string> => {
  const listening =
    tls === undefined
      ? ['--port', String(port)]
      : [
          ...['--port', '0', '--tls-port', String(port), '--tls-auth-clients', 'no'],
          ...['--tls-cert-file', tls.certificate, '--tls-key-file', tls.key],
        ];
  const args = [...listening, '--bind', '127.0.0.1', '--save', '', '--appendonly', 'no'];
  const launcher = spawn('sh', ['-c', LAUNCHER, 'sh', program, ...args], { stdio: ['pipe', 'pipe', 'ignore'] });
  const closed = once(launcher, 'exit');
  const lines: string[] = [];
  for await (const line of createInterface({ input: launcher.stdout })) {
    lines.push(line);
    if (line.includes('Ready to accept connections')) break;
  }
  launcher.stdout.resume();
  const stop = async (): Promise<void> => {
    launcher.stdin.end();
    await closed;
  };
  if (!lines.at(-1)?.includes('Ready to accept connections')) {
    await stop();
    return lines.slice(1).join('\n');
  }
  return { port, processId: Number(lines[0]), stop };
};
