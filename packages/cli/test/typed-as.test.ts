import { globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { commands } from '../lib/program.ts';
import { typedAs } from '../lib/typed-as.ts';
import { run } from './run.ts';

const words = Object.keys(commands);
const inClone = { HOIST_TYPED_AS: 'npx pnpm hoist' };

it.each([
  ['hoist list shows them; hoist get tells more', 'npx pnpm hoist list shows them; npx pnpm hoist get tells more'],
  ['`hoist data check --data x` says', '`npx pnpm hoist data check --data x` says'],
  ['npx pnpm hoist list, pnpm hoist get', 'npx pnpm hoist list, pnpm hoist get'],
  ['Run hoist inside a checkout, as hoist lists', 'Run hoist inside a checkout, as hoist lists'],
  ['cd src/hoist up', 'cd src/hoist up'],
])('writes the commands in %j as they are typed', (text, typed) => {
  expect(typedAs('npx pnpm hoist', words)(text)).toBe(typed);
  expect(typedAs('hoist', words)(text)).toBe(text);
});

it.each([
  [['liste'], 'hint|npx pnpm hoist help shows what there is'],
  [['token', 'isue'], 'npx pnpm hoist token --help shows'],
  [['get', '--help'], 'Usage: npx pnpm hoist get'],
  [['get', '--help'], '$ npx pnpm hoist get '],
  [['get', 'checkout.form', '--server', 'http://127.0.0.1:1'], 'Start one with npx pnpm hoist up'],
  [['receipt', 'verify', join(__dirname, '..', 'package.json')], 'as npx pnpm hoist receipt'],
])('hoist %j, run in a clone, names commands that work there', async (args, told) => {
  const { stdout, stderr } = await run(args, { variables: inClone });
  expect(stdout + stderr).toContain(told.split('|').at(-1));
  expect(stdout + stderr).not.toMatch(/(?<!pnpm )hoist (?:up|get|help|token|receipt)\b/);
});

it('gives no line that names a command to people as it stands in the source', () => {
  const lib = join(__dirname, '..', 'lib');
  const named = new RegExp(`\\boutput\\.(?:say|progress)\\((?:(?!;\\n)[^])*?\\bhoist (?:${words.join('|')})\\b`);
  const plain = globSync('**/*.ts', { cwd: lib }).filter((file) =>
    readFileSync(join(lib, file), 'utf8')
      .split(/(?=\boutput\.(?:say|progress|advise)\()/)
      .some((part) => named.test(part.split(/\);\n/)[0] ?? '')),
  );
  // Use output.advise: in a clone it is npx pnpm hoist.
  expect(plain).toEqual([]);
});
