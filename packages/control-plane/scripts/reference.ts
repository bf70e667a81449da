/* docs/api.md, from what the server says of itself as OpenAPI. */

interface Schema {
  readonly $ref?: string;
  readonly type?: string | readonly string[];
  readonly enum?: readonly unknown[];
  readonly const?: unknown;
  readonly items?: Schema;
  readonly properties?: Readonly<Record<string, Schema>>;
  readonly required?: readonly string[];
  readonly anyOf?: readonly Schema[];
  readonly oneOf?: readonly Schema[];
  readonly description?: string;
  readonly default?: unknown;
}

interface Content {
  readonly content?: { readonly 'application/json'?: { readonly schema?: Schema } };
}

interface Operation {
  readonly summary?: string;
  readonly description?: string;
  readonly parameters?: readonly {
    readonly name: string;
    readonly in: string;
    readonly required?: boolean;
    readonly description?: string;
    readonly schema?: Schema;
  }[];
  readonly requestBody?: Content;
  readonly responses: Readonly<Record<string, Content>>;
}

export interface OpenApi {
  readonly paths: Readonly<Record<string, Readonly<Record<string, Operation>>>>;
  readonly components?: { readonly schemas?: Readonly<Record<string, Schema>> };
}

const LONGEST_ENUM = 8;

const link = (name: string): string => `[${name}](#${name.toLowerCase()})`;

const kindOf = (schema: Schema = {}): string => {
  if (schema.$ref !== undefined) return link((schema.$ref.split('/').at(-1) ?? '').replace(/Input$/, ''));
  const either = schema.anyOf ?? schema.oneOf;
  if (either !== undefined) return [...new Set(either.map(kindOf))].join(' or ');
  if (schema.const !== undefined) return `\`${String(schema.const)}\``;
  if (schema.enum !== undefined && schema.enum.length <= LONGEST_ENUM)
    return schema.enum.map((value) => `\`${String(value)}\``).join(', ');
  if (schema.type === 'array') return `list of ${kindOf(schema.items)}`;
  return [schema.type ?? 'anything'].flat().join(' or ');
};

const cell = (text = ''): string => text.replaceAll('|', '\\|').replaceAll('\n', ' ');

const row = (name: string, kind: string, said: string | undefined): string =>
  `| \`${name}\` | ${cell(kind)} | ${cell(said)} |`;

const table = (rows: readonly string[]): readonly string[] =>
  rows.length === 0 ? [] : ['| name | kind | meaning |', '| --- | --- | --- |', ...rows, ''];

const membersOf = ({ properties = {}, required = [] }: Schema): readonly string[] =>
  Object.entries(properties).map(([name, schema]) =>
    row(name, `${kindOf(schema)}${required.includes(name) ? '' : ', may be missing'}`, schema.description),
  );

const bodyOf = ({ content }: Content): Schema | undefined => content?.['application/json']?.schema;

const operationLines = (method: string, path: string, operation: Operation): readonly string[] => {
  const { summary = '', description, parameters = [], requestBody, responses } = operation;
  const asked = parameters.map(({ name, in: place, required, schema, description: said }) =>
    row(name, `${kindOf(schema)}, in the ${place}${required === true ? '' : ', may be left out'}`, said),
  );
  const body = requestBody && bodyOf(requestBody);
  const answers = Object.entries(responses).flatMap(([status, answer]) => {
    const schema = bodyOf(answer);
    if (schema === undefined) return [];
    const members =
      schema.properties === undefined
        ? kindOf(schema)
        : Object.keys(schema.properties)
            .map((name) => `\`${name}\``)
            .join(', ');
    return [`Answers ${status}: ${members}.`, ''];
  });
  return [
    `### ${method.toUpperCase()} ${path}`,
    '',
    `${summary}.`,
    '',
    ...(description === undefined ? [] : [description, '']),
    ...table(asked),
    ...(body === undefined
      ? []
      : body.$ref === undefined
        ? ['The body:', '', ...table(membersOf(body))]
        : [`The body: ${kindOf(body)}.`, '']),
    ...answers,
  ];
};

/** The reference, as Markdown. */
export const apiReference = ({ paths, components = {} }: OpenApi): string => {
  const operations = Object.entries(paths)
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .flatMap(([path, methods]) =>
      Object.entries(methods).flatMap(([method, operation]) => operationLines(method, path, operation)),
    );
  const schemas = Object.entries(components.schemas ?? {})
    .filter(([name, schema]) => !name.endsWith('Input') && schema.properties !== undefined)
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .flatMap(([name, schema]) => [`### ${name}`, '', ...table(membersOf(schema))]);
  return [
    '# The API of the server',
    '',
    'Written by `pnpm reference` in packages/control-plane from `/openapi.json`; a test compares it. Every error is a problem (RFC 9457) with `code`',
    'and `hint`: [errors.md](errors.md). Who may ask for what: [the control plane](../packages/control-plane/README.md).',
    '',
    '## Requests',
    '',
    ...operations,
    '## What is in them',
    '',
    ...schemas,
  ].join('\n');
};
