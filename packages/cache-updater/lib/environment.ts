import { parse } from '@flaghoist/core/parse';
import * as z from 'zod/mini';

export const name = z.string().check(z.minLength(1));

/** Numbers arrive as text. */
export const port = z.pipe(z.coerce.number(), z.int().check(z.gte(1), z.lte(65_535)));

/** In transit everything is encrypted; `false` is for a local server. */
export const tls = z._default(z.stringbool(), true);

/** @throws InvalidInputError naming every variable that is missing or malformed */
export const readEnvironment = <T extends z.ZodMiniType>(schema: T, variables: unknown): z.output<T> =>
  parse(schema, variables, {
    what: 'environment',
    hint: 'Terraform sets what lambda.json names; apply the stack again.',
  });
