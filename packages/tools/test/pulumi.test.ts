import { chmodSync, cpSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { buildPulumi } from '../lib/build-pulumi.ts';
import { ToolMissingError } from '../lib/errors.ts';
import { builtPulumi, findPulumi, PULUMI_VERSION } from '../lib/find-pulumi.ts';

const real = join(__dirname, '..');

let folder: string;
let member: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'flaghoist-pulumi-'));
  member = join(folder, 'member');
  cpSync(join(real, 'pulumi-cli'), join(member, 'pulumi-cli'), { recursive: true });
  mkdirSync(join(folder, 'bin'));
});
afterEach(() => rmSync(folder, { recursive: true }));

const program = (path: string, script: string): void => {
  writeFileSync(path, `#!/bin/sh\n${script}\n`);
  chmodSync(path, 0o755);
};

const variables = () => ({
  PATH: [join(folder, 'bin'), '/usr/bin', '/bin'].join(delimiter),
  HOME: folder,
  FLAGHOIST_CACHE: join(folder, 'cache'),
});

/** A Go that writes down how it was called, and builds a pulumi of some version. */
const go = (version: string): void =>
  program(
    join(folder, 'bin', 'go'),
    `echo "$*" >> '${join(folder, 'calls')}'
while [ $# -gt 0 ]; do [ "$1" = -o ] && out=$2; shift; done
printf '#!/bin/sh\\necho v${version}\\n' > "$out"
chmod +x "$out"`,
  );

const build = () => buildPulumi(member, { variables: variables(), print: () => undefined });

it('takes the one on the PATH where it is recent, and builds none', async () => {
  program(join(folder, 'bin', 'pulumi'), 'echo v99.1.0');
  expect(await build()).toEqual({ program: 'pulumi', version: '99.1.0' });
  expect(existsSync(join(folder, 'cache'))).toBe(false);
});

it('builds the pinned one, once, and finds it again', async () => {
  program(join(folder, 'bin', 'pulumi'), 'echo v3.9.0');
  go(PULUMI_VERSION);
  await build();
  await build();
  const calls = readFileSync(join(folder, 'calls'), 'utf8').trim().split('\n');
  expect(calls).toEqual([expect.stringContaining(`version.Version=v${PULUMI_VERSION}`)]);
  expect(calls[0]).toContain('-mod=readonly');
  expect(findPulumi(member, variables())).toEqual({
    program: join(builtPulumi(member, variables()), 'pulumi'),
    version: PULUMI_VERSION,
  });
});

it('builds anew when go.sum names other sources', async () => {
  go(PULUMI_VERSION);
  await build();
  writeFileSync(join(member, 'pulumi-cli', 'go.sum'), 'other');
  expect(() => findPulumi(member, variables())).toThrow(ToolMissingError);
});

it('says how to get one', () => {
  expect(() => findPulumi(member, variables())).toThrow('There is no Pulumi on this machine');
  program(join(folder, 'bin', 'pulumi'), 'echo v3.9.0');
  expect(() => findPulumi(member, variables())).toThrow(
    expect.objectContaining({
      message: `pulumi is version 3.9.0, older than ${PULUMI_VERSION}`,
      hint: expect.stringContaining('npm run test:pulumi'),
    }),
  );
});

it('keeps the end of what a build that failed said', async () => {
  program(join(folder, 'bin', 'go'), 'echo "missing go.sum entry" >&2; exit 1');
  await expect(build()).rejects.toMatchObject({
    code: 'FH_TOOL_MISSING',
    message: expect.stringContaining('missing go.sum entry'),
    hint: expect.stringContaining('go env GOPROXY'),
  });
  expect(existsSync(builtPulumi(member, variables()))).toBe(false);
});

it('says that Go is missing', async () => {
  await expect(
    buildPulumi(member, { variables: { ...variables(), PATH: join(folder, 'bin') }, print: () => undefined }),
  ).rejects.toMatchObject({
    message: expect.stringMatching(/could not be built: .*go/),
    hint: expect.stringContaining('golang.org/dl'),
  });
});

it('pins the version that the SDK of the workspace has', () => {
  const catalog = readFileSync(join(real, '..', '..', 'pnpm-workspace.yaml'), 'utf8');
  expect(catalog).toContain(`'@pulumi/pulumi': ${PULUMI_VERSION}\n`);
  const module = readFileSync(join(real, 'pulumi-cli', 'go.mod'), 'utf8');
  for (const part of ['pkg', 'sdk']) expect(module).toContain(`github.com/pulumi/pulumi/${part}/v3 v${PULUMI_VERSION}`);
});
