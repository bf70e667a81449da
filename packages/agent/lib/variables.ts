import { cacheVariables } from '@flaghoist/adapters/cache-variables';
import { taskCredentialVariables } from '@flaghoist/adapters/task-credentials';
import { filled } from '@flaghoist/adapters/variables';
import { instanceNameSchema } from '@flaghoist/core/instance-claim';
import { evaluations } from '@flaghoist/core/topology';
import * as z from 'zod/mini';
import { addressSchema } from './address.ts';

const hosts = z.pipe(
  z.string(),
  z.transform((text: string): readonly string[] =>
    text
      .split(',')
      .map((name) => name.trim().toLowerCase())
      .filter((name) => name !== ''),
  ),
);

/** What the task's definition sets. The ports are those that flagd's clients expect. */
export const agentVariables = z.object({
  ...cacheVariables,
  ...taskCredentialVariables,
  AWS_REGION: filled,
  AGENT_SERVICE: filled,
  AGENT_CELL: filled,
  AGENT_HTTP: z._default(addressSchema, '127.0.0.1:8016'),
  AGENT_SYNC: z._default(addressSchema, '127.0.0.1:8015'),
  /** Under which names, beside this machine's own, browsers may ask: those that a gateway passes on in `Host`, with commas between. */
  AGENT_HOSTS: z._default(hosts, []),
  /** The file of the last known good flags, on a disk that outlives the process. */
  AGENT_STATE: z.optional(z.string()),
  /** Names the instance; left out: the host's name. */
  AGENT_INSTANCE: z.optional(instanceNameSchema),
  /** Buckets of the clients that evaluate by themselves, as the topology has it; `remote`: there are none. */
  AGENT_EVALUATION: z._default(z.enum(evaluations), 'remote'),
});
