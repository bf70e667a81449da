import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { serialiseEnvelope } from '@flaghoist/core/envelope';
import { exampleEnvelope, withDocument, withPolicy } from '@flaghoist/rules/examples/envelope';
import { exitCodes } from '../lib/exit-codes.ts';
import { type Ran, run } from './run.ts';

let directory: string;
beforeAll(() => {
  directory = mkdtempSync(join(tmpdir(), 'hoist-validate-'));
});
afterAll(() => rmSync(directory, { recursive: true }));

const put = (name: string, content: unknown): string => {
  const path = join(directory, name);
  writeFileSync(path, typeof content === 'string' ? content : JSON.stringify(content, null, 2));
  return path;
};
const at = ['--at', '2026-01-10T10:00Z'];
const check = (path: string, ...args: string[]): Promise<Ran> => run(['validate', path, ...at, ...args]);
const resultOf = async (path: string, ...args: string[]) => JSON.parse((await check(path, '--json', ...args)).stdout);
const found = async (path: string, ...args: string[]): Promise<string[]> =>
  (await resultOf(path, ...args)).violations.map(
    ({ line, column, ruleId }: Record<string, unknown>) => `${line}:${column} ${ruleId}`,
  );

const fine = { state: 'ENABLED', variants: { on: true, off: false }, defaultVariant: 'off' };

const flags = `{
  "flags": {
    "instant-payments": {
      "state": "ENABLED",
      "variants": { "on": true, "off": false },
      "defaultVariant": "maybe"
    },
    "payments--fee": {
      "state": "ENABLED",
      "variants": {
        "on": "a",
        "off": "a",
        "half": "b"
      },
      "defaultVariant": "off"
    }
  }
}`;

describe('a flagd file', () => {
  it('is judged flag by flag, with line and column', async () => {
    const path = put('flags.json', flags);
    expect(await found(path)).toEqual(['6:25 FH-VARIANT-03', '8:22 FH-KEY-01', '11:15 FH-VARIANT-08']);
    const { exitCode, stdout, stderr } = await check(path);
    expect(exitCode).toBe(exitCodes.no);
    expect(stderr).toBe('');
    expect(stdout).toContain(
      `${path}:6:25 error FH-VARIANT-03 instant-payments: The default variant is "maybe"; expected one of "off", "on".\n  Set `,
    );
    expect(stdout).toContain(`${path} (flagd file with 2 flags): 2 errors, 1 warning\n`);
  });

  it('that breaks no rule is a yes', async () => {
    const path = put('fine.json', { flags: { 'instant-payments': fine } });
    const { exitCode, stdout } = await check(path);
    expect(exitCode).toBe(exitCodes.ok);
    expect(stdout).toContain('(flagd file with 1 flag): breaks no rule\n');
  });

  it('with warnings only is a yes that says so', async () => {
    const path = put('warned.json', { flags: { 'instant-payments': { ...fine, variants: { on: 'x', off: 'x' } } } });
    const { exitCode, stdout } = await check(path);
    expect(exitCode).toBe(exitCodes.ok);
    expect(stdout).toMatch(/warning FH-VARIANT-08 /);
    expect(stdout).toContain(': 1 warning\n');
  });

  it('brings its shared evaluators along', async () => {
    const path = put('evaluators.json', {
      $evaluators: { german: { '==': [{ var: 'country' }, 'DE'] } },
      flags: { 'instant-payments': { ...fine, targeting: { if: [{ $ref: 'german' }, 'on', 'off'] } } },
    });
    expect(await found(path)).toEqual([]);
  });

  it('with a shared evaluator that is misspelt or wrong is told where', async () => {
    const path = put(
      'misspelt.json',
      `{
  "$evaluators": { "german": "DE" },
  "flags": {
    "instant-payments": {
      "state": "ENABLED", "variants": { "on": true, "off": false }, "defaultVariant": "off",
      "targeting": { "if": [{ "$ref": "germans" }, "on", { "if": [{ "$ref": "german" }, "on", "off"] }] }
    }
  }
}`,
    );
    expect(await found(path)).toEqual(['2:30 FH-PREREQ-12', '6:39 FH-PREREQ-10']);
  });

  it('with what is no definition is told what there is instead, and the other flags are judged', async () => {
    const path = put(
      'shapes.json',
      `{"flags":{\n"first-one": null,\n"second-one": [1],\n"third": ${JSON.stringify(fine)}}}`,
    );
    const { violations, skipped } = await resultOf(path);
    expect(violations).toMatchObject([
      { line: 2, column: 14, ruleId: 'FH-DOC-02', message: 'The flag is null; expected a flagd flag definition.' },
      { line: 3, column: 15, ruleId: 'FH-DOC-02', message: 'The flag is an array; expected a flagd flag definition.' },
    ]);
    expect(skipped).not.toContain('FH-DOC-02');
    expect(skipped).toContain('FH-DOC-03');
  });

  it('is told what no region could read', async () => {
    const path = put('huge.json', '{"flags":{"instant-payments":{"state":"ENABLED",\n"metadata":{"note":1e999}}}}');
    expect(await found(path)).toEqual(['2:20 FH-SAFE-04']);
  });

  it('with half a surrogate pair is told the line, in JSON that strict parsers can read', async () => {
    const path = put('half.json', '{"flags":{"instant-payments":{"state":"ENABLED",\n"metadata":{\n"a\\ud83d":"x"}}}}');
    expect(await found(path)).toEqual(['3:11 FH-SAFE-03']);
    expect((await check(path, '--json')).stdout).not.toMatch(/\\ud[89a-f]/i);
  });

  it('says by --json what could not be judged, and what was not asked', async () => {
    const { valid, kind, skipped, notAsked } = await resultOf(put('flags.json', flags));
    expect({ valid, kind }).toEqual({ valid: false, kind: 'flagd file' });
    expect(skipped).toContain('FH-KEY-02');
    expect(notAsked).toEqual(expect.arrayContaining(['FH-APPROVE-06', 'FH-PROMOTE-02']));
  });
});

describe('a flag definition', () => {
  it('is judged without a key, or with the one that is given', async () => {
    const path = put('definition.json', fine);
    expect(await found(path)).toEqual([]);
    expect(await found(path, '--key', 'new--form')).toEqual(['1:1 FH-KEY-01']);
  });
});

const proposal = {
  flagKey: 'instant-payments',
  kind: 'created',
  basedOn: null,
  document: fine,
  offVariant: 'off',
  audience: '*',
  owner: 'team-payments',
  change: { id: 'change-0001', actor: 'mia@example.com', authentication: 'sso', reason: 'Try it.', ticket: 'PAY-1' },
  proposedAt: Date.UTC(2026, 0, 10, 9),
};

describe('a proposal', () => {
  it('that breaks no rule is a yes', async () => {
    expect(await resultOf(put('proposal.json', proposal))).toMatchObject({
      kind: 'proposal',
      valid: true,
      violations: [],
    });
  });

  it('is judged by its own members', async () => {
    const path = put('bad-proposal.json', { ...proposal, owner: '', audience: ['no-such-service'], proposedAt: 0 });
    const ids = (await found(path)).map((place) => place.split(' ')[1]);
    expect(ids).toEqual(['FH-AUDIENCE-01', 'FH-LIFE-01', 'FH-RECORD-03']);
  });

  it('of an update is not blamed for what it leaves as it was', async () => {
    const { owner: _owner, offVariant: _off, ...update } = proposal;
    const path = put('update.json', { ...update, kind: 'updated', basedOn: { epoch: 1, revision: 3 } });
    const { violations, notAsked } = await resultOf(path);
    expect(violations).toEqual([]);
    expect(notAsked).toContain('FH-REV-01');
  });

  it('may bring shared evaluators; what is wrong with them is found in their place', async () => {
    const document = { ...fine, targeting: { if: [{ $ref: 'german' }, 'on', 'off'] } };
    const source = { $evaluators: { german: { '==': [{ var: 'country' }, 'DE'] } } };
    expect(await found(put('with-source.json', { ...proposal, document, source }))).toEqual([]);
    const without = await resultOf(put('without-source.json', { ...proposal, document }));
    expect(without.violations).toMatchObject([{ ruleId: 'FH-PREREQ-10', pointer: '/document/targeting/if/0/$ref' }]);
    const wrong = { ...proposal, document, source: { $evaluators: { german: 'DE' } } };
    expect((await resultOf(put('wrong-source.json', wrong))).violations).toMatchObject([
      { ruleId: 'FH-PREREQ-12', pointer: '/source/$evaluators/german', line: 35 },
    ]);
  });

  it('says what an approval of it must name, once it is known where it is for', async () => {
    const path = put('proposal.json', proposal);
    expect(await resultOf(path)).not.toHaveProperty('proposalDigest');
    const { proposalDigest } = await resultOf(path, '--environment', 'prod');
    expect(proposalDigest).toMatch(/^[0-9a-f]{64}$/);
    expect((await check(path, '--environment', 'prod')).stdout).toContain(`proposalDigest ${proposalDigest}\n`);

    const approved = (digest: string) => ({
      ...proposal,
      change: {
        ...proposal.change,
        approvals: [{ actor: 'noor', at: Date.UTC(2026, 0, 10, 9), proposalDigest: digest }],
      },
    });
    const right = put('approved.json', approved(proposalDigest));
    expect(await found(right, '--environment', 'prod')).toEqual([]);
    const named = { ...proposal, change: { ...proposal.change, approvals: [{ actor: 'noor' }] } };
    expect(await found(put('named.json', named), '--environment', 'prod')).toEqual([]);
    const elsewhere = (await found(right, '--environment', 'staging')).map((place) => place.split(' ')[1]);
    expect(elsewhere).toEqual(['FH-APPROVE-04']);
    expect((await resultOf(right)).notAsked).toContain('FH-APPROVE-04');
  });

  it('of a kill has no document to be judged', async () => {
    const { flagKey, change, proposedAt } = proposal;
    const path = put('kill.json', { flagKey, kind: 'killed', basedOn: null, change, proposedAt });
    expect(await found(path)).toEqual([]);
  });

  it('that lacks its form is refused with the lines', async () => {
    const { exitCode, stderr } = await check(put('formless.json', { ...proposal, kind: 'deleted' }));
    expect(exitCode).toBe(exitCodes.unreadable);
    expect(stderr).toMatch(/formless\.json is not valid: 3:11 \/kind: /);
  });
});

describe('a sealed envelope', () => {
  it('is judged by what is sealed into it', async () => {
    const path = put('envelope.json', serialiseEnvelope(exampleEnvelope()));
    expect(await resultOf(path)).toMatchObject({ kind: 'envelope', valid: true, violations: [], notAsked: [] });
    const broken = put('broken.json', serialiseEnvelope(exampleEnvelope(withDocument({ defaultVariant: 'maybe' }))));
    expect((await resultOf(broken)).violations).toMatchObject([
      { ruleId: 'FH-VARIANT-03', pointer: '/document/defaultVariant' },
    ]);
  });

  it('that was altered is refused', async () => {
    const path = put('altered.json', { ...exampleEnvelope(), owner: 'mallory' });
    const { exitCode, stderr } = await check(path);
    expect(exitCode).toBe(exitCodes.unreadable);
    expect(stderr).toContain('FH_DIGEST_MISMATCH');
  });

  it('carries its own policy; what another one would say is told when that is given', async () => {
    const path = put('envelope.json', serialiseEnvelope(exampleEnvelope(withPolicy({ maxVariants: 2 }))));
    const policy = put('policy.json', { version: 2, maxVariants: 1 });
    expect(await found(path)).toEqual([]);
    expect((await found(path, '--policy', policy)).map((place) => place.split(' ')[1])).toEqual(['FH-VARIANT-09']);
  });
});

describe('options', () => {
  it('take the parameters from a policy file', async () => {
    const path = put('proposal.json', proposal);
    const policy = put('policy.json', { version: 2, ticketPrefixes: ['CHG-'], approvalsRequired: 1 });
    const ids = (await found(path, '--policy', policy)).map((place) => place.split(' ')[1]);
    expect(ids.sort()).toEqual(['FH-APPROVE-01', 'FH-RECORD-06']);
  });

  it('judge as at a given time', async () => {
    const path = put('expiring.json', { ...fine, metadata: { type: 'release', expires: '2026-02-01' } });
    expect(await found(path)).toEqual([]);
    expect(await found(path, '--at', '2026-02-03T00:00Z')).toEqual(['10:16 FH-LIFE-06']);
  });
});

describe('what cannot be judged', () => {
  it.each([
    ['no JSON', '{"flags": ', /odd\.json:1:\d+: this is not JSON: unexpected end of input\. Close every bracket/],
    [
      'an unexpected character, with its place',
      '{\n  "flags": oops }',
      /odd\.json:2:12: this is not JSON: unexpected character 'o'\. Write texts and names in double quotes/,
    ],
    [
      'a name that is there twice',
      '{\n"state":"ENABLED",\n"state":"DISABLED"}',
      /odd\.json:3:1: the name "state" is there twice, first at line 2\./,
    ],
    ['another form', '[1]', /no flagd file/],
    ['a nest without end', '['.repeat(200_000) + ']'.repeat(200_000), /no flagd file/],
    ['nothing', '', /./],
  ])('%s', async (_case, text, message) => {
    const { exitCode, stdout, stderr } = await check(put('odd.json', text));
    expect(exitCode).toBe(exitCodes.unreadable);
    expect(stdout).toBe('');
    expect(stderr).toMatch(message);
    expect(stderr).toMatch(/^hint: /m);
  });

  it.each([
    ['a file that is not there', ['no-such-file.json'], exitCodes.unreadable, 'FH_UNREADABLE_FILE'],
    ['a time that is none', ['x.json', '--at', 'tomorrow'], exitCodes.usage, 'FH_USAGE'],
    ['no file', [], exitCodes.usage, 'missing required argument'],
  ])('%s', async (_case, args, ending, message) => {
    const { exitCode, stderr } = await run(['validate', ...args]);
    expect(exitCode).toBe(ending);
    expect(stderr).toContain(message);
  });

  it('a policy with an unknown parameter, by its name', async () => {
    const policy = put('policy.json', { version: 2, maxVariant: 3 });
    const { exitCode, stdout } = await check(put('fine.json', fine), '--policy', policy, '--json');
    expect(exitCode).toBe(exitCodes.unreadable);
    expect(JSON.parse(stdout).error).toMatchObject({
      code: 'FH_INVALID_FILE',
      message: expect.stringMatching(
        /policy\.json:3:3: there is no member "maxVariant" here; .*Did you mean "maxVariants"\?/,
      ),
    });
  });
});

it('has colours only where somebody looks, and shows no text that acts on the terminal', async () => {
  const path = put('hostile.json', { ...fine, metadata: { 'a\u001b[2Jb': 'x' } });
  const args = ['validate', path, ...at];
  expect((await run(args, { isTTY: true })).stdout).toContain('\x1b[31m');
  const plain = (await run(args, { isTTY: true, noColour: true })).stdout;
  expect(plain).not.toContain('\x1b');
  expect(plain).toContain('\\u001b');
});
