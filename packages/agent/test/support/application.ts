import { type ChildProcess, spawn } from 'node:child_process';
import { createInterface } from 'node:readline';
import type { ClientProgram } from '@flaghoist/tools/openfeature-clients';

interface Answer {
  readonly value: unknown;
  readonly variant?: string;
  readonly reason: string;
  readonly errorCode: string | null;
  readonly metadata: Readonly<Record<string, unknown>>;
}

/** An application with the official clients of its language, which says what they answer it. */
export interface Application {
  get(mode: string, kind: 'boolean' | 'float' | 'string', flagKey: string, customer?: string): Promise<Answer>;
  /** Resolves when the flag has this text for ada; it looks again after a pause. */
  until(mode: string, flagKey: string, text: string, pauseMs?: number): Promise<void>;
  /** The variants of `customer-0`, `customer-1`, … */
  draw(mode: string, flagKey: string, count: number): Promise<readonly string[]>;
  readonly child: ChildProcess;
}

interface Served {
  /** Ports of 127.0.0.1. */
  readonly http: number;
  readonly sync: number;
  /** What the client of `flagd.sync.v1` asks for; none: everything. */
  readonly selector?: string;
  /** The port of the cache, and a file, for what reads the cache itself. */
  readonly cache: number;
  readonly state: string;
}

/** Resolves when its clients are ready. */
export const startApplication = async (
  { program, args }: ClientProgram,
  { http, sync, selector = '', cache, state }: Served,
): Promise<Application> => {
  const child = spawn(program, [...args, `127.0.0.1:${http}`, String(sync), selector, String(cache), state], {
    stdio: ['pipe', 'pipe', 'pipe'],
  });
  let said = '';
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    said = `${said}${text}`.slice(-4_000);
  });
  const lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]();
  const heard = async (): Promise<never> => {
    for (;;) {
      const { value, done } = await lines.next();
      if (done) throw new Error(`${program} has ended:\n${said}`);
      // Some clients write to standard output too.
      if (/^[{"]/.test(value)) return JSON.parse(value) as never;
    }
  };
  const ask = (...words: readonly unknown[]): Promise<never> => {
    child.stdin.write(`${words.join(' ')}\n`);
    return heard();
  };
  await heard();
  return {
    child,
    get: (mode, kind, flagKey, customer = 'ada') => ask('get', mode, kind, flagKey, customer),
    async until(mode, flagKey, text, pauseMs = 10) {
      await ask('until', mode, flagKey, text, pauseMs);
    },
    draw: async (mode, flagKey, count) =>
      ((await ask('draw', mode, flagKey, count)) as { variants: string[] }).variants,
  };
};
