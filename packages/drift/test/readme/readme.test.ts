import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { RecordedTerraform } from '../support/recorded-terraform.ts';
import { worstDrift } from './example.ts';

const member = join(__dirname, '..', '..');
const readme = readFileSync(join(member, 'README.md'), 'utf8');
const shownList = /```yaml\n([\s\S]*?)```/.exec(readme)?.[1] ?? '';

let root: string;
beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'drift-readme-'));
});
afterEach(() => {
  rmSync(root, { recursive: true });
});

it('shows the snippet that is tested here', () => {
  expect(/```ts\n([\s\S]*?)```/.exec(readme)?.[1]).toBe(readFileSync(join(__dirname, 'example.ts'), 'utf8'));
});

it('the snippet works, with the list that the README shows', async () => {
  const look = {
    terraform: new RecordedTerraform('drifted'),
    root,
    workDirectory: root,
    workspace: 'test',
    varFiles: [],
    vars: [],
    hasUpstream: false,
    backend: [],
    variables: {},
    onProgress: () => {},
  };
  expect(await worstDrift('test', look, shownList, '2026-11-22')).toMatchObject({
    address: 'aws_s3_bucket_public_access_block.evidence',
    path: 'block_public_policy',
    class: 'configuration',
    severity: 'critical',
    recorded: 'true',
    now: 'false',
    configured: 'true',
  });
});

it('names files that exist', () => {
  const named = [...readme.matchAll(/\]\(lib\/([a-z-]+\.ts)\)/g)].map(([, file]) => file ?? '');
  expect(named).not.toEqual([]);
  expect(readdirSync(join(member, 'lib'))).toEqual(expect.arrayContaining(named));
});
