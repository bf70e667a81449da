import { connectDynamo } from '@flaghoist/adapters/connect/dynamo';
import { connectOpenSearch } from '@flaghoist/adapters/connect/open-search';
import { connectSqs } from '@flaghoist/adapters/connect/sqs';
import type { Deployment } from '@flaghoist/adapters/deployment';
import { DynamoApprovalStore, DynamoGivenApprovals } from '@flaghoist/adapters/dynamo-approval-store';
import { DynamoChangeStore } from '@flaghoist/adapters/dynamo-change-store';
import { DynamoFlagStore } from '@flaghoist/adapters/dynamo-flag-store';
import { DynamoHomeStore } from '@flaghoist/adapters/dynamo-home-store';
import { DynamoPendingProposals, DynamoProposalStore } from '@flaghoist/adapters/dynamo-proposal-store';
import { DynamoTopologySource } from '@flaghoist/adapters/dynamo-topology-source';
import { DynamoVerificationStore } from '@flaghoist/adapters/dynamo-verification-store';
import { OpenSearchAuditIndex } from '@flaghoist/adapters/open-search-audit-index';
import { SqsServiceQueues } from '@flaghoist/adapters/sqs-service-queues';
import { fillTemplate } from '@flaghoist/adapters/template';
import { CANARY_FLAG } from '@flaghoist/core/canary';
import { UnavailableError } from '@flaghoist/core/errors';
import type { Logger } from '@flaghoist/core/ports/logger';
import { servingRegions } from '@flaghoist/core/topology';
import { ownChanges, statusOf } from '@flaghoist/operations/canary/history';
import type { Directory } from '@flaghoist/rules/directory';
import type { Policy } from '@flaghoist/rules/policy';
import type { Waiver } from '@flaghoist/rules/waivers';
import { systemClock } from '@flaghoist/system/clock';
import { systemRandom } from '@flaghoist/system/random';
import type { ControlPlanePorts, HomePorts, ReceiptPorts, RegionPorts } from '../ports.ts';
import { ChangesFollowed } from './follow-changes.ts';

interface Options {
  readonly deployment: Deployment;
  /** Where this server runs: its replica says which region is home. */
  readonly region: string;
  readonly directory: Directory;
  readonly policy: Policy;
  readonly waivers: readonly Waiver[];
  readonly audit: { readonly endpoint: string; readonly index: string } | undefined;
  /** Left out: this server signs no receipts. */
  readonly receipts?: ReceiptPorts | undefined;
  readonly log: Logger;
}

const waiting = { clock: systemClock, random: systemRandom };

/** Two rounds through twelve regions and more. */
const CANARY_CHANGES = 300;

/** How old the answer may be to the question which region is home. */
const HOME_KEPT_MS = 5_000;

/** What the API stands on in an account. `refreshHome` asks which region is home; call it once before the first request, and then again. */
export const portsOfAccount = (options: Options): ControlPlanePorts & { readonly refreshHome: () => Promise<void> } => {
  const { deployment, region, directory, policy, receipts, log } = options;
  const homes = new Map<string, HomePorts>();
  const regions = new Map<string, RegionPorts>();
  const own = new DynamoHomeStore({ client: connectDynamo({ region }), table: deployment.flagsTable });
  let known = deployment.home;
  let askedAt = Number.NEGATIVE_INFINITY;
  const refreshHome = async (): Promise<void> => {
    askedAt = systemClock.now();
    known = (await own.home()).region;
  };
  const home = (): HomePorts => {
    if (systemClock.now() - askedAt > HOME_KEPT_MS)
      refreshHome().catch((error: unknown) => log.warn('not asked which region is home', { error }));
    return remembered(homes, known, () => homePorts(known, options));
  };
  const followed = new ChangesFollowed({ home, clock: systemClock, log });
  return {
    world: 'aws',
    modelled: false,
    environment: deployment.environment,
    directory,
    policy,
    clock: systemClock,
    log,
    home,
    region: (name) => {
      if (!deployment.regions.includes(name)) throw new RangeError(`the deployment has no region ${name}`);
      return remembered(regions, name, () => regionPorts(name, deployment));
    },
    watch: (watcher) => followed.watch(watcher),
    // It runs in a function that keeps nothing: what it has proven stands in its changes.
    canary: async () => {
      const { flags, changes, topology } = home();
      const current = await flags.current(CANARY_FLAG);
      if (current === undefined) return null;
      const own = await ownChanges(current, changes, CANARY_CHANGES);
      return statusOf(own, { now: systemClock.now(), regions: servingRegions(await topology.latest()) });
    },
    ...(receipts === undefined ? {} : { receipts }),
    refreshHome,
  };
};

const remembered = <T>(known: Map<string, T>, name: string, make: () => T): T => {
  const found = known.get(name) ?? make();
  known.set(name, found);
  return found;
};

const regionPorts = (region: string, { flagsTable, verificationTable, queues }: Deployment): RegionPorts => {
  const client = connectDynamo({ region });
  const counts = (queue: string) =>
    new SqsServiceQueues({
      client: connectSqs({ region }),
      deadLetterArnOf: (service) => fillTemplate(queues[queue] ?? '', { region, service }),
    });
  const [dead, alive] = [counts('service-flags-dead'), counts('service-flags')];
  return {
    flags: new DynamoFlagStore({ client, table: flagsTable }, waiting),
    // They are in private networks, and nobody but their functions has a user there.
    caches: null,
    verification: new DynamoVerificationStore({ client, table: verificationTable, ...waiting }),
    queues: {
      givenUp: (service) => dead.givenUp(service),
      // The same figures, of the queue itself.
      waiting: (service) => alive.givenUp(service),
    },
  };
};

const homePorts = (region: string, options: Options): HomePorts => {
  const { deployment, directory, policy, waivers, log, audit } = options;
  const { flagsTable, changesTable, proposalsTable, environment } = deployment;
  const client = connectDynamo({ region });
  const flags = new DynamoFlagStore({ client, table: flagsTable }, waiting);
  const home = new DynamoHomeStore({ client, table: flagsTable });
  const changes = new DynamoChangeStore({ client, changesTable, flagsTable, ...waiting });
  const proposals = new DynamoPendingProposals({ client, table: proposalsTable });
  const topology = new DynamoTopologySource({ client, table: flagsTable });
  return {
    region,
    home,
    flags,
    changes,
    proposals,
    topology,
    audit: audit === undefined ? noTrail : trailIn(region, audit),
    judging: {
      environment,
      region,
      home,
      policy,
      directory,
      waivers,
      // What the environment before has verified is for the validator to look at: a plan says nothing of it.
      upstream: null,
      flags,
      proposals,
      approvals: new DynamoGivenApprovals({ client, proposalsTable, changesTable }),
      changes,
      topology,
      topic: { publish: async () => nothingIsWritten() },
      clock: systemClock,
      random: systemRandom,
      log,
      metrics: { measure: () => {} },
    },
    authorWith: (principal) => {
      const access = { client, table: proposalsTable, principal };
      const proposing = new DynamoProposalStore({ ...access, clock: systemClock });
      const approving = new DynamoApprovalStore(access);
      return {
        propose: (proposal) => proposing.propose(proposal),
        withdraw: (changeId) => proposing.withdraw(changeId),
        approve: (approval, actor) => approving.approve(approval, actor),
        draft: (proposal, where) => approving.draft(proposal, where),
        drafted: (author, digest, where) => approving.drafted(author, digest, where),
      };
    },
  };
};

const nothingIsWritten = (): never => {
  throw new Error('judging publishes nothing');
};

const trailIn = (region: string, { endpoint, index }: { readonly endpoint: string; readonly index: string }) =>
  new OpenSearchAuditIndex({ client: connectOpenSearch({ node: endpoint, region }), index });

const isNot = async (): Promise<never> => {
  throw new UnavailableError(
    'the audit trail',
    'Start the server with AUDIT_ENDPOINT, as a role that may search in it.',
  );
};

const noTrail: HomePorts['audit'] = { search: isNot, newest: isNot };
