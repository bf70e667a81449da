import { LambdaClient } from '@aws-sdk/client-lambda';
import { SQSClient } from '@aws-sdk/client-sqs';
import { STSClient } from '@aws-sdk/client-sts';
import { callFunction } from '../lib/call-function.ts';
import { callerPrincipal } from '../lib/caller-principal.ts';
import { parseDeployment } from '../lib/deployment.ts';
import { SqsLetters } from '../lib/sqs-letters.ts';
import { anywhere, type RecordedCall, record } from './support/recorded.ts';

const outage = () => {
  throw new Error('socket hang up');
};
const unavailable = { code: 'FH_UNAVAILABLE', retryable: true };

describe('callFunction', () => {
  const calling = (answer: () => object) => {
    const client = new LambdaClient(anywhere);
    const calls = record(client, answer);
    return {
      calls,
      answer: callFunction(client, 'arn:aws:lambda:eu-west-1:42:function:tell:live', { cell: 'cell-1' }),
    };
  };
  const payload = (text: string) => Buffer.from(text);

  it('gives the answer of the alias', async () => {
    const { calls, answer } = calling(() => ({ Payload: payload('{"clean":["cards"]}') }));
    expect(await answer).toEqual({ clean: ['cards'] });
    expect(calls[0]?.input).toEqual({
      FunctionName: 'arn:aws:lambda:eu-west-1:42:function:tell:live',
      Payload: '{"cell":"cell-1"}',
    });
  });

  it('says that it failed, with what it said', async () => {
    const failed = { FunctionError: 'Unhandled', Payload: payload('{"errorType":"FH_X"}') };
    await expect(calling(() => failed).answer).rejects.toMatchObject({
      ...unavailable,
      cause: 'Unhandled: {"errorType":"FH_X"}',
    });
    await expect(calling(outage).answer).rejects.toMatchObject(unavailable);
  });

  it('takes no answer for none', async () => {
    expect(await calling(() => ({})).answer).toBeNull();
  });
});

describe('SqsLetters', () => {
  const lettersOn = (answer: (call: RecordedCall) => object) => {
    const client = new SQSClient(anywhere);
    const calls = record(client, answer);
    return { letters: new SqsLetters({ client, queueArn: 'arn:aws:sqs:eu-west-1:42:tell-dropped' }), calls };
  };
  const QueueUrl = 'https://sqs.eu-west-1.amazonaws.com/42/tell-dropped';

  it('receives with the times at which they were sent, hidden for as long as they take', async () => {
    const { letters, calls } = lettersOn(() => ({
      Messages: [{ Body: 'a', ReceiptHandle: 'r', Attributes: { SentTimestamp: '1760000000000' } }],
    }));
    expect(await letters.receive()).toEqual([{ body: 'a', receiptHandle: 'r', sentAt: 1_760_000_000_000 }]);
    expect(calls[0]?.input).toMatchObject({
      QueueUrl,
      MaxNumberOfMessages: 10,
      VisibilityTimeout: 600,
      MessageSystemAttributeNames: ['SentTimestamp'],
    });
    expect(await lettersOn(() => ({})).letters.receive()).toEqual([]);
  });

  it('sends and deletes', async () => {
    const { letters, calls } = lettersOn(() => ({}));
    await letters.send('a');
    await letters.delete('r');
    expect(calls).toEqual([
      { command: 'SendMessageCommand', input: { QueueUrl, MessageBody: 'a' } },
      { command: 'DeleteMessageCommand', input: { QueueUrl, ReceiptHandle: 'r' } },
    ]);
  });

  it('says that the queue is out of reach', async () => {
    await expect(lettersOn(outage).letters.receive()).rejects.toMatchObject(unavailable);
  });
});

it('who calls is the id of a role and a session', async () => {
  const client = new STSClient(anywhere);
  record(client, () => ({ UserId: 'AROAEXAMPLEROLE00001:ada' }));
  expect(await callerPrincipal(client)).toBe('AROAEXAMPLEROLE00001:ada');
});

describe('a deployment', () => {
  const sound = {
    environment: 'dev',
    home: 'eu-west-1',
    regions: ['eu-west-1', 'eu-west-2'],
    flagsTable: 'flags',
    changesTable: 'changes',
    proposalsTable: 'proposals',
    verificationTable: 'verification',
    acknowledgements: 'log',
    workflows: {},
    eventBus: 'bus',
    queues: { a: 'arn:aws:sqs:{region}:1:a' },
    functions: {},
  };

  it('names what there is', () => {
    expect(parseDeployment(JSON.stringify(sound))).toEqual(sound);
  });

  it.each([
    ['/environment', { ...sound, environment: undefined }],
    ['/regions', { ...sound, regions: [] }],
    ['/flagsTable', { ...sound, flagsTable: '' }],
    ['/queues/a', { ...sound, queues: { a: 'queue-a' } }],
    ['/functions', { ...sound, functions: undefined }],
  ])('is refused for what is wrong at %s', (place, wrong) => {
    expect(() => parseDeployment(JSON.stringify(wrong))).toThrow(place);
  });

  it.each([
    ['{}', 'it is no output deployment, and has nothing of one'],
    ['[]', 'it is no output deployment, and has nothing of one'],
    ['null', 'it is no output deployment, and has nothing of one'],
    [JSON.stringify({ deployment: { value: sound } }), 'it is no output deployment, and has nothing of one'],
    [JSON.stringify({ ...sound, home: undefined, queues: undefined }), 'it lacks /home, /queues'],
    ['', 'not JSON: it is empty, as a file is whose command has failed'],
  ])('is refused in one line where it is something else: %s', (text, said) => {
    expect(() => parseDeployment(text, 'deployment.json')).toThrow(
      expect.objectContaining({
        message: `deployment.json is not valid: ${said}`,
        hint: expect.stringContaining('there is no such output before step 5'),
      }),
    );
  });
});
