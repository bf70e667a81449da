import { spawn } from 'node:child_process';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { exitCodes } from '../lib/exit-codes.ts';
import { temporaryFiles } from './files.ts';
import { run } from './run.ts';

const { put, path } = temporaryFiles('inputs');
const at = ['--at', '2026-01-10T10:00Z'];
const fine = { state: 'ENABLED', variants: { on: true, off: false }, defaultVariant: 'off' };

interface Finding {
  readonly [member: string]: unknown;
}

const resultOf = async (...args: string[]) => JSON.parse((await run(['validate', ...args, ...at, '--json'])).stdout);
const found = async (...args: string[]): Promise<string[]> =>
  (await resultOf(...args)).violations.map(
    ({ file, line, column, severity, ruleId }: Finding) =>
      `${String(file).split('/').at(-1)}:${line}:${column} ${severity} ${ruleId}`,
  );
const refusedWith = async (ending: number, args: readonly string[]): Promise<string> => {
  const { exitCode, stderr } = await run(['validate', ...args, ...at]);
  expect(exitCode).toBe(ending);
  expect(stderr).toMatch(/^hint: /m);
  return stderr;
};
const refusal = (...args: string[]): Promise<string> => refusedWith(exitCodes.unreadable, args);
const wrongUse = (...args: string[]): Promise<string> => refusedWith(exitCodes.usage, args);

describe('standard input', () => {
  it('is read whatever its size and pace, as a process of its own sees it', async () => {
    const many = Array.from({ length: 3_000 }, (_, index) => [`team.feature-${index}`, fine]);
    const json = JSON.stringify({ flags: Object.fromEntries(many) }, null, 4);
    expect(json.length).toBeGreaterThan(500_000);
    const main = join(__dirname, '..', 'lib', 'main.ts');
    const child = spawn(process.execPath, ['--no-warnings', main, 'validate', '-', '--json', ...at]);
    const answer = Promise.all([text(child.stdout), text(child.stderr)]);
    // Half of it, and the rest when the program has taken that: longer than a pipe holds.
    const half = json.length / 2;
    if (!child.stdin.write(json.slice(0, half))) await new Promise((resolve) => child.stdin.once('drain', resolve));
    child.stdin.end(json.slice(half));
    const [stdout, stderr] = await answer;
    expect(stderr).toBe('');
    expect(JSON.parse(stdout)).toMatchObject({ file: 'standard input', flags: 3_000, valid: true });
  });

  it('may be cut in the middle of a character, and may be YAML', async () => {
    const yaml = Buffer.from(
      'flags:\n  new-form: { state: ENABLED, variants: { on: "grün", off: "x" }, defaultVariant: off }\n',
    );
    const cut = yaml.indexOf(0xc3) + 1;
    const stdin = [yaml.subarray(0, cut), yaml.subarray(cut)];
    const { exitCode, stdout } = await run(['validate', '-', ...at], { stdin });
    expect(stdout).toContain('standard input (flagd file with 1 flag): ');
    expect(exitCode).toBe(exitCodes.ok);
  });
});

describe('an encoding that is not UTF-8 is named', () => {
  const json = '{\n"flags":{"new-form":{"state":"ENABLED","variants":{"on":"Grüße"}}}}';
  it.each([
    ['a byte order mark', Buffer.from(`\ufeff${json}`), /:1:1: the file begins with a byte order mark \(EF BB BF\)/],
    ['UTF-16 with a mark', Buffer.from(`\ufeff${json}`, 'utf16le'), /:1:1: the file is in UTF-16, little endian/],
    ['UTF-16 without', Buffer.from(json, 'utf16le'), /:1:1: the file is in UTF-16, little endian/],
    ['UTF-16, big endian', Buffer.from(`\ufeff${json}`, 'utf16le').swap16(), /:1:1: the file is in UTF-16, big endian/],
    ['Latin-1', Buffer.from(json, 'latin1'), /:2:60: the byte 0xFC is not text in UTF-8, which is ü in Latin-1/],
    ['half a character at the end', Buffer.from(json).subarray(0, -5), /./],
    ['no text', Buffer.from([0x7f, 0x45, 0x4c, 0x46, 2, 1, 1, 0]), /the file is no text/],
  ])('%s', async (_case, bytes, message) => {
    expect(await refusal(put('encoded.json', bytes))).toMatch(message);
  });

  it('wherever in a large file', async () => {
    const long = `${'{"é":"é"}\n'.repeat(5_000)}`;
    const bytes = Buffer.concat([Buffer.from(long), Buffer.from([0x41, 0x93, 0x42])]);
    expect(await refusal(put('long.json', bytes))).toMatch(/:5001:2: the byte 0x93 is not text in UTF-8\./);
  });
});

describe('JSON of editors', () => {
  it.each([
    ['a comment', '{\n  // why\n  "flags": {}\n}', /c\.json:2:3: there is a comment, which JSON does not have/],
    ['a block comment', '{ "flags": /* none */ {} }', /c\.json:1:12: there is a comment/],
    ['a trailing comma', '{\n  "flags": { "a": [1, 2,\n ], },\n}', /c\.json:2:24: there is a trailing comma/],
    ['neither, but broken', '{ "url": "http://x", "flags": }', /c\.json:1:31: this is not JSON/],
  ])('%s', async (_case, content, message) => {
    expect(await refusal(put('c.json', content))).toMatch(message);
  });
});

const yaml = `flags:
  first-form:
    state: ENABLED
    variants: { on: true, off: false }
    defaultVariant: maybe
---
# another document
flags:
  second-form:
    state: ENABLED
    variants:
      "on": true
      "off": false
    defaultVariant: "off"
    targetting: {}
`;

it('reads YAML, of several documents too, by line and column', async () => {
  expect(await found(put('two.yaml', yaml))).toEqual([
    'two.yaml:5:21 error FH-VARIANT-03',
    'two.yaml:15:17 error FH-DOC-05',
  ]);
  expect(await refusal(put('broken.yml', 'flags:\n  a: [1\n'))).toMatch(/broken\.yml:\d+:\d+: /);
});

describe('Kubernetes', () => {
  const resource = (key: string, defaultVariant: string) => ({
    apiVersion: 'core.openfeature.dev/v1beta1',
    kind: 'FeatureFlag',
    metadata: { name: key },
    spec: { flagSpec: { flags: { [key]: { ...fine, defaultVariant } } } },
  });

  it('has flags in a FeatureFlag, and in a List of them', async () => {
    const result = await resultOf(put('one.json', resource('new-form', 'maybe')));
    expect(result).toMatchObject({ kind: 'Kubernetes FeatureFlag', flags: 1 });
    expect(result.violations).toMatchObject([
      { ruleId: 'FH-VARIANT-03', pointer: '/spec/flagSpec/flags/new-form/defaultVariant', line: 16 },
    ]);
    const list = { apiVersion: 'v1', kind: 'List', items: [resource('form-a', 'off'), resource('form-b', 'x')] };
    expect((await resultOf(put('list.json', list))).violations).toMatchObject([
      { pointer: '/items/1/spec/flagSpec/flags/form-b/defaultVariant' },
    ]);
  });

  it('may have other resources beside them', async () => {
    const deployment = 'apiVersion: apps/v1\nkind: Deployment\nspec: {}\n---\n';
    const flag = `apiVersion: core.openfeature.dev/v1beta1\nkind: FeatureFlag\nspec:\n  flagSpec:\n    flags:\n      new-form: ${JSON.stringify(fine)}\n`;
    expect(await resultOf(put('all.yaml', deployment + flag))).toMatchObject({ flags: 1, valid: true });
    expect(await refusal(put('none.yaml', deployment))).toContain('no Kubernetes FeatureFlag');
  });

  it('has words in quotes that kubectl takes for true or false, and flagd alone does not', async () => {
    const lines = (flags: string) => `state: ENABLED\n${flags}`.replaceAll('\n', '\n        ');
    const unquoted = lines('variants: { on: true, off: false }\ndefaultVariant: off\nmetadata: { owner: team-a }');
    const flags = `flags:\n      new-form:\n        ${unquoted}\n`;
    const inKubernetes = `apiVersion: core.openfeature.dev/v1beta1\nkind: FeatureFlag\nspec:\n  flagSpec:\n    ${flags}`;
    expect(await found(put('words.yaml', inKubernetes))).toEqual([
      'words.yaml:8:25 error FH-FILE-04',
      'words.yaml:8:36 error FH-FILE-04',
      'words.yaml:9:25 error FH-FILE-04',
    ]);
    const quoted = inKubernetes.replace(/\b(on|off)\b/g, '"$1"');
    expect((await found(put('quoted.yaml', quoted))).filter((line: string) => line.includes('FH-FILE'))).toEqual([]);
    expect((await found(put('flagd.yaml', flags))).filter((line: string) => line.includes('FH-FILE'))).toEqual([]);
  });
});

describe('a list of flags, as the daemon takes it', () => {
  it('is judged flag by flag', async () => {
    const list = put('list-form.json', {
      flags: [
        { key: 'form-a', ...fine },
        { key: 'form-b', ...fine, defaultVariant: 'x' },
        fine,
        { key: 'form-a', ...fine },
      ],
    });
    const { violations, flags } = await resultOf(list);
    expect(flags).toBe(3);
    expect(violations.map(({ ruleId, pointer }: Finding) => `${ruleId} ${pointer}`)).toEqual([
      'FH-VARIANT-03 /flags/1/defaultVariant',
      'FH-DOC-02 /flags/2',
      'FH-FILE-01 /flags/3',
    ]);
  });
});

describe('several files', () => {
  it('are judged together, folders with all that is in them', async () => {
    put('set/a.json', { flags: { 'form-a': fine } });
    put(
      'set/deep/b.yaml',
      'flags:\n  form-b: { state: ENABLED, variants: { on: 1, off: "0" }, defaultVariant: off }\n',
    );
    put('set/package.json', { name: 'no-flags' });
    put('set/.hidden/c.json', '{');
    const { exitCode, stdout, stderr } = await run(['validate', path('set'), ...at]);
    expect(exitCode).toBe(exitCodes.no);
    expect(stdout).toMatch(/set\/deep\/b\.yaml:2:\d+ error FH-VARIANT-02 form-b: /);
    expect(stdout).toContain('2 files with 2 flags: 1 error\n');
    expect(stderr).toContain('package.json: no flags in it, passed over\n');
    const { files } = await resultOf(path('set'));
    expect(files).toMatchObject([{ kind: 'flagd file', flags: 1 }, { flags: 1 }]);
  });

  it('have each key once, also in other capitals or with other separators', async () => {
    const one = put('keys-1.json', { flags: { 'pay-now': fine, 'pay-later': fine } });
    const two = put('keys-2.json', '{"flags":{\n"payNow":{},\n"pay-later":{}}}');
    const { violations } = await resultOf(one, two);
    expect(
      violations
        .filter(({ ruleId }: Finding) => ruleId === 'FH-KEY-14' || ruleId === 'FH-FILE-01')
        .map(({ file, line, ruleId, message }: Finding) => `${file === two}:${line} ${ruleId} ${message}`),
    ).toEqual([
      `true:2 FH-KEY-14 The key "payNow" is read as "pay-now" at ${one}:3:16; expected other words.`,
      `true:3 FH-FILE-01 The key "pay-later" is in these files twice, first at ${one}:11:18; expected it once.`,
    ]);
  });

  it('share their evaluators; what is wrong with one is found where it stands, once', async () => {
    const targeting = { if: [{ $ref: 'german' }, 'on', 'off'] };
    const user = put('user.json', { flags: { 'form-a': { ...fine, targeting }, 'form-b': { ...fine, targeting } } });
    const right = put('right.json', {
      $evaluators: { german: { '==': [{ var: 'country' }, 'DE'] } },
      flags: { 'form-c': fine },
    });
    expect(await found(user, right)).toEqual([]);
    expect(await found(user)).toHaveLength(2);
    const wrong = put(
      'wrong.json',
      '{"flags":{"form-c":{}},\n"$evaluators":{"german":{"is":[{"var":"country"},"DE"]}}}',
    );
    const { violations } = await resultOf(user, wrong);
    const [shared] = violations.filter(({ ruleId }: Finding) => ruleId === 'FH-TARGET-03');
    expect(shared).toMatchObject({ file: wrong, line: 2, flagKey: 'form-a', flags: 2, pointer: '/$evaluators/german' });
    const { stdout } = await run(['validate', user, wrong, ...at]);
    expect(stdout).toContain('form-a and 1 more: There is no operator "is"');
  });

  it('share no evaluator that two of them have differently', async () => {
    const one = { german: { '==': [{ var: 'country' }, 'DE'] } };
    const other = { german: { in: [{ var: 'country' }, ['DE', 'AT']] } };
    const german = { ...fine, targeting: { if: [{ $ref: 'german' }, 'on', 'off'] } };
    const user = put('refers.json', { flags: { 'form-a': german } });
    const first = put('first.json', { $evaluators: one, flags: { 'form-b': german } });
    const again = put('again.json', { $evaluators: one, flags: { 'form-c': german } });
    const second = put('second.json', { $evaluators: other, flags: { 'form-d': german } });
    expect(await found(user, first, again)).toEqual([]);
    expect(await found(first, second)).toEqual([]);
    const { violations } = await resultOf(user, first, second);
    expect(violations).toMatchObject([{ ruleId: 'FH-FILE-03', file: user, flagKey: 'form-a', severity: 'error' }]);
    expect(violations[0].message).toContain(`at ${first}:`);
    expect(violations[0].message).toContain(`and ${second}:`);
  });
});

it('tells an evaluator that refers to another one, and not that the other one is missing', async () => {
  const $evaluators = {
    outer: { and: [{ $ref: 'inner' }, { '!!': [{ var: 'a' }] }] },
    inner: { '!!': [{ var: 'b' }] },
  };
  const flags = { 'form-1': { ...fine, targeting: { if: [{ $ref: 'outer' }, 'on', 'off'] } } };
  const { violations } = await resultOf(put('nested.json', { $evaluators, flags }), '--no-evaluate');
  expect(violations).toMatchObject([{ ruleId: 'FH-PREREQ-11', pointer: '/$evaluators/outer/and/0' }]);
  expect(violations).toHaveLength(1);
});

describe('what a file says of all its flags', () => {
  it('is judged once, however many flags there are, and also where none uses it', async () => {
    const flags = { 'form-1': fine, 'form-2': fine, 'form-3': fine };
    const tester = { '==': [{ var: 'email' }, 'mia@bank.com'] };
    const { violations } = await resultOf(put('noise.json', { flags, $evaluators: { tester } }));
    expect(violations).toMatchObject([{ ruleId: 'FH-SAFE-12', flagKey: '', pointer: '/$evaluators/tester/==/1' }]);
  });

  it('is inherited by each flag', async () => {
    const flags = { 'form-1': fine, 'form-2': { ...fine, metadata: { expires: '2026-03-01' } } };
    const metadata = { type: 'release', expires: '2020-01-01', contact: { team: 'x' } };
    const { violations } = await resultOf(put('inherited.json', { flags, metadata }));
    expect(violations.map(({ ruleId, pointer, flags: n }: Finding) => `${ruleId} ${pointer} ${n ?? 1}`)).toEqual([
      'FH-LIFE-06 /metadata/expires 1',
      'FH-DOC-07 /metadata/contact 2',
    ]);
  });

  it('has no misspelt member, and others are dropped by flagd', async () => {
    const strange = put('strange.json', '{\n"flags":{},\n"flagz":{},\n"$evaluator":{},\n"comment":""}');
    expect(await found(strange)).toEqual([
      'strange.json:3:9 error FH-DOC-05',
      'strange.json:4:14 error FH-DOC-05',
      'strange.json:5:11 warning FH-DOC-15',
    ]);
  });

  it('is a no when there is no flag at all', async () => {
    const { exitCode, stdout } = await run(['validate', put('emptied.json', { flags: {} }), ...at]);
    expect(exitCode).toBe(exitCodes.no);
    expect(stdout).toMatch(/emptied\.json:2:12 warning FH-FILE-02 There is no flag in it/);
    const beside = await resultOf(path('emptied.json'), put('one-flag.json', { flags: { 'form-1': fine } }));
    expect(beside).toMatchObject({ valid: true, warnings: 1 });
  });
});

describe('the off variant of a flag from a file', () => {
  const colours = { state: 'ENABLED', variants: { red: '#f00', blue: '#00f' }, defaultVariant: 'red' };
  const offOf = async (document: object, ...args: string[]) =>
    (await resultOf(put('colours.json', { flags: { 'background-color': document } }), ...args)).violations
      .filter(({ ruleId }: Finding) => ruleId === 'FH-KILL-01')
      .map(({ severity, pointer, message }: Finding) => `${severity} ${pointer} ${message}`);

  it('is the default one where nothing else is said, with a warning', async () => {
    expect(await offOf(colours)).toEqual([
      expect.stringMatching(/^warning \/flags\/background-color\/variants .*would serve the default variant "red"/),
    ]);
  });

  it('is what metadata or the command line says', async () => {
    expect(await offOf({ ...colours, metadata: { offVariant: 'blue' } })).toEqual([]);
    expect(await offOf(colours, '--off-variant', 'blue')).toEqual([]);
    expect(await offOf({ ...colours, metadata: { offVariant: 'green' } }, '--off-variant', 'blue')).toEqual([
      expect.stringMatching(/^error \/flags\/background-color\/metadata\/offVariant .*is "green"/),
    ]);
  });

  it('is what is false, or named off', async () => {
    expect(await offOf({ ...fine, variants: { yes: true, no: false }, defaultVariant: 'yes' })).toEqual([]);
    expect(await offOf({ ...colours, variants: { ...colours.variants, off: '' } })).toEqual([]);
  });

  it('is missing where there is no default variant either', async () => {
    expect(await offOf({ ...colours, defaultVariant: null })).toEqual([expect.stringMatching(/^error /)]);
  });
});

it('invents no environment: a key may have the word unknown', async () => {
  expect(await found(put('unknown.json', { flags: { 'unknown-device-challenge': fine } }))).toEqual([]);
});

it('takes no option that would mean nothing', async () => {
  const file = put('keyed.json', { flags: { 'form-1': fine } });
  expect(await wrongUse(file, '--key', 'x.y')).toContain('--key is not valid: there is no definition without a key');
  const policy = put('policy.json', { version: 2, environments: ['dev', 'prod'] });
  expect(await wrongUse(file, '--policy', policy, '--environment', 'nowhere')).toContain(
    'knows no environment "nowhere"',
  );
  expect(await wrongUse(file, '--environment', 'mars')).toContain(
    'fleet/environments.json has no environment "mars"\nhint: Name one of: dev, staging, prod.',
  );
});

it('asks flagd’s own evaluator, unless told not to', async () => {
  const targeting = { if: [{ '==': [{ var: 'country' }, ['DE']] }, 'on', 'off'] };
  const file = put('evaluated.json', { flags: { 'form-1': { ...fine, targeting } } });
  const evaluated = await resultOf(file);
  expect(evaluated.violations.map(({ ruleId }: Finding) => ruleId)).toContain('FH-TARGET-25');
  const { violations, notAsked } = await resultOf(file, '--no-evaluate');
  expect(violations).toEqual([]);
  expect(notAsked).toContain('FH-TARGET-25');
});

it('finds a number that every reader would take for 0', async () => {
  const path = put(
    'tiny.json',
    '{ "flags": { "rates.spread": { "state": "ENABLED", "defaultVariant": "off", "variants": {\n"on": 1e-400, "off": 0.0e-400 } } } }',
  );
  expect(await found(path)).toEqual(['tiny.json:2:7 error FH-LIMIT-06']);
});
