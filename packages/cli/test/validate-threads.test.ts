import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { temporaryFiles } from './files.ts';
import { run } from './run.ts';

const { put } = temporaryFiles('threads');
const PATIENCE_MS = 120_000;

const program = pathToFileURL(join(__dirname, '..', 'lib', 'main.ts'));
const runs = (code: string): URL => new URL(`data:text/javascript,${encodeURIComponent(code)}`);

const fine = { state: 'ENABLED', variants: { on: true, off: false }, defaultVariant: 'off' };
const targeting = { if: [{ $ref: 'staff' }, 'on', 'off'] };
const staff = { '==': [{ var: 'email' }, { var: 'name' }, 'one too many'] };

/** Of five flags one is broken and one uses what is broken in the other file. */
const flags = (prefix: string): object =>
  Object.fromEntries(
    Array.from({ length: 2_500 }, (_, index) => {
      const more = [{}, { defaultVariant: 'maybe' }, { targeting }, {}, {}][index % 5];
      return [`${prefix}.feature-${index}`, { ...fine, ...more }];
    }),
  );

const many = (): string[] => [
  put('first.json', { flags: flags('first') }),
  put('second.json', { flags: flags('second'), $evaluators: { staff } }),
];
const args = (...more: string[]): string[] => ['validate', ...many(), '--at', '2026-12-01T09:00Z', ...more];

describe('many flags', () => {
  it(
    'get the same answer from several threads as from one, byte by byte',
    async () => {
      const asked = args('--json', '--no-evaluate');
      const [alone, together] = [await run(asked), await run(asked, { program })];
      expect(together).toEqual(alone);
      const { violations } = JSON.parse(together.stdout);
      expect(violations.filter(({ ruleId }: { ruleId: string }) => ruleId.startsWith('FH-VARIANT'))).toHaveLength(
        1_000,
      );
      expect(violations.find(({ flags: count }: { flags?: number }) => count === 1_000)).toMatchObject({
        file: asked[2],
        pointer: expect.stringContaining('/$evaluators/staff'),
      });
    },
    PATIENCE_MS,
  );

  it.each([
    ['throws', runs('throw new Error("out of order")'), /out of order/],
    ['ends', runs('process.exit(3)'), /a thread that judges flags has ended with 3/],
  ])('are not judged when a thread %s, which is a defect of hoist', async (_what, broken, message) => {
    const { exitCode, stdout } = await run(args('--json', '--no-evaluate'), { program: broken });
    expect(exitCode).toBe(70);
    expect(JSON.parse(stdout).error.message).toMatch(message);
  });

  it(
    'are given up at Ctrl-C, and their threads with them',
    async () => {
      const { exitCode, stdout } = await run(args('--no-evaluate'), { program, signal: AbortSignal.abort() });
      expect([exitCode, stdout]).toEqual([130, '']);
    },
    PATIENCE_MS,
  );
});
