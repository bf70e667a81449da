import { findRedis } from '@flaghoist/tools/find-redis';
import { type ClientLanguage, findBenchProgram, findClient } from '@flaghoist/tools/openfeature-clients';

/**
 * What this machine has; each throws a `ToolMissingError` that says how to get it.
 *
 * @param tools the folder `packages/tools`
 */
export const programsOf = (tools: string) => ({
  redis: () => findRedis(tools, { variables: process.env, tls: false }),
  client: (language: ClientLanguage) => findClient(tools, language, process.env),
  bench: () => findBenchProgram(tools, process.env),
});
