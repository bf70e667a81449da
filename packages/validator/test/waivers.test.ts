import { validateStanding } from '@flaghoist/rules/standing';
import type { Waiver } from '@flaghoist/rules/waivers';
import { createHome, FLAG, type Home } from './support/home.ts';

/** A waiver is judged when a change is accepted; what was accepted under it stays valid, and can be killed at any time. */

const DAY = 86_400_000;
const document = {
  state: 'ENABLED',
  variants: { on: '4111 1111 1111 1111', off: 'none' },
  defaultVariant: 'off',
  targeting: { if: [{ '==': [{ var: 'acquirer' }, 'x'] }, 'on', 'off'] },
};
const otherDocument = { ...document, targeting: { if: [{ '==': [{ var: 'acquirer' }, 'y'] }, 'on', 'off'] } };

const dayOf = (epochMs: number): string => new Date(epochMs).toISOString().slice(0, 10);

const homeWith = (daysAhead: number, otherwise: Partial<Waiver> = {}): Home => {
  const home = createHome();
  const waiver: Waiver = {
    rule: 'FH-SAFE-10',
    flag: FLAG,
    owner: 'team-payments',
    reason: 'The acquirer numbers its merchants like cards.',
    ticket: 'PAY-1042',
    approver: 'noor@bank.example',
    expires: dayOf(home.clock.now() + daysAhead * DAY),
    ...otherwise,
  };
  Object.assign(home.ports, { waivers: [waiver] });
  return home;
};

it('refuses without a waiver what the rule refuses', async () => {
  const outcome = await createHome().decide('created', { document });
  expect(outcome).toMatchObject({ outcome: 'rejected', violations: [{ ruleId: 'FH-SAFE-10' }] });
});

it('accepts under a waiver, and seals it into the evidence', async () => {
  const home = homeWith(90);
  expect(await home.decide('created', { document })).toMatchObject({ outcome: 'accepted' });
  const [first] = await home.revisions();
  expect(first?.evidence).toMatchObject({ waivers: [{ rule: 'FH-SAFE-10', ticket: 'PAY-1042' }] });
});

it('seals nothing for a flag that no waiver is about', async () => {
  const home = homeWith(90, { flag: 'another.flag' });
  await home.decide('created', {});
  const [first] = await home.revisions();
  expect(first?.evidence).not.toHaveProperty('waivers');
});

it('refuses the next change after its end and says why; what was accepted stays valid, and a kill passes', async () => {
  const home = homeWith(1);
  await home.decide('created', { document });
  await home.clock.advance(3 * DAY);
  const late = await home.decide('updated', { document: otherDocument });
  expect(late).toMatchObject({ outcome: 'rejected', violations: [{ ruleId: 'FH-SAFE-10', severity: 'error' }] });
  expect(JSON.stringify(late)).toContain('The waiver of PAY-1042 ended on ');

  const [first] = await home.revisions();
  if (first === undefined) throw new Error('nothing was accepted');
  expect(validateStanding(first).violations.filter(({ severity }) => severity === 'error')).toEqual([]);

  expect(await home.decide('killed')).toMatchObject({ outcome: 'accepted' });
  const killed = (await home.revisions()).at(-1);
  expect(killed).toMatchObject({ kind: 'killed', evidence: { waivers: [{ ticket: 'PAY-1042' }] } });
});

it('lets nobody’s own waiver help them', async () => {
  const other = homeWith(90);
  await other.decide('created', { document });
  const actor = (await other.revisions())[0]?.change.actor ?? '';
  expect(actor).not.toBe('');
  const own = await homeWith(90, { approver: actor }).decide('created', { document });
  expect(own).toMatchObject({ outcome: 'rejected', violations: [{ ruleId: 'FH-SAFE-10' }] });
  expect(JSON.stringify(own)).toContain(`was approved by ${actor}, who makes the change`);
});

it('kills under the policy by which the document was accepted', async () => {
  const home = createHome();
  const named = { state: 'ENABLED', variants: { on: 'mia@mail.bank.eu', off: 'none' }, defaultVariant: 'off' };
  Object.assign(home.ports, { policy: { ...home.ports.policy, emailDomains: ['mail.bank.eu'] } });
  expect(await home.decide('created', { document: named })).toMatchObject({ outcome: 'accepted' });
  Object.assign(home.ports, { policy: { ...home.ports.policy, emailDomains: [] } });
  expect(await home.decide('killed')).toMatchObject({ outcome: 'accepted' });
});
