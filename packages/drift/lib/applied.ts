import { parseJson } from '@flaghoist/core/parse';
import * as z from 'zod/mini';

const texts = z.record(z.string(), z.string());

/** What a stack says of itself in its output `drift`: with what it was applied, and what to look with. */
const appliedSchema = z.looseObject({
  /** The role that reads everything that is looked at. */
  role_arn: z.optional(z.string()),
  /** What that role asks of who takes it on from another account. */
  external_id: z.optional(z.nullable(z.string())),
  regions: z._default(z.array(z.string()), []),
  /** Inputs that stand in no file. */
  variables: z._default(texts, {}),
  /** More of them, where no environment upstream gives them; null for none. */
  without_upstream: z._default(z.record(z.string(), z.nullable(z.string())), {}),
});

const outputsSchema = z.looseObject({
  drift: z.optional(z.looseObject({ value: appliedSchema })),
  environment: z.optional(z.looseObject({ value: z.optional(z.unknown()) })),
});

export interface Applied {
  /** What its output `environment` says. */
  readonly environment: unknown;
  readonly roleArn: string | undefined;
  readonly externalId: string | undefined;
  readonly regions: readonly string[];
  /** `name=value` each, as `-var` takes them. */
  readonly vars: readonly string[];
}

/**
 * Reads what `terraform output -json` says of a stack. A stack without the output says nothing.
 *
 * @throws {InvalidInputError} for an output `drift` of another form
 */
export const readApplied = (json: string, { hasUpstream }: { readonly hasUpstream: boolean }): Applied => {
  const { drift, environment } = parseJson(outputsSchema, json.trim() === '' ? '{}' : json, {
    what: 'the outputs of the stack',
    hint: 'Its output "drift" must have role_arn, regions, variables and without_upstream, as that of the stack application has.',
  });
  const applied = drift?.value ?? appliedSchema.parse({});
  const { role_arn: roleArn, external_id: externalId, regions, variables, without_upstream: more } = applied;
  const given = Object.entries({ ...variables, ...(hasUpstream ? {} : more) });
  return {
    environment: environment?.value,
    roleArn,
    externalId: externalId ?? undefined,
    regions,
    vars: given.flatMap(([name, value]) => (value === null ? [] : [`${name}=${value}`])),
  };
};
