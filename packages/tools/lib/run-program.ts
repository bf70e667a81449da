import { spawn } from 'node:child_process';

export type Variables = Readonly<Record<string, string | undefined>>;

export interface ProgramRun {
  readonly directory: string;
  /** The whole environment of the program. */
  readonly variables: Variables;
  /** Sees each piece of output as it comes, for progress. */
  readonly onOutput?: (text: string) => void;
  readonly signal?: AbortSignal;
  /** Out of the reach of the terminal: a Ctrl-C there comes to the caller alone, who may pass it on by the signal. */
  readonly alone?: boolean;
}

export interface ProgramResult {
  readonly exitCode: number;
  readonly stdout: string;
  readonly stderr: string;
}

/**
 * Runs a program to its end and returns what it wrote, also when it failed. Standard input is closed, so a program that
 * asks a question fails instead of waiting. An abort is passed on as SIGINT, on which Terraform releases its locks.
 * @throws the system's error when the program cannot be started, and the signal's reason when it is aborted already
 */
export const runProgram = async (
  program: string,
  args: readonly string[],
  { directory, variables, onOutput, signal, alone = false }: ProgramRun,
): Promise<ProgramResult> => {
  signal?.throwIfAborted();
  return new Promise((resolve, reject) => {
    const child = spawn(program, args, {
      cwd: directory,
      env: { ...variables },
      stdio: ['ignore', 'pipe', 'pipe'],
      detached: alone,
    });
    const interrupt = () => child.kill('SIGINT');
    signal?.addEventListener('abort', interrupt, { once: true });
    let stdout = '';
    let stderr = '';
    child.stdout.setEncoding('utf8').on('data', (text: string) => {
      stdout += text;
      onOutput?.(text);
    });
    child.stderr.setEncoding('utf8').on('data', (text: string) => {
      stderr += text;
      onOutput?.(text);
    });
    child.on('error', reject);
    child.on('close', (code) => {
      signal?.removeEventListener('abort', interrupt);
      resolve({ exitCode: code ?? 1, stdout, stderr });
    });
  });
};
