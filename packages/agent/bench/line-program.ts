import { type ChildProcess, spawn } from 'node:child_process';
import { createInterface } from 'node:readline';

/** A program that answers each line with a line. */
export const startLineProgram = (program: string, args: readonly string[]) => {
  const child: ChildProcess = spawn(program, args, { stdio: ['pipe', 'pipe', 'inherit'] });
  if (child.stdout === null || child.stdin === null) throw new TypeError(`${program} has no pipes`);
  const { stdin } = child;
  const lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]();
  return {
    processId: child.pid ?? 0,
    async heard(): Promise<string> {
      const { value, done } = await lines.next();
      if (done) throw new Error(`${program} ${args.join(' ')} has ended`);
      return value;
    },
    say: (line: string): void => void stdin.write(`${line}\n`),
    stop: (): void => void child.kill('SIGKILL'),
  };
};
