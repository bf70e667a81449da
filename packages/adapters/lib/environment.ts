import { parse } from '@flaghoist/core/parse';
import * as z from 'zod/mini';

/** A variable that must be there: a name, a URL, a template. */
export const name = z.string().check(z.minLength(1));

/**
 * Reads a function's environment.
 *
 * @throws InvalidInputError naming every variable that is missing or wrong
 */
export const readEnvironment = <T extends z.ZodMiniType>(schema: T, variables: unknown): z.output<T> =>
  parse(schema, variables, {
    what: 'environment',
    hint: 'Terraform sets what lambda.json names; apply the stack again.',
  });
