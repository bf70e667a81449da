import { CURRENT_SK, flagPk, revisionSk } from '@flaghoist/core/storage/keys';
import type { FlagdFile } from '../lib/flagd-file/flagd-file.ts';
import type { ExportView } from '../lib/views/export-schema.ts';
import type { ImportView } from '../lib/views/import-schema.ts';
import { creation, oneCache, startApi, type Tested } from './api.ts';
import { flagdFileOf } from './flagd-files.ts';

let api: Tested;
beforeAll(async () => {
  api = await startApi();
});
afterAll(() => api.close());

const REASON = 'Flags of the old system';

const ask = async (id: string, file: object, more: object = {}): Promise<ImportView> => {
  const { body, status } = await api.ask('POST', '/v1/imports', { id, file, reason: REASON, wait: 30, ...more });
  expect({ status, body }).toMatchObject({ status: expect.anything(), body: { id } });
  return body as ImportView;
};
/** The same request until all of it has ended. */
const imported = async (id: string, file: FlagdFile, more: object = {}): Promise<ImportView> => {
  for (;;) {
    const answer = await ask(id, file, more);
    if (answer.done || answer.refused) return answer;
  }
};
/** The index that lists flags follows its table within two seconds. */
const exported = async (prefix: string): Promise<ExportView> => {
  await api.pass(3_000);
  return (await api.ask('GET', `/v1/export?prefix=${prefix}`)).body as ExportView;
};
const statesOf = ({ flags }: ImportView) => new Set(flags.map(({ state }) => state));
const counted = ({ flags }: ImportView) => {
  const counts: Record<string, number> = {};
  for (const { state } of flags) counts[state] = (counts[state] ?? 0) + 1;
  return counts;
};

const flag = { state: 'ENABLED', variants: { on: true, off: false }, defaultVariant: 'off' };
const fileOf = (flags: Record<string, unknown>, more: object = {}): FlagdFile => ({
  flags,
  metadata: { owner: 'team-identity' },
  ...more,
});

describe('an import', () => {
  it('refuses all of a file for one flag, and names the places', async () => {
    const broken = { ...flag, defaultVariant: 'maybe' };
    const file = fileOf(
      { 'all.good': flag, 'all.broken': broken, 'all.rule': { ...flag, targeting: { $ref: 'both' } } },
      { $evaluators: { both: 'on' } },
    );
    const answer = await ask('all-or-nothing', file);
    expect(answer).toMatchObject({ refused: true, done: false });
    expect(answer.flags).toEqual([
      expect.objectContaining({ flagKey: 'all.good', state: 'planned', violations: [] }),
      expect.objectContaining({ flagKey: 'all.broken', state: 'refused' }),
      expect.objectContaining({ flagKey: 'all.rule', state: 'refused' }),
    ]);
    const pointers = answer.flags.flatMap(({ violations }) => violations.map(({ pointer }) => pointer));
    expect(pointers).toContain('/flags/all.broken/defaultVariant');
    expect(pointers).toContain('/$evaluators/both');
    expect(await api.ask('GET', '/v1/flags/all.good')).toMatchObject({ status: 404 });
  });

  it.each([
    ['no definition', { 'form.a': flag, 'form.b': 'on' }, '/flags/form.b', 'FH-DOC-02'],
    ['a key that is none', { 'form/c': flag }, '/flags/form~1c', 'FH-KEY-01'],
    ['a key that is read as another', { 'form.d': flag, formD: flag }, '/flags/formD', 'FH-KEY-14'],
    [
      'a key twice',
      [
        { key: 'form.e', ...flag },
        { key: 'form.e', ...flag },
      ],
      '/flags/1',
      'FH-FILE-01',
    ],
    ['a flag of a list without a key', [flag], '/flags/0', 'FH-KEY-01'],
  ])('refuses %s', async (_what, flags, pointer, ruleId) => {
    const answer = await ask('bad-forms', { flags });
    expect(answer).toMatchObject({ refused: true, problems: [{ pointer, ruleId }] });
    expect(counted(answer)['accepted']).toBeUndefined();
  });

  it('proposes nothing in a dry run', async () => {
    const answer = await ask('dry-run-1', fileOf({ 'dry.flag': flag }), { dryRun: true });
    expect(answer).toMatchObject({ dryRun: true, done: false, flags: [{ state: 'planned', kind: 'created' }] });
    expect(await api.ask('GET', '/v1/flags/dry.flag')).toMatchObject({ status: 404 });
  });

  it('changes what differs, and passes over what does not', async () => {
    await imported('first-time', fileOf({ 'some.same': flag, 'some.other': flag }));
    const file = fileOf({ 'some.same': flag, 'some.other': { ...flag, defaultVariant: 'on' }, 'some.new': flag });
    const answer = await imported('second-time', file);
    expect(answer.flags).toEqual([
      expect.objectContaining({ state: 'unchanged', kind: null, order: { epoch: 1, revision: 1 } }),
      expect.objectContaining({ state: 'accepted', kind: 'updated', order: { epoch: 1, revision: 2 } }),
      expect.objectContaining({ state: 'accepted', kind: 'created', order: { epoch: 1, revision: 1 } }),
    ]);
  });

  it('goes on under its id, and never changes anything twice', async () => {
    const file = fileOf(Object.fromEntries(Array.from({ length: 30 }, (_, index) => [`again.flag${index}`, flag])));
    const begun = await ask('goes-on-1', file, { wait: 0.05 });
    expect(begun.done).toBe(false);
    expect(statesOf(begun)).toContain('planned');
    expect(counted(await imported('goes-on-1', file))).toEqual({ accepted: 30 });
    expect(counted(await ask('goes-on-1', file))).toEqual({ accepted: 30 });
    expect(await api.ask('GET', '/v1/flags/again.flag7')).toMatchObject({ body: { order: { revision: 1 } } });
    // Another import of the same file has nothing to do.
    expect(counted(await ask('goes-on-2', file))).toEqual({ unchanged: 30 });
  });

  it('names a flag that was changed after the same line was accepted, and does not call that done', async () => {
    const on = { ...flag, defaultVariant: 'on' };
    await imported('same-name', fileOf({ 'names.flag': flag }));
    await imported('same-name', fileOf({ 'names.flag': on }));
    expect((await imported('same-name', fileOf({ 'names.flag': on }))).flags).toMatchObject([{ state: 'accepted' }]);
    expect((await imported('same-name', fileOf({ 'names.flag': flag }))).flags).toMatchObject([
      { state: 'conflict', basedOn: { revision: 1 }, order: { revision: 2 } },
    ]);
  });

  it('takes nothing for its own that was accepted under its id as something else', async () => {
    const file = fileOf({ 'taken.one': flag, 'taken.two': flag });
    const { flags } = await ask('taken-id-1', file, { dryRun: true });
    const [one, two] = flags.map(({ changeId }) => changeId ?? '');
    const on = { ...creation('taken.one', one), document: { ...flag, defaultVariant: 'on' } };
    await api.ask('POST', '/v1/proposals?wait=10', on);
    await api.ask('POST', '/v1/proposals?wait=10', creation('taken.other', two));
    const answer = await imported('taken-id-1', file);
    expect(answer.flags).toMatchObject([
      {
        state: 'conflict',
        violations: [{ message: `the id ${one} was given to 1.1, which is not what the file says` }],
      },
      { state: 'conflict', violations: [{ message: `the id ${two} was given to a change of taken.other` }] },
    ]);
    // Under another id it is what it says.
    expect(counted(await imported('taken-id-2', file))).toEqual({ accepted: 2 });
  });

  it('does not call something else what it can no longer read', async () => {
    const file = fileOf({ 'gone.one': flag });
    await imported('gone-id-1', file);
    const { home } = api.world;
    const [pk, sk] = [flagPk('gone.one'), revisionSk({ epoch: 1, revision: 1 })];
    await api.world.region(home.region).flags.commit({ delete: { pk, sk } });
    const { flags } = await imported('gone-id-1', file);
    expect(flags).toMatchObject([
      {
        state: 'conflict',
        violations: [
          {
            message: expect.stringMatching(/was accepted as 1\.1, and what that revision said is not kept any more$/),
            hint: expect.stringContaining('hoist get gone.one'),
          },
        ],
      },
    ]);
  });

  it('gets on with each request, also where none may wait', async () => {
    const file = fileOf(Object.fromEntries(Array.from({ length: 25 }, (_, index) => [`hasty.flag${index}`, flag])));
    expect(counted(await ask('no-waiting', file, { wait: 0 }))).toEqual({ proposed: 20, planned: 5 });
    await api.pass(2_000);
    expect(counted(await ask('no-waiting', file, { wait: 0 }))).toEqual({ accepted: 20, proposed: 5 });
    await api.pass(2_000);
    expect(await ask('no-waiting', file, { wait: 0 })).toMatchObject({ done: true });
  });

  it('refuses no file of which flags are accepted already: what the rules stop then ends refused by itself', async () => {
    await imported('has-begun', fileOf({ 'begun.one': flag }));
    const broken = { ...flag, defaultVariant: 'maybe' };
    const file = fileOf({ 'begun.one': flag, 'begun.broken': broken, 'begun.two': flag });
    const answer = await imported('has-begun', file);
    expect(answer).toMatchObject({ refused: false, done: true });
    expect(answer.flags.map(({ state }) => state)).toEqual(['accepted', 'refused', 'accepted']);
  });

  it('names a conflict, and goes on with the others', async () => {
    const keys = Array.from({ length: 60 }, (_, index) => `race.flag${index + 10}`);
    await imported('race-first', fileOf(Object.fromEntries(keys.map((key) => [key, flag]))));
    const last = keys.at(-1) as string;
    const on = fileOf(Object.fromEntries(keys.map((key) => [key, { ...flag, defaultVariant: 'on' }])));
    const racing = imported('race-import', on);
    // All are judged at once, and twenty at a time are proposed: somebody else is faster with the last one.
    await api.during(
      api.world.home.author('ben').propose({
        flagKey: last,
        kind: 'updated',
        basedOn: { epoch: 1, revision: 1 },
        document: { ...flag, metadata: { note: 'ben' } },
        change: { id: 'faster-than-it', actor: '', authentication: '', reason: REASON, ticket: 'ABC-1' },
        proposedAt: api.scheduler.now(),
      }),
    );
    const answer = await racing;
    expect(counted(answer)).toEqual({ accepted: 59, conflict: 1 });
    expect(answer.flags.at(-1)).toMatchObject({ flagKey: last, state: 'conflict', order: { revision: 2 } });
  });

  it('leaves a killed flag killed, with what it will be once it is restored unchanged by a second import', async () => {
    await imported('kill-import', fileOf({ 'killed.flag': { ...flag, defaultVariant: 'on' } }));
    await api.ask('POST', '/v1/proposals?wait=10', {
      flagKey: 'killed.flag',
      kind: 'killed',
      basedOn: null,
      change: { id: 'kill-imported', reason: REASON },
      proposedAt: 0,
    });
    const file = fileOf({ 'killed.flag': { ...flag, defaultVariant: 'on' } });
    expect(counted(await ask('kill-again-1', file))).toEqual({ unchanged: 1 });
    expect(await exported('killed.')).toMatchObject({
      files: [{ flags: { 'killed.flag': { defaultVariant: 'off' } } }],
      beyond: [{ flagKey: 'killed.flag', killed: true }],
    });
  });

  it('exports what differs around the flags as files of their own', async () => {
    const rule = { ...flag, targeting: { if: [{ $ref: 'who' }, 'on', 'off'] } };
    const one = { flags: { 'files.one': rule }, $evaluators: { who: { '==': [{ var: 'country' }, 'DE'] } } };
    const two = { flags: { 'files.two': rule }, $evaluators: { who: { '==': [{ var: 'country' }, 'FR'] } } };
    await imported('files-one', one, { owner: 'team-identity' });
    await imported('files-two', two, { owner: 'team-identity' });
    await api.ask('POST', '/v1/proposals?wait=10', { ...creation('files.zero'), audience: ['login', 'session'] });
    const { files, beyond } = await exported('files.');
    expect(files).toEqual([{ ...one, flags: { ...one.flags, 'files.zero': creation('files.zero').document } }, two]);
    const unsaid = { killed: false, audience: '*', prerequisites: [], owner: 'team-identity', offVariant: null };
    expect(beyond).toEqual([
      { ...unsaid, flagKey: 'files.one' },
      { ...unsaid, flagKey: 'files.two' },
      { ...unsaid, flagKey: 'files.zero', audience: ['login', 'session'] },
    ]);
  });

  it('exports nothing beyond the file of a flag whose metadata says who owns it and what a kill serves', async () => {
    const sizes = { state: 'ENABLED', variants: { big: 'b', small: 's' }, defaultVariant: 'big' };
    const said = { owner: 'team-identity', offVariant: 'small' };
    await imported('sizes-said', { flags: { 'size.said': { ...sizes, metadata: said } } }, {});
    await imported('sizes-file', { flags: { 'size.file': sizes }, metadata: said }, {});
    await api.ask('POST', '/v1/proposals?wait=10', {
      ...creation('size.unsaid'),
      document: { ...sizes, metadata: { owner: 'team-that-was' } },
      offVariant: 'small',
    });
    const { beyond } = await exported('size.');
    expect(beyond).toEqual([
      expect.objectContaining({ flagKey: 'size.unsaid', owner: 'team-identity', offVariant: 'small' }),
    ]);
  });

  it('says of a flag without an owner how an import names one', async () => {
    const { flags } = await ask('unowned-1', { flags: { 'unowned.flag': flag } }, { dryRun: true });
    expect(flags[0]).toMatchObject({ state: 'refused' });
    expect(flags[0]?.violations).toEqual([
      expect.objectContaining({ ruleId: 'FH-LIFE-01', hint: expect.stringContaining('--owner') }),
    ]);
  });
});

describe('a file of 1,000 flags of every shape', () => {
  let usual: Tested;
  beforeAll(async () => {
    usual = api;
    api = await startApi({ topology: oneCache });
  });
  afterAll(async () => {
    await api.close();
    api = usual;
  });

  it('comes back as it was, and has nothing to change then', async () => {
    const file = flagdFileOf(1_000);
    expect(counted(await imported('all-shapes', file))).toEqual({ accepted: 1_000 });
    expect(counted(await ask('all-shapes', file))).toEqual({ accepted: 1_000 });
    expect((await exported('shape.')).files).toEqual([file]);
    expect(counted(await ask('once-more', file, { dryRun: true }))).toEqual({ unchanged: 1_000 });
  }, 600_000);
});

it('names a flag whose bytes were altered, in the list and in an export, and serves the others', async () => {
  await imported('damage-id-1', fileOf({ 'damage.one': flag, 'damage.two': flag }));
  const { home } = api.world;
  const { flags } = api.world.region(home.region);
  // Both: home puts a CURRENT right that is not its revision.
  for (const sk of [revisionSk({ epoch: 1, revision: 1 }), CURRENT_SK]) {
    const item = flags.get(flagPk('damage.one'), sk);
    if (item === undefined) throw new Error('there is no flag to damage');
    await flags.commit({ put: JSON.parse(JSON.stringify(item).replaceAll('team-identity', 'team-mallory')) });
  }
  const damaged = [
    { flagKey: 'damage.one', code: 'FH_DIGEST_MISMATCH', reason: expect.any(String), hint: expect.any(String) },
  ];
  expect(await exported('damage.')).toMatchObject({ files: [{ flags: { 'damage.two': expect.anything() } }], damaged });
  expect((await api.ask('GET', '/v1/flags?prefix=damage.')).body).toMatchObject({
    flags: [{ flagKey: 'damage.two' }],
    damaged,
  });
  expect(await api.ask('GET', '/v1/flags/damage.one')).toMatchObject({ body: { code: 'FH_DIGEST_MISMATCH' } });
});
