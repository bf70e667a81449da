import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { proposalOf, topologyOf } from '../support.ts';
import { lifeOfAChange } from './example.ts';

const root = join(__dirname, '..', '..');
const readme = readFileSync(join(root, 'README.md'), 'utf8');

it('shows the snippet that is tested here', () => {
  const snippet = /```ts\n([\s\S]*?)```/.exec(readme)?.[1];
  expect(snippet).toBe(readFileSync(join(__dirname, 'example.ts'), 'utf8'));
});

it('the snippet works', () => {
  const proposal = proposalOf({ kind: 'created' });
  expect(lifeOfAChange(JSON.stringify(proposal), JSON.stringify(topologyOf()))).toEqual({
    outcome: 'applied',
    verdict: 'consistent',
    decision: { action: 'verify', knownGood: true },
  });
});

it('names every file of lib, and no other', () => {
  const named = [...readme.matchAll(/^\| `([a-z/-]+\.ts)` \|/gm)].map(([, file]) => file ?? '');
  const files = ['', 'storage/'].flatMap((folder) =>
    readdirSync(join(root, 'lib', folder))
      .filter((file) => file.endsWith('.ts'))
      .map((file) => folder + file),
  );
  expect(named.filter((file) => !file.startsWith('ports/')).sort()).toEqual(files.sort());
  for (const file of named) expect(existsSync(join(root, 'lib', file))).toBe(true);
});
