import { fromHttp } from '@aws-sdk/credential-provider-http';
import type { Clock } from '@flaghoist/core/ports/clock';
import type { Logger } from '@flaghoist/core/ports/logger';
import * as z from 'zod/mini';

/** What requests are signed with. */
export interface RoleCredentials {
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
  readonly sessionToken?: string;
}

/** Where a task of ECS, or a pod with EKS Pod Identity, asks for its role's credentials. Both put it there by themselves. */
export const taskCredentialVariables = {
  AWS_CONTAINER_CREDENTIALS_RELATIVE_URI: z.optional(z.string()),
  AWS_CONTAINER_CREDENTIALS_FULL_URI: z.optional(z.string()),
  AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE: z.optional(z.string()),
};

type TaskCredentialVariables = Readonly<z.output<z.ZodMiniObject<typeof taskCredentialVariables>>>;

/** Those of a process whose environment is not read whole. */
export const taskCredentialVariablesIn = (environment: unknown): TaskCredentialVariables =>
  z.parse(z.object(taskCredentialVariables), environment);

/** New ones are there well before these end: ECS renews them some hours ahead, EKS some minutes. */
const RENEW_BEFORE_MS = 300_000;

interface Ports {
  readonly log: Pick<Logger, 'warn'>;
  readonly clock: Pick<Clock, 'now'>;
}

export interface TaskCredentials {
  /** Those of the moment; `undefined` where the environment names no place to ask, as in Lambda, which puts them into it. */
  current(): RoleCredentials | undefined;
  /** Fetches new ones when there are none, or they end within five minutes. Never throws: what is there is kept. */
  renew(): Promise<void>;
}

/** The role's credentials of a container, which end after some hours and must be asked for again. */
export const createTaskCredentials = (variables: TaskCredentialVariables, { log, clock }: Ports): TaskCredentials => {
  const {
    AWS_CONTAINER_CREDENTIALS_RELATIVE_URI: relativeUri,
    AWS_CONTAINER_CREDENTIALS_FULL_URI: fullUri,
    AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE: tokenFile,
  } = variables;
  let held: RoleCredentials | undefined;
  let endsAt = Number.NEGATIVE_INFINITY;
  let asking: Promise<void> | null = null;
  let failing = false;

  const ask = async (): Promise<void> => {
    try {
      const found = await fromHttp({
        ...(relativeUri === undefined ? {} : { awsContainerCredentialsRelativeUri: relativeUri }),
        ...(fullUri === undefined ? {} : { awsContainerCredentialsFullUri: fullUri }),
        ...(tokenFile === undefined ? {} : { awsContainerAuthorizationTokenFile: tokenFile }),
        maxRetries: 0,
      })();
      const { accessKeyId, secretAccessKey, sessionToken } = found;
      held = { accessKeyId, secretAccessKey, ...(sessionToken === undefined ? {} : { sessionToken }) };
      endsAt = found.expiration?.getTime() ?? Number.POSITIVE_INFINITY;
      failing = false;
    } catch (error) {
      if (!failing) log.warn("credentials of the task's role were not renewed", { error });
      failing = true;
    }
  };

  return {
    current: () => held,
    async renew() {
      if (relativeUri === undefined && fullUri === undefined) return;
      if (clock.now() < endsAt - RENEW_BEFORE_MS) return;
      asking ??= ask().finally(() => {
        asking = null;
      });
      await asking;
    },
  };
};
