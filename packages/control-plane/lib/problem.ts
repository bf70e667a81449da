import type { Socket } from 'node:net';
import { errorDescription } from '@flaghoist/core/describe-error';
import { FlaghoistError, InvalidInputError } from '@flaghoist/core/errors';
import type { Logger } from '@flaghoist/core/ports/logger';
import type { FastifyError, FastifyReply, FastifyRequest } from 'fastify';
import { hasZodFastifySchemaValidationErrors } from 'fastify-type-provider-zod';
import * as z from 'zod';

/** RFC 9457, with the product's own code and what to do about it. */
export const problemSchema = z
  .object({
    type: z.string().describe('A name of the kind of problem: urn:flaghoist:problem: and the code.'),
    title: z.string(),
    status: z.int(),
    detail: z.string(),
    code: z.string().describe('Stable; programs may match it.'),
    hint: z.string().describe('What to do about it.'),
    places: z.array(z.string()).optional().describe('What does not fit, each with its place.'),
  })
  .meta({ id: 'Problem' });

export type Problem = z.output<typeof problemSchema>;

const PROBLEM_TYPE = 'application/problem+json';

/** By code; what is not here is a defect of ours. */
const statuses: Readonly<Record<string, readonly [number, string]>> = {
  FH_INVALID_INPUT: [400, 'The request does not fit'],
  FH_TOKEN_NEEDED: [401, 'A token is needed'],
  FH_NOT_ALLOWED: [403, 'Not allowed'],
  FH_TLS_NEEDED: [403, 'TLS is needed'],
  FH_FOREIGN_REQUEST: [403, 'Foreign request'],
  FH_NOT_FOUND: [404, 'Not found'],
  FH_TAKEN: [409, 'Taken'],
  FH_REFUSED: [409, 'Refused'],
  FH_LIMIT: [429, 'Too much'],
  FH_DIGEST_MISMATCH: [500, 'Data were altered'],
  FH_DATA_DAMAGED: [500, 'Data are damaged'],
  FH_UNAVAILABLE: [503, 'Not available'],
  FH_CACHE_REFUSED: [503, 'Not available'],
  FH_DATA_NOT_WRITABLE: [503, 'Nothing can be written'],
};

const INTERNAL: readonly [number, string] = [500, 'A defect'];

/** What fastify itself refuses, in our words. */
const ofFastify = (error: FastifyError, { method, url }: FastifyRequest): Problem | undefined => {
  const { statusCode = 500, message } = error;
  if (statusCode >= 500) return undefined;
  if (statusCode === 413)
    return problemOf(413, 'Too large', {
      code: 'FH_LIMIT',
      message: `the body of ${method} ${url} is too large`,
      hint: 'Send less at a time: a document of a flag has 100 KiB at most, and a file of an import 16 MiB.',
    });
  if (statusCode === 429)
    return problemOf(429, 'Too much', {
      code: 'FH_LIMIT',
      message,
      hint: 'Wait as long as the header retry-after says, and go on more slowly.',
    });
  return problemOf(statusCode, 'The request does not fit', {
    code: 'FH_INVALID_INPUT',
    message,
    hint: 'See /openapi.json for what is expected.',
  });
};

const problemOf = (
  status: number,
  title: string,
  { code, message, hint }: { readonly code: string; readonly message: string; readonly hint: string },
  places?: readonly string[],
): Problem => ({
  type: `urn:flaghoist:problem:${code}`,
  title,
  status,
  detail: message,
  code,
  hint,
  ...(places === undefined ? {} : { places: [...places] }),
});

/** What a caller hears of an error. What is a defect stays in the log: it may name what is nobody's business. */
const problemFor = (error: unknown): Problem => {
  if (error instanceof FlaghoistError && error.code in statuses) {
    const [status, title] = statuses[error.code] ?? INTERNAL;
    const places = error instanceof InvalidInputError ? error.places : undefined;
    return problemOf(status, title, errorDescription(error), places);
  }
  return problemOf(...INTERNAL, {
    code: 'FH_INTERNAL',
    message: 'the request failed',
    hint: 'This is a defect of ours: the log of the server has the request with what went wrong.',
  });
};

/** What Node refuses before it is a request: here there is nothing but the socket to answer on. */
export const answerBrokenRequest = (error: Error & { readonly code?: string }, socket: Socket): void => {
  if (!socket.writable || error.code === 'ECONNRESET') {
    socket.destroy();
    return;
  }
  const [status, reason, message] =
    error.code === 'HPE_HEADER_OVERFLOW'
      ? ([431, 'Request Header Fields Too Large', 'the headers of the request are too large'] as const)
      : error.code === 'ERR_HTTP_REQUEST_TIMEOUT'
        ? ([408, 'Request Timeout', 'the request did not come in time'] as const)
        : ([400, 'Bad Request', 'the request is not HTTP as this server reads it'] as const);
  const hint = 'See /openapi.json for what is expected.';
  const body = JSON.stringify(
    problemOf(status, 'The request does not fit', { code: 'FH_INVALID_INPUT', message, hint }),
  );
  const head = [
    `HTTP/1.1 ${status} ${reason}`,
    `content-type: ${PROBLEM_TYPE}`,
    `content-length: ${Buffer.byteLength(body)}`,
    'connection: close',
  ];
  socket.end(`${head.join('\r\n')}\r\n\r\n${body}`);
};

/** Answers every error as a problem. */
export const answerProblems =
  (log: Logger) =>
  (error: FastifyError, request: FastifyRequest, reply: FastifyReply): void => {
    const problem = hasZodFastifySchemaValidationErrors(error)
      ? problemFor(
          new InvalidInputError(
            `${error.validationContext ?? 'request'} of ${request.method} ${request.routeOptions.url ?? request.url}`,
            error.validation.map(({ instancePath, message }) => `${instancePath || '/'}: ${message ?? 'does not fit'}`),
            'Correct the named places; /openapi.json says what is expected.',
          ),
        )
      : error instanceof FlaghoistError
        ? problemFor(error)
        : (ofFastify(error, request) ?? problemFor(error));
    if (problem.status >= 500) log.error('request failed', { method: request.method, url: request.url, error });
    void reply.status(problem.status).type(PROBLEM_TYPE).send(problem);
  };
