import { creation } from './api.ts';
import { type FourEyes, startFourEyes } from './four-eyes.ts';

/*
 * Every way to write × every way in which an approval may be wrong. None of them may be accepted; with the right approval each is.
 */

let api: FourEyes;
beforeAll(async () => {
  api = await startFourEyes();
});
afterAll(() => api.close());

type Order = { epoch: number; revision: number };
interface Asked {
  readonly flagKey: string;
  readonly kind: string;
  readonly basedOn: Order | null;
  readonly document?: object;
  readonly change: {
    readonly id: string;
    readonly reason: string;
    readonly ticket?: string;
    readonly approvals?: object[];
  };
  readonly proposedAt: number;
  readonly notBefore?: number;
}

let count = 0;
const next = (): number => {
  count += 1;
  return count;
};
const change = (approver?: string) => {
  next();
  return {
    id: `change-${String(count).padStart(6, '0')}`,
    reason: 'x'.repeat(12),
    ticket: 'ABC-1',
    ...(approver && { approvals: [{ actor: approver }] }),
  };
};

const draft = async (asked: Asked, author = 'ada'): Promise<string> => {
  const { body, status } = await api.as(author, 'POST', '/v1/drafts', asked);
  expect({ status, body }).toMatchObject({ status: 201 });
  return (body as { digest: string }).digest;
};
const approve = (digest: string, by = 'ben', rulesVersion = 2) =>
  api.as(by, 'POST', '/v1/approvals', { digest, rulesVersion });
const propose = (asked: Asked, by = 'ada') => api.as(by, 'POST', '/v1/proposals?wait=10', asked);

const document = { state: 'ENABLED', variants: { on: true, off: false }, defaultVariant: 'off' };

/** A flag as the way to write needs it, made by the rightful way. */
const accepted = async (asked: Asked): Promise<Order> => {
  await approve(await draft(asked));
  const { body } = await propose({ ...asked, change: change('ben') });
  expect(body).toMatchObject({ outcome: { outcome: 'accepted' } });
  return (body as { outcome: { order: Order } }).outcome.order;
};
const created = (flagKey: string): Asked => ({ ...creation(flagKey), change: change() });
const kill = async (flagKey: string): Promise<Order> => {
  const { body } = await propose({ flagKey, kind: 'killed', basedOn: null, change: change(), proposedAt: 0 });
  return (body as { outcome: { order: Order } }).outcome.order;
};

/** Prepares a flag, and says what is asked of it. */
const ways: Readonly<Record<string, (flagKey: string) => Promise<Asked>>> = {
  create: async (flagKey) => created(flagKey),
  update: async (flagKey) => ({
    flagKey,
    kind: 'updated',
    basedOn: await accepted(created(flagKey)),
    document: { ...document, defaultVariant: 'on' },
    change: change(),
    proposedAt: 0,
  }),
  restore: async (flagKey) => {
    await accepted(created(flagKey));
    return { flagKey, kind: 'restored', basedOn: await kill(flagKey), document, change: change(), proposedAt: 0 };
  },
  schedule: async (flagKey) => ({
    flagKey,
    kind: 'updated',
    basedOn: await accepted(created(flagKey)),
    document: { ...document, defaultVariant: 'on' },
    change: change(),
    proposedAt: 0,
    notBefore: api.scheduler.now() + LATER_MS,
  }),
  import: async (flagKey) => created(flagKey),
  'import over': async (flagKey) => ({
    flagKey,
    kind: 'updated',
    basedOn: await accepted(created(flagKey)),
    document: { ...document, defaultVariant: 'on' },
    change: change(),
    proposedAt: 0,
  }),
  copy: async (flagKey) => {
    // Somebody has said yes to the very same, under another key.
    await accepted(created(`${flagKey}-first`));
    return created(`${flagKey}-copied`);
  },
  archive: async (flagKey) => ({
    flagKey,
    kind: 'archived',
    basedOn: await accepted(created(flagKey)),
    change: change(),
    proposedAt: 0,
  }),
};

/** What an approval is wrong with; the proposal that is sent then. */
const wrongs: Readonly<Record<string, (asked: Asked) => Promise<Asked>>> = {
  none: async (asked) => asked,
  'named, never given': async (asked) => ({ ...asked, change: change('ben') }),
  'for the same with one byte changed': async (asked) => {
    await approve(await draft({ ...asked, flagKey: asked.flagKey, owner: 'team-identitz' } as Asked));
    return { ...asked, change: change('ben') };
  },
  'stale: against another order': async (asked) => {
    const basedOn = { epoch: 1, revision: (asked.basedOn?.revision ?? 0) + 5 };
    await approve(await draft({ ...asked, basedOn }));
    return { ...asked, change: change('ben') };
  },
  'stale: under older rules': async (asked) => {
    await approve(await draft(asked), 'ben', 1);
    return { ...asked, change: change('ben') };
  },
  'their own': async (asked) => {
    await approve(await draft(asked), 'ada');
    return { ...asked, change: change('ada') };
  },
  'of somebody who may not approve': async (asked) => {
    await approve(await draft(asked), 'cara');
    return { ...asked, change: change('cara') };
  },
  'of a stranger': async (asked) => {
    await approve(await draft(asked), 'mallory');
    return { ...asked, change: change('mallory') };
  },
};

const LATER_MS = 5 * 60_000;

interface Ended {
  readonly outcome: string;
  readonly ruleIds: readonly string[];
}

const endOf = ({ outcome }: { outcome: { outcome: string; violations?: { ruleId: string }[] } }): Ended => ({
  outcome: outcome.outcome,
  ruleIds: (outcome.violations ?? []).map(({ ruleId }) => ruleId),
});

/** Sends what is asked for the way that it is sent, and waits for its end. */
const sent = async (way: string, asked: Asked, by = 'ada'): Promise<Ended> => {
  if (way.startsWith('import')) {
    const { flagKey, document: definition, change: asking } = asked;
    const { owner = undefined } = asked as { owner?: string };
    const { body } = await api.as(by, 'POST', '/v1/imports', {
      id: asking.id,
      file: { flags: { [flagKey]: definition } },
      reason: asking.reason,
      ticket: asking.ticket,
      approvals: (asking.approvals as { actor: string }[] | undefined)?.map(({ actor }) => actor),
      owner,
      wait: 30,
    });
    const [row] = (body as { flags: { state: string; violations: { ruleId: string }[] }[] }).flags;
    const ruleIds = (row?.violations ?? []).map(({ ruleId }) => ruleId);
    return { outcome: row?.state === 'refused' ? 'rejected' : (row?.state ?? 'none'), ruleIds };
  }
  const first = (await propose(asked, by)).body as { outcome: null | Parameters<typeof endOf>[0]['outcome'] };
  if (asked.notBefore === undefined || first.outcome !== null) return endOf(first as Parameters<typeof endOf>[0]);
  await api.pass(LATER_MS + 2 * 60_000);
  return endOf((await api.as(by, 'GET', `/v1/proposals/${asked.change.id}`)).body);
};

const matrix = Object.keys(ways).flatMap((way) => Object.keys(wrongs).map((wrong) => [way, wrong] as const));

it.each(matrix)('%s with an approval that is %s is refused', async (way, wrong) => {
  const asked = await ways[way]?.(`four-eyes.flag${next()}`);
  const wrongly = asked && (await wrongs[wrong]?.(asked));
  const { outcome, ruleIds } = await sent(way, wrongly as Asked);
  expect(outcome).toBe('rejected');
  expect(ruleIds).toContainEqual(expect.stringMatching(/^FH-APPROVE-/));
});

it.each(Object.keys(ways))('%s with the approval of somebody else is accepted, and only once', async (way) => {
  const asked = (await ways[way]?.(`four-eyes.right${next()}`)) as Asked;
  const digest = await draft(asked);
  await approve(digest);
  expect(await sent(way, { ...asked, change: change('ben') })).toMatchObject({ outcome: 'accepted' });
  const again = await sent(way, { ...asked, notBefore: undefined, change: change('ben') } as unknown as Asked);
  expect(again.outcome).toBe(way.startsWith('import') ? 'unchanged' : 'conflict');
});

it.each(Object.keys(ways))('%s without a token is refused before it is written', async (way) => {
  const asked = (await ways[way]?.(`four-eyes.local${next()}`)) as Asked;
  // Also with the rightful approval: without a token one person could be both.
  await approve(await draft(asked));
  const file = { flags: { [asked.flagKey]: asked.document } };
  const { change: asking, owner } = asked as Asked & { owner?: string };
  const { id, reason, ticket } = asking;
  const answer = way.startsWith('import')
    ? await api.ask('POST', '/v1/imports', { id, file, reason, ticket, owner, approvals: ['ben'] })
    : await api.ask('POST', '/v1/proposals', asked);
  expect(answer).toMatchObject({ status: 401, body: { code: 'FH_TOKEN_NEEDED' } });
  expect((await api.ask('GET', `/v1/proposals/${id}`)).status).toBe(404);
});

it('lets nobody approve without a token', async () => {
  const digest = await draft(created('four-eyes.unsigned'));
  expect(await api.ask('POST', '/v1/approvals', { digest, rulesVersion: 2 })).toMatchObject({ status: 401 });
});

it('shows who approves the same that it shows to the author', async () => {
  const asked = created('four-eyes.seen');
  const first = await api.as('ada', 'POST', '/v1/drafts', asked);
  const { digest } = first.body as { digest: string };
  const seen = await api.as('ben', 'GET', `/v1/drafts/${digest}`);
  const withoutTime = (body: { plan: object }) => ({ ...body.plan, at: undefined });
  expect(withoutTime(seen.body)).toEqual(withoutTime(first.body));
});

it('kills without any approval, whoever asks', async () => {
  await accepted(created('four-eyes.killed'));
  const killed = { flagKey: 'four-eyes.killed', kind: 'killed', basedOn: null, change: change(), proposedAt: 0 };
  expect((await api.ask('POST', '/v1/proposals?wait=10', killed)).body).toMatchObject({
    outcome: { outcome: 'accepted' },
  });
});
