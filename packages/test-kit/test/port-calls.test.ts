import { callOf, wrapPorts } from '../lib/port-calls.ts';
import { doomed } from '../lib/trouble.ts';

class Topic {
  sent = 0;
  async publish(): Promise<void> {
    this.sent += 1;
  }
}

const clock = { now: () => 0 };

it('tells calls that leave something behind from those that do not', () => {
  expect(callOf('changes', 'decide')).toBe('writes');
  expect(callOf('changes', 'record')).toBe('reads');
  expect(callOf('changes', 'recordsBefore')).toBe('walks');
  expect(callOf('clock', 'now')).toBeUndefined();
});

it('wraps the ports behind which there is another process, and nothing else', () => {
  const given = { topic: new Topic(), upstream: null, clock, region: 'eu-west-1', policy: { most: 1 }, directory: [] };
  const wrapped: string[] = [];
  wrapPorts(given, (name, port) => {
    wrapped.push(name);
    return port;
  });
  expect(wrapped).toEqual(['topic']);
});

it('refuses a port that it does not know by its name', () => {
  expect(() => wrapPorts({ ledger: new Topic() }, (_name, port) => port)).toThrow('enter the port "ledger"');
});

it.each([
  ['before', 0],
  ['after', 1],
] as const)('a process that dies %s a call reaches nothing afterwards', async (moment, sent) => {
  const topic = new Topic();
  const { ports, struck } = doomed({ topic, clock }, { atCall: 1, moment });
  await expect(ports.topic.publish()).rejects.toThrow('the process died');
  await expect(ports.topic.publish()).rejects.toThrow('the process died');
  expect([topic.sent, struck()]).toEqual([sent, true]);
});
