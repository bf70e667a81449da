import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { planText, resource } from '../plan-text.ts';
import { plannedValues } from './example.ts';

const root = join(__dirname, '..', '..');
const readme = readFileSync(join(root, 'README.md'), 'utf8');

it('shows the snippet that is tested here', () => {
  expect(/```ts\n([\s\S]*?)```/.exec(readme)?.[1]).toBe(readFileSync(join(__dirname, 'example.ts'), 'utf8'));
});

it('the snippet works', () => {
  const change = {
    actions: ['create'],
    after: { name: 'web', password: 'correct horse', note: 'it is correct horse' },
    after_unknown: { id: true },
    after_sensitive: { password: true },
  };
  expect(plannedValues(planText({ resource_changes: [{ ...resource('aws_x.y'), change }] }))).toEqual([
    'aws_x.y: {"id":"(known after apply)","name":"web","note":"it is (sensitive)","password":"(sensitive)"}',
  ]);
});

it('names every file of lib, and no other', () => {
  const named = [...readme.matchAll(/^\| `([a-z-]+\.ts)` \|/gm)].map(([, file]) => file);
  expect(named.sort()).toEqual(readdirSync(join(root, 'lib')).sort());
});
