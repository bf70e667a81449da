import { cacheVariables } from '@flaghoist/adapters/cache-variables';
import { taskCredentialVariables } from '@flaghoist/adapters/task-credentials';
import { filled } from '@flaghoist/adapters/variables';
import { instanceNameSchema } from '@flaghoist/core/instance-claim';
import { evaluations } from '@flaghoist/core/topology';
import * as z from 'zod/mini';

/** `host:port`, or `unix:` and the path of a socket. */
const address = z.string().check(z.regex(/^(?:unix:.+|.+:\d{1,5})$/, 'must be "host:port" or "unix:/path"'));

/** What the task's definition sets. The ports are those that flagd's clients expect. */
export const agentVariables = z.object({
  ...cacheVariables,
  ...taskCredentialVariables,
  AWS_REGION: filled,
  AGENT_SERVICE: filled,
  AGENT_CELL: filled,
  AGENT_HTTP: z._default(address, '127.0.0.1:8016'),
  AGENT_SYNC: z._default(address, '127.0.0.1:8015'),
  /** The file of the last known good flags, on a disk that outlives the process. */
  AGENT_STATE: z.optional(z.string()),
  /** Names the instance; left out: the host's name. */
  AGENT_INSTANCE: z.optional(instanceNameSchema),
  /** Buckets of the clients that evaluate by themselves, as the topology has it; `remote`: there are none. */
  AGENT_EVALUATION: z._default(z.enum(evaluations), 'remote'),
});
