import { DeleteItemCommand, DynamoDBClient, PutItemCommand, UpdateItemCommand } from '@aws-sdk/client-dynamodb';
import { InvokeCommand, LambdaClient } from '@aws-sdk/client-lambda';
import { GetQueueAttributesCommand, GetQueueUrlCommand, SendMessageCommand, SQSClient } from '@aws-sdk/client-sqs';
import type { ChangeRecord } from '@flaghoist/core/change';
import { parseEnvelope } from '@flaghoist/core/envelope';
import type { Order } from '@flaghoist/core/order';
import { cacheKeysOf } from '@flaghoist/core/storage/cache-keys';
import { currentItem, storedOf } from '@flaghoist/core/storage/flag-items';
import { decodeHeld, encodeHeld } from '@flaghoist/core/storage/held-text';
import type { Home } from './home.ts';
import { eventually } from './patience.ts';
import { cellOf, home as homeRegion, standby } from './topology.ts';
import type { World } from './world.ts';

/** One of those that every topology here has. */
const service = 'checkout';

/** A change of its own flag that is in every cache and verified. */
export const verifiedFlag = async (home: Home, flagKey: string) => {
  const id = await home.propose(flagKey, 'created');
  const order = await home.accepted(id);
  await home.everywhere(flagKey, order);
  await home.decided(flagKey, order, 'verified');
  return { id, order };
};

export const revertOf = ({ flagKey, revertOrder }: ChangeRecord): Order => {
  if (revertOrder === undefined) throw new Error(`the record of ${flagKey} names no revert`);
  return revertOrder;
};

/** A proposal that breaks a rule: nothing but its outcome and its trail. */
export const rejected = async (_world: World, home: Home) => {
  const id = await home.propose('breaks-a-rule', 'created', {
    document: { state: 'ENABLED', variants: { on: true, off: false }, defaultVariant: 'nowhere' },
  });
  const outcome = await home.outcome(id);
  await home.audited({ changeId: id }, 'ChangeRejected');
  return { outcome, current: await home.current('breaks-a-rule') };
};

/** Somebody with rights on the table writes an older CURRENT over the newest: at home, and in a replica. */
export const writtenAround = async (world: World, home: Home, region: string) => {
  const flagKey = region === homeRegion ? 'written-around-at-home' : 'written-around-elsewhere';
  const { order: first } = await verifiedFlag(home, flagKey);
  const order = await home.accepted(await home.propose(flagKey, 'updated'));
  await home.everywhere(flagKey, order);
  const older = await home.flags.revision(flagKey, first);
  if (older === undefined) throw new Error(`${flagKey} lacks its first revision`);
  const table = world.outputs.tables['flags'];
  const item = currentItem(storedOf(parseEnvelope(older.body)));
  await new DynamoDBClient({ region }).send(
    new PutItemCommand({
      TableName: table,
      Item: Object.fromEntries(
        Object.entries(item).map(([name, value]) => [
          name,
          typeof value === 'number' ? { N: String(value) } : { S: String(value) },
        ]),
      ),
    }),
  );
  const intruder = await home.audited({ flagKey }, 'ChangeRejected');
  const current = await eventually(`CURRENT of ${flagKey} back`, async () => {
    const found = await home.current(flagKey);
    return found?.revision === order.revision ? found : undefined;
  });
  return { order, current, intruder };
};

/** The Redis of a region forgets everything, and is filled again; the next change is proved in it. */
export const cacheLost = async ({ caches }: World, home: Home) => {
  const { order: first } = await verifiedFlag(home, 'outlives-a-lost-cache');
  await caches[standby]?.admin.flushall();
  const order = await home.accepted(await home.propose('after-a-lost-cache', 'created'));
  await home.everywhere('after-a-lost-cache', order);
  await home.everywhere('outlives-a-lost-cache', first);
  return { verified: await home.decided('after-a-lost-cache', order, 'verified') };
};

/** One field of one cache becomes something else: the reconciler finds it and writes it anew. */
export const cacheCorrupt = async ({ caches }: World, home: Home) => {
  const flagKey = 'outlives-corruption';
  await verifiedFlag(home, flagKey);
  const { flags } = cacheKeysOf(cellOf(service), service);
  const admin = caches[homeRegion]?.admin;
  const before = await admin?.hget(flags, flagKey);
  const corrupted = String(before).replace('"ENABLED"', '"DISABLED"');
  await admin?.hset(flags, flagKey, corrupted);
  const after = await eventually(`${flagKey} mended`, async () => {
    const found = await admin?.hget(flags, flagKey);
    return found === before ? found : undefined;
  });
  return { before, corrupted, after };
};

/** One cache has another content under the order of the change, and does not take it: the change is taken back in all others. */
export const takenBack = async ({ caches }: World, home: Home) => {
  const flagKey = 'not-held-by-one';
  await verifiedFlag(home, flagKey);
  const { held } = cacheKeysOf(cellOf(service), service);
  const admin = caches[standby]?.admin;
  const found = decodeHeld(String(await admin?.hget(held, flagKey)));
  if (found === null) throw new Error(`${service} holds nothing of ${flagKey}`);
  await admin?.hset(
    held,
    flagKey,
    encodeHeld({ ...found, order: { ...found.order, revision: found.order.revision + 1 }, digest: 'f'.repeat(64) }),
  );
  const order = await home.accepted(await home.propose(flagKey, 'updated'));
  const record = await home.decided(flagKey, order, 'rolled-back');
  await home.everywhere(flagKey, revertOf(record));
  return { service, record };
};

/**
 * One cache takes a change, says so, and keeps what it had. Its lines say that all is well: the look finds it, and offers the change once
 * more before it is taken back.
 */
export const cacheSilent = async ({ caches }: World, home: Home) => {
  const flagKey = 'swallowed-by-one';
  await verifiedFlag(home, flagKey);
  const between = caches[homeRegion]?.between;
  between?.swallow(cacheKeysOf(cellOf(service), service).flags, flagKey);
  const order = await home.accepted(await home.propose(flagKey, 'updated'));
  const record = await home.decided(flagKey, order, 'rolled-back');
  between?.keep();
  await home.everywhere(flagKey, revertOf(record));
  return { region: homeRegion, service, record };
};

/** A message that nobody can read lies in one queue: it is given up alone, and its neighbours pass. */
export const poison = async (world: World, home: Home) => {
  const sqs = new SQSClient({ region: standby });
  const urlOf = async (name: string) => (await sqs.send(new GetQueueUrlCommand({ QueueName: name }))).QueueUrl;
  const queue = await urlOf(world.outputs.queues.service.replace('{service}', service));
  const dead = await urlOf(world.outputs.queues.dead.replace('{service}', service));
  await sqs.send(new SendMessageCommand({ QueueUrl: queue, MessageBody: 'nobody can read this' }));
  const beside = await verifiedFlag(home, 'beside-poison');
  const letters = await eventually('the dead letter', async () => {
    const asked = { QueueUrl: dead, AttributeNames: ['ApproximateNumberOfMessages' as const] };
    const { Attributes } = await sqs.send(new GetQueueAttributesCommand(asked));
    const count = Number(Attributes?.ApproximateNumberOfMessages ?? 0);
    return count > 0 ? count : undefined;
  });
  return { beside, letters };
};

/** The bus is away while somebody kills a flag: it is dead in every cache before anybody can be told. */
export const killWithoutBus = async ({ ministack }: World, home: Home) => {
  const flagKey = 'killed-without-a-bus';
  await verifiedFlag(home, flagKey);
  await ministack.refuse('events');
  const id = await home.propose(flagKey, 'killed');
  const order = await home.accepted(id);
  await home.everywhere(flagKey, order);
  const whileAway = await home.changes.record(flagKey, order);
  await ministack.accept('events');
  return {
    whileAway,
    verified: await home.decided(flagKey, order, 'verified'),
    audited: await home.audited({ changeId: id }, 'ChangeAccepted'),
  };
};

/** What an author is answered who tries more than to propose under her own key. */
export const adversary = async (world: World, home: Home) => {
  const { flags = '', changes = '', proposals = '' } = world.outputs.tables;
  const { id } = await verifiedFlag(home, 'of-an-adversary');
  const own = { pk: { S: `AUTHOR#${home.principal}` }, sk: { S: `PROPOSAL#${id}` } };
  const foreign = { pk: { S: 'AUTHOR#AROASOMEBODYELSE00000:eve' }, sk: { S: 'PROPOSAL#eve-1' }, proposal: { S: '{}' } };
  const put = (TableName: string, Item: Record<string, { S: string }>) => () =>
    home.authorClient.send(new PutItemCommand({ TableName, Item }));
  const attempts = {
    'writes a flag': put(flags, { pk: { S: 'FLAG#of-an-adversary' }, sk: { S: 'CURRENT' } }),
    'writes an outcome': put(changes, { ...own, sk: { S: `OUTCOME#${id}` } }),
    "proposes under another's key": put(proposals, foreign),
    'approves under the key of another': put(proposals, {
      ...foreign,
      pk: { S: 'APPROVER#AROASOMEBODYELSE00000:eve' },
    }),
    'changes what she has written': () =>
      home.authorClient.send(
        new UpdateItemCommand({
          TableName: proposals,
          Key: own,
          UpdateExpression: 'SET proposal = :p',
          ExpressionAttributeValues: { ':p': { S: '{}' } },
        }),
      ),
    'takes it away': () => home.authorClient.send(new DeleteItemCommand({ TableName: proposals, Key: own })),
    'calls a function': () =>
      new LambdaClient({ region: homeRegion, credentials: home.author }).send(
        new InvokeCommand({ FunctionName: world.outputs.functions[homeRegion]?.['validator.accept']?.name ?? '' }),
      ),
  };
  const answers = Object.entries(attempts).map(async ([what, attempt]) => [
    what,
    await attempt().then(
      () => 'done',
      (error: Error) => error.name,
    ),
  ]);
  return Object.fromEntries(await Promise.all(answers)) as Record<string, string>;
};
