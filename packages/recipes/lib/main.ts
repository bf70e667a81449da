import { realpathSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { runRecipes } from './program.ts';

/* pnpm new: in the checkout that this file lies in. */

const root = join(dirname(realpathSync(process.argv[1] ?? '')), '..', '..', '..');

void runRecipes(process.argv.slice(2), root, {
  out: (text) => process.stdout.write(text),
  err: (text) => process.stderr.write(text),
}).then((code) => {
  process.exitCode = code;
});
