import { readFileSync } from 'node:fs';
import { join } from 'node:path';

/** A member of a schema, with the comment before it when there is one. */
const member = /(?:\/\*\*(?<comment>(?:(?!\*\/)[\s\S])*)\*\/\s*)?(?<name>[A-Za-z]+): (?!.*=>)/g;

/**
 * What the comments in the sources of a schema say of its members, by their names: the comment that a programmer reads is
 * what an editor shows. A name that the sources describe in two ways has no description.
 *
 * @param packages the folder packages/
 * @param sources relative to it
 */
export const descriptionsIn = (packages: string, sources: readonly string[]): ReadonlyMap<string, string> => {
  const text = sources.map((file) => readFileSync(join(packages, file), 'utf8')).join('\n');
  const found = new Map<string, Set<string>>();
  for (const { groups = {} } of text.matchAll(member)) {
    const { name = '', comment } = groups;
    if (comment === undefined) continue;
    found.set(name, (found.get(name) ?? new Set()).add(comment.replaceAll(/\s*\n\s*\*\s?/g, ' ').trim()));
  }
  return new Map([...found].flatMap(([name, [only = '', ...others]]) => (others.length === 0 ? [[name, only]] : [])));
};

/** A JSON Schema with descriptions at the members that have one. */
export const described = (schema: unknown, descriptions: ReadonlyMap<string, string>): unknown => {
  if (Array.isArray(schema)) return schema.map((each) => described(each, descriptions));
  if (typeof schema !== 'object' || schema === null) return schema;
  return Object.fromEntries(
    Object.entries(schema).map(([name, value]) => [
      name,
      name === 'properties' ? withDescriptions(value, descriptions) : described(value, descriptions),
    ]),
  );
};

const withDescriptions = (properties: object, descriptions: ReadonlyMap<string, string>): unknown =>
  Object.fromEntries(
    Object.entries(properties).map(([name, property]) => {
      const description = descriptions.get(name);
      const below = Object(described(property, descriptions));
      return [name, description === undefined ? below : { description, ...below }];
    }),
  );
