import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createMadeOf } from '../../lib/sources/made-of.ts';
import { readSources } from '../../lib/sources/read-sources.ts';
import { scopeOf } from '../../lib/sources/scopes.ts';

/**
 * Prints what the last of so many locals is made of, each of which uses the one before twice. The first is decided by what
 * nobody knows before apply.
 */
const [steps = '0'] = process.argv.slice(2);
const locals = Array.from({ length: Number(steps) }, (_, step) => `  l${step + 1} = [local.l${step}, local.l${step}]`);
const directory = mkdtempSync(join(tmpdir(), 'used-twice-'));
try {
  const first = '  l0 = aws_vpc.this.id == "x" ? "a" : "b"';
  writeFileSync(join(directory, 'main.tf'), `locals {\n${[first, ...locals].join('\n')}\n}\n`);
  const sources = await readSources(directory);
  const root = scopeOf(sources);
  const last = root.module.locals.get(`l${steps}`);
  if (last === undefined) throw new Error(`there is no local.l${steps}`);
  console.log(JSON.stringify(createMadeOf(() => undefined, sources.fileAt)(root, last, []).map(({ text }) => text)));
} finally {
  rmSync(directory, { recursive: true, force: true });
}
