import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { getCACertificates, setDefaultCACertificates } from 'node:tls';
import { portsOfWorld } from '@flaghoist/control-plane/embedded/world-ports';
import { createServer } from '@flaghoist/control-plane/server';
import { silent } from '@flaghoist/in-memory/logger';
import { EMPTY_DIRECTORY } from '@flaghoist/rules/directory';
import { DEFAULT_POLICY } from '@flaghoist/rules/policy';
import { needs } from '@flaghoist/tools/needs';
import { makeCertificate } from '@flaghoist/tools/self-signed';
import { motoPython } from '@flaghoist/tools/start-dynamo';
import { exitCodes } from '../lib/exit-codes.ts';
import { run } from './run.ts';
import { type ServedWorld, serveWorld } from './served.ts';

// The certificate is made by the Python that moto's servers run in.
const tools = join(__dirname, '..', '..', 'tools');
const { it, tool } = needs(() => motoPython(tools, process.env), process.env);

const trusted = getCACertificates('default');
let folder: string;
let served: ServedWorld;
let secure: Awaited<ReturnType<typeof createServer>>;
let url: string;
let pem: string;
beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'hoist-tls-'));
  const made = await makeCertificate(tools, { python: tool(), directory: folder });
  ({ pem } = made);
  served = await serveWorld();
  const options = { environment: 'embedded', directory: EMPTY_DIRECTORY, policy: DEFAULT_POLICY, log: silent };
  const https = { key: readFileSync(made.key, 'utf8'), cert: pem };
  secure = await createServer({ ports: portsOfWorld(served.world, options), https });
  await secure.listen({ host: '127.0.0.1', port: 0 });
  url = `https://localhost:${(secure.server.address() as AddressInfo).port}`;
});
afterAll(async () => {
  setDefaultCACertificates(trusted);
  await secure?.close();
  await served?.close();
  rmSync(folder, { recursive: true, force: true });
});

it('talks to no server whose certificate nobody vouches for', async () => {
  const { exitCode, stderr } = await run(['list', '--server', url]);
  expect({ exitCode, stderr }).toMatchObject({ exitCode: exitCodes.unreachable });
});

it('talks TLS to a server whose certificate is trusted', async () => {
  setDefaultCACertificates([...trusted, pem]);
  expect(await run(['list', '--server', url])).toMatchObject({ exitCode: exitCodes.ok, stderr: '0 flags\n' });
});
