import { systemClock } from '@flaghoist/system/clock';

/** What took how long. */
export class Stages {
  readonly passed: { readonly name: string; readonly seconds: number }[] = [];

  async pass<Seen>(name: string, run: () => Promise<Seen>): Promise<Seen> {
    const begun = systemClock.now();
    try {
      return await run();
    } finally {
      this.passed.push({ name, seconds: Math.round((systemClock.now() - begun) / 1000) });
    }
  }
}
