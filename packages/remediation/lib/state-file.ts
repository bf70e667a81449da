import { InvalidInputError } from '@flaghoist/core/errors';
import { parse } from '@flaghoist/core/parse';
import * as z from 'zod/mini';

declare global {
  interface JSON {
    /** A number as it was written: a double holds no more than 15 digits of it. */
    rawJSON(text: string): unknown;
    isRawJSON(value: unknown): boolean;
  }
}

export const instanceSchema = z.looseObject({
  index_key: z.optional(z.union([z.string(), z.number()])),
  deposed: z.optional(z.string()),
  schema_version: z.optional(z.number()),
  attributes: z.optional(z.nullable(z.record(z.string(), z.unknown()))),
});
export type Instance = z.output<typeof instanceSchema>;

/** A resource without its instances. */
export const resourceSchema = z.looseObject({
  module: z.optional(z.string()),
  mode: z.string(),
  type: z.string(),
  name: z.string(),
});
export type Resource = z.output<typeof resourceSchema>;

/** What `terraform state pull` prints, and `state push` takes. */
const stateSchema = z.looseObject({
  version: z.literal(4),
  serial: z.number(),
  /** Which state it is: that of each workspace has another one. */
  lineage: z.string(),
  outputs: z._default(z.record(z.string(), z.looseObject({ value: z.optional(z.unknown()) })), {}),
  resources: z.array(z.extend(resourceSchema, { instances: z.array(instanceSchema) })),
});
export type State = z.output<typeof stateSchema>;

type Reviver = (key: string, value: unknown, context?: { readonly source?: string }) => unknown;

const asWritten: Reviver = (_key, value, context) =>
  typeof value === 'number' && context?.source !== undefined && String(value) !== context.source
    ? JSON.rawJSON(context.source)
    : value;

/**
 * Reads what is written again later: every number stays as it stands there.
 *
 * @param what it is, as the reader of an error knows it, and what to do where it does not fit
 * @throws InvalidInputError
 */
export const readAsWritten = <T extends z.ZodMiniType>(
  schema: T,
  text: string,
  { what, hint = OF_TERRAFORM }: { readonly what: string; readonly hint?: string },
): z.output<T> => {
  let value: unknown;
  try {
    value = JSON.parse(text, asWritten);
  } catch (error) {
    throw new InvalidInputError(what, ['not JSON'], hint, error);
  }
  return parse(schema, value, { what, hint });
};

const OF_TERRAFORM = 'It must be of Terraform 1.10 or newer. Of a state, look at it with terraform state pull.';

/** @throws InvalidInputError for another version of the format */
export const readState = (text: string): State => readAsWritten(stateSchema, text, { what: 'the state' });

/** What Go does not call printable, but for what JSON writes as Terraform does. */
const UNPRINTED = /[^\p{L}\p{M}\p{N}\p{P}\p{S} \n\r\t]/u;

/** As Terraform quotes the key of an instance (toHCLQuotedString of its package addrs). */
const quoted = (key: string): string =>
  [...key]
    .map((character) => (UNPRINTED.test(character) ? escaped(character) : JSON.stringify(character).slice(1, -1)))
    .join('')
    .replaceAll(/([$%])\{/g, '$1$1{');

const escaped = (character: string): string => {
  const code = (character.codePointAt(0) ?? 0).toString(16);
  return code.length > 4 ? `\\U${code.padStart(8, '0')}` : `\\u${code.padStart(4, '0')}`;
};

const keyText = ({ index_key: key }: Instance): string => {
  if (key === undefined) return '';
  return `[${typeof key === 'string' ? `"${quoted(key)}"` : key}]`;
};

/** What one instance is known by: its address, and the key of what an interrupted replacement has left there. */
export const placeOf = (address: string, deposed: string | undefined): string => `${address} ${deposed ?? ''}`;

export const placeIn = ({ module, type, name }: Resource, instance: Instance): string =>
  placeOf(`${module === undefined ? '' : `${module}.`}${type}.${name}${keyText(instance)}`, instance.deposed);
