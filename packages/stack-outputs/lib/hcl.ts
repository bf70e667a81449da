import { parse as parseHcl } from '@cdktf/hcl2json';
import { InvalidInputError } from '@flaghoist/core/errors';
import { parse } from '@flaghoist/core/parse';
import { readText } from '@flaghoist/fleet/read-text';
import type * as z from 'zod/mini';

/**
 * Reads a file of Terraform and checks it against a schema.
 *
 * @throws {InvalidInputError} for a file that is not HCL, or that does not fit
 */
export const readHcl = async <Schema extends z.ZodMiniType>(
  file: string,
  schema: Schema,
  hint: string,
): Promise<z.output<Schema>> => {
  let value: unknown;
  try {
    value = await parseHcl(file, readText(file, file));
  } catch (error) {
    if (error instanceof Error && 'code' in error) throw error;
    throw new InvalidInputError(file, [error instanceof Error ? error.message : String(error)], hint, error);
  }
  return parse(schema, value, { what: file, hint });
};
