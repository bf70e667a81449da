import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { forgetProviderHashes, LOCK_FILE } from '../lib/provider-lock.ts';

const directory = mkdtempSync(join(tmpdir(), 'provider-lock-test-'));
afterAll(() => rmSync(directory, { recursive: true, force: true }));

const block = (name: string, hashes: string): string =>
  `provider "registry.terraform.io/hashicorp/${name}" {\n  version     = "5.100.0"\n  constraints = "~> 5.100"\n${hashes}}\n`;

it('removes the hashes of every provider, and keeps their versions', () => {
  const hashes = '  hashes = [\n    "h1:edXOJWE4ORX8Fm+dpVpICzMZJat4AX0VRCAy/xkcOc0=",\n    "zh:0",\n  ]\n';
  writeFileSync(join(directory, LOCK_FILE), block('aws', hashes) + block('random', hashes));
  forgetProviderHashes(directory);
  expect(readFileSync(join(directory, LOCK_FILE), 'utf8')).toBe(block('aws', '') + block('random', ''));
});

it('makes no lock file where there is none', () => {
  const empty = mkdtempSync(join(directory, 'empty-'));
  forgetProviderHashes(empty);
  expect(() => readFileSync(join(empty, LOCK_FILE))).toThrow('ENOENT');
});
