import { systemClock } from '@flaghoist/system/clock';

/** What took how long; told as it passes, since all of it takes half an hour. */
export class Stages {
  readonly passed: { readonly name: string; readonly seconds: number }[] = [];

  async pass<Seen>(name: string, run: () => Promise<Seen>): Promise<Seen> {
    const begun = systemClock.now();
    try {
      return await run();
    } finally {
      const seconds = Math.round((systemClock.now() - begun) / 1000);
      this.passed.push({ name, seconds });
      process.stderr.write(`${name}: ${seconds} s\n`);
    }
  }
}
