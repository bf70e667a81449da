import { spawn } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { readVariables } from '@flaghoist/adapters/variables';
import { freePort } from '@flaghoist/tools/free-port';
import { parse } from 'yaml';
import { agentVariables } from '../lib/variables.ts';

/* The examples of docs/services.md are what they say they are. */

const text = readFileSync(join(__dirname, '..', '..', '..', 'docs', 'services.md'), 'utf8');
const example = (language: string): string => {
  const [, found] = new RegExp(`\`\`\`${language}\n([\\s\\S]*?)\`\`\``).exec(text) ?? [];
  if (found === undefined) throw new TypeError(`docs/services.md has no example in ${language}`);
  return found;
};

it('a pod has an agent that starts, that the application waits for, and that has no rights', () => {
  const { spec } = parse(example('yaml'));
  const [agent] = spec.initContainers;
  const named = agent.env.map(({ name, value = 'of the pod' }: { name: string; value?: string }) => [name, value]);
  const variables = readVariables(agentVariables, Object.fromEntries(named));
  expect(variables).toMatchObject({ CACHE_TLS: true, CACHE_PASSWORD: 'none', AGENT_HTTP: '127.0.0.1:8016' });
  expect(Object.keys(agentVariables.shape)).toEqual(expect.arrayContaining(named.map(([name]: [string]) => name)));
  // A native sidecar: an init container that is always started again, and is waited for until its startup probe succeeds.
  expect(agent.restartPolicy).toBe('Always');
  expect(agent.startupProbe.exec.command.join(' ')).toContain(`http://${variables.AGENT_HTTP}/readyz`);
  expect(agent.livenessProbe.exec.command.join(' ')).toContain(`http://${variables.AGENT_HTTP}/livez`);
  expect(agent.securityContext).toMatchObject({ runAsNonRoot: true, readOnlyRootFilesystem: true });
  const [mount] = agent.volumeMounts;
  expect(variables.AGENT_STATE).toBe(`${mount.mountPath}/flags.json`);
  expect(spec.volumes.map(({ name }: { name: string }) => name)).toContain(mount.name);
});

it('has a row for each variable in the table of its page', () => {
  const page = readFileSync(join(__dirname, '..', 'README.md'), 'utf8');
  const rows = page.split('\n').filter((line) => line.startsWith('| `'));
  const untold = Object.keys(agentVariables.shape).filter(
    (name) => !rows.some((row) => row.split('|')[1]?.includes(`\`${name}\``)),
  );
  expect(untold).toEqual([]);
});

it('an extension registers, is ready before the function is called, and goes when it is asked', async () => {
  const directory = mkdtempSync(join(tmpdir(), 'extension-'));
  const asked: (string | undefined)[] = [];
  const lambda = createServer(({ url }, response) => {
    asked.push(url);
    response.setHeader('Lambda-Extension-Identifier', 'one').end('{}');
  });
  await new Promise<void>((resolve) => lambda.listen(0, '127.0.0.1', resolve));
  const { port } = lambda.address() as AddressInfo;
  // An agent that is ready when it is asked the third time, says so to the test, and ends as the real one does.
  const ready = `let asked = 0;
    require('node:http').createServer(async (_, answer) => {
      asked += 1;
      if (asked < 3) return void answer.writeHead(503).end();
      await fetch('http://' + process.env.AWS_LAMBDA_RUNTIME_API + '/ready');
      answer.end();
    }).listen(READY);
    process.once('SIGTERM', () => process.exit(0));`;
  const agentPort = await freePort();
  writeFileSync(join(directory, 'agent.cjs'), ready.replace('READY', String(agentPort)));
  const source = example('js').replace('/opt/', `${directory}/`).replace('127.0.0.1:8016', `127.0.0.1:${agentPort}`);
  writeFileSync(join(directory, 'flag-agent.cjs'), source);
  const extension = spawn(process.execPath, [join(directory, 'flag-agent.cjs')], {
    env: { AWS_LAMBDA_RUNTIME_API: `127.0.0.1:${port}` },
    stdio: 'inherit',
  });
  const code = await new Promise((resolve) => extension.once('exit', resolve));
  lambda.close();
  lambda.closeAllConnections();
  rmSync(directory, { recursive: true, force: true });
  expect([code, asked]).toEqual([0, ['/2020-01-01/extension/register', '/ready', '/2020-01-01/extension/event/next']]);
});
