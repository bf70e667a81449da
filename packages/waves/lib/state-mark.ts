import { memberOf } from '@flaghoist/core/json';
import { parseJson } from '@flaghoist/core/parse';
import * as z from 'zod/mini';
import type { Mark } from './record.ts';

const replicaSchema = z.looseObject({ region_name: z.string() });

const stateSchema = z.looseObject({
  version: z.literal(4),
  lineage: z.string(),
  serial: z.number(),
  outputs: z.record(z.string(), z.unknown()),
  resources: z.array(
    z.looseObject({
      mode: z.string(),
      type: z.string(),
      instances: z.array(z.looseObject({ attributes: z.optional(z.nullable(z.looseObject({}))) })),
    }),
  ),
});

export const NO_STATE: Mark = { lineage: null, serial: null, resources: 0, outputs: [], replicas: [] };

const read = (text: string, what: string): z.output<typeof stateSchema> =>
  parseJson(stateSchema, text, {
    what: `the state of ${what}`,
    hint: 'Look at it with terraform state pull. It must be one of Terraform 1.10 or newer.',
  });

/** One output of what `terraform state pull` prints; `undefined` where it has none of that name. @throws InvalidInputError */
export const outputIn = (text: string, what: string, name: string): unknown =>
  text.trim() === '' ? undefined : memberOf(read(text, what).outputs[name], 'value');

/**
 * Reads what `terraform state pull` prints.
 *
 * @param what whose state it is, as the reader of an error knows it
 * @throws InvalidInputError for another version of the format
 */
export const markOf = (text: string, what: string): Mark => {
  if (text.trim() === '') return NO_STATE;
  const { lineage, serial, outputs, resources } = read(text, what);
  const instances = resources
    .filter(({ mode }) => mode === 'managed')
    .flatMap((each) => each.instances.map((one) => ({ type: each.type, ...one })));
  const replicas = instances
    .filter(({ type }) => type === 'aws_dynamodb_table')
    .flatMap(({ attributes }) => z.array(replicaSchema).safeParse(attributes?.['replica']).data ?? [])
    .map(({ region_name: region }) => region);
  return {
    lineage,
    serial,
    resources: instances.length,
    outputs: Object.keys(outputs).sort(),
    replicas: [...new Set(replicas)].sort(),
  };
};
