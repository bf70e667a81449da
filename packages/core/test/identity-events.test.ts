import { parseEvent } from '../lib/events.ts';
import { approvedEvent, overwrittenEvent } from '../lib/identity-events.ts';

it('approvals that a submitter brought for several people are told apart', () => {
  const sk = `APPROVAL#${'0'.repeat(64)}`;
  const overwrite = (actor: string) =>
    overwrittenEvent({
      before: { pk: 'APPROVER#AROASUBMITTER:console', sk: `${sk}#${actor}`, approval: 'first' },
      item: { pk: 'APPROVER#AROASUBMITTER:console', sk: `${sk}#${actor}`, approval: 'second' },
      at: 1,
      region: 'us-east-1',
    });
  expect(overwrite('noor@bank.example')?.id).not.toBe(overwrite('mia@bank.example')?.id);
});

it.each([
  ['plain', 'n'.repeat(128)],
  ['not plain', '名'.repeat(128)],
])('what lies in the name of somebody, %s and of any length, has an id that an index takes', (_what, actor) => {
  const principal = `AROAPRDAUTHOREXAMPLE3:${'m'.repeat(64)}`;
  const proposalDigest = '0'.repeat(64);
  const key = { pk: `APPROVER#${principal}`, sk: `APPROVAL#${proposalDigest}#${actor}` };
  const approval = { flagKey: 'beta', proposalDigest, basedOn: null, rulesVersion: 1 };
  const events = [
    overwrittenEvent({
      before: { ...key, approval: '1' },
      item: { ...key, approval: '2' },
      at: 1,
      region: 'eu-west-1',
    }),
    approvedEvent({ key: { principal, proposalDigest, actor }, approval, at: 1, times: 9 }, 'eu-west-1'),
  ];
  for (const event of events) expect(Buffer.byteLength(event?.id ?? '')).toBeLessThanOrEqual(512);
});

it('what somebody wrote over an id of any length is told in an event that every reader takes', () => {
  const key = { pk: `AUTHOR#AROAPRDAUTHOREXAMPLE3:${'m'.repeat(64)}`, sk: `PROPOSAL#${'x'.repeat(1_000)}` };
  const overwrite = (sk: string) =>
    overwrittenEvent({
      before: { ...key, sk, proposal: 'first' },
      item: { ...key, sk, proposal: 'second' },
      at: 1,
      region: 'us-east-1',
    });
  const event = overwrite(key.sk);
  expect(parseEvent(event)).toEqual(event);
  expect(overwrite(`${key.sk}y`)?.id).not.toBe(event?.id);
});
