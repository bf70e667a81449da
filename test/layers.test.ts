import { existsSync, readFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { membersOf } from '../scripts/members.mjs';
import { sourcesIn } from './member-sources.ts';

/**
 * Who may import whom in what ships (`lib/`), from the bottom to the top: a member may import only what stands above it
 * here. To let one import another, add the name to its row; should it stand below, the layers are wrong, not the table.
 */
const layers: Readonly<Record<string, readonly string[]>> = {
  // The protocol, without input or output.
  core: [],
  rules: ['core'],
  evaluation: ['core', 'rules'],
  receipts: ['core'],
  fleet: ['core', 'rules'],
  wiring: ['core'],

  // The ports of core: on this machine, on AWS and in memory.
  system: ['core'],
  adapters: ['core', 'system', 'wiring'],
  'in-memory': ['core', 'system'],
  'sqlite-store': ['core', 'in-memory'],

  // Beside each task.
  agent: ['core', 'system', 'adapters'],
  'openfeature-provider': ['system', 'adapters', 'agent'],

  // What operators do.
  operations: ['core', 'rules', 'wiring'],

  // What runs in Lambda.
  validator: ['core', 'rules', 'evaluation', 'fleet', 'system', 'adapters', 'operations'],
  'cache-updater': ['core', 'rules', 'system', 'adapters'],
  'consistency-checker': ['core', 'wiring', 'system', 'adapters'],
  rollback: ['core', 'rules', 'system', 'adapters'],
  'audit-writer': ['core', 'system', 'adapters'],
  canary: ['core', 'operations', 'system', 'adapters'],

  // All of it in one process.
  simulator: [
    'core',
    'rules',
    'wiring',
    'system',
    'in-memory',
    'sqlite-store',
    'operations',
    'validator',
    'cache-updater',
    'consistency-checker',
    'rollback',
    'audit-writer',
  ],

  // What people and programs ask it through.
  'control-plane': ['core', 'rules', 'fleet', 'system', 'adapters', 'receipts', 'operations', 'validator', 'simulator'],

  // What builds, plans and compares.
  'lambda-build': ['core'],
  'test-kit': ['core', 'lambda-build'],
  tools: ['core'],
  terraform: ['core', 'fleet', 'tools'],
  'plan-reading': ['core'],
  capacity: ['core', 'wiring', 'plan-reading'],
  parity: ['core', 'fleet', 'terraform', 'plan-reading'],
  drift: ['core', 'fleet', 'terraform', 'plan-reading'],
  waves: ['core', 'terraform', 'plan-reading', 'sqlite-store'],
  remediation: ['core', 'rules', 'fleet', 'terraform', 'plan-reading', 'drift', 'waves'],
  'stack-outputs': ['core', 'fleet', 'terraform'],
  'state-readers': ['core', 'fleet', 'wiring', 'stack-outputs'],

  // What adds to the repository.
  recipes: ['core', 'fleet'],

  cli: [
    'core',
    'rules',
    'evaluation',
    'fleet',
    'wiring',
    'system',
    'adapters',
    'agent',
    'operations',
    'simulator',
    'control-plane',
    'receipts',
    'sqlite-store',
    'terraform',
    'plan-reading',
    'capacity',
    'parity',
    'drift',
    'waves',
    'remediation',
    'tools',
    'stack-outputs',
  ],
};

const root = join(__dirname, '..');
const members = membersOf(root)
  .filter((member) => member.startsWith('packages/'))
  .map((member) => basename(member));
const lambdas = members.filter((member) => existsSync(join(root, 'packages', member, 'lambda.json')));

/** Members of which only some files may be imported by others, or that only some files may import. */
const narrow: readonly { readonly from: string; readonly to: string; readonly files: RegExp; readonly why: string }[] =
  [
    ...lambdas.map((from) => ({
      from,
      to: 'adapters',
      files: /^lib\/(index|[a-z]+-variables|service-of)\.ts$/,
      why: 'a handler gets its ports; wire the adapter in lib/index.ts',
    })),
    {
      from: 'control-plane',
      to: 'adapters',
      files: /^lib\/(main\.ts|account\/.*)$/,
      why: 'the API stands on ports; only lib/account/ names what they are in an account',
    },
    ...Object.entries({
      ...Object.fromEntries(lambdas.map((from) => [from, /^lib\/index\.ts$/])),
      adapters: /^lib\/connect\/(cache|redis)\.ts$/,
      'in-memory': /^lib\/real\/.*\.ts$/,
      agent: /^lib\/main\.ts$/,
      'control-plane': /^lib\/(main|account\/account-ports)\.ts$/,
      'openfeature-provider': /^lib\/main\.ts$/,
      simulator: /^lib\/embedded\.ts$/,
      cli: /^lib\/(time-of|client\/change-id|up\/serve|parity\/prove|aws\/(doctor-|promote-|verify-)?ports|waves\/gate)\.ts$/,
    }).map(([from, files]) => ({
      from,
      to: 'system',
      files,
      why: 'take the clock and chance from the ports; only the wiring names the real ones',
    })),
  ];

const names = Object.keys(layers);

interface Import {
  readonly from: string;
  readonly file: string;
  readonly to: string;
}

const imports: readonly Import[] = sourcesIn('lib')
  .filter(({ path }) => path.startsWith('packages/'))
  .flatMap(({ path, text }) => {
    const [, from = '', ...file] = path.split('/');
    return [...text.matchAll(/(?:\bfrom|\bimport|\brequire\()\s*\(?\s*'@flaghoist\/([a-z-]+)/g)].map(([, to = '']) => ({
      from,
      to,
      file: file.join('/'),
    }));
  });

const said = ({ from, file, to }: Import, why: string): string => `packages/${from}/${file} imports ${to}: ${why}`;

it('has a row for each member of packages/, and for nothing else', () => {
  expect([...names].sort()).toEqual([...members].sort());
});

it('lets each member import only what stands above it', () => {
  const upwards = Object.entries(layers).flatMap(([from, targets]) =>
    targets
      .filter((to) => names.indexOf(to) >= names.indexOf(from) || !names.includes(to))
      .map((to) => `${from} → ${to}`),
  );
  expect(upwards).toEqual([]);
});

it('has no import that its row does not allow', () => {
  const wrong = imports.filter(({ from, to }) => from !== to && !layers[from]?.includes(to));
  expect(
    wrong.map((each) => said(each, `its row in test/layers.test.ts has ${layers[each.from]?.join(', ')}`)),
  ).toEqual([]);
});

it('has no row that allows more than is used', () => {
  const unused = Object.entries(layers).flatMap(([from, targets]) =>
    targets
      .filter((to) => !imports.some((each) => each.from === from && each.to === to))
      .map((to) => `${from} → ${to}`),
  );
  expect(unused).toEqual([]);
});

it('imports in lib/ only what package.json has among its dependencies', () => {
  const manifests = new Map(
    members.map((member) => {
      const file = join(root, 'packages', member, 'package.json');
      const { dependencies = {} } = (existsSync(file) ? JSON.parse(readFileSync(file, 'utf8')) : {}) as {
        dependencies?: Record<string, string>;
      };
      return [member, Object.keys(dependencies)];
    }),
  );
  const undeclared = imports.filter(
    ({ from, to }) => from !== to && !manifests.get(from)?.includes(`@flaghoist/${to}`),
  );
  expect(undeclared.map((each) => said(each, 'move it to "dependencies", or do without'))).toEqual([]);
});

it('says of every member that may import system, which of its files', () => {
  const narrowed = narrow.filter(({ to }) => to === 'system').map(({ from }) => from);
  expect(names.filter((name) => layers[name]?.includes('system') && !narrowed.includes(name))).toEqual([]);
});

it('lets only the wiring of a program import adapters, the real clock and chance', () => {
  const wrong = narrow.flatMap(({ from, to, files, why }) =>
    imports
      .filter((each) => each.from === from && each.to === to && !files.test(each.file))
      .map((each) => said(each, why)),
  );
  expect(wrong).toEqual([]);
});

it('keeps the test kit out of what ships', () => {
  expect(imports.filter(({ from, to }) => to === 'test-kit' && from !== 'test-kit')).toEqual([]);
});
