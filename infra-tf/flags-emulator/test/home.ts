import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { LambdaClient } from '@aws-sdk/client-lambda';
import { AssumeRoleCommand, STSClient } from '@aws-sdk/client-sts';
import { callFunction } from '@flaghoist/adapters/call-function';
import { callerPrincipal } from '@flaghoist/adapters/caller-principal';
import { connectOpenSearch } from '@flaghoist/adapters/connect/open-search';
import { DynamoChangeStore } from '@flaghoist/adapters/dynamo-change-store';
import { DynamoFlagStore } from '@flaghoist/adapters/dynamo-flag-store';
import { DynamoProposalStore } from '@flaghoist/adapters/dynamo-proposal-store';
import { OpenSearchAuditIndex } from '@flaghoist/adapters/open-search-audit-index';
import type { ChangeRecord, ChangeState, ProposableKind } from '@flaghoist/core/change';
import { type Envelope, parseEnvelope } from '@flaghoist/core/envelope';
import { compareOrders, type Order, orderOf } from '@flaghoist/core/order';
import type { AuditDocument, AuditQuery } from '@flaghoist/core/ports/audit-index';
import type { Proposal, ProposalOutcome } from '@flaghoist/core/proposal';
import { systemClock } from '@flaghoist/system/clock';
import { systemRandom } from '@flaghoist/system/random';
import { eventually } from './patience.ts';
import { home, placesIn } from './topology.ts';
import { trail } from './trail.ts';
import type { World } from './world.ts';

interface Credentials {
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
  readonly sessionToken: string;
}

/** A session of a role under the person's own name. */
const signIn = async (
  { outputs, person }: Pick<World, 'outputs' | 'person'>,
  roleArn: string,
): Promise<Credentials> => {
  const sts = new STSClient({ region: home, credentials: outputs.person });
  const asked = { RoleArn: roleArn, RoleSessionName: person.session };
  const { AccessKeyId, SecretAccessKey, SessionToken } =
    (await sts.send(new AssumeRoleCommand(asked))).Credentials ?? {};
  if (!AccessKeyId || !SecretAccessKey || !SessionToken) throw new Error(`${roleArn} gave no credentials`);
  return { accessKeyId: AccessKeyId, secretAccessKey: SecretAccessKey, sessionToken: SessionToken };
};

const asVariables = ({ accessKeyId, secretAccessKey, sessionToken }: Credentials) => ({
  AWS_ACCESS_KEY_ID: accessKeyId,
  AWS_SECRET_ACCESS_KEY: secretAccessKey,
  AWS_SESSION_TOKEN: sessionToken,
});

export const document = (defaultVariant: 'on' | 'off') => ({
  state: 'ENABLED',
  variants: { on: true, off: false },
  defaultVariant,
});

/**
 * What is asked for here may read everything; what an author does, she does as herself.
 * @param region the one that accepts
 */
export const homeOf = async (
  world: Pick<World, 'outputs' | 'person' | 'caches' | 'auditEndpoint' | 'topology'>,
  region: string = home,
) => {
  const { outputs, caches } = world;
  const { flags: flagsTable = '', changes: changesTable = '', proposals: proposalsTable = '' } = outputs.tables;
  const client = new DynamoDBClient({ region });
  const changes = new DynamoChangeStore({ client, changesTable, flagsTable, clock: systemClock, random: systemRandom });
  const flags = new DynamoFlagStore({ client, table: flagsTable });
  const author = await signIn(world, outputs.author_role_arn);
  const principal = await callerPrincipal(new STSClient({ region, credentials: author }));
  const authorClient = new DynamoDBClient({ region, credentials: author });
  const proposals = new DynamoProposalStore({
    client: authorClient,
    table: proposalsTable,
    principal,
    clock: systemClock,
  });
  const audit = new OpenSearchAuditIndex({
    client: connectOpenSearch({ node: world.auditEndpoint, region, signed: false }),
    index: trail.stream,
  });
  let asked = 0;

  const current = async (flagKey: string): Promise<Envelope | null> => {
    const stored = await flags.current(flagKey);
    return stored === undefined ? null : parseEnvelope(stored.body);
  };

  /** @returns the id of the change */
  const propose = async (flagKey: string, kind: ProposableKind, parts: Partial<Proposal> = {}): Promise<string> => {
    const found = await current(flagKey);
    asked += 1;
    const id = `${flagKey}-${asked}`;
    await proposals.propose({
      flagKey,
      kind,
      basedOn: found && orderOf(found),
      ...(kind === 'killed' || kind === 'archived' ? {} : { document: document(found === null ? 'off' : 'on') }),
      ...(found === null ? { offVariant: 'off', owner: 'team-payments' } : {}),
      change: { id, actor: '', authentication: '', reason: 'Shown on the emulator.' },
      proposedAt: systemClock.now(),
      ...parts,
    } as Proposal);
    return id;
  };

  const outcome = (id: string): Promise<ProposalOutcome> =>
    eventually(`outcome of ${id}`, () => changes.outcome(principal, id));

  const accepted = async (id: string): Promise<Order> => {
    const ended = await outcome(id);
    if (ended.outcome !== 'accepted') throw new Error(`${id} was not accepted: ${JSON.stringify(ended)}`);
    return ended.order;
  };

  const inCaches = async (flagKey: string, order: Order): Promise<Readonly<Record<string, string>>> => {
    const stored = await flags.revision(flagKey, order);
    const held: Record<string, string> = {};
    for (const place of placesIn(world.topology)) {
      const found = (await caches[place.region]?.cache.inspect([place.service], [flagKey]))?.get(place.service);
      const flag = found?.reachable === true ? found.flags.get(flagKey) : undefined;
      if (flag?.held && compareOrders(flag.held.order, order) === 0 && flag.held.digest === stored?.envelopeDigest)
        held[`${place.region} ${place.service}`] = flag.held.digest;
    }
    return held;
  };

  return {
    principal,
    author,
    propose,
    outcome,
    accepted,
    current,
    flags,
    changes,
    audit,
    authorClient,
    client,
    inCaches,
    /** What a function answers, called by somebody who may do anything. */
    call: (name: string, event: object): Promise<unknown> => {
      const function_ = outputs.functions[region]?.[name]?.name ?? name;
      return callFunction(new LambdaClient({ region }), `${function_}:live`, event);
    },
    operator: async () => asVariables(await signIn(world, outputs.operator_role_arns['operator'] ?? '')),
    promoter: async () => asVariables(await signIn(world, outputs.operator_role_arns['promoter'] ?? '')),
    doctor: async () => asVariables(await signIn(world, outputs.operator_role_arns['doctor'] ?? '')),
    /** Waits until every cache holds it, with its digest. */
    everywhere: (flagKey: string, order: Order) =>
      eventually(
        `${flagKey} ${order.epoch}.${order.revision} in every cache`,
        async () =>
          Object.keys(await inCaches(flagKey, order)).length === placesIn(world.topology).length ? true : undefined,
        () => inCaches(flagKey, order),
      ),
    /** Waits until it is decided, unless it is what is asked for. */
    decided: (flagKey: string, order: Order, state: ChangeState): Promise<ChangeRecord> =>
      eventually(
        `${flagKey} ${order.epoch}.${order.revision} ${state}`,
        async () => {
          const record = await changes.record(flagKey, order);
          return record?.state === state ? record : undefined;
        },
        () => changes.record(flagKey, order),
      ),
    /** Waits for an event of a change, or of a flag, in the audit trail. */
    audited: (query: AuditQuery, type: string): Promise<AuditDocument> =>
      eventually(
        `${type} of ${JSON.stringify(query)} in the audit trail`,
        async () => (await audit.search(query).catch(() => [])).find((each) => each.type === type),
        () => audit.search(query).then((found) => found.map(({ type: seen }) => seen)),
      ),
  };
};

export type Home = Awaited<ReturnType<typeof homeOf>>;
