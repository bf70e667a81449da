import { changeKinds } from '@flaghoist/core/change';
import * as z from 'zod';
import { type Judge, rulesFor, withoutFollowers } from './judge.ts';
import type { Schema, Type } from './schema.ts';

const otherThan = (is: (value: unknown) => boolean): z.ZodType => z.custom((value) => !is(value));
const isObject = (value: unknown): boolean => typeof value === 'object' && value !== null && !Array.isArray(value);

/** JSON Schema lets what is of another type pass, unless it names the type. */
const orOther = (schema: z.ZodType, is: (value: unknown) => boolean, isTyped: boolean): z.ZodType =>
  isTyped ? schema : z.union([schema, otherThan(is)]);

const objectOf = (schema: Schema, isTyped: boolean): z.ZodType => {
  const { properties = {}, required = [], additionalProperties, propertyNames, minProperties, maxProperties } = schema;
  const parts: z.ZodType[] = [];
  if (Object.keys(properties).length > 0 || required.length > 0) {
    const names = [...new Set([...Object.keys(properties), ...required])];
    const shape = names.map((name) => {
      const member = zodOf(properties[name] ?? {});
      return [name, required.includes(name) ? member.refine((value) => value !== undefined) : member.optional()];
    });
    parts.push(z.looseObject(Object.fromEntries(shape)));
  }
  if (additionalProperties !== undefined) parts.push(z.record(z.string(), zodOf(additionalProperties)));
  if (propertyNames !== undefined)
    parts.push(z.record(z.string().pipe(zodOf(propertyNames) as z.ZodType<string, string>), z.unknown()));
  if (minProperties !== undefined || maxProperties !== undefined) {
    const [least, most] = [minProperties ?? 0, maxProperties ?? Number.POSITIVE_INFINITY];
    parts.push(
      z.looseObject({}).refine((object) => {
        const count = Object.keys(object).length;
        return count >= least && count <= most;
      }),
    );
  }
  if (parts.length === 0) parts.push(z.looseObject({}));
  return orOther(all(parts), isObject, isTyped);
};

const stringOf = ({ pattern, minLength, maxLength }: Schema, isTyped: boolean): z.ZodType => {
  let text = z.string();
  if (pattern !== undefined) text = text.regex(new RegExp(pattern, 'u'));
  if (minLength !== undefined) text = text.min(minLength);
  if (maxLength !== undefined) text = text.max(maxLength);
  return orOther(text, (value) => typeof value === 'string', isTyped);
};

const arrayOf = ({ items, maxItems, uniqueItems, contains }: Schema, isTyped: boolean): z.ZodType => {
  let list: z.ZodType<unknown[]> = z.array(items === undefined ? z.unknown() : zodOf(items));
  if (maxItems !== undefined) list = list.refine((values) => values.length <= maxItems);
  if (uniqueItems) list = list.refine((values) => new Set(values).size === values.length);
  if (contains !== undefined) {
    const wanted = zodOf(contains);
    list = list.refine((values) => values.some((value) => wanted.safeParse(value).success));
  }
  return orOther(list, Array.isArray, isTyped);
};

const all = (parts: readonly z.ZodType[]): z.ZodType => parts.reduce((one, other) => z.intersection(one, other));

const has = (schema: Schema, ...keywords: (keyof Schema)[]): boolean =>
  keywords.some((keyword) => schema[keyword] !== undefined);

const simple: Readonly<Record<Type, () => z.ZodType>> = {
  object: () => z.looseObject({}),
  array: () => z.array(z.unknown()),
  string: () => z.string(),
  number: () => z.number(),
  boolean: () => z.boolean(),
  null: () => z.null(),
};

/** The zod schema that accepts what a JSON Schema accepts. */
const zodOf = (schema: Schema): z.ZodType => {
  const parts: z.ZodType[] = [];
  const types = schema.type === undefined ? [] : [schema.type].flat();
  const only = types.length === 1 ? types[0] : undefined;
  const covered = new Set<Type>();
  if (
    has(schema, 'properties', 'required', 'additionalProperties', 'propertyNames', 'minProperties', 'maxProperties')
  ) {
    parts.push(objectOf(schema, only === 'object'));
    covered.add('object');
  }
  if (has(schema, 'pattern', 'minLength', 'maxLength')) {
    parts.push(stringOf(schema, only === 'string'));
    covered.add('string');
  }
  if (has(schema, 'items', 'maxItems', 'uniqueItems', 'contains')) {
    parts.push(arrayOf(schema, only === 'array'));
    covered.add('array');
  }
  if (schema.maximum !== undefined) {
    parts.push(orOther(z.number().max(schema.maximum), (value) => typeof value === 'number', only === 'number'));
  }
  if (types.length > 0 && !(only !== undefined && covered.has(only)))
    parts.push(z.union(types.map((type) => simple[type]())));
  if (schema.const !== undefined) parts.push(z.literal(schema.const as string));
  if (schema.enum !== undefined) parts.push(z.literal(schema.enum as string[]));
  if (schema.anyOf !== undefined) parts.push(z.union(schema.anyOf.map(zodOf)));
  if (schema.allOf !== undefined) parts.push(all(schema.allOf.map(zodOf)));
  if (schema.not !== undefined) {
    const inner = zodOf(schema.not);
    parts.push(z.unknown().refine((value) => !inner.safeParse(value).success));
  }
  if (schema.if !== undefined && schema.then !== undefined) {
    const [condition, consequence] = [zodOf(schema.if), zodOf(schema.then)];
    parts.push(
      z.unknown().refine((value) => !condition.safeParse(value).success || consequence.safeParse(value).success),
    );
  }
  return parts.length === 0 ? z.unknown() : all(parts);
};

/** One schema per rule: one for all would not say which rule is broken, since it stops at what is in its way. */
export const prepare = (): Judge => {
  const compiled = new Map(
    changeKinds.map((kind) => [kind, rulesFor(kind).map(({ id, schema }) => ({ id, schema: zodOf(schema) }))]),
  );
  return (envelope) =>
    withoutFollowers(
      (compiled.get(envelope.kind) ?? [])
        .filter(({ schema }) => !schema.safeParse(envelope).success)
        .map(({ id }) => id),
    );
};
