import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { familyFiles } from './families.ts';
import { listsOf } from './lists.ts';
import { readRetired } from './releases/files.ts';

const directory = join(import.meta.dirname, '..');
const lists = listsOf(await familyFiles(directory), readRetired(directory));
for (const [file, content] of Object.entries(lists)) writeFileSync(join(directory, file), content);
