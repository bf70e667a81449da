import type { ProgramResult } from '@flaghoist/tools/run-program';
import type { Moto } from '../lib/moto.ts';
import type { Deployment } from './deployment.ts';

export interface InterruptedApply<T> {
  /** How the interrupted run ended. */
  readonly run: ProgramResult;
  readonly seen: T;
}

/** One resource after another: when a request is held, the answers to all before it have been heard. */
const IN_TURN = '-parallelism=1';

/**
 * Applies until the first resource exists, looks around, and then interrupts Terraform as Ctrl-C does, between requests.
 * @param states the bucket of the states
 * @param look runs while the apply goes on
 */
export const interruptedApply = async <T>(
  deployment: Deployment,
  {
    moto,
    states,
    more,
    look,
  }: {
    readonly moto: Moto;
    readonly states: string;
    readonly more: readonly string[];
    readonly look: () => Promise<T>;
  },
): Promise<InterruptedApply<T>> => {
  const interruption = new AbortController();
  const created = Promise.withResolvers<void>();
  const running = deployment.run('apply', [...more, IN_TURN], {
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
    await Promise.race([moto.hold(states), ended]);
    interruption.abort();
    return { run: await running, seen };
  } finally {
    interruption.abort();
    await moto.letGo();
  }
};
