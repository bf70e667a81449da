import { parse } from '@flaghoist/core/parse';
import * as z from 'zod/mini';

/* What the domain answers, as far as it is looked at. What it adds in a later version does no harm. */

const texts = z._default(z.array(z.string()), []);

const roleSchema = z.looseObject({
  cluster_permissions: texts,
  index_permissions: z._default(
    z.array(
      z.looseObject({
        index_patterns: texts,
        allowed_actions: texts,
        dls: z.nullish(z.string()),
        fls: texts,
        masked_fields: z.nullish(z.array(z.string())),
      }),
    ),
    [],
  ),
  tenant_permissions: z._default(z.array(z.unknown()), []),
});
const mappingSchema = z.looseObject({ backend_roles: texts, users: texts, hosts: texts, and_backend_roles: texts });

export const answers = {
  roles: z.record(z.string(), roleSchema),
  mappings: z.record(z.string(), mappingSchema),
  auditing: z.looseObject({ config: z.looseObject({ enabled: z.boolean() }) }),
  template: z.looseObject({
    index_templates: z.array(z.looseObject({ name: z.string(), index_template: z.record(z.string(), z.unknown()) })),
  }),
  stream: z.looseObject({
    data_streams: z.array(z.looseObject({ name: z.string(), timestamp_field: z.looseObject({ name: z.string() }) })),
  }),
  shape: z.record(
    z.string(),
    z.looseObject({ mappings: z.looseObject({ properties: z._default(z.record(z.string(), z.unknown()), {}) }) }),
  ),
};

export type Role = z.output<typeof roleSchema>;
export type RoleMapping = z.output<typeof mappingSchema>;

/** @throws InvalidInputError for what no domain answers */
export const answerOf = <T extends z.ZodMiniType>(schema: T, answer: unknown): z.output<T> =>
  parse(schema, answer, {
    what: 'answer of the audit domain',
    hint: 'This release knows the settings of OpenSearch 2 and 3; see which version the domain has.',
  });
