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
  ['a message without our event', '{"source":"aws.s3"}', 'EventBridge message is not valid: /detail'],
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
