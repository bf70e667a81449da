import { readFileSync } from 'node:fs';
import { callerPrincipal } from '@flaghoist/adapters/caller-principal';
import { connectSts } from '@flaghoist/adapters/connect/sts';
import { parseDeployment } from '@flaghoist/adapters/deployment';
import { JsonLogger } from '@flaghoist/adapters/json-logger';
import { readVariables } from '@flaghoist/adapters/variables';
import { describeError } from '@flaghoist/core/describe-error';
import { bundledDirectory, bundledWaivers, policyNamed } from '@flaghoist/fleet/policies';
import { systemClock } from '@flaghoist/system/clock';
import { startAccountServer } from './account/start-server.ts';
import { accountVariables } from './account/variables.ts';

/** ECS kills a container 30 s after it has asked it to stop. */
const STOP_MS = 20_000;

const main = async (): Promise<void> => {
  const variables = readVariables(accountVariables, process.env);
  const { AWS_REGION: region } = variables;
  const log = new JsonLogger({ clock: systemClock, fields: { function: 'control-plane', region } });
  const { url, close } = await startAccountServer({
    variables,
    deployment: parseDeployment(readFileSync(variables.DEPLOYMENT, 'utf8')),
    submitter: await callerPrincipal(connectSts({ region })),
    directory: bundledDirectory(),
    waivers: bundledWaivers(),
    policy: policyNamed(variables.POLICY),
    log,
  });
  log.info('control plane serves', { url });
  const stop = async (signal: string): Promise<void> => {
    log.info('control plane stops', { signal });
    // Requests that are at it are answered first; those that do not end are left behind.
    await Promise.race([close(), systemClock.sleep(STOP_MS)]);
    process.exit(0);
  };
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => void stop(signal));
};

main().catch((error: unknown) => {
  console.error(describeError(error));
  process.exit(1);
});
