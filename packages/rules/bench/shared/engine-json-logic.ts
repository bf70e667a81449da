import { changeKinds } from '@flaghoist/core/change';
import { LogicEngine } from 'json-logic-engine';
import { type Judge, rulesFor, withoutFollowers } from './judge.ts';
import type { Schema, Type } from './schema.ts';

type Logic = unknown;

const typeOf = (value: unknown): Type | 'undefined' => {
  if (value === null || value === undefined) return 'null';
  return Array.isArray(value) ? 'array' : (typeof value as Type);
};

const expressions = new Map<string, RegExp>();
const expressionOf = (pattern: string): RegExp => {
  const known = expressions.get(pattern) ?? new RegExp(pattern, 'u');
  expressions.set(pattern, known);
  return known;
};

/** What JsonLogic has no operator for. */
const methods: Readonly<Record<string, Parameters<LogicEngine['addMethod']>[1]>> = {
  type: ([value]: [unknown]) => typeOf(value),
  matches: ([value, pattern]: [unknown, string]) => typeof value !== 'string' || expressionOf(pattern).test(value),
  size: ([value]: [unknown]) =>
    typeof value === 'string' || Array.isArray(value)
      ? value.length
      : typeof value === 'object' && value !== null
        ? Object.keys(value).length
        : 0,
  names: ([value]: [unknown]) => (typeOf(value) === 'object' ? Object.keys(value as object) : []),
  members: ([value]: [unknown]) => (typeOf(value) === 'object' ? Object.values(value as object) : []),
  entries: ([value]: [unknown]) => (Array.isArray(value) ? value : []),
  distinct: ([value]: [unknown]) => !Array.isArray(value) || new Set(value).size === value.length,
};

const path = (base: string, name: string): string => (base === '' ? name : `${base}.${name}`);
const each = (list: Logic, schema: Schema): Logic => ({
  '!': [{ some: [list, { '!': [logicOf(schema, '')] }] }],
});
const isOf = (at: Logic, type: Type): Logic => ({ '===': [{ type: [at] }, type] });
const unless = (condition: Logic, then: Logic): Logic => ({ or: [{ '!': [condition] }, then] });

/** The rule in JsonLogic that is true for what a JSON Schema accepts at a path. */
const logicOf = (schema: Schema, base: string): Logic => {
  const at: Logic = { var: base };
  const parts: Logic[] = [];
  if (schema.type !== undefined) parts.push({ in: [{ type: [at] }, [schema.type].flat()] });
  if (schema.const !== undefined) parts.push({ '===': [at, schema.const] });
  if (schema.enum !== undefined) parts.push({ in: [at, schema.enum] });
  if (schema.pattern !== undefined) parts.push({ matches: [at, schema.pattern] });
  const text = isOf(at, 'string');
  if (schema.minLength !== undefined) parts.push(unless(text, { '>=': [{ size: [at] }, schema.minLength] }));
  if (schema.maxLength !== undefined) parts.push(unless(text, { '<=': [{ size: [at] }, schema.maxLength] }));
  if (schema.maximum !== undefined) parts.push(unless(isOf(at, 'number'), { '<=': [at, schema.maximum] }));
  const object: Logic[] = [];
  const required = new Set(schema.required);
  const names = new Set([...Object.keys(schema.properties ?? {}), ...required]);
  for (const name of names) {
    const member = path(base, name);
    const inner = schema.properties?.[name];
    const isNull = inner?.type === 'null';
    const isThere: Logic = { '!==': [{ type: [{ var: member }] }, 'null'] };
    if (inner === undefined) object.push(isThere);
    else if (required.has(name))
      object.push(isNull ? logicOf(inner, member) : { and: [isThere, logicOf(inner, member)] });
    else object.push(unless(isThere, logicOf(inner, member)));
  }
  if (schema.additionalProperties !== undefined) object.push(each({ members: [at] }, schema.additionalProperties));
  if (schema.propertyNames !== undefined) object.push(each({ names: [at] }, schema.propertyNames));
  if (schema.minProperties !== undefined) object.push({ '>=': [{ size: [at] }, schema.minProperties] });
  if (schema.maxProperties !== undefined) object.push({ '<=': [{ size: [at] }, schema.maxProperties] });
  if (object.length > 0) parts.push(unless(isOf(at, 'object'), { and: object }));
  const list: Logic[] = [];
  if (schema.items !== undefined) list.push(each({ entries: [at] }, schema.items));
  if (schema.maxItems !== undefined) list.push({ '<=': [{ size: [at] }, schema.maxItems] });
  if (schema.uniqueItems) list.push({ distinct: [at] });
  if (schema.contains !== undefined) list.push({ some: [{ entries: [at] }, logicOf(schema.contains, '')] });
  if (list.length > 0) parts.push(unless(isOf(at, 'array'), { and: list }));
  if (schema.anyOf !== undefined) parts.push({ or: schema.anyOf.map((inner) => logicOf(inner, base)) });
  if (schema.allOf !== undefined) parts.push({ and: schema.allOf.map((inner) => logicOf(inner, base)) });
  if (schema.not !== undefined) parts.push({ '!': [logicOf(schema.not, base)] });
  if (schema.if !== undefined && schema.then !== undefined) {
    parts.push(unless(logicOf(schema.if, base), logicOf(schema.then, base)));
  }
  const [only] = parts;
  return parts.length === 1 ? only : { and: parts };
};

/** Compiled rules: `run` takes longer. */
export const prepare = (): Judge => {
  const engine = new LogicEngine();
  for (const [name, method] of Object.entries(methods)) engine.addMethod(name, method, { deterministic: true });
  const compiled = new Map(
    changeKinds.map((kind) => [
      kind,
      rulesFor(kind).map(({ id, schema }) => ({ id, holds: engine.build(logicOf(schema, '')) })),
    ]),
  );
  return (envelope) =>
    withoutFollowers((compiled.get(envelope.kind) ?? []).filter(({ holds }) => !holds(envelope)).map(({ id }) => id));
};
