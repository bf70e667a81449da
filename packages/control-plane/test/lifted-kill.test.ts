import { creation } from './api.ts';
import { type FourEyes, startFourEyes } from './four-eyes.ts';

/* Only the lifting of a kill asks for an approval here: every other change is somebody's own. */

let api: FourEyes;
beforeAll(async () => {
  api = await startFourEyes({ approvalsRequired: 0 });
});
afterAll(() => api.close());

let count = 0;
interface Sent {
  readonly outcome: string;
  readonly order: object | null;
  readonly violations?: readonly { readonly ruleId: string }[];
}
const propose = async (flagKey: string, kind: string, basedOn: object | null, approver?: string): Promise<Sent> => {
  count += 1;
  const { document, offVariant, audience, owner } = creation(flagKey);
  const whole = kind === 'created' || kind === 'restored' ? { document, offVariant, audience, owner } : {};
  const approvals = approver === undefined ? {} : { approvals: [{ actor: approver }] };
  const change = {
    id: `lift-${String(count).padStart(6, '0')}`,
    reason: 'x'.repeat(12),
    ticket: 'ABC-1',
    ...approvals,
  };
  const asked = { flagKey, kind, basedOn, ...whole, change, proposedAt: 0 };
  if (approver !== undefined) {
    const { digest } = (await api.as('ada', 'POST', '/v1/drafts', asked)).body as { digest: string };
    await api.as(approver, 'POST', '/v1/approvals', { digest, rulesVersion: 2 });
  }
  return ((await api.as('ada', 'POST', '/v1/proposals?wait=10', asked)).body as { outcome: Sent }).outcome;
};

/** A flag that was killed, or not, and then archived as often as asked. */
const archived = async (flagKey: string, kills: boolean): Promise<object | null> => {
  let { order } = await propose(flagKey, 'created', null);
  if (kills) ({ order } = await propose(flagKey, 'killed', order));
  const archival = await propose(flagKey, 'archived', order);
  expect(archival).toMatchObject({ outcome: 'accepted' });
  return archival.order;
};

it.each(['restored', 'created'])(
  'a kill is not lifted by one person who archives the flag in between: %s',
  async (kind) => {
    const order = await archived(`lift.${kind}`, true);
    const alone = await propose(`lift.${kind}`, kind, order);
    expect(alone).toMatchObject({ outcome: 'rejected' });
    expect(alone.violations?.map(({ ruleId }) => ruleId)).toContain('FH-APPROVE-12');
    expect(await propose(`lift.${kind}`, kind, order, 'ben')).toMatchObject({ outcome: 'accepted' });
  },
);

it.each(['restored', 'created'])(
  'an archived flag that nobody killed comes back without an approval: %s',
  async (kind) => {
    const order = await archived(`back.${kind}`, false);
    expect(await propose(`back.${kind}`, kind, order)).toMatchObject({ outcome: 'accepted' });
  },
);

it('a kill that was lifted once is lifted', async () => {
  const order = await archived('lifted.once', true);
  const { order: back } = await propose('lifted.once', 'restored', order, 'ben');
  const { order: again } = await propose('lifted.once', 'archived', back);
  expect(await propose('lifted.once', 'restored', again)).toMatchObject({ outcome: 'accepted' });
});
