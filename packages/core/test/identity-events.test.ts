import { parseEvent } from '../lib/events.ts';
import { overwrittenEvent } from '../lib/identity-events.ts';

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
