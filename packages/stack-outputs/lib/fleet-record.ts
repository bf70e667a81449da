import type { EnvironmentRecord } from './environment-record.ts';

/** A network of an environment. */
interface NetworkName {
  readonly environment: string;
  readonly region: string;
  /** The application's, or that of the flags of a region. */
  readonly of: 'application' | 'flags';
  readonly cidrBlock: string;
}

/** What crosses environments. */
export interface FleetRecord {
  readonly schema: 1;
  /** In the order in which a change passes them. */
  readonly promotion: readonly {
    readonly environment: string;
    readonly upstream: string | null;
    readonly imageDigest: string | null;
    /** Whether it runs what its upstream runs; null where there is none. */
    readonly asUpstream: boolean | null;
  }[];
  /** Networks that share addresses, and so can never be joined. */
  readonly overlaps: readonly { readonly one: NetworkName; readonly other: NetworkName }[];
  /** The environments of each region. */
  readonly regions: Readonly<Record<string, readonly string[]>>;
  /** States that were applied by an older version of their stack than the newest one that is applied anywhere. */
  readonly lagging: readonly {
    readonly environment: string;
    readonly state: string;
    readonly version: number;
    readonly newest: number;
  }[];
  /** By output: whether all environments say the same of themselves, and the digest of each. */
  readonly equality: Readonly<
    Record<string, { readonly equal: boolean; readonly digests: Readonly<Record<string, string | null>> }>
  >;
}

const networksOf = ({ environment, network, regions }: EnvironmentRecord): readonly NetworkName[] => [
  { environment, region: network.region, of: 'application', cidrBlock: network.cidrBlock },
  ...Object.entries(regions).map(([region, { network: own }]) => ({
    environment,
    region,
    of: 'flags' as const,
    cidrBlock: own.cidrBlock,
  })),
];

/** First and last address of a range, as numbers. */
const boundsOf = (cidrBlock: string): readonly [number, number] => {
  const [address = '', length = '32'] = cidrBlock.split('/');
  const number = address.split('.').reduce((sum, part) => sum * 256 + Number(part), 0);
  const size = 2 ** (32 - Number(length));
  const first = Math.floor(number / size) * size;
  return [first, first + size - 1];
};

const overlap = (one: string, other: string): boolean => {
  const [[first, last], [otherFirst, otherLast]] = [boundsOf(one), boundsOf(other)];
  return first <= otherLast && otherFirst <= last;
};

const overlapsOf = (records: readonly EnvironmentRecord[]): FleetRecord['overlaps'] => {
  const networks = records.flatMap(networksOf);
  return networks.flatMap((one, index) =>
    networks
      .slice(index + 1)
      .filter((other) => overlap(one.cidrBlock, other.cidrBlock))
      .map((other) => ({ one, other })),
  );
};

const stackOf = (state: string): string => state.split('/')[0] ?? '';

const laggingOf = (records: readonly EnvironmentRecord[]): FleetRecord['lagging'] => {
  const states = records.flatMap(({ environment, release }) =>
    Object.entries(release.versions).map(([state, version]) => ({ environment, state, version })),
  );
  const newestOf = (stack: string): number =>
    Math.max(...states.filter(({ state }) => stackOf(state) === stack).map(({ version }) => version));
  return states
    .map((each) => ({ ...each, newest: newestOf(stackOf(each.state)) }))
    .filter(({ version, newest }) => version < newest);
};

const regionsOf = (records: readonly EnvironmentRecord[]): FleetRecord['regions'] => {
  const names = [...new Set(records.flatMap(({ regions }) => Object.keys(regions)))].sort();
  return Object.fromEntries(
    names.map((name) => [name, records.flatMap(({ environment, regions }) => (name in regions ? environment : []))]),
  );
};

const equalityOf = (records: readonly EnvironmentRecord[]): FleetRecord['equality'] => {
  const outputs = [...new Set(records.flatMap(({ digests }) => Object.keys(digests)))].sort();
  return Object.fromEntries(
    outputs.map((output) => {
      const digests = Object.fromEntries(
        records.map(({ environment, digests: own }) => [environment, own[output] ?? null]),
      );
      return [output, { equal: new Set(Object.values(digests)).size === 1, digests }];
    }),
  );
};

/** @param records of all environments, in the order in which a change passes them */
export const fleetRecord = (records: readonly EnvironmentRecord[]): FleetRecord => ({
  schema: 1,
  promotion: records.map(({ environment, upstream, release: { imageDigest } }) => {
    const before = records.find((each) => each.environment === upstream);
    return {
      environment,
      upstream,
      imageDigest,
      asUpstream: before === undefined ? null : before.release.imageDigest === imageDigest,
    };
  }),
  overlaps: overlapsOf(records),
  regions: regionsOf(records),
  lagging: laggingOf(records),
  equality: equalityOf(records),
});
