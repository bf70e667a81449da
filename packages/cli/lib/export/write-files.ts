import { existsSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { ExportedFile } from '@flaghoist/control-plane/views/export-schema';
import { memberOf } from '@flaghoist/core/json';
import { yamlText } from '@flaghoist/fleet/yaml-text';
import { wrongOption } from '../wrong-use.ts';

type Format = 'json' | 'yaml';

export const textOfFile = (file: ExportedFile, format: Format): string =>
  format === 'json' ? `${JSON.stringify(file, null, 2)}\n` : yamlText(file);

/**
 * Named by their flagSetId where that makes a name, else by numbers; each has a name of its own.
 *
 * @throws WrongUseError where there is a file of such a name: nothing is written then
 */
export const writeFiles = (
  folder: string,
  files: readonly ExportedFile[],
  format: Format,
): readonly { readonly file: string; readonly flags: number }[] => {
  mkdirSync(folder, { recursive: true });
  const taken = new Set<string>();
  const named = files.map((content, index) => {
    const said = memberOf(content.metadata, 'flagSetId');
    const wanted = typeof said === 'string' && /^[\w][\w.-]{0,63}$/.test(said) ? said : `flags-${index + 1}`;
    let name = wanted;
    for (let next = index + 1; taken.has(name.toLowerCase()); next += 1) name = `${wanted}-${next}`;
    taken.add(name.toLowerCase());
    return { content, file: join(folder, `${name}.${format}`) };
  });
  const there = named.filter(({ file }) => existsSync(file)).map(({ file }) => file);
  if (there.length > 0) throw isThere(there);
  return named.map(({ content, file }) => {
    try {
      writeFileSync(file, textOfFile(content, format), { flag: 'wx' });
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code === 'EEXIST') throw isThere([file]);
      throw error;
    }
    return { file, flags: Object.keys(content.flags).length };
  });
};

/** Never over another file: somebody may be keeping it. */
const isThere = (files: readonly string[]): Error =>
  wrongOption(
    '--folder',
    `${files.join(', ')}: there is a file of that name`,
    'Name another folder with --folder, or move it away.',
  );
