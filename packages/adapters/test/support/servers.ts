import { join } from 'node:path';
import { findRedis } from '@flaghoist/tools/find-redis';
import { needs } from '@flaghoist/tools/needs';
import { makeCertificate } from '@flaghoist/tools/self-signed';
import { motoPython, startDynamo } from '@flaghoist/tools/start-dynamo';
import type { PythonServer } from '@flaghoist/tools/start-python-server';
import { redisProgram } from './redis-program.ts';

const tools = join(__dirname, '..', '..', '..', 'tools');

/** For a file whose tests need a server of the Redis protocol. */
export const needsRedis = () => needs(() => redisProgram(tools), process.env);

/** For a file whose tests need such a server with TLS, and a certificate for it. */
export const needsRedisWithTls = () => {
  const { tool, ...suite } = needs(
    () => ({
      redis: findRedis(tools, { variables: process.env, tls: true }),
      python: motoPython(tools, process.env),
    }),
    process.env,
  );
  return {
    ...suite,
    tool: () => tool().redis,
    certificateIn: (directory: string) => makeCertificate(tools, { python: tool().python, directory }),
  };
};

/** For a file whose tests need DynamoDB: moto's, or the one that FLAGHOIST_DYNAMODB_ENDPOINT names. */
export const needsDynamo = () => {
  const endpoint = process.env['FLAGHOIST_DYNAMODB_ENDPOINT'];
  const named: Pick<PythonServer, 'endpoint' | 'stop'> | undefined =
    endpoint === undefined ? undefined : { endpoint, stop: async () => {} };
  const { tool: python, ...suite } = needs(() => named ?? motoPython(tools, process.env), process.env);
  return {
    ...suite,
    start: async (): Promise<Pick<PythonServer, 'endpoint' | 'stop'>> => {
      const found = python();
      return typeof found === 'string' ? startDynamo(tools, found) : found;
    },
  };
};
