/**
 * How Node is started for the agent, so that it is small beside an application: garbage does not wait, nothing is compiled to
 * machine code, so that fewer pages of Node's own program are touched, and no further threads are held for either. With 1,000
 * flags and 4,000 evaluations it takes 94 MiB, with `--no-opt` alone in place of the last five 96 to 98, and 138 without any of them.
 *
 * `--jitless` takes half a MiB less, and WebAssembly away: whatever then touches Node's `fetch`, or only names `Response`, ends
 * the process.
 */
export const NODE_FLAGS = [
  '--max-semi-space-size=1',
  '--optimize-for-size',
  '--v8-pool-size=1',
  '--no-opt',
  '--no-sparkplug',
  '--no-maglev',
  '--single-threaded',
  '--heap-growing-percent=10',
] as const;
