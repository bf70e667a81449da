import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { exitCodes } from '../lib/exit-codes.ts';
import { type ServedWorld, serveWorld } from './served.ts';

let served: ServedWorld;
let folder: string;
beforeAll(async () => {
  served = await serveWorld();
  folder = mkdtempSync(join(tmpdir(), 'hoist-import-'));
});
afterAll(async () => {
  await served.close();
  rmSync(folder, { recursive: true });
});

const written = (name: string, text: string): string => {
  const file = join(folder, name);
  writeFileSync(file, text);
  return file;
};
const importing = (file: string, ...more: string[]) =>
  served.hoist(['import', file, '--owner', 'team-identity', '--reason', 'From the old system', ...more]);

const yaml = `# Reviewed
flags:
  mail.greeting:
    state: ENABLED
    variants: { "on": true, "off": false }
    defaultVariant: "off"
    targeting: { if: [{ $ref: staff }, "on", "off"] }
  mail.footer:
    state: ENABLED
    variants: { long: "Kind regards", short: "Bye", "off": "" }
    defaultVariant: long
$evaluators:
  staff: { ends_with: [{ var: email }, "@bank.example"] }
metadata: { flagSetId: mails }
`;

it('imports YAML, waits until it is verified, and writes the same back', async () => {
  const file = written('mails.yaml', yaml);
  const first = await importing(file);
  expect(first).toMatchObject({ exitCode: exitCodes.ok });
  expect(first.stdout).toBe(
    'mail.greeting: created verified 1.1\nmail.footer: created verified 1.1\n2 flags: 2 verified.\n',
  );
  const json = await served.hoist(['export', '--prefix', 'mail.']);
  const back = written('back.json', json.stdout);
  const again = await importing(back, '--json');
  expect(JSON.parse(again.stdout).flags.map(({ state }: { state: string }) => state)).toEqual([
    'unchanged',
    'unchanged',
  ]);
  const asYaml = await served.hoist(['export', '--prefix', 'mail.', '--format', 'yaml']);
  expect(asYaml.stdout).toContain('"off": false');
  expect((await importing(written('back.yaml', asYaml.stdout))).stdout).toBe('2 flags: 2 unchanged.\n');
});

it('names the line of what the rules stop, and changes nothing', async () => {
  const file = written(
    'broken.yaml',
    yaml.replace('defaultVariant: long', 'defaultVariant: tall').replaceAll('mail.', 'bad.'),
  );
  const { exitCode, stdout } = await importing(file);
  expect(exitCode).toBe(exitCodes.rejected);
  expect(stdout).toMatch(/error .*broken\.yaml:11:21 FH-/);
  expect(stdout).toContain('bad.greeting: created planned\n');
  expect(stdout).toContain('Nothing was changed');
  expect(await served.hoist(['get', 'bad.greeting'])).toMatchObject({ exitCode: exitCodes.no });
});

it.each([
  ['two sets of flags', 'kinds.yaml', '---\nflags: {}\n---\nflags: {}\n', 'it has 2 sets of flags; expected one'],
  ['no flags', 'none.json', '{"state": "ENABLED"}', 'it is no flagd file (flags)'],
  ['a misspelt member', 'spelt.json', '{"flags": {}, "$evaluator": {}}', 'spelt.json:1:29 flagd knows no member'],
  ['no JSON', 'form.json', '{"flags": {', 'form.json:1:'],
])('refuses a file of %s', async (_what, name, text, message) => {
  const { exitCode, stderr } = await importing(written(name, text));
  expect({ exitCode, stderr }).toEqual({ exitCode: exitCodes.unreadable, stderr: expect.stringContaining(message) });
});

it('shows in a dry run what each flag would come to', async () => {
  const file = written('dry.yaml', yaml.replace('"Bye"', '"Cheers"'));
  const { exitCode, stdout } = await importing(file, '--dry-run');
  expect(exitCode).toBe(exitCodes.ok);
  expect(stdout).toBe(
    'mail.footer: updated planned\n2 flags: 1 unchanged, 1 planned.\nNothing was changed: without --dry-run it is.\n',
  );
});

it('asks after the same import under its id', async () => {
  const file = written('id.yaml', yaml.replace('"Bye"', '"Cheers"'));
  const args = [file, '--id', 'mails-of-may', '--for', 'accepted', '--json'];
  const [first, second] = [await importing(...(args as [string])), await importing(...(args as [string]))];
  expect(JSON.parse(second.stdout).flags).toEqual(
    JSON.parse(first.stdout).flags.map((flag: object) => ({ ...flag, digest: null })),
  );
  expect(JSON.parse((await served.hoist(['get', 'mail.footer', '--json'])).stdout)).toMatchObject({
    order: { revision: 2 },
  });
});

it('says what an export does not carry, on standard error and in the document', async () => {
  const unsaid =
    'Without their owner, which hoist import takes for new flags from --owner: mail.footer (team-identity), ';
  const { stdout, stderr } = await served.hoist(['export', '--prefix', 'mail.']);
  expect(stderr).toContain(unsaid);
  const inJson = await served.hoist(['export', '--prefix', 'mail.', '--json']);
  expect(inJson.stderr).toContain(unsaid);
  expect(JSON.parse(inJson.stdout)).toMatchObject({
    files: [JSON.parse(stdout)],
    beyond: [{ flagKey: 'mail.footer', owner: 'team-identity' }, { flagKey: 'mail.greeting' }],
  });
});

it('names --owner where an import needs it', async () => {
  const file = written('unowned.yaml', yaml.replaceAll('mail.', 'unowned.'));
  const { exitCode, stdout } = await served.hoist(['import', file, '--reason', 'From the old system']);
  expect(exitCode).toBe(exitCodes.rejected);
  expect(stdout).toContain('with --owner.');
});

it('writes flags of several files into a folder, and refuses to put them into one', async () => {
  await importing(written('other.json', JSON.stringify({ flags: {}, metadata: {} })));
  const other = {
    flags: { 'other.flag': { state: 'ENABLED', variants: { on: true, off: false }, defaultVariant: 'off' } },
  };
  await importing(written('other.json', JSON.stringify(other)));
  await served.pass(3_000);
  const refused = await served.hoist(['export']);
  expect(refused).toMatchObject({ exitCode: exitCodes.usage, stderr: expect.stringContaining('--folder') });
  const { stdout } = await served.hoist(['export', '--folder', join(folder, 'out'), '--json']);
  const { files } = JSON.parse(stdout);
  expect(files).toEqual([
    { file: join(folder, 'out', 'mails.json'), flags: 2 },
    { file: join(folder, 'out', 'flags-2.json'), flags: 1 },
  ]);
  expect(JSON.parse(readFileSync(files[1].file, 'utf8'))).toEqual(other);
});
