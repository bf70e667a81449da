import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { startPythonServer } from '../lib/start-python-server.ts';

const home = mkdtempSync(join(tmpdir(), 'python-server-test-'));
afterAll(() => rmSync(home, { recursive: true, force: true }));

/** A program in Python's place. It gets `-B` first. */
const program = (name: string, script: string): string => {
  const file = join(home, name);
  writeFileSync(file, `#!/bin/sh\n${script}\n`, { mode: 0o755 });
  return file;
};

it('says what was printed in the place of a port', async () => {
  const server = startPythonServer(program('greeting', 'echo hello; read -r _'), ['server.py']);
  await expect(server).rejects.toThrow('server.py did not print its port but "hello\\n"');
});

it('says that the server ended instead of waiting for its answer', async () => {
  const server = await startPythonServer(program('mortal', 'echo 4566; read -r _; echo too much >&2; exit 3'), [
    'server.py',
  ]);
  await expect(server.say('reset')).rejects.toThrow(/server\.py ended:\ntoo much/);
  await expect(server.say('reset')).rejects.toThrow('ended');
  await server.stop();
});
