import rateLimit from '@fastify/rate-limit';
import swagger from '@fastify/swagger';
import Fastify, { type FastifyRequest } from 'fastify';
import {
  jsonSchemaTransform,
  jsonSchemaTransformObject,
  serializerCompiler,
  validatorCompiler,
} from 'fastify-type-provider-zod';
import type { Api, ApiContext, ServerLimits } from './context.ts';
import { LimitError, NotFoundError, TokenNeededError } from './errors.ts';
import { Feed } from './feed.ts';
import { Follower } from './follower.ts';
import { type Caller, localCaller } from './identity/caller.ts';
import { isLoopback, refuseForeign } from './identity/trusted-request.ts';
import type { ControlPlanePorts } from './ports.ts';
import { answerProblems } from './problem.ts';
import { auditRoutes } from './routes/audit.ts';
import { changeRoutes } from './routes/changes.ts';
import { eventRoutes } from './routes/events.ts';
import { flagRoutes } from './routes/flags.ts';
import { planRoutes } from './routes/plans.ts';
import { proposalRoutes } from './routes/proposals.ts';
import { statusRoutes } from './routes/status.ts';
import { whyRoutes } from './routes/why.ts';

const DEFAULT_LIMITS: ServerLimits = {
  bodyBytes: 1024 * 1024,
  requestsPerSecond: 10_000,
  streams: 200,
  streamBytes: 1024 * 1024,
};

export interface ServerOptions {
  readonly ports: ControlPlanePorts;
  readonly limits?: Partial<ServerLimits>;
  /** Said in /openapi.json. */
  readonly version?: string;
  /** Holds every answer to its schema, for tests: one that does not fit fails. */
  readonly checkAnswers?: boolean;
}

/** Open to whoever can reach the server: they say nothing of flags. */
const OPEN = new Set(['/livez', '/readyz', '/openapi.json']);

const callerOf = async (request: FastifyRequest): Promise<Caller> => {
  const { headers, socket } = request;
  if (isLoopback(socket.localAddress) || socket.localAddress === undefined) {
    refuseForeign(headers);
    const user = headers['x-hoist-user'];
    return localCaller(typeof user === 'string' ? user : undefined);
  }
  throw new TokenNeededError('this server answers nobody without a token', {
    hint: 'Send it as "Authorization: Bearer …"; the command line takes it from HOIST_TOKEN.',
    retryable: false,
  });
};

/** The API, ready to listen or to be injected into. `close` ends its streams. */
export const createServer = async ({
  ports,
  version = '0.0.0',
  checkAnswers = false,
  ...options
}: ServerOptions): Promise<Api> => {
  const limits = { ...DEFAULT_LIMITS, ...options.limits };
  const app = Fastify({
    bodyLimit: limits.bodyBytes,
    logger: false,
    // Streams end when they are told to; what else is open is answered first.
    forceCloseConnections: 'idle',
    routerOptions: { maxParamLength: 256 },
  }).withTypeProvider() as unknown as Api;
  app.setValidatorCompiler(validatorCompiler);
  // Answers are made beside their schemas; filtering them through would cost more than making them.
  app.setSerializerCompiler(checkAnswers ? serializerCompiler : () => JSON.stringify);
  app.setErrorHandler(answerProblems(ports.log));
  app.setNotFoundHandler((request) => {
    throw new NotFoundError(`${request.method} ${request.url}`, '/openapi.json lists what there is.');
  });
  app.decorateRequest('caller');
  app.addHook('onRequest', async (request) => {
    if (OPEN.has(request.url)) return;
    request.caller = await callerOf(request);
  });
  await app.register(rateLimit, {
    max: limits.requestsPerSecond,
    timeWindow: 1000,
    hook: 'preHandler',
    keyGenerator: ({ caller, ip }) => caller?.principal ?? ip,
    errorResponseBuilder: (_request, { max, after }) =>
      new LimitError(
        `more than ${max} requests within a second`,
        `Go on in ${after}, and more slowly; the header retry-after says when.`,
      ),
  });
  await app.register(swagger, {
    openapi: {
      openapi: '3.1.0',
      info: {
        title: 'Flaghoist',
        version,
        description: 'Feature flags that every service in every region is seen to hold, or that are taken back.',
      },
    },
    transform: jsonSchemaTransform,
    transformObject: jsonSchemaTransformObject,
  });

  const follower = new Follower(ports);
  const feed = new Feed(ports, follower);
  const context: ApiContext = { ports, follower, feed, limits };
  for (const routes of [
    statusRoutes,
    flagRoutes,
    changeRoutes,
    proposalRoutes,
    planRoutes,
    eventRoutes,
    auditRoutes,
    whyRoutes,
  ])
    routes(app, context);
  app.get('/openapi.json', { schema: { hide: true } }, () => app.swagger());
  app.addHook('preClose', async () => {
    feed.stop();
    follower.stop();
  });
  await app.ready();
  return app;
};
