import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { exitCodes } from '../lib/exit-codes.ts';
import { type ServedWorld, serveWorld } from './served.ts';

const folder = mkdtempSync(join(tmpdir(), 'hoist-wrong-'));
const damaged = join(folder, 'damaged.yaml');
const written = (name: string, text: string): string => {
  const file = join(folder, name);
  writeFileSync(file, text);
  return file;
};
const nowhere = join(folder, 'nowhere.yaml');
const reason = ['--reason', 'To see what happens'];

let served: ServedWorld;
beforeAll(async () => {
  writeFileSync(damaged, 'flags:\n  checkout.form: [\n');
  served = await serveWorld();
});
afterAll(async () => {
  await served.close();
  rmSync(folder, { recursive: true });
});

interface Wrong {
  readonly what: string;
  readonly args: readonly string[];
  readonly token?: string;
  readonly code: number;
  /** What was found. */
  readonly error: string;
  /** The way out. */
  readonly hint: string;
}

it.each<Wrong>([
  { what: 'command', args: ['sett', 'checkout.form', 'on'], code: exitCodes.usage, error: 'sett', hint: 'mean set?' },
  { what: 'command', args: ['rewind'], code: exitCodes.usage, error: 'rewind', hint: 'hoist help shows' },
  { what: 'command below one', args: ['token', 'isue'], code: exitCodes.usage, error: 'isue', hint: 'mean issue?' },
  { what: 'option', args: ['list', '--stat', 'x'], code: exitCodes.usage, error: '--stat', hint: 'hoist list --help' },
  {
    what: 'flag',
    args: ['get', 'checkout.none'],
    code: exitCodes.no,
    error: 'checkout.none',
    hint: 'hoist list shows',
  },
  {
    what: 'flag',
    args: ['set', 'checkout.none', 'on', ...reason],
    code: exitCodes.usage,
    error: 'checkout.none',
    hint: '--owner',
  },
  {
    what: 'file',
    args: ['import', nowhere, ...reason],
    code: exitCodes.unreadable,
    error: nowhere,
    hint: 'Name a file that exists',
  },
  {
    what: 'file',
    args: ['import', damaged, ...reason],
    code: exitCodes.unreadable,
    error: damaged,
    hint: 'at the named line',
  },
  {
    what: 'file',
    args: ['receipt', 'verify', nowhere],
    code: exitCodes.unreadable,
    error: nowhere,
    hint: 'Name a file that exists',
  },
  { what: 'token', args: ['list'], token: 'no-token-at-all', code: exitCodes.no, error: 'token', hint: 'hoist token' },
])('a wrong $what in $args is named, with what to do', async ({ args, token, code, error, hint }) => {
  const { exitCode, stdout, stderr } = await served.hoist(args, {
    variables: token === undefined ? {} : { HOIST_TOKEN: token },
  });
  // The first line says what was found, all below it what to do.
  const [first, ...below] = stderr.trimEnd().split('\n');
  expect({ exitCode, stdout, first, below: below.join('\n') }).toEqual({
    exitCode: code,
    stdout: '',
    first: expect.stringMatching(/^error(?: FH_[A-Z_]+)?: /),
    below: expect.stringContaining(hint),
  });
  expect(first).toContain(error);
});

/** Whatever file a command takes, by what is typed before and after it. */
const taking: readonly (readonly [readonly string[], ...string[]])[] = [
  [['receipt', 'verify']],
  [['receipt', 'prove'], 'login', 'us-east-1'],
  [['import'], ...reason],
  [['validate']],
  [['validate', written('flags.json', '{ "flags": {} }'), '--policy']],
  [['validate', written('flags.json', '{ "flags": {} }'), '--waivers']],
  [['validate', written('flags.json', '{ "flags": {} }'), '--topology']],
  [['up', '--once', '--topology']],
  [['up', '--once', '--policy']],
  [['up', '--once', '--people']],
  [['set', 'checkout.form', '--owner', 'team-identity', ...reason, '--file']],
  [['topology', 'publish', '--deployment']],
  [['verify', 'checkout.form', '--deployment']],
  [['doctor', '--deployment']],
  [['quota']],
  [['cost']],
  [['data', 'check']],
  [['data', 'restore', '--data', join(folder, 'world')]],
];
const others = {
  'a text': written('other.txt', 'Dear Ada,\nno JSON here\n'),
  'a list': written('list.json', '[{ "a": 1 }, 2]'),
  'another object': written('object.json', '{ "title": "Notes", "lines": [1, 2] }'),
};

describe.each(Object.entries(others))('%s where another file belongs', (_what, file) => {
  const rows = taking.map(([before, ...after]) => ({ typed: before.map((word) => basename(word)), before, after }));
  it.each(rows)('is told to who types hoist $typed in one line, with what to do', async ({ before, after }) => {
    const { exitCode, stdout, stderr } = await served.hoist([...before, file, ...after]);
    // Any object may be meant as the definition of a flag: the rules say what it lacks.
    if (exitCode === exitCodes.rejected) return expect(stdout).toContain('FH-VARIANT-01');
    expect({ exitCode, stdout, lines: stderr.trimEnd().split('\n') }).toEqual({
      exitCode: exitCodes.unreadable,
      stdout: '',
      lines: [expect.stringContaining(file), expect.stringMatching(/^hint: ./)],
    });
    const [line = ''] = stderr.split('\n');
    expect(line.length - file.length).toBeLessThan(250);
    expect(line).not.toContain('Invalid input');
  });
});

it.each([
  ['kill', 'checkout.none', ...reason],
  ['archive', 'checkout.none', ...reason],
  ['restore', 'checkout.none', ...reason],
  ['restore', 'checkout.none', '--order', '1.1', ...reason],
  ['diff', 'checkout.none'],
  ['diff', 'checkout.none', '1.1', '1.2'],
  ['history', 'checkout.none'],
  ['receipt', 'checkout.none'],
  ['receipt', 'checkout.none@1.1'],
  ['wait', 'checkout.none', '--order', '1.1'],
  ['why', 'login', 'us-east-1', 'checkout.none'],
])('hoist %s says of a flag that there is not that it is not there, and nothing else', async (...args) => {
  expect(await served.hoist(args)).toEqual({
    exitCode: exitCodes.no,
    stdout: '',
    stderr: 'error FH_NOT_FOUND: there is no flag checkout.none\nhint: hoist list shows the flags that there are.\n',
  });
});
