import { UnavailableError } from '@flaghoist/core/errors';
import type { WavesRecord } from '@flaghoist/waves/record';
import type { WavesReport } from '@flaghoist/waves/report';
import { Output, type OutputOptions } from '../lib/output.ts';
import { promotionDue } from '../lib/topology/promotion-due.ts';
import { jsonLog } from '../lib/up/log.ts';
import { documentOf } from '../lib/waves/report.ts';
import { Sink } from './streams.ts';

const outputTo = (stdout: Sink, options: Partial<OutputOptions> = {}) => {
  const stderr = new Sink({ isTTY: stdout.isTTY });
  return { stderr, output: new Output({ stdout, stderr, json: false, noColour: false, ...options }) };
};

it('speaks to people on standard output, and keeps it for the document with --json', () => {
  const plain = new Sink();
  outputTo(plain).output.say('hello');
  expect(plain.text).toBe('hello\n');

  const json = new Sink();
  const { output, stderr } = outputTo(json, { json: true });
  output.say('hello');
  output.document({ a: 1 });
  expect(json.text).toBe('{"a":1}\n');
  expect(stderr.text).toBe('hello\n');
});

it('names commands in hints and advice as they are typed here', () => {
  const typed = (text: string) => text.replaceAll('hoist ', 'npx pnpm hoist ');
  const plain = new Sink();
  const { output, stderr } = outputTo(plain, { typed });
  output.advise('Try hoist get.');
  output.say('its reason: hoist get was slow');
  output.error(new UnavailableError('the server', 'Start one with hoist up.'));
  expect(plain.lines).toEqual(['Try npx pnpm hoist get.', 'its reason: hoist get was slow']);
  expect(stderr.lines.at(-1)).toBe('hint: Start one with npx pnpm hoist up.');
  const json = new Sink();
  outputTo(json, { json: true, typed }).output.error(new UnavailableError('the server', 'Start one with hoist up.'));
  expect(JSON.parse(json.text)).toMatchObject({ error: { hint: 'Start one with npx pnpm hoist up.' } });
});

describe('a hint beside the results', () => {
  const hinted = new UnavailableError('the item HOME', 'Look at it with hoist status.');
  const typed = (text: string) => text.replaceAll('hoist ', 'npx pnpm hoist ');
  const asTyped = 'Look at it with npx pnpm hoist status.';

  it('names commands as they are typed here in a log line', () => {
    const { output, stderr } = outputTo(new Sink(), { typed });
    jsonLog(output).warn('not reached', { region: 'eu-west-1', error: hinted });
    expect(stderr.lines.map((line) => JSON.parse(line))).toEqual([
      {
        ...{ level: 'warn', message: 'not reached', region: 'eu-west-1' },
        error: { code: 'FH_UNAVAILABLE', message: 'the item HOME is not available', hint: asTyped },
      },
    ]);
  });

  it('does so where nobody could read whether a promotion is due', async () => {
    const { output, stderr } = outputTo(new Sink(), { typed });
    const lastMove = () => Promise.reject(hinted);
    expect(await promotionDue({ lastMove }, output)).toBeNull();
    expect(stderr.lines.at(-1)).toBe(`hint: ${asTyped}`);
  });

  it('does so in the document about waves', () => {
    const { output } = outputTo(new Sink(), { typed });
    const part = { stack: 'flags-region', region: 'eu-west-1', outcome: 'failed', error: hinted };
    const report = { parts: [part], stopped: 'failure', unwell: [] } as unknown as WavesReport;
    const record = { environment: 'prod', way: 'up' } as unknown as WavesRecord;
    expect(documentOf(output, record, report)).toMatchObject({ parts: [{ error: { hint: asTyped } }] });
  });
});

it('prints no document unless asked to', () => {
  const stdout = new Sink();
  outputTo(stdout).output.document({ a: 1 });
  expect(stdout.text).toBe('');
});

it('colours only what a terminal shows', () => {
  const red = (sink: Sink, noColour = false) => outputTo(sink, { noColour }).output.colours.red('x');
  expect(red(new Sink({ isTTY: true }))).not.toBe('x');
  expect(red(new Sink({ isTTY: true }), true)).toBe('x');
  expect(red(new Sink())).toBe('x');
});

it('draws over what it drew on a terminal, and nothing elsewhere', () => {
  const terminal = new Sink({ isTTY: true });
  const { output } = outputTo(terminal);
  output.redraw(['a', 'b']);
  output.redraw(['c', 'd']);
  expect(terminal.text).toBe('a\nb\n\x1b[2A\x1b[0Jc\nd\n');
  output.settle();
  output.redraw(['e']);
  expect(terminal.text.endsWith('d\ne\n')).toBe(true);

  const pipe = new Sink();
  outputTo(pipe).output.redraw(['a']);
  expect(pipe.text).toBe('');
});

it('gives an error with its code and its hint', () => {
  const { output, stderr } = outputTo(new Sink());
  output.error(new UnavailableError('the moon', 'Wait for the night.'));
  expect(stderr.lines).toEqual(['error FH_UNAVAILABLE: the moon is not available', 'hint: Wait for the night.']);
});

it('shows what an error quotes from a file, and lets none of it act on the terminal', () => {
  const { output, stderr } = outputTo(new Sink());
  output.error(new UnavailableError('a\u001b[2J\u202eb\n\tc', 'Wait.'));
  expect(stderr.text).toBe('error FH_UNAVAILABLE: a\\u001b[2J\\u202eb\n\tc is not available\nhint: Wait.\n');
});

it('owns up to a defect, in the one document unless the result was told before', () => {
  const [stdout, defect] = [new Sink(), new Error('boom')];
  const { output, stderr } = outputTo(stdout, { json: true });
  output.error(defect);
  expect(JSON.parse(stdout.text).error).toMatchObject({ code: 'FH_INTERNAL', hint: expect.stringContaining('defect') });
  output.error(defect);
  expect(stdout.lines).toHaveLength(1);
  expect(stderr.text).toContain('error FH_INTERNAL: Error: boom');
});
