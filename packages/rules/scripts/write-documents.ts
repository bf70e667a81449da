import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { documentsOf } from './documents.ts';

const directory = join(import.meta.dirname, '..');
for (const [file, content] of Object.entries(await documentsOf(directory)))
  writeFileSync(join(directory, file), content);
