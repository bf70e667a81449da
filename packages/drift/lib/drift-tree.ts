import { isObject, type JsonObject } from '@flaghoist/core/json';
import { isTooDeep } from '@flaghoist/plan-reading/nesting';
import { type Marks, treeOf } from '@flaghoist/plan-reading/normalise-value';
import { mapOf, originalOf, type Tree } from '@flaghoist/plan-reading/tree';

/** A value of a plan as a tree, in which policies that say the same are the same. */
export const driftTree = (value: unknown, marks: Marks = {}): Tree => canonical(treeOf(value, marks));

const canonical = (tree: Tree): Tree => {
  switch (tree.kind) {
    case 'map':
      return mapOf([...tree.entries].map(([name, each]) => [name, canonical(each)]));
    case 'list':
      return { kind: 'list', items: tree.items.map(canonical) };
    case 'sensitive':
      return { ...tree, content: canonical(tree.content) };
    case 'json': {
      const document = originalOf(tree.content);
      return isPolicy(document) ? policyTree(document) : tree;
    }
    case 'scalar': {
      const document = typeof tree.raw === 'string' ? policyIn(tree.raw) : undefined;
      return document === undefined ? tree : policyTree(document);
    }
    default:
      return tree;
  }
};

const isPolicy = (value: unknown): value is JsonObject => isObject(value) && 'Statement' in value;

/** A number of so many digits that is not in a text would lose some of them. */
const LONG_NUMBER = /[[:,]\s*-?\d{16}/;

const policyIn = (text: string): JsonObject | undefined => {
  if (!/^\s*\{/.test(text) || !text.includes('"Statement"') || LONG_NUMBER.test(text) || isTooDeep(text))
    return undefined;
  try {
    const document: unknown = JSON.parse(text);
    return isPolicy(document) ? document : undefined;
  } catch {
    return undefined;
  }
};

const policyTree = (document: JsonObject): Tree => {
  const partition = /arn:(aws[a-z-]*):/.exec(JSON.stringify(document))?.[1] ?? 'aws';
  const statements = Array.isArray(document['Statement']) ? document['Statement'] : [document['Statement']];
  const same = statements.map((each) => (isObject(each) ? statement(each, partition) : each));
  return { kind: 'json', content: treeOf({ ...document, Statement: same }) };
};

/** What is one of a set: in order, each once, and alone without brackets, as AWS writes it. What no policy has stays as it is. */
const set = (value: unknown, change: (text: string) => string = (text) => text): unknown => {
  if ([value].flat().some((each) => typeof each === 'object')) return value;
  const texts = [...new Set((Array.isArray(value) ? value : [value]).map((each) => change(String(each))))].sort();
  return texts.length === 1 ? texts[0] : texts;
};

const principals = (value: unknown, partition: string): unknown => {
  const byKind = isObject(value) ? value : { AWS: value };
  const root = (text: string): string => (/^\d{12}$/.test(text) ? `arn:${partition}:iam::${text}:root` : text);
  return Object.fromEntries(
    Object.entries(byKind).map(([kind, each]) => [kind, set(each, kind === 'AWS' ? root : undefined)]),
  );
};

const SETS = new Set(['Action', 'NotAction', 'Resource', 'NotResource']);

const statement = (parts: JsonObject, partition: string): JsonObject =>
  Object.fromEntries(
    Object.entries(parts).map(([name, value]) => {
      if (value === null) return [name, value];
      if (SETS.has(name)) return [name, set(value)];
      if (name === 'Principal' || name === 'NotPrincipal') return [name, principals(value, partition)];
      if (name !== 'Condition' || !isObject(value)) return [name, value];
      const tests = Object.entries(value).map(([operator, keys]) => [
        operator,
        isObject(keys) ? Object.fromEntries(Object.entries(keys).map(([key, each]) => [key, set(each)])) : keys,
      ]);
      return [name, Object.fromEntries(tests)];
    }),
  );
