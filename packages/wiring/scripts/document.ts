import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { shippedWiring } from '../lib/wiring.ts';
import { documentsOf } from './documents.ts';

const root = join(import.meta.dirname, '..', '..', '..');
for (const [file, content] of Object.entries(documentsOf(root, shippedWiring()))) {
  writeFileSync(join(root, file), content);
}
