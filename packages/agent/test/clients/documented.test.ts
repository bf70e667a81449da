import { spawn } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { needs } from '@flaghoist/tools/needs';
import { findClient } from '@flaghoist/tools/openfeature-clients';
import { tools } from '../support/client-suite.ts';
import { createService, type ServedService, serveService, type TestService } from '../support/service.ts';

/* The lines of docs/services.md, as they stand there, by the official clients. */

const member = dirname(dirname(__dirname));
const page = readFileSync(join(member, '..', '..', 'docs', 'services.md'), 'utf8');
const snippetsIn = (language: string): string[] =>
  [...page.matchAll(new RegExp(`\`\`\`${language}\n([\\s\\S]*?)\`\`\``, 'g'))].map(([, code = '']) => code);

const directory = mkdtempSync(join(tmpdir(), 'documented-'));
let service: TestService;
let served: ServedService;
const running: AbortController[] = [];
beforeAll(async () => {
  service = createService();
  await service.write({ document: { state: 'ENABLED', variants: { on: true, off: false }, defaultVariant: 'on' } });
  await service.load();
  served = await serveService(service, { evaluation: 'v2' });
  await service.agent.start();
});
afterAll(async () => {
  for (const each of running) each.abort();
  await served.stop();
  await service.agent.stop();
  rmSync(directory, { recursive: true, force: true });
});

interface Run {
  readonly program: string;
  readonly args: readonly string[];
  readonly cwd?: string;
}

/** @returns what it wrote to standard output, in its last line */
const say = async ({ program, args, cwd = directory }: Run): Promise<string> => {
  const ending = new AbortController();
  running.push(ending);
  const child = spawn(program, args, {
    ...{ cwd, signal: ending.signal, killSignal: 'SIGKILL' as const, stdio: ['ignore', 'pipe', 'pipe'] as const },
  });
  let [said, failed] = ['', ''];
  child.stdout.setEncoding('utf8').on('data', (text: string) => {
    said += text;
  });
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    failed += text;
  });
  const code = await new Promise((resolve) => child.once('error', resolve).once('close', resolve));
  if (code !== 0) throw new Error(`${program} ended with ${code}:\n${said}\n${failed}`);
  return said.trim().split('\n').at(-1) ?? '';
};

/** With the ports on which the agent of this test serves. */
const here = (snippet = ''): string =>
  snippet.replace('127.0.0.1:8016', `127.0.0.1:${served.port}`).replace('8015', String(served.syncPort));

const save = (name: string, text: string): string => {
  writeFileSync(join(directory, name), text);
  return join(directory, name);
};

describe('JavaScript', () => {
  const evaluation = `const isOn = await OpenFeature.getClient().getBooleanValue('checkout', false, { targetingKey: 'ada' });`;
  const run = (code: string): Promise<string> => {
    const args = [
      '--no-warnings',
      '--input-type=module-typescript',
      '--eval',
      `${code}\nconsole.log(isOn);process.exit()`,
    ];
    return say({ program: process.execPath, args, cwd: member });
  };
  const [, ofrep, sync] = snippetsIn('ts');
  it('reads a flag over OFREP', async () => expect(await run(here(ofrep))).toBe('true'));
  it('reads a flag by itself', async () => expect(await run(`${here(sync)}${evaluation}`)).toBe('true'));
});

describe('Python', () => {
  const { it, tool } = needs(() => findClient(tools, 'python', process.env), process.env);
  const evaluation = 'is_on = api.get_client().get_boolean_value("checkout", False)\n';
  const run = (code: string): Promise<string> =>
    say({ program: tool().program, args: ['-c', `${code}\nprint(is_on, flush=True)\nimport os\nos._exit(0)`] });
  const [ofrep, sync] = snippetsIn('python');
  it('reads a flag over OFREP', async () => expect(await run(here(ofrep))).toBe('True'));
  it('reads a flag by itself', async () => expect(await run(`${here(sync)}${evaluation}`)).toBe('True'));
});

describe('Java', () => {
  const { it, tool } = needs(() => findClient(tools, 'java', process.env), process.env);
  const evaluation = 'boolean isOn = OpenFeatureAPI.getInstance().getClient().getBooleanValue("checkout", false);';
  const run = (code: string): Promise<string> => {
    const imports = code.split('\n').filter((line) => line.startsWith('import '));
    const body = code.split('\n').filter((line) => !line.startsWith('import '));
    const main = `public static void main(String[] args) throws Exception {${body.join('\n')}\nSystem.out.println("\\n" + isOn);System.exit(0);}`;
    const source = save('Documented.java', `${imports.join('\n')}\npublic final class Documented {${main}}`);
    const { program, args } = tool();
    return say({ program, args: [...args.slice(0, -1), source] });
  };
  const [ofrep, sync] = snippetsIn('java');
  it('reads a flag over OFREP', async () => expect(await run(here(ofrep))).toBe('true'));
  it('reads a flag by itself', async () => expect(await run(`${here(sync)}${evaluation}`)).toBe('true'));
});

describe('Go', () => {
  const { it } = needs(() => findClient(tools, 'go', process.env), process.env);
  const evaluation =
    'isOn, _ := openfeature.NewClient("payments").BooleanValue(context.Background(), "checkout", false, openfeature.NewEvaluationContext("ada", nil))';
  const run = async (code: string, ...more: readonly string[]): Promise<string> => {
    const [imports = '', body = ''] = code.split('\n)\n');
    const main = `package main\n${imports}\n${['fmt', ...more].map((name) => `"${name}"`).join('\n')}\n)\n`;
    const file = save('main.go', `${main}func main() {${body}\nfmt.Println(isOn, err)}`);
    // In the module of the clients, whose pins and modules are there, without a file in its folder.
    const module = join(tools, 'openfeature');
    const overlay = save(
      'overlay.json',
      JSON.stringify({ Replace: { [join(module, 'documented', 'main.go')]: file } }),
    );
    // Built and then started: of `go run` the program would outlive the one that is ended. As the clients are built, whose modules
    // are compiled by now.
    const program = join(directory, 'documented');
    await say({
      program: 'go',
      args: ['build', '-trimpath', '-mod=readonly', '-overlay', overlay, '-o', program, './documented'],
      cwd: module,
    });
    return say({ program, args: [] });
  };
  const [ofrep, sync] = snippetsIn('go');
  it('reads a flag over OFREP', async () => expect(await run(here(ofrep))).toBe('true <nil>'));
  it('reads a flag by itself', async () =>
    expect(await run(`${here(sync)}${evaluation}`, 'context')).toBe('true <nil>'));
});
