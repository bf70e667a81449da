import { mkdtempSync, rmSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { describeClients } from '@flaghoist/agent/support/client-suite';
import { bundle } from '../../scripts/bundle.ts';

const member = dirname(dirname(__dirname));
const directory = mkdtempSync(join(tmpdir(), 'provider-clients-'));
const program = join(directory, 'provider.cjs');
beforeAll(async () => {
  await bundle(member, program);
  // The application has one copy of the SDK, and the provider finds that.
  symlinkSync(join(member, 'node_modules'), join(directory, 'node_modules'));
});
afterAll(() => rmSync(directory, { recursive: true, force: true }));

// What the agent's clients are held to, the provider in the process is: beside them, in one application and over one cache.
const args = ['--disable-warning=ExperimentalWarning', join(__dirname, 'application.ts'), program];
describeClients('TypeScript, in the process', {
  find: () => ({ program: process.execPath, args }),
  ...{ bucketing: 'v2', changes: 1_000, inProcess: ['in-process'] },
});
