import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { findTerraform } from '@flaghoist/tools/find-terraform';
import { needs } from '@flaghoist/tools/needs';
import { exitCodes, recipes, runRecipes } from '../lib/program.ts';
import type { Step } from '../lib/recipe.ts';
import { type Checkout, copyCheckout, expectDone } from './support/checkout.ts';

/** Each kind, as somebody types it. */
const added: readonly (readonly [kind: string, ...args: string[]])[] = [
  ['rule', 'key'],
  ['rule', 'personal-data', '--standing'],
  ['rule', 'targeting-operands', '--standing'],
  ['rule', 'safety-seats', '--family', 'safe'],
  ['lambda', 'flag-counter', '--about', 'Counts the flags that nobody reads.'],
  ['command', 'owners', '--about', 'who answers for which flags'],
  ['module', 'message-queue', '--about', 'A queue and its dead letters.'],
  ['service', 'card-offers', '--owner', 'team-cards', '--residencies', 'eu,uk'],
  ['region', 'eu-north-1', '--residency', 'eu'],
  [
    'environment',
    'preview',
    '--account',
    '444444444444',
    '--region',
    'eu-west-2',
    '--replica-region',
    'eu-west-1',
    '--after',
    'dev',
  ],
];
const kinds = recipes.map(({ kind }) => kind);
const { it: itWithTerraform } = needs(() => findTerraform(process.env), process.env);

interface Told {
  readonly changes: readonly { readonly file: string; readonly change: string }[];
  readonly next: readonly Step[];
}

let checkout: Checkout;
const tellings: Told[] = [];
const commands = (): readonly string[] => [
  ...new Set(tellings.flatMap(({ next }) => next.flatMap(({ run }) => run ?? []))),
];

const recipe = async (args: readonly string[]) => {
  const told = { out: '', err: '' };
  const exitCode = await runRecipes(args, checkout.root, {
    out: (text) => {
      told.out += text;
    },
    err: (text) => {
      told.err += text;
    },
  });
  return { exitCode, ...told };
};

/** All recipes in one copy, then the commands that they name: what a guard says is said of all of them. */
beforeAll(async () => {
  checkout = await copyCheckout();
  const ready = 'git init -q && pnpm install --frozen-lockfile --prefer-offline && git add -A';
  expectDone(ready, await checkout.run(ready));
  for (const words of added) {
    const line = `pnpm --silent new ${words.map((word) => `'${word}'`).join(' ')} --json`;
    const ended = await checkout.run(line);
    expectDone(line, ended);
    tellings.push(JSON.parse(ended.stdout) as Told);
  }
  // In the order of the day: links first, the formatter last.
  const last = (line: string): number => (line === 'pnpm install' ? 0 : line === 'pnpm lint:fix' ? 2 : 1);
  for (const line of commands().toSorted((a, b) => last(a) - last(b))) {
    const quick = line === 'pnpm install' ? `${line} --prefer-offline --no-frozen-lockfile` : line;
    expectDone(quick, await checkout.run(quick));
  }
});
afterAll(() => checkout.remove());

it('has an example of each recipe here', () => {
  expect([...new Set(added.map(([kind]) => kind))]).toEqual(kinds);
});

describe.each(kinds)('pnpm new %s', (kind) => {
  it('says what it wrote, and in the end how to prove it', async () => {
    const told = tellings.filter((_telling, index) => added[index]?.[0] === kind);
    for (const { changes, next } of told) {
      expect(changes.length).toBeGreaterThan(0);
      for (const { file } of changes) {
        expect(readFileSync(join(checkout.root, file), 'utf8')).not.toMatch(/\{\{\w+\}\}/);
      }
      expect(next.at(-1)?.say).toMatch(/^Prove it: /);
    }
  });

  it('has examples and exit codes in its help', async () => {
    const { exitCode, out } = await recipe([kind, '--help']);
    expect(exitCode).toBe(exitCodes.ok);
    expect(out).toMatch(new RegExp(`\\nExamples:\\n {2}\\$ pnpm new ${kind} `));
    expect(out).toContain('Exit codes: 0 written, 1 refused, 64 wrong use');
  });
});

it('says of a new region what must come before its stacks', () => {
  const region = tellings[added.findIndex(([kind]) => kind === 'region')];
  const said = region?.next.map(({ say }) => say).join('\n') ?? '';
  expect(said).toMatch(/cidr_blocks of \S+region-foundation\/environments\/.*quota .*account-access applied again/);
  expect(readFileSync(join(checkout.root, 'docs/deploy.md'), 'utf8')).toContain(
    '\n## Services and regions come and go\n',
  );
});

const folderOf = (line: string): string => `packages/${line.split(' ')[0]}`;

describe('after all recipes and the commands that they name', () => {
  it.each([
    ['the form of members, layers, errors and named commands', 'jest workspace layers errors named-commands', '.'],
    ['fleet/', 'jest', 'packages/fleet'],
    ['where environments are named', 'jest sources', 'infra-tf/test'],
    ['the plan of the wiring', 'jest', 'packages/wiring'],
    ['the seats of the simulator', 'jest wiring.test', 'packages/simulator'],
    ['the function itself and its zip', 'jest', folderOf('flag-counter')],
    [
      'lists, catalogue and releases of the rules',
      'jest test/documents test/catalogue test/releases',
      'packages/rules',
    ],
    ['the commands of hoist', 'jest commands.test owners', 'packages/cli'],
    ['types of the function', 'tsc --noEmit', folderOf('flag-counter')],
    ['types of the simulator', 'tsc --noEmit', 'packages/simulator'],
    ['types of the command line', 'tsc --noEmit', 'packages/cli'],
    ['unused code', 'knip --no-config-hints', '.'],
  ])('the guard of %s passes', async (_guarded, line, folder) => {
    expectDone(line, await checkout.run(line, folder));
  });

  it('the formatter and linter find nothing in what was written', async () => {
    const files = tellings.flatMap(({ changes }) => changes.map(({ file }) => file));
    const line = `biome check --error-on-warnings --no-errors-on-unmatched ${[...new Set(files)].join(' ')}`;
    expectDone(line, await checkout.run(line));
  });

  itWithTerraform('the module is formatted, documented and valid, and its tests pass', async () => {
    const line = 'pnpm exec terraform-member check';
    expectDone(line, await checkout.run(line, 'infra-tf/lib/modules/message-queue'));
  });

  it('the example that breaks a rule breaks no other one, and its neighbour none', async () => {
    const ids = tellings.flatMap(({ next }) => /of (FH-[A-Z]+-\d+) in /.exec(next[0]?.say ?? '')?.[1] ?? []);
    expect(ids).toHaveLength(added.filter(([kind]) => kind === 'rule').length);
    const judging = `
      import { exampleEnvelope } from './lib/examples/envelope.ts';
      import { examples } from './lib/examples/examples.ts';
      import { validate } from './lib/validate.ts';
      const idsOf = (patch) => validate(exampleEnvelope(patch), ['change', 'standing']).violations.map(({ ruleId }) => ruleId);
      const judged = process.argv.slice(1).map((id) => [idsOf(examples[id].failing), idsOf(examples[id].passing)]);
      console.log(JSON.stringify(judged));`;
    const line = `node --no-warnings --input-type=module-typescript -e "${judging}" ${ids.join(' ')}`;
    const ended = await checkout.run(line, 'packages/rules');
    expectDone(line, ended);
    expect(JSON.parse(ended.stdout)).toEqual(ids.map((id) => [[id], []]));
  });
});

describe('pnpm new refuses, and writes nothing', () => {
  it.each([
    [
      'a function that is there',
      ['lambda', 'flag-counter'],
      exitCodes.refused,
      'FH_NAME_TAKEN: packages/ has a folder flag-counter already',
    ],
    ['a package that is there', ['lambda', 'core'], exitCodes.refused, 'FH_NAME_TAKEN'],
    ['a command that is there', ['command', 'rules'], exitCodes.refused, 'FH_NAME_TAKEN'],
    ['a module that is there', ['module', 'naming'], exitCodes.refused, 'FH_NAME_TAKEN'],
    [
      'a service that is there',
      ['service', 'card-limits', '--owner', 'team-cards'],
      exitCodes.refused,
      'FH_NAME_TAKEN',
    ],
    ['a region that is there', ['region', 'eu-west-1', '--residency', 'eu'], exitCodes.refused, 'FH_NAME_TAKEN'],
    ['an environment that is there', ['environment', 'prod'], exitCodes.refused, 'FH_NAME_TAKEN'],
    ['a name with capitals', ['lambda', 'FlagCounter'], exitCodes.wrongUse, 'expected lower-case words'],
    ['a name that leads elsewhere', ['module', '../evil'], exitCodes.wrongUse, 'expected lower-case words'],
    ['a command of two words', ['command', 'who-owns'], exitCodes.wrongUse, 'expected one word'],
    [
      'a rule of a new file without a family',
      ['rule', 'boats'],
      exitCodes.wrongUse,
      'there is no packages/rules/lib/families/boats.ts',
    ],
    [
      'a family that nobody knows',
      ['rule', 'boats', '--family', 'BOAT'],
      exitCodes.wrongUse,
      'there is no family BOAT; there are KEY, ',
    ],
    [
      'a rule among those that see the survey alone',
      ['rule', 'safety', '--standing'],
      exitCodes.wrongUse,
      'readonly SurveyRule[]',
    ],
    ['a service of nobody', ['service', 'boats'], exitCodes.wrongUse, 'Name the team with --owner'],
    [
      'a service of an unknown team',
      ['service', 'boats', '--owner', 'team-card'],
      exitCodes.refused,
      'Did you mean "team-cards"?',
    ],
    [
      'a cell far away',
      ['service', 'boats', '--owner', 'team-cards', '--cell', 'cell-40'],
      exitCodes.refused,
      'no service is in cell-39',
    ],
    ['a region without a residency', ['region', 'eu-south-1'], exitCodes.wrongUse, 'Name one of eu, uk, '],
    [
      'what is no region',
      ['region', 'mars-1', '--residency', 'eu'],
      exitCodes.wrongUse,
      'the name is "mars-1": must be a region, such as "eu-north-1"',
    ],
    [
      'an environment without an account',
      ['environment', 'blue', '--region', 'eu-west-1'],
      exitCodes.wrongUse,
      '--account, --replica-region are missing',
    ],
    ['a kind that there is not', ['boat', 'x'], exitCodes.wrongUse, "unknown command 'boat'"],
    ['nothing at all', [], exitCodes.wrongUse, 'Usage: pnpm new'],
  ])('%s', async (_wrong, args, exitCode, says) => {
    const before = await checkout.run('git status --porcelain -uall && git diff | git hash-object --stdin');
    const told = await recipe(args);
    expect({ exitCode: told.exitCode, err: told.err }).toEqual({ exitCode, err: expect.stringContaining(says) });
    expect(told.out).toBe('');
    expect(await checkout.run('git status --porcelain -uall && git diff | git hash-object --stdin')).toEqual(before);
  });

  it('anything in a dry run, and lists the files', async () => {
    const before = await checkout.run('git status --porcelain -uall');
    const { exitCode, out } = await recipe(['lambda', 'flag-sweeper', '--dry-run']);
    expect(exitCode).toBe(exitCodes.ok);
    expect(out).toMatch(/^Would write:\n {2}edited {2}README\.md\n/);
    expect(out).toContain('\n  new     packages/flag-sweeper/lambda.json\n');
    expect(await checkout.run('git status --porcelain -uall')).toEqual(before);
  });

  it('a place that has moved, naming the file and what it looked for', async () => {
    const line = "sed -i.bak 's/^type HomePorts = /type PortsOfHome = /' packages/simulator/lib/seats.ts";
    expectDone(line, await checkout.run(line));
    try {
      const { exitCode, err } = await recipe(['lambda', 'flag-sweeper', '--json']);
      expect(exitCode).toBe(exitCodes.refused);
      expect(JSON.parse(err)).toMatchObject({
        error: { code: 'FH_PLACE_MISSING', message: expect.stringContaining('seats.ts has no type HomePorts') },
      });
    } finally {
      await checkout.run('mv packages/simulator/lib/seats.ts.bak packages/simulator/lib/seats.ts');
    }
  });
});
