import { readFileSync } from 'node:fs';
import { parse } from '@cdktf/hcl2json';
import { isObject, memberOf } from '@flaghoist/core/json';
import { strFromU8, unzipSync } from 'fflate';

/** Below this, a saved plan keeps the sources that it was made of: a list of modules, and the files of each in `m-<key>`. */
const SOURCES = 'tfconfig/';

/** The first bytes of a ZIP, which a saved plan is unless HCP Terraform keeps it. */
const ZIP = 'PK';

/** `a.b` of `tfconfig/m-a.b/main.tf`; empty for the root. */
const moduleOf = (name: string): string => name.slice(`${SOURCES}m-`.length, name.lastIndexOf('/'));

const addressIn = (module: string): string =>
  module
    .split('.')
    .map((name) => (name === '' ? '' : `module.${name}.`))
    .join('');

const entriesOf = (value: unknown): readonly (readonly [string, unknown])[] =>
  isObject(value) ? Object.entries(value) : [];

const namesIn = (body: unknown): readonly string[] =>
  [memberOf(body, 'dynamic') ?? []].flat().flatMap((blocks) => entriesOf(blocks).map(([name]) => name));

/** Terraform has read them all. What it understands and the parser does not is left out: nothing is taken for configured unseen. */
const read = async (name: string, text: string): Promise<unknown> => {
  try {
    return name.endsWith('.json') ? JSON.parse(text) : await parse(name, text);
  } catch {
    return undefined;
  }
};

/**
 * Which blocks the resources of a saved plan make by "dynamic", by their address without keys of instances: what
 * `terraform show -json` says of the configuration leaves them out.
 *
 * @param file what `terraform plan -out` wrote
 */
export const dynamicBlocksIn = async (file: string): Promise<ReadonlyMap<string, readonly string[]>> => {
  const bytes = readFileSync(file);
  if (bytes.toString('latin1', 0, ZIP.length) !== ZIP) return new Map();
  const sources = unzipSync(bytes, {
    filter: ({ name }) => name.startsWith(`${SOURCES}m-`) && /\.tf(\.json)?$/.test(name),
  });
  const found = new Map<string, readonly string[]>();
  for (const [name, content] of Object.entries(sources)) {
    const text = strFromU8(content);
    if (!text.includes('dynamic')) continue;
    const module = await read(name, text);
    const types = [memberOf(module, 'resource') ?? []].flat().flatMap(entriesOf);
    for (const [type, named] of types) {
      for (const [resource, bodies] of entriesOf(named)) {
        const address = `${addressIn(moduleOf(name))}${type}.${resource}`;
        const names = [bodies].flat().flatMap(namesIn);
        if (names.length > 0) found.set(address, [...(found.get(address) ?? []), ...names]);
      }
    }
  }
  return found;
};
