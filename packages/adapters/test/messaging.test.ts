import { EventBridgeClient } from '@aws-sdk/client-eventbridge';
import { SNSClient } from '@aws-sdk/client-sns';
import { MessageNotInflight, SQSClient } from '@aws-sdk/client-sqs';
import { parseEnvelope } from '@flaghoist/core/envelope';
import { eventOf, parseEvent } from '@flaghoist/core/events';
import { envelopeOf } from '@flaghoist/test-kit/envelope';
import { EventBridgeBus } from '../lib/event-bridge-bus.ts';
import { SnsChangeTopic } from '../lib/sns-change-topic.ts';
import { SqsDeadLetters } from '../lib/sqs-dead-letters.ts';
import { SqsLoadRequests } from '../lib/sqs-load-requests.ts';
import { SqsServiceQueues } from '../lib/sqs-service-queues.ts';
import { anywhere, type RecordedCall, record } from './support/recorded.ts';

const outage = new Error('socket hang up');
const unavailable = { code: 'FH_UNAVAILABLE', retryable: true, cause: outage };
const failing = () => {
  throw outage;
};

describe('SnsChangeTopic', () => {
  const topicOn = (answer: () => object = () => ({})) => {
    const calls: [string, RecordedCall[]][] = [];
    const topic = new SnsChangeTopic({
      clientFor: (region) => {
        const client = new SNSClient(anywhere);
        calls.push([region, record(client, answer)]);
        return client;
      },
      topicArnOf: (region) => `arn:aws:sns:${region}:1:changes`,
      clock: { now: () => 1_760_000_000_000 },
    });
    return { topic, calls };
  };

  it('publishes the envelope as it is, and what filters look at as attributes', async () => {
    const { topic, calls } = topicOn();
    const envelope = envelopeOf({ audience: ['search', 'payments'], departed: ['billing'] });
    await topic.publish('us-east-1', envelope);
    const { Message, ...rest } = calls[0]?.[1][0]?.input ?? {};
    expect(parseEnvelope(String(Message))).toEqual(envelope);
    expect(rest).toEqual({
      TopicArn: 'arn:aws:sns:us-east-1:1:changes',
      MessageAttributes: {
        flagKey: { DataType: 'String', StringValue: 'checkout' },
        kind: { DataType: 'String', StringValue: 'created' },
        publishedAt: { DataType: 'String', StringValue: '1760000000000' },
        audience: { DataType: 'String.Array', StringValue: '["billing","payments","search"]' },
      },
    });
  });

  it('addresses everybody by a star', async () => {
    const { topic, calls } = topicOn();
    await topic.publish('us-east-1', envelopeOf({ audience: '*' }));
    expect(calls[0]?.[1][0]?.input).toMatchObject({ MessageAttributes: { audience: { StringValue: '["*"]' } } });
  });

  it('makes one client per region, when it is first needed', async () => {
    const { topic, calls } = topicOn();
    for (const region of ['us-east-1', 'eu-west-1', 'us-east-1']) await topic.publish(region, envelopeOf());
    expect(calls.map(([region, made]) => [region, made.length])).toEqual([
      ['us-east-1', 2],
      ['eu-west-1', 1],
    ]);
  });

  it('says which region cannot be reached', async () => {
    const { topic } = topicOn(failing);
    await expect(topic.publish('sa-east-1', envelopeOf())).rejects.toMatchObject({
      ...unavailable,
      message: expect.stringContaining('sa-east-1'),
    });
  });
});

describe('SqsServiceQueues', () => {
  const queuesOn = (answer: (call: RecordedCall) => object) => {
    const client = new SQSClient(anywhere);
    const calls = record(client, answer);
    const queues = new SqsServiceQueues({
      client,
      deadLetterArnOf: (service) => `arn:aws:sqs:eu-west-1:42:${service}-dead`,
    });
    return { queues, calls };
  };

  it('shortens the visibility of a message of the queue that its event came from', async () => {
    const { queues, calls } = queuesOn(() => ({}));
    await queues.retryAfter('arn:aws:sqs:eu-west-1:42:search-queue', 'handle', 5);
    expect(calls[0]?.input).toEqual({
      QueueUrl: 'https://sqs.eu-west-1.amazonaws.com/42/search-queue',
      ReceiptHandle: 'handle',
      VisibilityTimeout: 5,
    });
  });

  it('puts what no repetition heals into the dead-letter queue of its service, as it came', async () => {
    const { queues, calls } = queuesOn(() => ({}));
    await queues.giveUp('search', { body: 'not json', reason: 'FH_INVALID_INPUT: \u0000' });
    expect(calls[0]?.input).toEqual({
      QueueUrl: 'https://sqs.eu-west-1.amazonaws.com/42/search-dead',
      MessageBody: 'not json',
      MessageAttributes: { reason: { DataType: 'String', StringValue: 'FH_INVALID_INPUT: \uFFFD' } },
    });
  });

  it('counts the letters of a service, with those that somebody has at hand', async () => {
    const { queues, calls } = queuesOn(() => ({
      Attributes: { ApproximateNumberOfMessages: '3', ApproximateNumberOfMessagesNotVisible: '2' },
    }));
    expect(await queues.givenUp('search')).toBe(5);
    expect(calls[0]?.input).toEqual({
      QueueUrl: 'https://sqs.eu-west-1.amazonaws.com/42/search-dead',
      AttributeNames: ['ApproximateNumberOfMessages', 'ApproximateNumberOfMessagesNotVisible'],
    });
  });

  it.each([
    new MessageNotInflight({ message: 'not in flight', $metadata: {} }),
    new Error(
      'Value x for parameter ReceiptHandle is invalid. Reason: Message does not exist or is not available for visibility timeout change.',
    ),
  ])('does nothing for a message that is no longer in flight (%#)', async (error) => {
    const { queues } = queuesOn(() => {
      throw error;
    });
    await expect(queues.retryAfter('arn:aws:sqs:eu-west-1:42:search-queue', 'handle', 5)).resolves.toBeUndefined();
  });

  it('says when a queue cannot be reached', async () => {
    const { queues } = queuesOn(failing);
    await expect(queues.giveUp('payments', { body: 'x', reason: 'y' })).rejects.toMatchObject(unavailable);
    await expect(queues.retryAfter('arn:aws:sqs:eu-west-1:42:q', 'handle', 5)).rejects.toMatchObject(unavailable);
    await expect(queues.givenUp('payments')).rejects.toMatchObject(unavailable);
  });

  it('refuses what is not the ARN of a queue', async () => {
    const { queues } = queuesOn(() => ({}));
    await expect(queues.retryAfter('arn:aws:sns:eu-west-1:42:topic', 'handle', 5)).rejects.toThrow('not the ARN');
  });
});

it('SqsLoadRequests sends the name of the service', async () => {
  const client = new SQSClient(anywhere);
  const calls = record(client);
  await new SqsLoadRequests({ client, queueArn: 'arn:aws:sqs:eu-west-1:42:loads' }).request('payments');
  expect(calls[0]?.input).toEqual({
    QueueUrl: 'https://sqs.eu-west-1.amazonaws.com/42/loads',
    MessageBody: '{"service":"payments"}',
  });
});

describe('EventBridgeBus', () => {
  const busOn = (answer: (call: RecordedCall, count: number) => object = () => ({ FailedEntryCount: 0 })) => {
    const client = new EventBridgeClient(anywhere);
    const calls = record(client, answer);
    return { bus: new EventBridgeBus({ client, busName: 'prod-bus' }), calls };
  };
  const eventNumber = (number: number, environment = 'test') =>
    eventOf({ type: 'DriftDetected', identity: [String(number)], region: 'eu-west-1', at: 1, detail: { environment } });
  const entriesOf = ({ input }: RecordedCall): { Detail: string }[] => {
    const entries = input['Entries'];
    return Array.isArray(entries) ? entries : [];
  };

  it('sends the whole event as detail, and its type for the rules', async () => {
    const { bus, calls } = busOn();
    await bus.publish([eventNumber(1)]);
    const [entry] = calls.flatMap(entriesOf);
    expect(entry).toMatchObject({ EventBusName: 'prod-bus', Source: 'flaghoist', DetailType: 'DriftDetected' });
    expect(parseEvent(JSON.parse(entry?.Detail ?? ''))).toEqual(eventNumber(1));
  });

  it('sends at most ten events, and 240 KiB, at once, and all of them in order', async () => {
    const { bus, calls } = busOn();
    const small = Array.from({ length: 11 }, (_, place) => eventNumber(place));
    const large = Array.from({ length: 3 }, (_, place) => eventNumber(100 + place, 'x'.repeat(100 * 1024)));
    const events = [...small, ...large];
    await bus.publish(events);
    expect(calls.map((call) => entriesOf(call).length)).toEqual([10, 3, 1]);
    expect(calls.flatMap(entriesOf).map(({ Detail }) => JSON.parse(Detail))).toEqual(events);
  });

  it('sends nothing for no events', async () => {
    const { bus, calls } = busOn();
    await bus.publish([]);
    expect(calls).toEqual([]);
  });

  it('fails when one entry was not taken, after it has tried all', async () => {
    const { bus, calls } = busOn((_call, count) =>
      count === 1
        ? { FailedEntryCount: 1, Entries: [{ EventId: '1' }, { ErrorCode: 'ThrottlingException' }] }
        : { FailedEntryCount: 0 },
    );
    const events = Array.from({ length: 11 }, (_, place) => eventNumber(place));
    await expect(bus.publish(events)).rejects.toMatchObject({
      code: 'FH_UNAVAILABLE',
      hint: expect.stringContaining('1 of 11 events (ThrottlingException)'),
    });
    expect(calls).toHaveLength(2);
  });

  it('says when the bus cannot be reached', async () => {
    await expect(busOn(failing).bus.publish([eventNumber(1)])).rejects.toMatchObject(unavailable);
  });
});

describe('SqsDeadLetters', () => {
  it('says when they cannot be reached, so that nobody counts it as given up', async () => {
    const client = new SQSClient(anywhere);
    record(client, failing);
    const deadLetters = new SqsDeadLetters({ client, queueArn: 'arn:aws:sqs:eu-west-1:42:accept-dropped' });
    await expect(deadLetters.give({ body: 'a', reason: 'b' })).rejects.toMatchObject(unavailable);
  });
});
