import { parse } from '@flaghoist/core/parse';
import * as z from 'zod/mini';

export const name = z.string().check(z.minLength(1));

/** @throws InvalidInputError naming every variable that is missing or malformed */
export const readEnvironment = <T extends z.ZodMiniType>(schema: T, variables: unknown): z.output<T> =>
  parse(schema, variables, {
    what: 'environment',
    hint: 'Terraform sets what lambda.json names; apply the stack again.',
  });
