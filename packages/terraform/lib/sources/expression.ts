import { getExpressionAst } from '@cdktf/hcl2json';
import { isObject, memberOf } from '@flaghoist/core/json';

/** An expression of the sources, as far as it matters what its value is made of. */
export interface Expression {
  readonly type:
    | 'literal'
    | 'reference'
    | 'object'
    | 'tuple'
    | 'for'
    | 'function'
    | 'conditional'
    | 'index'
    | 'operation'
    | 'template'
    | 'other';
  /** As it may stand in a source; `undefined` for what has been put together here and cannot be written as one text. */
  readonly text: string | undefined;
  /** `object`: its values. `for`: collection, value, then key and condition. `conditional`: condition, then both values. */
  readonly children: readonly Expression[];
  /** `object`: a key for each child; an expression where it is no plain word. */
  readonly keys?: readonly (string | Expression)[];
  /** `reference`: its parts, without numbers and keys of instances: `aws_x`, `y`, `id`. `function`: its name. */
  readonly path?: readonly string[];
  /** `for`: the names that stand for one element; `iterator` where a block `dynamic` makes it: `it.key`, `it.value`. */
  readonly bound?: { readonly key?: string; readonly value: string } | { readonly iterator: string };
}

interface Node {
  readonly type: string;
  readonly children?: readonly Node[] | null;
  readonly meta?: Readonly<Record<string, unknown>> | null;
}

const childrenOf = ({ children }: Node): readonly Node[] => children ?? [];

const textOf = ({ meta }: Node): string | undefined =>
  typeof meta?.['value'] === 'string' && meta['value'] !== '' ? meta['value'] : undefined;

const nameOf = (node: Node, name: string): string | undefined =>
  typeof node.meta?.[name] === 'string' && node.meta[name] !== '' ? node.meta[name] : undefined;

const partsOf = ({ meta }: Node): readonly string[] =>
  (Array.isArray(meta?.['traversal']) ? meta['traversal'] : []).flatMap((part: unknown) =>
    isObject(part) && part['type'] === 'nameTraversal' ? [String(part['segment'])] : [],
  );

const fromNode = (node: Node): Expression => {
  const text = textOf(node);
  const children = childrenOf(node).map(fromNode);
  switch (node.type) {
    case 'literalValue':
      return { type: 'literal', text, children: [] };
    case 'scopeTraversal':
      return { type: 'reference', text, children: [], path: partsOf(node) };
    case 'template':
    case 'templateWrap':
      return { type: 'template', text: text?.startsWith('"') === true ? text : undefined, children };
    case 'tuple':
      return { type: 'tuple', text, children };
    case 'object':
      return {
        type: 'object',
        text,
        children: children.filter((_, index) => index % 2 === 1),
        keys: objectKeys(node, children),
      };
    case 'function':
      return { type: 'function', text, children, path: [nameOf(node, 'name') ?? ''] };
    case 'conditional':
      return { type: 'conditional', text: text?.startsWith('%{') === true ? undefined : text, children };
    case 'index':
      return { type: 'index', text, children };
    case 'binaryOp':
    case 'unaryOp':
      return { type: 'operation', text, children };
    case 'splat':
      // What is taken of each element is a part of a name, and no expression of its own.
      return { type: 'other', text, children: children.slice(0, 1) };
    case 'for':
      return fromFor(node, text, children);
    default:
      return { type: 'other', text, children };
  }
};

/** Keys stand before their values, in a wrapper that is empty around a plain word. */
const objectKeys = (node: Node, expressions: readonly Expression[]): readonly (string | Expression)[] => {
  const items = memberOf(node.meta, 'items');
  const written = isObject(items) ? Object.keys(items) : [];
  const plain = written.filter((key) => /^[\w-]+$/.test(key));
  // Written keys are sorted; only a set is needed to tell a plain word, whose wrapper has no child.
  const rest = [...plain];
  return expressions
    .filter((_, index) => index % 2 === 0)
    .map((wrapper, index) => {
      const value = childrenOf(node)[index * 2 + 1];
      if (wrapper.type !== 'other' || wrapper.children.length > 0) return wrapper;
      const found = rest.findIndex((key) => memberOf(items, key) === (value && textOf(value)));
      return found < 0 ? '' : (rest.splice(found, 1)[0] ?? '');
    });
};

const fromFor = (node: Node, text: string | undefined, children: readonly Expression[]): Expression => {
  const hasKey = nameOf(node, 'keyExpression') !== undefined;
  const [collection, ...rest] = children;
  const [value, ...others] = hasKey ? [rest[1], rest[0], ...rest.slice(2)] : rest;
  const key = nameOf(node, 'keyVar');
  return {
    type: 'for',
    text,
    children: [collection, value, ...others].filter((each) => each !== undefined),
    bound: { ...(key === undefined ? {} : { key }), value: nameOf(node, 'valVar') ?? '' },
  };
};

const LITERAL_TEXT = /^[^$%]*$/;

/** A text of the sources: a template, whatever stands in it. */
const fromText = async (value: string): Promise<Expression> => {
  if (LITERAL_TEXT.test(value)) return { type: 'literal', text: JSON.stringify(value), children: [] };
  const node = (await getExpressionAst('expression', `<<END_OF_TEXT\n${value}\nEND_OF_TEXT\n`)) as unknown as Node;
  const { children } = fromNode(node);
  // The line break before the end belongs to the wrapping.
  const own = children.flatMap((each, index) => {
    if (index < children.length - 1 || each.type !== 'literal') return [each];
    const text = each.text?.replace(/\n$/, '') ?? '';
    return text === '' ? [] : [{ ...each, text }];
  });
  const [only] = own;
  if (own.length === 1 && only !== undefined && only.type !== 'literal') return only;
  const parts = own.map((each) => (each.type === 'literal' ? JSON.stringify(each.text ?? '').slice(1, -1) : each.text));
  const text = parts.includes(undefined) || value.includes('%{') || value.includes('$${') ? undefined : '';
  return {
    type: 'template',
    text:
      text === undefined
        ? undefined
        : `"${own.map((each, index) => (each.type === 'literal' ? parts[index] : `\${${parts[index]}}`)).join('')}"`,
    children: own,
  };
};

const PLAIN_KEY = /^[\w-]+$/;

/** Blocks that a `dynamic` makes, under the name that they have. */
const fromDynamic = async (value: unknown): Promise<readonly (readonly [string, Expression])[]> => {
  if (!isObject(value)) return [];
  const made = Object.entries(value).flatMap(([name, blocks]) =>
    (Array.isArray(blocks) ? blocks : [blocks]).filter(isObject).map(async (block): Promise<[string, Expression]> => {
      const iterator = typeof block['iterator'] === 'string' ? block['iterator'].replace(/^\$\{|\}$/g, '') : name;
      const content = Array.isArray(block['content']) ? block['content'][0] : block['content'];
      const children = [await expressionOf(block['for_each']), await expressionOf(content ?? {})];
      return [name, { type: 'for', text: undefined, children, bound: { iterator } }];
    }),
  );
  return Promise.all(made);
};

/** What hcl2json says of an argument or the body of a block: texts are templates, blocks are lists of objects. */
export const expressionOf = async (value: unknown): Promise<Expression> => {
  if (typeof value === 'string') return fromText(value);
  if (Array.isArray(value)) {
    const children = await Promise.all(value.map(expressionOf));
    const texts = children.map(({ text }) => text);
    return { type: 'tuple', text: texts.includes(undefined) ? undefined : `[${texts.join(', ')}]`, children };
  }
  if (!isObject(value)) return { type: 'literal', text: String(value), children: [] };
  const members: (readonly [string | Expression, Expression])[] = [];
  for (const [key, each] of Object.entries(value)) {
    if (key === 'dynamic') members.push(...(await fromDynamic(each)));
    else members.push([PLAIN_KEY.test(key) ? key : await fromText(key), await expressionOf(each)]);
  }
  const texts = members.map(([key, { text }]) => {
    const name = typeof key === 'string' ? JSON.stringify(key) : key.text === undefined ? undefined : `(${key.text})`;
    return name === undefined || text === undefined ? undefined : `${name} = ${text}`;
  });
  return {
    type: 'object',
    text: texts.includes(undefined) ? undefined : `{ ${texts.join(', ')} }`,
    keys: members.map(([key]) => key),
    children: members.map(([, each]) => each),
  };
};

/** The expression and all that it is made of. */
export const everyPart = (expression: Expression): readonly Expression[] => [
  expression,
  ...expression.children.flatMap(everyPart),
  ...(expression.keys ?? []).flatMap((key) => (typeof key === 'string' ? [] : everyPart(key))),
];
