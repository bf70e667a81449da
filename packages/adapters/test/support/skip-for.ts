/** Skips a suite, and says why even where jest names no single test. */
export const skipFor = (reason: string, suite: string): void => {
  process.stderr.write(`skipped: ${suite}. To run it: ${reason}.\n`);
  it.skip(`${suite} (${reason})`, () => {});
};
