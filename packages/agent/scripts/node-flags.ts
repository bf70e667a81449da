/**
 * How Node is started for the agent, so that it is small beside an application: garbage does not wait, and nothing is compiled to
 * machine code, so that fewer pages of Node's own program are touched. With 1,000 flags it takes 90 to 92 MiB, under load as well, and
 * 94 at most for a moment; 66 of them are such pages (a program of nothing has 60). With `--no-opt` in place of the last three it takes
 * 93 to 98, and 138 without any of them. An evaluation takes 0.2 ms of the processor in place of 0.15.
 *
 * Without machine code there is no WebAssembly, which Node's `fetch` needs: the agent asks by `node:http` alone.
 */
export const NODE_FLAGS = [
  '--max-semi-space-size=1',
  '--optimize-for-size',
  '--v8-pool-size=1',
  '--jitless',
  '--no-expose-wasm',
  '--heap-growing-percent=10',
] as const;
