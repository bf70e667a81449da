import * as z from 'zod/mini';
import { peopleKind, policyKind, topologyKind } from '../lib/kinds.ts';
import { described, descriptionsIn } from './descriptions.ts';

/** Where the members of each kind of file are declared, relative to packages/. */
export const sources = {
  people: ['rules/lib/directory.ts'],
  policy: ['rules/lib/policy.ts', 'rules/lib/process-policy.ts'],
  topology: ['core/lib/topology.ts'],
} as const;

const kinds = { people: peopleKind, policy: policyKind, topology: topologyKind } as const;

interface JsonSchema {
  readonly properties?: Readonly<Record<string, unknown>>;
  readonly additionalProperties?: unknown;
}

/** What the loader refuses the editor marks: members that nobody knows, at every place. */
const closed = (schema: unknown): unknown => {
  if (Array.isArray(schema)) return schema.map(closed);
  if (typeof schema !== 'object' || schema === null) return schema;
  const below = Object.fromEntries(Object.entries(schema).map(([name, value]) => [name, closed(value)]));
  return 'properties' in below && 'type' in below ? { ...below, additionalProperties: false } : below;
};

const schemaOf = (name: keyof typeof kinds, packages: string): string => {
  const schema = closed(z.toJSONSchema(kinds[name].schema, { io: 'input' })) as JsonSchema;
  const root = { ...schema, properties: { $schema: { type: 'string' }, ...schema.properties } };
  return `${JSON.stringify(described(root, descriptionsIn(packages, sources[name])), null, 2)}\n`;
};

/** `schemas/*.schema.json`: what editors check the files against, made from what the loader checks them against. */
export const schemaDocuments = (packages: string): Readonly<Record<string, string>> => ({
  'schemas/people.schema.json': schemaOf('people', packages),
  'schemas/policy.schema.json': schemaOf('policy', packages),
  'schemas/topology.schema.json': schemaOf('topology', packages),
});
