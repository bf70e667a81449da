import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { reference } from '../scripts/reference.ts';

it('docs/cli.md is what the commands print of themselves: pnpm reference writes it', async () => {
  const written = readFileSync(join(__dirname, '..', '..', '..', 'docs', 'cli.md'), 'utf8');
  expect(written).toBe(await reference());
});
