import rateLimit from '@fastify/rate-limit';
import swagger from '@fastify/swagger';
import Fastify from 'fastify';
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
import { identify } from './identity/identify.ts';
import type { OidcOptions } from './identity/oidc.ts';
import { Tokens } from './identity/tokens.ts';
import { ToldRevocations } from './identity/told-revocations.ts';
import { readJsonBody } from './json-body.ts';
import type { ControlPlanePorts } from './ports.ts';
import { answerBrokenRequest, answerProblems } from './problem.ts';
import { approvalRoutes } from './routes/approvals.ts';
import { auditRoutes } from './routes/audit.ts';
import { changeRoutes } from './routes/changes.ts';
import { eventRoutes } from './routes/events.ts';
import { flagRoutes } from './routes/flags.ts';
import { importRoutes } from './routes/imports.ts';
import { planRoutes } from './routes/plans.ts';
import { proposalRoutes } from './routes/proposals.ts';
import { RECEIPT_KEYS, receiptRoutes } from './routes/receipts.ts';
import { rehearsalRoutes } from './routes/rehearsals.ts';
import { statusRoutes } from './routes/status.ts';
import { tokenRoutes } from './routes/tokens.ts';
import { topologyRoutes } from './routes/topology.ts';
import { whyRoutes } from './routes/why.ts';

const DEFAULT_LIMITS: ServerLimits = {
  bodyBytes: 1024 * 1024,
  requestsPerSecond: 10_000,
  streams: 200,
};

export interface ServerOptions {
  readonly ports: ControlPlanePorts;
  readonly limits?: Partial<ServerLimits>;
  /** Said in /openapi.json. */
  readonly version?: string;
  /** The tokens that it takes. Without them nobody but those on its own machine is answered. */
  readonly tokens?: Tokens;
  /** The principal under whose key it writes what comes with a token. Without it such changes are of nobody the rules know. */
  readonly submitter?: string;
  /** The company's own identity provider. */
  readonly oidc?: OidcOptions;
  /** TLS; a request from another machine without it is refused. */
  readonly https?: { readonly key: string; readonly cert: string };
  /** A load balancer before it ends TLS, in a network where nobody else reaches it. */
  readonly behindTls?: boolean;
  /** `false`: it answers nobody without a token, also on its own machine. */
  readonly localUsers?: boolean;
  /** Holds every answer to its schema, for tests: one that does not fit fails. */
  readonly checkAnswers?: boolean;
}

/** A key that no directory lists: the rules take kills under it, and nothing else. */
const NOBODY = 'unlisted:control-plane';

const nobody = (): string => {
  throw new TokenNeededError('this server makes no tokens', {
    hint: 'Start it with hoist up, or behind an identity provider.',
    retryable: false,
  });
};

/** Open to whoever can reach the server: they say nothing of flags. */
const OPEN = new Set(['/livez', '/readyz', '/openapi.json', RECEIPT_KEYS]);

/** The API, ready to listen or to be injected into. `close` ends its streams. */
export const createServer = async ({
  ports,
  version = '0.0.0',
  checkAnswers = false,
  ...options
}: ServerOptions): Promise<Api> => {
  const limits = { ...DEFAULT_LIMITS, ...options.limits };
  const { clock, directory } = ports;
  const now = (): number => clock.now();
  const {
    tokens = new Tokens({ secret: nobody, now }),
    submitter = NOBODY,
    oidc,
    behindTls = false,
    localUsers = true,
  } = options;
  const who = { tokens, submitter, directory, oidc, behindTls, localUsers, now };
  const app = Fastify({
    ...(options.https === undefined ? {} : { https: options.https }),
    bodyLimit: limits.bodyBytes,
    logger: false,
    frameworkErrors: answerProblems(ports.log),
    clientErrorHandler: answerBrokenRequest,
    // Streams end when they are told to; what else is open is answered first.
    forceCloseConnections: 'idle',
    routerOptions: { maxParamLength: 256 },
  }).withTypeProvider() as unknown as Api;
  app.setValidatorCompiler(validatorCompiler);
  // Answers are made beside their schemas; filtering them through would cost more than making them.
  app.setSerializerCompiler(checkAnswers ? serializerCompiler : () => JSON.stringify);
  app.setErrorHandler(answerProblems(ports.log));
  app.removeContentTypeParser('application/json');
  app.addContentTypeParser('application/json', { parseAs: 'string' }, async (_request: unknown, text: string) =>
    readJsonBody(text),
  );
  app.setNotFoundHandler((request) => {
    throw new NotFoundError(`${request.method} ${request.url}`, '/openapi.json lists what there is.');
  });
  app.decorateRequest('caller');
  app.addHook('onRequest', async (request) => {
    if (OPEN.has(request.url)) return;
    request.caller = await identify(request, who);
  });
  await app.register(rateLimit, {
    max: limits.requestsPerSecond,
    timeWindow: 1000,
    hook: 'preHandler',
    // By person: under one principal lies what everybody writes who has a token.
    keyGenerator: ({ caller, ip }) => (caller === undefined ? ip : `${caller.by}:${caller.actor}`),
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
  const revocations = new ToldRevocations(tokens, ports);
  const context: ApiContext = { ports, follower, feed, limits, tokens, revocations };
  for (const routes of [
    statusRoutes,
    flagRoutes,
    changeRoutes,
    receiptRoutes,
    proposalRoutes,
    importRoutes,
    planRoutes,
    eventRoutes,
    auditRoutes,
    whyRoutes,
    approvalRoutes,
    tokenRoutes,
    rehearsalRoutes,
    topologyRoutes,
  ])
    routes(app, context);
  app.get('/openapi.json', { schema: { hide: true } }, () => app.swagger());
  app.addHook('preClose', async () => {
    feed.stop();
    follower.stop();
    revocations.stop();
  });
  await app.ready();
  // Of an earlier start.
  void revocations.tell();
  return app;
};
