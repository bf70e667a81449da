import type { ParityReport, ReportedDifference } from '@flaghoist/parity/report/report';
import { Output } from '../lib/output.ts';
import { sayDifferences } from '../lib/parity/table.ts';
import { Sink } from './streams.ts';

const difference = (path: string, parts: Partial<ReportedDifference> = {}): ReportedDifference => ({
  path,
  instance: '',
  kind: 'value',
  status: 'violation',
  values: { dev: 'low', prod: 'high' },
  note: null,
  problem: 'no entry of the allow-list covers it',
  allowedBy: [],
  ...parts,
});

const tableOf = (differences: readonly ReportedDifference[]): readonly string[] => {
  const stdout = new Sink();
  const environments = [{ name: 'dev' }, { name: 'prod' }] as unknown as ParityReport['environments'];
  sayDifferences(new Output({ stdout, stderr: new Sink(), json: false, noColour: true }), {
    environments,
    differences,
    allowList: [],
  } as unknown as ParityReport);
  return stdout.lines;
};

it('says once what one cause makes different in many resources', () => {
  const owners = ['aws_vpc.this', 'module.store.aws_sqs_queue.this', 'aws_eip.a', 'aws_eip.b', 'aws_eip.c'];
  expect(tableOf(owners.map((owner) => difference(`${owner}.tags_all.criticality`)))).toEqual([
    '✗ …tags_all.criticality of 5: aws_vpc.this module.store.aws_sqs_queue.this aws_eip.a and 2 more',
    '    dev low   prod high',
    '    no entry of the allow-list covers it',
  ]);
});

it('keeps apart what has other values, and names few resources each by itself', () => {
  const rows = ['aws_eip.a', 'aws_eip.b', 'aws_eip.c'].map((owner) => difference(`${owner}.tags_all.owner`));
  const other = difference('aws_eip.d.tags_all.owner', { values: { dev: 'low', prod: 'low' } });
  expect(tableOf([...rows, other]).filter((line) => line.startsWith('✗'))).toEqual([
    '✗ aws_eip.a.tags_all.owner',
    '✗ aws_eip.b.tags_all.owner',
    '✗ aws_eip.c.tags_all.owner',
    '✗ aws_eip.d.tags_all.owner',
  ]);
});

it('leaves out a row of values where there are none', () => {
  const undecided = { kind: 'undecided', values: { dev: null, prod: null }, note: 'main.tf names dev' } as const;
  expect(tableOf([difference('source.main.tf.dev', undecided)])).toEqual([
    '✗ source.main.tf.dev undecided',
    '    no entry of the allow-list covers it (main.tf names dev)',
  ]);
});
