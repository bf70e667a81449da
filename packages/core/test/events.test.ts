import { EVENT_SOURCE, eventOf, parseBridgeMessage, parseEvent } from '../lib/events.ts';

const emit = (at: number) =>
  eventOf({
    type: 'ChangePublished',
    identity: ['change-0001', 'eu-west-1'],
    region: 'eu-west-1',
    at,
    detail: { flagKey: 'flag', changeId: 'change-0001', order: { epoch: 1, revision: 2 }, region: 'eu-west-1' },
  });

it('an event that is emitted again has the same id', () => {
  expect(emit(1).id).toBe('ChangePublished:change-0001:eu-west-1');
  expect(emit(2).id).toBe(emit(1).id);
});

it('an event is what a reader accepts', () => {
  expect(emit(1)).toMatchObject({ source: EVENT_SOURCE, version: 1, type: 'ChangePublished' });
  expect(parseEvent(JSON.parse(JSON.stringify(emit(1))))).toEqual(emit(1));
});

it.each([
  ['text that is not JSON', 'not json', 'EventBridge message is not valid: not JSON'],
  [
    'a message without our event',
    '{"source":"aws.s3"}',
    'EventBridge message is not valid: /: it has "source", and none of detail',
  ],
  ['a message of somebody else', '{"detail":{"hello":1}}', '/source'],
])('%s is refused', (_name, body, says) => {
  expect(() => parseBridgeMessage(body)).toThrow(says);
});

it('a detail that does not fit names the event and the place', () => {
  const wrong = { ...emit(1), detail: { ...emit(1).detail, order: { epoch: 1, revision: 0 } } };
  expect(() => parseEvent(wrong)).toThrow(
    /detail of ChangePublished ChangePublished:change-0001:eu-west-1.*\/order\/revision/,
  );
});

describe('an event that came through the bus of another region', () => {
  const through = (region: string, detail: object) => parseBridgeMessage(JSON.stringify({ region, detail }));
  const finding = {
    type: 'TamperingFound',
    region: 'us-east-1',
    detail: {
      flagKey: 'flag',
      changeId: 'change-0001',
      what: 'event',
      by: 'us-east-1',
      was: 'eu-west-1',
      found: emit(1).id,
    },
  };

  it('is a finding, whatever it says', () => {
    expect(through('eu-west-1', emit(1))).toEqual(emit(1));
    expect(through('us-east-1', emit(1))).toMatchObject(finding);
  });

  it('is one also where only its detail speaks for the other region', () => {
    expect(through('us-east-1', { ...emit(1), region: 'us-east-1' })).toMatchObject(finding);
  });

  it('is none where it only asks another region', () => {
    const detail = { region: 'eu-west-1', changeIds: ['change-0001'] };
    const asked = eventOf({ type: 'VerifyRequested', identity: ['x'], region: 'us-east-1', at: 1, detail });
    expect(through('us-east-1', asked)).toEqual(asked);
  });
});
