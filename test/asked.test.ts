import { globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

const root = join(__dirname, '..');
const textOf = (path: string): string => readFileSync(join(root, path), 'utf8');

const rows = (/^## What was asked, and what stands for it\n(.*?)^## /ms.exec(textOf('README.md'))?.[1] ?? '')
  .split('\n')
  .flatMap((line) => {
    const found = /^\| (.+?) \| `(\w+)\.(\w+)` of \[.+?\]\((.+?)\) \| "(.+?)" in \[.+?\]\((.+?)\) \|$/.exec(line);
    if (found === null) return [];
    const [, asked = '', type = '', name = '', stack = '', said = '', test = ''] = found;
    return [{ asked, type, name, stack, said, test }];
  });

it('says of nine points what stands for them', () => {
  expect(rows.map(({ asked }) => asked)).toEqual([
    'global tables',
    'streams and validation',
    'fan-out by SNS',
    'SQS to the cache',
    'verification',
    'consistency',
    'rollback',
    'audit',
    'deployment',
  ]);
});

it.each(rows)(
  '$asked: there is a resource $type called $name, and the test that says "$said"',
  ({ type, name, stack, said, test }) => {
    expect(textOf(stack)).toContain(`resource "${type}" "${name}" {`);
    // Runs of Terraform are named by words with underscores.
    const isTerraform = test.endsWith('.hcl');
    expect(textOf(test)).toContain(isTerraform ? `run "${said.replaceAll(' ', '_')}" {` : `it('${said}'`);
  },
);

it('names resources of modules that stacks call', () => {
  const stacks = globSync('infra-tf/lib/stacks/*/*.tf', { cwd: root }).map(textOf).join('\n');
  const modules = rows.map(({ stack }) => /modules\/([^/]+)\//.exec(stack)?.[1]);
  expect(modules.filter((name) => !stacks.includes(`"../../modules/${name}"`))).toEqual([]);
});
