import { parse } from '@flaghoist/core/parse';
import * as z from 'zod/mini';

/** A variable that must be there and say something: a table's name, a URL, a template. */
export const filled = z.string().check(z.minLength(1));

/** A whole number of at least 1. Numbers arrive as text. */
export const count = z.pipe(z.coerce.number(), z.int().check(z.gte(1)));

/**
 * Reads the environment variables of a function, or of another program.
 *
 * @param hint the way out, for what is no function
 * @throws InvalidInputError naming every variable that is missing or wrong
 */
export const readVariables = <T extends z.ZodMiniType>(
  schema: T,
  variables: unknown,
  hint = 'Terraform sets what lambda.json names; apply the stack again.',
): z.output<T> => parse(schema, variables, { what: 'set of environment variables', hint });
