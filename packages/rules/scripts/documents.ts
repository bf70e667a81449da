import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { catalogueJson, catalogueMarkdown } from './catalogue-documents.ts';
import { familyFiles } from './families.ts';
import { listsOf } from './lists.ts';
import { readmeWithFamilies } from './readme.ts';
import { readRetired } from './releases/files.ts';

/**
 * All files that `pnpm catalogue` writes, by their names, with what should stand in them.
 *
 * @param directory packages/rules
 */
export const documentsOf = async (directory: string): Promise<Readonly<Record<string, string>>> => {
  const files = await familyFiles(directory);
  return {
    ...listsOf(files, readRetired(directory)),
    'README.md': readmeWithFamilies(readFileSync(join(directory, 'README.md'), 'utf8'), files),
    ...catalogueMarkdown(),
    'catalogue.json': catalogueJson(),
  };
};
