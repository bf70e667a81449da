import * as z from 'zod/mini';
import { environmentsKind } from '../lib/environments.ts';
import { peopleKind, policyKind, topologyKind, waiversKind } from '../lib/kinds.ts';
import { remediationKind } from '../lib/remediation.ts';
import { checkovKind, driftNoiseKind, parityKind } from '../lib/reviewed-lists.ts';
import { described, descriptionsIn } from './descriptions.ts';

/** Where the parameters of the rules are declared, relative to packages/. */
export const policySources = ['rules/lib/policy.ts', 'rules/lib/process-policy.ts'];

/** Each kind of file, with the sources that declare its members. */
const kinds = {
  environments: { kind: environmentsKind, sources: ['fleet/lib/environments.ts'] },
  people: { kind: peopleKind, sources: ['rules/lib/directory.ts'] },
  waivers: { kind: waiversKind, sources: ['rules/lib/waivers.ts'] },
  policy: { kind: policyKind, sources: policySources },
  topology: { kind: topologyKind, sources: ['core/lib/topology.ts'] },
  parity: { kind: parityKind, sources: ['fleet/lib/reviewed-lists.ts'] },
  'drift-noise': { kind: driftNoiseKind, sources: ['fleet/lib/reviewed-lists.ts'] },
  remediation: { kind: remediationKind, sources: ['fleet/lib/remediation.ts'] },
  'checkov-exceptions': { kind: checkovKind, sources: ['fleet/lib/reviewed-lists.ts'] },
} as const;

/** What the loader refuses the editor marks: members that nobody knows, at every place. */
const closed = (schema: unknown): unknown => {
  if (Array.isArray(schema)) return schema.map(closed);
  if (typeof schema !== 'object' || schema === null) return schema;
  const below = Object.fromEntries(Object.entries(schema).map(([name, value]) => [name, closed(value)]));
  return 'properties' in below && 'type' in below ? { ...below, additionalProperties: false } : below;
};

const schemaOf = ({ kind, sources }: (typeof kinds)[keyof typeof kinds], packages: string): string => {
  const { properties, ...schema } = Object(closed(z.toJSONSchema(kind.schema, { io: 'input' })));
  // In YAML a comment leads an editor to the schema.
  const all = kind.format === 'json' ? { $schema: { type: 'string' }, ...properties } : properties;
  const root = properties === undefined ? schema : { ...schema, properties: all };
  return `${JSON.stringify(described(root, descriptionsIn(packages, sources)), null, 2)}\n`;
};

/**
 * `schemas/*.schema.json`: what editors check the files against, made from what the loader checks them against.
 *
 * @param packages the folder packages/
 */
export const schemaDocuments = (packages: string): Readonly<Record<string, string>> =>
  Object.fromEntries(
    Object.entries(kinds).map(([name, each]) => [`schemas/${name}.schema.json`, schemaOf(each, packages)]),
  );
