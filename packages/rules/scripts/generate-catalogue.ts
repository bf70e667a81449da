import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { documents } from './documents.ts';

const directory = join(import.meta.dirname, '..');
for (const [file, content] of Object.entries(documents())) writeFileSync(join(directory, file), content);
