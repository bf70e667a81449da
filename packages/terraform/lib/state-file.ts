import { terraformRelease } from '@flaghoist/tools/terraform-release';
import * as z from 'zod/mini';

const outputsSchema = z.record(z.string(), z.unknown());

/** The type of a JSON value in Terraform's own notation. */
const typeOf = (value: unknown): unknown => {
  if (Array.isArray(value)) return ['tuple', value.map(typeOf)];
  if (typeof value === 'object' && value !== null) {
    return ['object', Object.fromEntries(Object.entries(value).map(([key, each]) => [key, typeOf(each)]))];
  }
  if (value === null) return 'dynamic';
  return typeof value === 'boolean' ? 'bool' : typeof value;
};

/**
 * A Terraform state (version 4) that has outputs and no resources: what `terraform_remote_state` reads of another stack.
 * @param json an object of output names and values, as JSON text
 */
export const stateWithOutputs = (json: string): string =>
  JSON.stringify({
    version: 4,
    terraform_version: terraformRelease.version,
    serial: 1,
    lineage: '00000000-0000-0000-0000-000000000000',
    outputs: Object.fromEntries(
      Object.entries(outputsSchema.parse(JSON.parse(json))).map(([name, value]) => [
        name,
        { value, type: typeOf(value) },
      ]),
    ),
    resources: [],
    check_results: null,
  });
