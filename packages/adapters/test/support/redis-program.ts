import { findRedis } from '@flaghoist/tools/find-redis';

/** The server of the Redis protocol that this machine has, or how to get one. */
export const redisProgram = (tools: string) => findRedis(tools, { variables: process.env, tls: false });
