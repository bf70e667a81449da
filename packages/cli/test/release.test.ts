import { type SpawnSyncReturns, spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import packageFile from '../package.json' with { type: 'json' };
import { committedIn, modulesOf, refuseUntold } from '../scripts/module-archives.ts';

const { version } = packageFile;
const member = join(__dirname, '..');
const work = mkdtempSync(join(tmpdir(), 'hoist-released-'));
const root = join(work, 'root');
const release = join(work, 'release');
const empty = join(work, 'empty');
const installed = join(empty, 'node_modules', 'hoist');
afterAll(() => rmSync(work, { recursive: true }));

/** As where nobody has this repository, or a registry. */
const env = { PATH: process.env['PATH'], HOME: work, npm_config_offline: 'true', npm_config_update_notifier: 'false' };
const run = (program: string, args: readonly string[], cwd: string): SpawnSyncReturns<string> =>
  spawnSync(program, args, { cwd, env, encoding: 'utf8' });
const node = (cwd: string, program: string) =>
  run(process.execPath, ['--no-warnings', '--input-type=module', '--eval', program], cwd);
const hoist = (...args: string[]) =>
  run(process.execPath, [join(empty, 'node_modules', '.bin', 'hoist'), ...args], empty);
const done = { status: 0, stderr: '' };

const entryPoint = { handler: 'index.apply', memoryMb: 128, timeoutSeconds: 1, network: 'none', environment: [] };
const zed = 'node_modules/.pnpm/zed@9.8.7/node_modules/@a/zed/index.js';
/** A repository with one Lambda, one program that has an image and a tarball, and two modules, of which one calls the other and reads what the Lambda says of itself. */
const files: Readonly<Record<string, string>> = {
  'packages/updater/lambda.json': JSON.stringify({ entryPoints: { apply: entryPoint } }),
  'packages/updater/lib/index.ts': '',
  'packages/updater/dist/apply.zip': 'a zip',
  'packages/updater/dist/apply.js.map': JSON.stringify({ sources: ['../lib/index.ts', `../../../${zed}`] }),
  'packages/reader/Dockerfile': 'FROM node\nCOPY dist/reader.cjs dist/LICENSES.txt ./\nCMD ["node", "reader.cjs"]\n',
  'packages/reader/dist/reader.cjs': 'a program',
  'packages/reader/dist/LICENSES.txt': 'of Zoe Zed',
  'packages/reader/dist/meta.json': JSON.stringify({
    outputs: {
      'dist/reader.cjs': { inputs: { [`../../${zed}`]: { bytesInOutput: 1 }, 'lib/main.ts': { bytesInOutput: 1 } } },
    },
  }),
  'packages/reader/package.json': '{ "name": "@flaghoist/reader", "version": "0.0.7" }',
  'packages/reader/scripts/pack.ts': '',
  'packages/reader/dist/flaghoist-reader-0.0.7.tgz': 'a tarball',
  'node_modules/.pnpm/zed@9.8.7/node_modules/@a/zed/package.json':
    '{ "name": "@a/zed", "version": "9.8.7", "license": "MIT", "author": { "name": "Zoe Zed" } }',
  'infra-tf/lib/modules/CHANGELOG.md': '## Unreleased\n',
  'infra-tf/lib/modules/naming/package.json': '{ "name": "@flaghoist/tf-naming" }',
  'infra-tf/lib/modules/naming/versions.tf': '',
  'infra-tf/lib/modules/queue/package.json':
    '{ "dependencies": { "@flaghoist/tf-naming": "workspace:*", "@flaghoist/updater": "workspace:*" } }',
  'infra-tf/lib/modules/queue/versions.tf': '',
  'infra-tf/lib/modules/queue/test/values.tftest.hcl': '',
};
const notCommitted = { 'infra-tf/lib/modules/queue/secret.auto.tfvars': 'password = "of somebody"' };

const write = (texts: Readonly<Record<string, string>>): void => {
  for (const [file, text] of Object.entries(texts)) {
    mkdirSync(dirname(join(root, file)), { recursive: true });
    writeFileSync(join(root, file), text);
  }
};

let made: SpawnSyncReturns<string>;
beforeAll(() => {
  write(files);
  run('git', ['init', '--quiet'], root);
  run('git', ['add', '--', '.', ':!node_modules', ':!packages/*/dist'], root);
  write(notCommitted);
  made = node(
    member,
    `import { writeRelease } from ${JSON.stringify(join(member, 'scripts', 'release.ts'))};
    console.log(JSON.stringify(await writeRelease(${JSON.stringify(release)}, ${JSON.stringify(root)})));`,
  );
  mkdirSync(empty);
  run('npm', ['install', '--no-audit', '--no-fund', '--prefix', empty, join(release, `hoist-${version}.tgz`)], empty);
});

it('writes the tarball, the zips, the modules, the bill of materials, and sums that are right', () => {
  expect(made).toMatchObject(done);
  const written = [
    `flaghoist-${version}.cdx.json`,
    `flaghoist-${version}.licenses.txt`,
    'flaghoist-reader-0.0.7.tgz',
    `hoist-${version}.tgz`,
    `image-reader-${version}.zip`,
    `lambda-updater.apply-${version}.zip`,
    `terraform-naming-${version}.zip`,
    `terraform-queue-${version}.zip`,
  ];
  expect(JSON.parse(made.stdout)).toEqual([...written, 'SHA256SUMS']);
  expect(readdirSync(release).sort()).toEqual([...written, 'SHA256SUMS'].sort());
  expect(readFileSync(join(release, `lambda-updater.apply-${version}.zip`), 'utf8')).toBe('a zip');
  expect(run('sha256sum', ['--check', '--strict', 'SHA256SUMS'], release).stdout.split('\n')).toEqual([
    ...written.map((file) => `${file}: OK`),
    '',
  ]);
});

it('puts into the context of an image its Dockerfile and what that copies', () => {
  const archive = JSON.stringify(join(release, `image-reader-${version}.zip`));
  const unpack = `import { unzipSync, strFromU8 } from 'fflate'; import { readFileSync } from 'node:fs';
    const files = Object.entries(unzipSync(readFileSync(${archive})));
    console.log(JSON.stringify(Object.fromEntries(files.map(([name, content]) => [name, strFromU8(content)]))));`;
  expect(JSON.parse(node(join(member, '..', 'lambda-build'), unpack).stdout)).toEqual({
    Dockerfile: files['packages/reader/Dockerfile'],
    'dist/LICENSES.txt': 'of Zoe Zed',
    'dist/reader.cjs': 'a program',
  });
});

it('puts into the archive of a module what it calls and reads, and nothing that is not committed', () => {
  const archive = JSON.stringify(join(release, `terraform-queue-${version}.zip`));
  const unpack = `import { unzipSync } from 'fflate'; import { readFileSync } from 'node:fs';
    console.log(JSON.stringify(Object.keys(unzipSync(readFileSync(${archive})))));`;
  expect(JSON.parse(node(join(member, '..', 'lambda-build'), unpack).stdout)).toEqual([
    'infra-tf/lib/modules/CHANGELOG.md',
    'infra-tf/lib/modules/naming/versions.tf',
    'infra-tf/lib/modules/queue/versions.tf',
    'packages/updater/lambda.json',
  ]);
});

it.each<[string, string, boolean]>([
  ['what is not released yet', '0.0.0', true],
  ['a version with its heading', '1.2.0', true],
  ['a version that nobody wrote of', '1.2.1', false],
  ['a version that another one begins with', '1.2', false],
])('asks the changelog of the modules about %s', (_what, of, isTold) => {
  const changes = '# Changelog\n\n## Unreleased\n\n## 1.2.0 (2027-01-31)\n\n- network: `a` is `b`\n';
  const told = () => refuseUntold(changes, of);
  if (isTold) expect(told).not.toThrow();
  else expect(told).toThrow(`says nothing of ${of}`);
});

it('has a line in the changelog of the modules for each module that there is', () => {
  const checkout = join(member, '..', '..');
  const changes = readFileSync(join(checkout, 'infra-tf/lib/modules/CHANGELOG.md'), 'utf8');
  const unnamed = modulesOf(committedIn(checkout)).filter((module) => !changes.includes(`\`${module}\``));
  expect(unnamed).toEqual([]);
});

it('names in the bill of materials the packages in the tarball and in each zip, and none of this repository', () => {
  const bill = JSON.parse(readFileSync(join(release, `flaghoist-${version}.cdx.json`), 'utf8')) as {
    components: { name: string }[];
    dependencies: { ref: string; dependsOn: string[] }[];
  };
  expect(bill).toMatchObject({ bomFormat: 'CycloneDX', specVersion: '1.6' });
  expect(bill.components).toContainEqual({
    type: 'library',
    'bom-ref': 'pkg:npm/%40a/zed@9.8.7',
    name: '@a/zed',
    version: '9.8.7',
    purl: 'pkg:npm/%40a/zed@9.8.7',
    licenses: [{ expression: 'MIT' }],
  });
  const names = bill.components.map(({ name }) => name);
  expect(names).toEqual(expect.arrayContaining(['commander', 'zod', '@aws-sdk/client-sqs', '@cdktf/hcl2json']));
  expect(names.filter((name) => name.startsWith('@flaghoist/'))).toEqual([]);
  const of = (file: string) => bill.dependencies.find(({ ref }) => ref === file)?.dependsOn ?? [];
  for (const file of [
    `lambda-updater.apply-${version}.zip`,
    `image-reader-${version}.zip`,
    'flaghoist-reader-0.0.7.tgz',
  ])
    expect(of(file)).toEqual(['pkg:npm/%40a/zed@9.8.7']);
  expect(of(`hoist-${version}.tgz`)).not.toContain('pkg:npm/%40a/zed@9.8.7');
  expect(of(`hoist-${version}.tgz`).length).toBe(names.filter((name) => !/\.(?:tgz|zip)$/.test(name)).length - 1);
});

it('has the text of the licence of each package in the tarball, and in the zips', () => {
  const bill = JSON.parse(readFileSync(join(release, `flaghoist-${version}.cdx.json`), 'utf8')) as {
    components: { 'bom-ref': string; name: string; version: string }[];
    dependencies: { ref: string; dependsOn: string[] }[];
  };
  /** By name and version, what stands below each heading. */
  const textsIn = (file: string): ReadonlyMap<string, string> => {
    const [, ...parts] = readFileSync(file, 'utf8').split(/^-{100}\n(.+): .+\n-{100}\n/m);
    return new Map(parts.flatMap((part, place) => (place % 2 === 0 ? [[part, parts[place + 1] ?? '']] : [])));
  };
  const packagesIn = (file: string): string[] => {
    const refs = bill.dependencies.find(({ ref }) => ref === file)?.dependsOn ?? [];
    return bill.components
      .filter((each) => refs.includes(each['bom-ref']))
      .map((each) => `${each.name} ${each.version}`);
  };
  const inTarball = textsIn(join(installed, 'LICENSES.txt'));
  expect([...inTarball.keys()]).toEqual(packagesIn(`hoist-${version}.tgz`));
  const inRelease = textsIn(join(release, `flaghoist-${version}.licenses.txt`));
  expect([...inRelease.keys()]).toEqual(expect.arrayContaining([...inTarball.keys(), '@a/zed 9.8.7']));
  const short = [...inTarball, ...inRelease].filter(([, text]) => text.length < 300).map(([name]) => name);
  expect(short).toEqual([]);
  expect(inRelease.get('@a/zed 9.8.7')).toMatch(
    /no text of its own\. It is under MIT, by Zoe Zed.*Permission is hereby granted/s,
  );
  expect([...inTarball].find(([name]) => name.startsWith('commander '))?.[1]).toContain('TJ Holowaychuk');
});

it('makes a tarball that is installed without any other package, and works', () => {
  expect(readdirSync(join(empty, 'node_modules')).filter((name) => !name.startsWith('.'))).toEqual(['hoist']);
  expect(hoist('--version')).toMatchObject({
    ...done,
    stdout: expect.stringMatching(new RegExp(`^hoist ${version}, rules \\d+\n$`)),
  });
  expect(hoist('get', '--help')).toMatchObject({ ...done, stdout: expect.stringContaining('Usage: hoist get') });
  // It loads the reader of Terraform.
  expect(hoist('parity', '--help')).toMatchObject({ ...done, stdout: expect.stringContaining('Usage: hoist parity') });
  expect(hoist('get', 'some.flag', '--server', 'http://127.0.0.1:9')).toMatchObject({ status: 69 });
});

it('says nothing of what Node thinks of its own SQLite', () => {
  const damaged = join(work, 'damaged');
  mkdirSync(damaged);
  writeFileSync(join(damaged, 'flaghoist.db'), 'not a database');
  const { status, stderr } = hoist('data', 'check', '--data', damaged);
  expect({ status, stderr }).toEqual({ status: 66, stderr: expect.stringContaining('FH_DATA_DAMAGED') });
  expect(stderr).not.toContain('Warning');
});

it('has the reader of Terraform in it, for the commands that read Terraform', () => {
  const parse = `import { parse } from '#hcl2json'; console.log(JSON.stringify(await parse('a.tf', 'locals { a = 1 }')));`;
  const { stdout, ...rest } = node(installed, parse);
  expect(rest).toMatchObject(done);
  expect(JSON.parse(stdout)).toEqual({ locals: [{ a: 1 }] });
});

it('says which Node it needs to one that is too old', () => {
  const starter = readFileSync(join(installed, 'hoist.mjs'), 'utf8');
  const older = join(work, 'older.mjs');
  writeFileSync(older, starter.replaceAll('process.versions.node', "'22.12.0'"));
  expect(run(process.execPath, [older], work)).toMatchObject({
    status: 64,
    stderr: expect.stringContaining('hoist needs Node 22.13 or newer, and this is 22.12.0.'),
  });
});
