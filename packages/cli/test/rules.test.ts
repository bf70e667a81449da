import { catalogue } from '@flaghoist/rules/catalogue';
import { familyOf } from '@flaghoist/rules/rule-families';
import { exitCodes } from '../lib/exit-codes.ts';
import { run } from './run.ts';

const ids = (stdout: string): string[] => JSON.parse(stdout).map(({ id }: { id: string }) => id);
const inFamily = (family: string): number => catalogue.filter(({ id }) => familyOf(id) === family).length;

describe('hoist rules', () => {
  it('prints all rules as one JSON array', async () => {
    const { exitCode, stdout, stderr } = await run(['rules', '--json']);
    expect(exitCode).toBe(exitCodes.ok);
    expect(stderr).toBe('');
    expect(ids(stdout).toSorted()).toEqual(catalogue.map(({ id }) => id).toSorted());
    // jq refuses half a surrogate pair, and a test in JavaScript would not notice.
    expect(stdout).not.toMatch(/\\ud[89a-f]/i);
  });

  it('lists each for people by family: id, severity, phase, title', async () => {
    const { exitCode, stdout } = await run(['rules']);
    expect(exitCode).toBe(exitCodes.ok);
    const lines = stdout.split('\n');
    expect(lines[0]).toBe(`Identity and naming (KEY, ${inFamily('KEY')})`);
    expect(lines[1]).toMatch(/^ {2}FH-KEY-01 {8}error {4}standing {2}A flag key is made of words joined/);
    expect(lines.filter((line) => line.startsWith('  FH-'))).toHaveLength(catalogue.length);
    expect(stdout).toContain(`\n${catalogue.length} rules. `);
  });

  it.each([
    [['--family', 'kind'], inFamily('KIND'), 'FH-KIND-03'],
    [['--protocol', '--family', 'kind'], 3, 'FH-KIND-01'],
    [['--family', 'MONEY', '--severity', 'error'], inFamily('MONEY'), 'FH-MONEY-01'],
    [['--kind', 'killed', '--family', 'KILL'], inFamily('KILL') - 1, 'FH-KILL-01'],
  ])('shows only what %j asks for', async (filters, most, first) => {
    const { exitCode, stdout } = await run(['rules', '--json', ...filters]);
    expect(exitCode).toBe(exitCodes.ok);
    expect(ids(stdout).length).toBeLessThanOrEqual(most);
    expect(ids(stdout)[0]).toBe(first);
  });

  it('shows a kill no rule of the process', async () => {
    const { stdout } = await run(['rules', '--kind', 'killed', '--json']);
    const phases = new Set(JSON.parse(stdout).map(({ phase }: { phase: string }) => phase));
    expect([...phases]).toEqual(['standing']);
  });

  it.each([
    [['--family', 'boats'], 'The families are KEY, '],
    [['--severity', 'fatal'], 'error, warning'],
    [['--kind', 'deleted'], 'created, updated'],
    [['FH-KEY-01'], 'too many arguments'],
  ])('refuses %j as wrong use and says what there is', async (args, named) => {
    const { exitCode, stdout, stderr } = await run(['rules', ...args]);
    expect(exitCode).toBe(exitCodes.usage);
    expect(stdout).toBe('');
    expect(stderr).toContain(named);
  });

  it('has colours only where somebody looks who has not refused them', async () => {
    const escapes = '\x1b[';
    expect((await run(['rules'], { isTTY: true })).stdout).toContain(escapes);
    expect((await run(['rules'], { isTTY: true, noColour: true })).stdout).not.toContain(escapes);
    expect((await run(['rules'])).stdout).not.toContain(escapes);
  });
});

describe('hoist rules explain', () => {
  it('says why a rule exists, what breaks it, what that is told and what keeps it', async () => {
    const { exitCode, stdout } = await run(['rules', 'explain', 'FH-MONEY-05']);
    expect(exitCode).toBe(exitCodes.ok);
    expect(stdout).toContain('FH-MONEY-05: An amount has no more decimals than its currency');
    expect(stdout).toContain('There is no half yen');
    expect(stdout).toMatch(
      /Breaks it\n[\s\S]*"JPY"[\s\S]*→ The amount "9\.90" has 2 decimals; JPY has 0\.[\s\S]*Keeps it\n/,
    );
    expect(stdout).toContain('kinds     created, updated, restored');
  });

  it('prints one JSON document when asked to, wherever --json stands', async () => {
    for (const args of [
      ['rules', 'explain', 'key-1', '--json'],
      ['--json', 'rules', 'explain', 'FH-KEY-01'],
    ]) {
      const { exitCode, stdout } = await run(args);
      expect(exitCode).toBe(exitCodes.ok);
      expect(JSON.parse(stdout)).toMatchObject({
        id: 'FH-KEY-01',
        phase: 'standing',
        failing: { flagKey: 'checkout--form' },
      });
    }
  });

  it('shows what cannot be seen as an escape', async () => {
    const { stdout } = await run(['rules', 'explain', 'FH-SAFE-05']);
    expect(stdout).toContain('\\u202e');
    expect(stdout).not.toContain('\u202e');
  });

  it('names the nearest rules when there is none of that id', async () => {
    const { exitCode, stdout, stderr } = await run(['rules', 'explain', 'FH-KEYS-01']);
    expect(exitCode).toBe(exitCodes.usage);
    expect(stdout).toBe('');
    expect(stderr).toMatch(/FH_UNKNOWN_RULE: there is no rule "FH-KEYS-01"\nhint: Did you mean FH-KEY-01, /);
  });

  it('names none when no family is near', async () => {
    const { stderr } = await run(['rules', 'explain', 'FH-NOPE-01']);
    expect(stderr).toContain('FH_UNKNOWN_RULE: there is no rule "FH-NOPE-01"\nhint: hoist rules lists them all.');
  });

  it('ends, and does not leave the process, when the id is missing', async () => {
    const { exitCode, stderr } = await run(['rules', 'explain']);
    expect(exitCode).toBe(exitCodes.usage);
    expect(stderr).toContain("missing required argument 'rule'");
  });
});
