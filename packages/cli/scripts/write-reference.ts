import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { reference } from './reference.ts';

// Help is as wide as the terminal, and documents are not.
Object.defineProperty(process.stdout, 'isTTY', { value: false });
writeFileSync(join(import.meta.dirname, '..', '..', '..', 'docs', 'cli.md'), await reference());
