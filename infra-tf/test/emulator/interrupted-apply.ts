import type { ProgramResult } from '@flaghoist/terraform/run-program';
import type { Deployment } from './deployment.ts';

export interface InterruptedApply<T> {
  /** How the interrupted run ended. */
  readonly run: ProgramResult;
  readonly seen: T;
}

/**
 * Applies until the first resource exists, looks around, and then interrupts Terraform as Ctrl-C does.
 * @param look runs while the apply goes on
 */
export const interruptedApply = async <T>(
  deployment: Deployment,
  more: readonly string[],
  look: () => Promise<T>,
): Promise<InterruptedApply<T>> => {
  const interruption = new AbortController();
  const created = Promise.withResolvers<void>();
  const running = deployment.run('apply', more, {
    signal: interruption.signal,
    onOutput: (text) => {
      if (text.includes('Creation complete')) created.resolve();
    },
  });
  const ended = running.then(({ stdout, stderr }) => {
    throw new Error(`The apply ended before a resource existed:\n${stdout}${stderr}`);
  });
  try {
    await Promise.race([created.promise, ended]);
    const seen = await look();
    interruption.abort();
    return { run: await running, seen };
  } finally {
    interruption.abort();
  }
};
