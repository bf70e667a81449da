import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { documentsOf } from './documents.ts';

const directory = join(import.meta.dirname, '..');
mkdirSync(join(directory, 'catalogue'), { recursive: true });
for (const [file, content] of Object.entries(await documentsOf(directory)))
  writeFileSync(join(directory, file), content);
