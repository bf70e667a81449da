import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseLambdaJson } from '@flaghoist/lambda-build/lambda-json';
import { environmentGaps } from '../lib/environment-gaps.ts';
import { bundlesOf } from '../lib/run-bundle.ts';

const packageDirectory = join(__dirname, 'fixtures', 'forgetful');
const { start } = bundlesOf(packageDirectory);

it('runs a zip with the variables that it is given, and keeps what it writes', async () => {
  const { outcome, lines } = await start('greet', 'crew', { GREETING: 'Ahoy' });
  expect(outcome).toEqual({ status: 'fulfilled', value: 'Ahoy, crew!' });
  expect(lines).toEqual(['greeting\n']);
});

it('does not let a zip see the variables of the test', async () => {
  process.env['FORGOTTEN_IN_LIST'] = '?';
  const { outcome } = await start('greet', 'crew', {});
  delete process.env['FORGOTTEN_IN_LIST'];
  expect(outcome).toEqual({ status: 'fulfilled', value: 'undefined, crew!' });
});

it('shows nothing to code that copies its environment, whose reading would not be seen', async () => {
  const { outcome, asked } = await start('copy', undefined, { GREETING: 'Ahoy' });
  expect(outcome).toEqual({ status: 'fulfilled', value: undefined });
  expect(asked).not.toContain('GREETING');
});

it('names what lambda.json lists and no code reads, and what code reads and lambda.json does not list', async () => {
  const { entryPoints } = parseLambdaJson(readFileSync(join(packageDirectory, 'lambda.json'), 'utf8'), 'lambda.json');
  const { asked } = await start('greet', 'crew', {});
  expect(environmentGaps(entryPoints['greet']?.environment ?? [], asked)).toEqual({
    listedButNotRead: ['FORGOTTEN_IN_CODE'],
    readButNotListed: ['FORGOTTEN_IN_LIST'],
  });
});

it('does not count what Lambda, the SDK and other libraries ask for', () => {
  const asked = new Set(['AWS_REGION', 'AWS_PROFILE', 'HOME', 'DEBUG', 'HOMEPORT']);
  expect(environmentGaps([], asked).readButNotListed).toEqual(['HOMEPORT']);
});
