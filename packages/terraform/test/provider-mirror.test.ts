import { mkdirSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { cliConfigurationFile } from '../lib/cli-configuration.ts';
import { findProviderMirror } from '../lib/provider-mirror.ts';

const home = mkdtempSync(join(tmpdir(), 'provider-mirror-test-'));
afterAll(() => rmSync(home, { recursive: true, force: true }));

it('finds a mirror below the home folder before any other', () => {
  mkdirSync(join(home, 'plugins', 'registry.terraform.io', 'hashicorp', 'aws'), { recursive: true });
  expect(findProviderMirror({ HOME: home })).toBe(join(home, 'plugins'));
});

it('takes the mirror that is named', () => {
  expect(findProviderMirror({ HOME: home, FLAGHOIST_PROVIDER_MIRROR: '/named' })).toBe('/named');
});

it('tells Terraform to use the mirror, and nothing else', () => {
  const file = cliConfigurationFile({ HOME: home }) ?? '';
  expect(readFileSync(file, 'utf8')).toContain(`path = "${join(home, 'plugins')}"`);
  expect(cliConfigurationFile({ HOME: home })).toBe(file);
});
