import type { IncomingMessage, Server, ServerResponse } from 'node:http';
import type {} from '@fastify/swagger';
import type { FastifyBaseLogger, FastifyInstance, FastifyTypeProvider } from 'fastify';
import type { $ZodType, output } from 'zod/v4/core';
import type { Feed } from './feed.ts';
import type { Follower } from './follower.ts';
import type { Caller } from './identity/caller.ts';
import type { Tokens } from './identity/tokens.ts';
import type { ToldRevocations } from './identity/told-revocations.ts';
import type { ControlPlanePorts } from './ports.ts';

export interface ServerLimits {
  readonly bodyBytes: number;
  /** Of one caller, a second. */
  readonly requestsPerSecond: number;
  readonly streams: number;
}

/** What every group of routes stands on. */
export interface ApiContext {
  readonly ports: ControlPlanePorts;
  readonly follower: Follower;
  readonly feed: Feed;
  readonly limits: ServerLimits;
  readonly tokens: Tokens;
  readonly revocations: ToldRevocations;
}

/** What comes in has the type of its schema. What goes out is made beside its schema, and a test holds the two together. */
interface TypeProvider extends FastifyTypeProvider {
  readonly validator: this['schema'] extends $ZodType ? output<this['schema']> : unknown;
  readonly serializer: unknown;
}

export type Api = FastifyInstance<Server, IncomingMessage, ServerResponse, FastifyBaseLogger, TypeProvider>;

declare module 'fastify' {
  interface FastifyRequest {
    caller: Caller;
  }
}
