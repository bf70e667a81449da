import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { wiringSchema } from '../../lib/schema.ts';
import { hears } from './example.ts';

const readme = readFileSync(join(__dirname, '..', '..', 'README.md'), 'utf8');

it('shows the snippet that is tested here', () => {
  const snippet = /```ts\n([\s\S]*?)```/.exec(readme)?.[1];
  expect(snippet).toBe(readFileSync(join(__dirname, 'example.ts'), 'utf8'));
});

it('the snippet works', () => {
  expect(hears('validator.accept', { pk: 'AUTHOR#AIDAEXAMPLE', sk: 'PROPOSAL#change-0001' })).toBe(true);
  expect(hears('validator.accept', { pk: 'AUTHOR#AIDAEXAMPLE', sk: 'DRAFT#change-0001' })).toBe(false);
  expect(hears('rollback.judge', { pk: 'AUTHOR#AIDAEXAMPLE', sk: 'PROPOSAL#change-0001' })).toBe(false);
});

it('names every section of the plan', () => {
  for (const section of Object.keys(wiringSchema.shape).filter((name) => name !== '$schema')) {
    expect(readme).toContain(`\`${section}\``);
  }
});
