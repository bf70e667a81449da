import type { Environment } from '@flaghoist/fleet/environments';
import * as z from 'zod/mini';
import { contracts, type OpenOutputs, type StackName } from './contract.ts';
import { digestsOf } from './equality.ts';
import { readOutputs } from './read-outputs.ts';
import type { StateAddress } from './states.ts';

const text = z.string();
const texts = z.record(text, text);
const network = z.object({ region: text, vpcId: text, cidrBlock: text });

const regionSchema = z.object({
  part: z.enum(['home', 'standby', 'region']),
  network: z.extend(network, { privateSubnetIds: z.array(text), endpointSecurityGroupId: text }),
  /** ARNs of the topics by their word: `flag-changes` is where the flags are told. */
  topics: texts,
  alarmTopic: text,
  cache: z.object({
    host: text,
    port: z.int(),
    readerHost: text,
    clientSecurityGroupId: text,
    /** For the tasks of each cell's services. */
    agents: z.record(text, z.object({ user: text, connectArns: z.array(text) })),
  }),
  /** ARNs of the tables whose streams are in this region, by their word. */
  streams: texts,
  keyArn: text,
  dashboards: texts,
});

/** What one environment tells other teams. All of it may be read by everybody: what is sensitive is not in it. */
export const environmentRecordSchema = z.object({
  schema: z.literal(1),
  environment: text,
  account: text,
  upstream: z.nullable(text),
  endpoints: z.object({ url: text, loadBalancerDnsName: text, loadBalancerZoneId: text, repository: text }),
  release: z.object({ imageDigest: z.nullable(text), versions: z.record(text, z.int()) }),
  /** The application's network; those of the flags stand with their regions. */
  network,
  tables: texts,
  home: text,
  standby: text,
  regions: z.record(text, regionSchema),
  /** By output, `<stack>.<name>`: a digest that two environments share if and only if they say the same of themselves. */
  digests: texts,
});

export type EnvironmentRecord = z.output<typeof environmentRecordSchema>;
type RegionRecord = z.output<typeof regionSchema>;

/** The outputs of one state, as somebody read them. */
export interface ReadState {
  readonly address: StateAddress;
  readonly outputs: unknown;
}

export interface EnvironmentOutputs {
  readonly record: EnvironmentRecord;
  /** What Terraform marks sensitive, by `<stack>/<workspace>/<output>`. */
  readonly secrets: Readonly<Record<string, unknown>>;
}

/**
 * Makes the record of an environment from what its states say.
 *
 * @throws {StackOutputsError} for outputs that are missing or of another type
 */
export const environmentRecord = (environment: Environment, states: readonly ReadState[]): EnvironmentOutputs => {
  const read = states.map(({ address, outputs }) => ({
    address,
    ...readOutputs(contracts[address.stack], address, outputs),
  }));
  const opens = <Stack extends StackName>(stack: Stack) =>
    read.flatMap(({ address, open }) =>
      // Each was read by the contract of its stack.
      address.stack === stack ? [{ address, open: open as OpenOutputs<Stack> }] : [],
    );
  const only = <Stack extends StackName>(stack: Stack): OpenOutputs<Stack> => {
    const [first] = opens(stack);
    if (first === undefined) throw new Error(`there is no state of ${stack} among those that were read`);
    return first.open;
  };
  const application = only('application');
  const global = only('flags-global');
  const foundations = opens('region-foundation');
  const record: EnvironmentRecord = {
    schema: 1,
    environment: environment.name,
    account: environment.account,
    upstream: environment.upstream,
    endpoints: {
      url: application.url,
      loadBalancerDnsName: application.load_balancer_dns_name,
      loadBalancerZoneId: application.load_balancer_zone_id,
      repository: application.repository_url,
    },
    release: {
      imageDigest: application.image_digest,
      versions: Object.fromEntries(
        read.map(({ address, open }) => [`${address.stack}/${address.workspace}`, open.state_version]),
      ),
    },
    network: { region: application.region, vpcId: application.vpc_id, cidrBlock: application.vpc_cidr_block },
    tables: global.table_arns,
    home: environment.region,
    standby: environment.replicaRegion,
    regions: Object.fromEntries(
      opens('flags-region').flatMap(({ address, open }) => {
        const foundation = foundations.find((each) => each.address.region === address.region);
        return foundation === undefined
          ? []
          : [[address.region, regionRecord(address, { foundation: foundation.open, flags: open, global })]];
      }),
    ),
    digests: digestsOf(environment, read),
  };
  const secrets = read.flatMap(({ address: { stack, workspace }, sensitive }) =>
    Object.entries(sensitive).map(([name, value]) => [`${stack}/${workspace}/${name}`, value] as const),
  );
  return { record, secrets: Object.fromEntries(secrets) };
};

const regionRecord = (
  { region, part }: StateAddress,
  {
    foundation,
    flags,
    global,
  }: {
    readonly foundation: OpenOutputs<'region-foundation'>;
    readonly flags: OpenOutputs<'flags-region'>;
    readonly global: OpenOutputs<'flags-global'>;
  },
): RegionRecord => ({
  part,
  network: {
    region,
    vpcId: foundation.vpc_id,
    cidrBlock: foundation.vpc_cidr_block,
    privateSubnetIds: foundation.private_subnet_ids,
    endpointSecurityGroupId: foundation.endpoint_security_group_id,
  },
  topics: foundation.topic_arns,
  alarmTopic: flags.alarm_topic_arn,
  cache: {
    host: foundation.cache.host,
    port: foundation.cache.port,
    readerHost: foundation.agent_reader_host,
    clientSecurityGroupId: foundation.cache.client_security_group_id,
    agents: Object.fromEntries(
      Object.entries(foundation.agents).map(([cell, { user, connect_arns }]) => [
        cell,
        { user, connectArns: connect_arns },
      ]),
    ),
  },
  streams: Object.fromEntries(
    Object.entries(global.stream_arns).flatMap(([table, { [region]: arn }]) =>
      arn === undefined ? [] : [[table, arn]],
    ),
  ),
  keyArn: foundation.key_arn,
  dashboards: flags.dashboard_names,
});
