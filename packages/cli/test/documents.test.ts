import { existsSync, globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Command } from 'commander';
import { commands } from '../lib/program.ts';

const root = join(__dirname, '..', '..', '..');
const textOf = (file: string): string => readFileSync(join(root, file), 'utf8');

// docs/cli.md is what the commands print of themselves; the changelog tells of commands that were.
const documents = [
  '*.md',
  'docs/**/*.md',
  'fleet/*.md',
  'packages/*/*.md',
  'infra-tf/*.md',
  'infra-tf/{emulator,flags-emulator,test}/*.md',
  'infra-tf/lib/*/*/*.md',
]
  .flatMap((pattern) => globSync(pattern, { cwd: root }))
  .filter((file) => !['docs/cli.md', 'CHANGELOG.md'].includes(file));

interface Mention {
  readonly place: string;
  readonly words: readonly string[];
}

/** What is written as code: blocks line by line, with lines that go on put together, and words within a sentence. */
const codeIn = (text: string): readonly string[] => {
  const blocks = [...text.matchAll(/^```\w*\n([\s\S]*?)^```/gm)].map(([, block = '']) => block.replaceAll('\\\n', ' '));
  const spans = [...text.replace(/^```[\s\S]*?^```/gm, '').matchAll(/`([^`\n]+)`/g)].map(([, span = '']) => span);
  return [...blocks.flatMap((block) => block.split('\n')), ...spans].map((line) => line.replace(/\s#\s.*$/, ''));
};

/** The commands of hoist in a line, each up to where the shell goes on with something else. */
const mentionsIn = (file: string): readonly Mention[] =>
  codeIn(textOf(file)).flatMap((line) =>
    [...line.replace(/'[^']*'|"[^"]*"/g, 'TEXT').matchAll(/(?:^|[\s(&;|])hoist ([a-z][^#|;&><)]*)/g)].map(
      ([, rest = '']) => ({
        place: `${file}: ${line.trim()}`,
        words: rest.trim().split(/\s+/),
      }),
    ),
  );

const known = new Map<string, Command>();

beforeAll(async () => {
  for (const [name, load] of Object.entries(commands))
    known.set(
      name,
      (await load())(async () => {}),
    );
});

/** What is wrong with a command as it is written; nothing where it can be typed. */
const problemsOf = ({ place, words: [name = '', ...rest] }: Mention): readonly string[] => {
  let command = known.get(name);
  if (command === undefined) return name === 'help' ? [] : [`${place}: there is no command ${name}`];
  const words = [...rest];
  for (;;) {
    const below: Command | undefined = command.commands.find((each) => each.name() === words[0]);
    if (below === undefined) break;
    command = below;
    words.shift();
  }
  const isGroup = command.commands.length > 0 && command.registeredArguments.length === 0;
  if (isGroup && /^[a-z]/.test(words[0] ?? '')) return [`${place}: ${command.name()} has no ${words[0]}`];
  const takes = new Set(['--json', '--help', ...command.options.flatMap(({ long }) => long ?? [])]);
  return words
    .map((word) => word.replace(/[=.,:].*$/, ''))
    .filter((word) => /^--[a-z]/.test(word) && !takes.has(word))
    .map((word) => `${place}: ${command.name()} has no option ${word}`);
};

it('finds the commands of the documents', () => {
  const places = documents.map((file) => ({ file, count: mentionsIn(file).length }));
  expect(places.filter(({ count }) => count > 0).length).toBeGreaterThan(15);
  expect(places.find(({ file }) => file === 'docs/deploy.md')?.count).toBeGreaterThan(20);
});

it('knows each command that a document says, with each of its options', () => {
  expect(documents.flatMap(mentionsIn).flatMap(problemsOf)).toEqual([]);
});

describe('docs/deploy.md', () => {
  const page = 'docs/deploy.md';
  const lines = codeIn(textOf(page));
  const stacks = 'infra-tf/lib/stacks';

  it('names files and folders that there are', () => {
    const paths = lines.flatMap((line) => [
      ...(line.match(/(?<![\w./*-])(?:docs|fleet|infra-tf|packages)\/[\w./*-]+/g) ?? []),
    ]);
    expect(paths).toEqual(expect.arrayContaining(['packages/capacity/scripts/plans.py', `${stacks}/flags-region`]));
    // The first doctor makes this one.
    const made = ['docs/measured'];
    expect(paths.filter((path) => !made.includes(path) && globSync(path, { cwd: root }).length === 0)).toEqual([]);
  });

  it('gives each stack files that it has', () => {
    const files = lines.flatMap((line) => line.match(/environments\/[\w.]+/g) ?? []);
    const named = lines.flatMap((line) =>
      [...line.matchAll(/(?:\.\.|stacks)\/([a-z-]+)/g)].map(([, stack = '']) => stack),
    );
    expect(new Set(files)).toEqual(new Set(['environments/dev.s3.tfbackend', 'environments/dev.tfvars']));
    const ofEnvironments = ['flags-region', 'flags-global', 'region-foundation'];
    expect(new Set(named)).toEqual(new Set([...ofEnvironments, 'account-access', 'state-backend']));
    for (const stack of ofEnvironments)
      for (const file of files) expect(existsSync(join(root, stacks, stack, file))).toBe(true);
  });

  it('initialises a stack for one environment after another', () => {
    const typed = lines.filter((line) => /terraform init .*environments\//.test(line));
    expect(typed.length).toBeGreaterThan(4);
    expect(typed.filter((line) => !line.includes('TF_WORKSPACE=default terraform init -reconfigure '))).toEqual([]);
  });

  it('asks stacks for outputs that they have', () => {
    const asked = lines.flatMap((line) => [
      ...line.matchAll(/stacks\/([a-z-]+)(?: && \S+ terraform)? output -(?:json|raw) (\w+)/g),
    ]);
    const names = asked.map(([, stack, output]) => ({ stack, output }));
    expect(names).toEqual(
      expect.arrayContaining([
        { stack: 'flags-global', output: 'author_role_ids' },
        { stack: 'flags-global', output: 'operator_role_ids' },
        { stack: 'state-backend', output: 'backend_configuration' },
      ]),
    );
    const missing = names.filter(
      ({ stack, output }) => !textOf(`${stacks}/${stack}/outputs.tf`).includes(`output "${output}"`),
    );
    expect(missing).toEqual([]);
  });

  it('writes the backend files of all stacks that have some', () => {
    const [loop = ''] = lines.filter((line) => line.startsWith('for stack in'));
    const having = globSync('*/environments/dev.*.tfbackend', { cwd: join(root, stacks) }).map(
      (file) => file.split('/')[0],
    );
    expect(new Set(/in (.*);/.exec(loop)?.[1]?.split(' '))).toEqual(new Set(having));
    expect(
      lines.filter((line) => line.includes('.tfbackend"')).map((line) => /jq -j .* \| terraform fmt - >/.test(line)),
    ).toEqual([true, true]);
  });

  it('keeps the policy of states where each later apply of the role finds it', () => {
    const applied = lines.filter((line) => /account-access apply|terraform apply -state=/.test(line));
    expect(applied.length).toBeGreaterThan(2);
    expect(applied.filter((line) => /-var[ =]/.test(line))).toEqual([]);
    expect(
      lines.filter((line) => line.includes('state_policy = ') && line.includes('$environment.tfvars')),
    ).toHaveLength(1);
  });

  it('compares the environments by each stack that it deploys', () => {
    const compared = lines.flatMap((line) =>
      [...line.matchAll(/hoist parity --stack ([\w-]+)/g)].map(([, stack]) => stack),
    );
    expect(new Set(compared)).toEqual(new Set(['region-foundation', 'flags-global', 'flags-region']));
  });

  it('lets pnpm do what the root or a recipe does', () => {
    const { scripts } = JSON.parse(textOf('package.json'));
    const recipes = globSync('*.ts', { cwd: join(root, 'packages/recipes/lib') }).map((file) => file.slice(0, -3));
    const typed = lines.flatMap((line) =>
      [...line.matchAll(/\bpnpm (\w+)(?: ([a-z]+))?/g)].map(([, verb = '', what = '']) => ({ verb, what })),
    );
    const own = new Set(['hoist', 'turbo', 'install', ...Object.keys(scripts)]);
    expect(typed.filter(({ verb }) => !own.has(verb))).toEqual([]);
    const made = typed.filter(({ verb }) => verb === 'new').map(({ what }) => what);
    expect(made.length).toBeGreaterThan(2);
    expect(made.filter((what) => !recipes.includes(what))).toEqual([]);
  });

  it('asks for a quota that hoist quota knows, in the form of that service', () => {
    const { quotas } = JSON.parse(textOf('packages/capacity/lib/quota/quotas.json'));
    const asked = lines.flatMap((line) => [
      ...line.matchAll(/--service-code (\S+) --quota-code (\S+) --desired-value (\d+)/g),
    ]);
    expect(asked).toHaveLength(1);
    for (const [, service, code, value] of asked) {
      const found = quotas.find(
        (each: { service: string; code: string }) => each.service === service && each.code === code,
      );
      expect(found).toMatchObject({ adjustable: true });
      expect(Number(value)).toBeGreaterThanOrEqual(1000);
    }
  });

  it('has the plans written by a command of that script', () => {
    const [command = ''] = lines.filter((line) => line.includes('plans.py'));
    const [, verb, ...rest] = command.trim().split(/\s+/);
    const said = textOf('packages/capacity/scripts/plans.py');
    expect(said).toMatch(new RegExp(`plans\\.py ${verb} FOLDER ENVIRONMENT SERVICES`));
    expect(rest).toEqual(['plans', 'prod', '156']);
  });
});
