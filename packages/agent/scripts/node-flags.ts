/**
 * How Node is started for the agent, so that it is small beside an application: garbage does not wait, code is compiled by the
 * fast compiler alone, so that fewer pages of Node's own program are touched, and what the start leaves behind is collected
 * (`collect-once-loaded.ts`). With 1,000 flags it takes 91 MiB after 4,000 evaluations, with the optimising compiler 100, and
 * 0.33 or 0.2 ms of the processor for each evaluation over HTTP.
 *
 * `--jitless` takes WebAssembly away: whatever then touches Node's `fetch`, or only names `Response`, ends the process.
 */
export const NODE_FLAGS = [
  '--max-semi-space-size=1',
  '--optimize-for-size',
  '--v8-pool-size=1',
  '--no-opt',
  '--no-maglev',
  '--heap-growing-percent=10',
  '--expose-gc',
] as const;
