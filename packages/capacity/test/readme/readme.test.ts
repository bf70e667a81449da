import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { assumptions } from '../../lib/load/assumptions.ts';
import { recordedText } from '../support.ts';
import { fitsAndCosts } from './example.ts';

const readme = readFileSync(join(__dirname, '..', '..', 'README.md'), 'utf8');

it('shows the snippet that is tested here', () => {
  expect(/```ts\n([\s\S]*?)```/.exec(readme)?.[1]).toBe(readFileSync(join(__dirname, 'example.ts'), 'utf8'));
});

it('the snippet works', () => {
  const { exceeded, usdAMonth } = fitsAndCosts(recordedText('region'));
  expect(exceeded).toEqual([]);
  expect(usdAMonth).toBeGreaterThan(100);
});

it('names the date of the assumptions that its bills rest on', () => {
  expect(readme).toContain(`as of ${assumptions.asOf}`);
});
