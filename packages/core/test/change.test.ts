import { changeKinds, changeRecordSchema, onInconsistent, proposableKinds } from '../lib/change.ts';
import { parse } from '../lib/parse.ts';
import { recordWith } from './support.ts';

describe('the kinds of changes (rule 15)', () => {
  it.each([
    ['created', 'revert'],
    ['updated', 'revert'],
    ['restored', 'revert'],
    ['archived', 'hold'],
    ['killed', 'hold'],
    ['rolled-back', 'hold'],
  ] as const)('%s: %s', (kind, action) => {
    expect(onInconsistent[kind]).toBe(action);
  });

  it('may all be proposed but a revert', () => {
    expect(changeKinds.filter((kind) => !(proposableKinds as readonly string[]).includes(kind))).toEqual([
      'rolled-back',
    ]);
  });
});

it('a change record survives its table', () => {
  const record = recordWith(3, {
    state: 'held',
    holdReason: 'kind',
    decidedAt: 9,
    blame: { region: 'eu-west-1', services: ['billing'] },
    revertOrder: { epoch: 1, revision: 4 },
    causeId: 'change-2',
  });
  expect(parse(changeRecordSchema, JSON.parse(JSON.stringify(record)), { what: 'record', hint: '' })).toEqual(record);
  expect(() => parse(changeRecordSchema, { ...record, state: 'done' }, { what: 'record', hint: '' })).toThrow('/state');
});
