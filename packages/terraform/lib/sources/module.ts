import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parse } from '@cdktf/hcl2json';
import { isObject, memberOf } from '@flaghoist/core/json';
import { type Expression, expressionOf } from './expression.ts';

type Named = ReadonlyMap<string, Expression>;

/** The sources of one folder. Bodies of blocks are objects, whose blocks are lists of objects. */
export interface SourceModule {
  readonly locals: Named;
  /** The body of each output, by its name. */
  readonly outputs: Named;
  /** Bodies by address: `aws_x.y`, `data.aws_x.y`. */
  readonly resources: Named;
  /** Bodies of module calls by name. */
  readonly calls: Named;
  /** The bodies of inputs. */
  readonly inputs: Named;
  /** The bodies of providers by name, with the alias after a dot. */
  readonly providers: Named;
  /** What each file says, as hcl2json has it. */
  readonly files: ReadonlyMap<string, Readonly<Record<string, unknown>>>;
}

const listOf = (value: unknown): readonly unknown[] =>
  Array.isArray(value) ? value : value === undefined ? [] : [value];

const entriesOf = (value: unknown): readonly (readonly [string, unknown])[] =>
  isObject(value) ? Object.entries(value) : [];

/** Bodies of blocks with one label. */
const labelled = (value: unknown): readonly (readonly [string, unknown])[] =>
  entriesOf(value).flatMap(([name, bodies]) => listOf(bodies).map((body) => [name, body] as const));

const twiceLabelled = (value: unknown, prefix: string): readonly (readonly [string, unknown])[] =>
  entriesOf(value).flatMap(([type, named]) =>
    labelled(named).map(([name, body]) => [`${prefix}${type}.${name}`, body] as const),
  );

const expressions = async (bodies: readonly (readonly [string, unknown])[]): Promise<Named> =>
  new Map(await Promise.all(bodies.map(async ([name, body]) => [name, await expressionOf(body)] as const)));

const filesIn = async (directory: string): Promise<SourceModule['files']> => {
  const names = existsSync(directory) ? readdirSync(directory).filter((name) => /\.tf(\.json)?$/.test(name)) : [];
  const parsed = names.sort().map(async (name): Promise<[string, Readonly<Record<string, unknown>>]> => {
    const text = readFileSync(join(directory, name), 'utf8');
    const value: unknown = name.endsWith('.json') ? JSON.parse(text) : await parse(name, text);
    return [name, isObject(value) ? value : {}];
  });
  return new Map(await Promise.all(parsed));
};

/** Reads the `.tf` and `.tf.json` files of a folder, but those that `skip` names. */
export const readSourceModule = async (
  directory: string,
  skip: (file: string) => boolean = () => false,
): Promise<SourceModule> => {
  const files = new Map([...(await filesIn(directory))].filter(([name]) => !skip(name)));
  const all = [...files.values()];
  const of = (kind: string) => all.flatMap((file) => listOf(memberOf(file, kind)));
  return {
    files,
    locals: await expressions(of('locals').flatMap(entriesOf)),
    outputs: await expressions(of('output').flatMap(labelled)),
    inputs: await expressions(of('variable').flatMap(labelled)),
    calls: await expressions(of('module').flatMap(labelled)),
    providers: await expressions(
      of('provider')
        .flatMap(labelled)
        .map(([name, body]) => {
          const alias = memberOf(body, 'alias');
          return [typeof alias === 'string' ? `${name}.${alias}` : name, body] as const;
        }),
    ),
    resources: await expressions([
      ...of('resource').flatMap((each) => twiceLabelled(each, '')),
      ...of('data').flatMap((each) => twiceLabelled(each, 'data.')),
    ]),
  };
};

/** A member of the body of a block. */
export const argumentOf = (body: Expression | undefined, name: string): Expression | undefined =>
  body?.children[body.keys?.indexOf(name) ?? -1];
