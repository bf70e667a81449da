import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { ExportedFile } from '@flaghoist/control-plane/views/export-schema';
import { memberOf } from '@flaghoist/core/json';
import { yamlText } from '@flaghoist/fleet/yaml-text';

type Format = 'json' | 'yaml';

export const textOfFile = (file: ExportedFile, format: Format): string =>
  format === 'json' ? `${JSON.stringify(file, null, 2)}\n` : yamlText(file);

/** Named by their flagSetId where that makes a name, else by numbers. */
export const writeFiles = (
  folder: string,
  files: readonly ExportedFile[],
  format: Format,
): readonly { readonly file: string; readonly flags: number }[] => {
  mkdirSync(folder, { recursive: true });
  const taken = new Set<string>();
  return files.map((content, index) => {
    const said = memberOf(content.metadata, 'flagSetId');
    const wanted = typeof said === 'string' && /^[\w][\w.-]{0,63}$/.test(said) ? said : `flags-${index + 1}`;
    const name = taken.has(wanted.toLowerCase()) ? `${wanted}-${index + 1}` : wanted;
    taken.add(name.toLowerCase());
    const file = join(folder, `${name}.${format}`);
    writeFileSync(file, textOfFile(content, format));
    return { file, flags: Object.keys(content.flags).length };
  });
};
