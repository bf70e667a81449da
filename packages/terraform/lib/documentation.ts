import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parse } from '@cdktf/hcl2json';
import { InvalidInputError } from '@flaghoist/core/errors';
import * as z from 'zod/mini';

const blocks = z.record(z.string(), z.array(z.looseObject({})));

const moduleSchema = z.object({
  variable: z._default(blocks, {}),
  output: z._default(blocks, {}),
  resource: z._default(z.record(z.string(), blocks), {}),
  module: z._default(blocks, {}),
});

const START = '<!-- tables -->';
const END = '<!-- /tables -->';

const cell = (text: string): string => text.replace(/\s+/g, ' ').replaceAll('|', '\\|').trim();
const code = (text: string): string => (text === '' ? '' : `\`${cell(text)}\``);

/** hcl2json writes an expression as "${…}". */
const expression = (value: unknown): string =>
  typeof value === 'string' ? value.replace(/^\$\{([\s\S]*)\}$/, '$1') : JSON.stringify(value);

const onOneLine = (type: string): string =>
  type
    .trim()
    .replace(/\s*\n\s*/g, ', ')
    .replace(/([({[]),/g, '$1')
    .replace(/,( [)}\]])/g, '$1');

const table = (header: readonly string[], rows: readonly (readonly string[])[]): string =>
  [header, header.map(() => '---'), ...rows].map((cells) => `| ${cells.join(' | ')} |`).join('\n');

const first = (block: readonly Record<string, unknown>[] | undefined): Record<string, unknown> => block?.[0] ?? {};
const described = (block: Record<string, unknown>): string => cell(String(block['description'] ?? ''));
const byName = <T>(entries: Record<string, T>): [string, T][] =>
  Object.entries(entries).sort(([a], [b]) => (a < b ? -1 : 1));

const inputRow = (name: string, block: Record<string, unknown>): string[] => [
  code(name),
  code(onOneLine(expression(block['type'] ?? 'any'))),
  'default' in block ? code(expression(block['default'])) : 'required',
  described(block),
];

/**
 * Markdown tables of what a module takes, gives and creates.
 * @param directory that holds the `.tf` files
 */
const describeModule = async (directory: string): Promise<string> => {
  const files = readdirSync(directory).filter((name) => name.endsWith('.tf'));
  const parsed = await Promise.all(
    files.map(async (name) => moduleSchema.parse(await parse(name, readFileSync(join(directory, name), 'utf8')))),
  );
  const variables = byName(Object.assign({}, ...parsed.map(({ variable }) => variable)) as z.infer<typeof blocks>);
  const outputs = byName(Object.assign({}, ...parsed.map(({ output }) => output)) as z.infer<typeof blocks>);
  const resources = parsed
    .flatMap(({ resource }) =>
      Object.entries(resource).flatMap(([type, named]) => Object.keys(named).map((name) => `${type}.${name}`)),
    )
    .sort();
  const sections = [
    [
      '## Inputs',
      variables.length === 0
        ? 'None.'
        : table(
            ['input', 'type', 'default', 'is'],
            variables.map(([name, block]) => inputRow(name, first(block))),
          ),
    ],
    [
      '## Outputs',
      outputs.length === 0
        ? 'None.'
        : table(
            ['output', 'is'],
            outputs.map(([name, block]) => [code(name), described(first(block))]),
          ),
    ],
    ['## Resources', resources.length === 0 ? 'None.' : resources.map((each) => `\`${each}\``).join(', ')],
  ];
  return sections.map(([title, body]) => `${title}\n\n${body}`).join('\n\n');
};

/**
 * A README with the tables between its two markers brought up to date.
 * @throws {InvalidInputError} when the markers are not there
 */
export const documented = async (directory: string): Promise<{ readonly before: string; readonly after: string }> => {
  const before = readFileSync(join(directory, 'README.md'), 'utf8');
  const [head, rest] = before.split(START);
  const tail = rest?.split(END)[1];
  if (head === undefined || tail === undefined) {
    throw new InvalidInputError(
      'README.md',
      [`no lines "${START}" and "${END}"`],
      'Add both; the tables go between them.',
    );
  }
  return { before, after: `${head}${START}\n${await describeModule(directory)}\n${END}${tail}` };
};
