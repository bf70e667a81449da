import fc from 'fast-check';
import { verdictsOf } from '../lib/verdict.ts';
import { type Given, plansOf } from './support/plans.ts';

type Values = Readonly<Record<string, unknown>>;

/** What something was when it was last applied, what it is, and what the configuration says by now; null where it is gone. */
interface History<State> {
  readonly recorded: State;
  readonly now: State | null;
  readonly configured: State;
}

interface Model<State> {
  readonly type: string;
  readonly histories: fc.Arbitrary<History<State>>;
  readonly written: (state: State) => Values;
  /** Whether anything passes after the apply that did not before it, as AWS decides it. */
  readonly opens: (before: State | null, after: State) => boolean;
  /** How many of all must be closed without a word, so that something was tried. */
  readonly closes?: number;
}

const RUNS = 1000;

/** Whatever is not refused opens nothing. */
const opensNothing = <State>({ type, histories, written, opens, closes = 10 }: Model<State>): void => {
  let closed = 0;
  const property = fc.property(histories, ({ recorded, now, configured }) => {
    const given: Given = {
      type,
      recorded: written(recorded),
      now: now === null ? null : written(now),
      configured: written(configured),
    };
    const [verdict] = verdictsOf(plansOf([given]));
    if (verdict === undefined || verdict.refused.length > 0) return true;
    if (verdict.remedy === 'closing') closed += 1;
    return !opens(now, configured);
  });
  fc.assert(property, { numRuns: RUNS });
  expect(closed).toBeGreaterThanOrEqual(closes);
};

/** Three versions of a list, which differ by some of its parts, or of which one is changed; mostly nothing was merged meanwhile. */
const lists = <Part extends object, Key>(
  parts: fc.Arbitrary<Part>,
  keyOf: (part: Part) => Key,
): fc.Arbitrary<History<readonly Part[]>> => {
  const few = fc.array(parts, { maxLength: 2 });
  const unique = (all: readonly Part[]): readonly Part[] => [
    ...new Map(all.map((each) => [keyOf(each), each])).values(),
  ];
  return fc
    .record({ kept: few, gone: few, come: few, merged: fc.option(few, { freq: 3 }) })
    .map(({ kept, gone, come, merged }) => ({
      recorded: unique([...kept, ...gone]),
      now: unique([...kept, ...come]),
      configured: unique([...kept, ...(merged ?? gone)]),
    }));
};

interface Network {
  readonly low: number;
  readonly bits: number;
}

const addressOf = (text: string): number => text.split('.').reduce((sum, part) => sum * 256 + Number(part), 0);
const networkOf = (text: string): Network => {
  const [address = '', bits] = text.split('/');
  return { low: addressOf(address), bits: Number(bits) };
};
const isIn = (address: number, { low, bits }: Network): boolean => {
  const size = 2 ** (32 - bits);
  return Math.floor(address / size) === Math.floor(low / size);
};

describe('of a table of routes, nothing goes another way for what is put back, unless that leads no further', () => {
  const VPC = '10.0.0.0/16';
  const outside = ['igw-1', 'vgw-1', 'nat-1', 'nat-2', 'vpce-1', 'eni-1', 'pcx-1', 'tgw-1'];
  /** A route that is narrower than the network itself may lead only there. */
  const inside = ['nat-1', 'vpce-1', 'eni-1'];
  const targets = {
    gateway_id: /^(igw|vgw|local)/,
    nat_gateway_id: /^nat-/,
    vpc_endpoint_id: /^vpce-/,
    network_interface_id: /^eni-/,
    vpc_peering_connection_id: /^pcx-/,
    transit_gateway_id: /^tgw-/,
  };
  const to = (destination: string, ways: readonly string[]) =>
    fc.constantFrom(...ways).map((target) => ({ destination, target }));
  const routes = fc.oneof(
    ...['0.0.0.0/0', '10.0.0.0/8', '10.5.0.0/16', '198.51.100.0/24', '198.51.100.128/25', 'pl-1'].map((each) =>
      to(each, outside),
    ),
    to(VPC, ['local', ...inside]),
    to('10.0.1.0/24', inside),
  );
  type Route = typeof routes extends fc.Arbitrary<infer Value> ? Value : never;
  interface Table {
    readonly routes: readonly Route[];
    readonly propagating: readonly string[];
    /** What no plan shows: what the list holds, and what the gateway makes known. */
    readonly listed: string;
    readonly propagated: string;
  }

  const probes = ['10.0.1.5', '10.0.2.5', '10.5.0.1', '10.9.0.1', '198.51.100.1', '198.51.100.200', '203.0.113.9'].map(
    addressOf,
  );
  /** The narrowest route decides; of two that are as narrow, the one that stands in the table, then the list. */
  const wayOf = ({ routes: all, propagating, listed, propagated }: Table, address: number): string | undefined => {
    const own = all.some(({ destination }) => destination === VPC) ? [] : [{ destination: VPC, target: 'local' }];
    const candidates = [
      ...all.filter(({ destination }) => destination !== 'pl-1'),
      ...own,
      ...all.flatMap(({ destination, target }) => (destination === 'pl-1' ? [{ destination: listed, target }] : [])),
      ...propagating.map((target) => ({ destination: propagated, target })),
    ];
    return candidates
      .filter(({ destination }) => isIn(address, networkOf(destination)))
      .toSorted((a, b) => networkOf(b.destination).bits - networkOf(a.destination).bits)[0]?.target;
  };
  const reach = (target: string | undefined): number => {
    if (target === undefined) return 0;
    return target.startsWith('igw-') ? 2 : 1;
  };

  const hidden = fc.constantFrom('203.0.113.0/24', '198.51.100.0/24', '10.5.0.0/16', '0.0.0.0/1', '192.0.0.0/4');
  const gateways = fc.constantFrom<readonly string[]>([], [], ['vgw-1']);
  const histories = fc
    .tuple(
      lists(routes, ({ destination }) => destination),
      fc.tuple(gateways, gateways),
      fc.tuple(hidden, hidden),
    )
    .map(([{ recorded, now, configured }, [before, after], [listed, propagated]]): History<Table> => {
      const table = (all: readonly Route[], propagating: readonly string[]) => ({
        ...{ routes: all, propagating, listed, propagated },
      });
      return {
        recorded: table(recorded, before),
        now: table(now ?? [], after),
        configured: table(configured, before),
      };
    });

  it.each(['aws_route_table', 'aws_default_route_table'])('%s', (type) => {
    opensNothing<Table>({
      type,
      histories,
      written: ({ routes: all, propagating }) => ({
        propagating_vgws: propagating,
        route: all.map(({ destination, target }) => ({
          cidr_block: destination === 'pl-1' ? '' : destination,
          destination_prefix_list_id: destination === 'pl-1' ? destination : '',
          ipv6_cidr_block: '',
          ...Object.fromEntries(
            Object.entries(targets).map(([name, isIts]) => [name, isIts.test(target) ? target : '']),
          ),
        })),
      }),
      opens: (before, after) =>
        probes.some((address) => {
          const [old, recent] = [before === null ? undefined : wayOf(before, address), wayOf(after, address)];
          return old !== recent && reach(recent) > 0 && reach(recent) >= reach(old);
        }),
    });
  });

  it('aws_route', () => {
    const destinations = fc.constantFrom('0.0.0.0/0', '198.51.100.0/24', '10.0.1.0/24');
    const ways = fc.constantFrom(...outside);
    opensNothing<Route>({
      type: 'aws_route',
      histories: fc
        .record({ destination: destinations, recorded: ways, now: fc.option(ways), configured: ways })
        .map(({ destination, recorded, now, configured }) => ({
          recorded: { destination, target: recorded },
          now: now === null ? null : { destination, target: now },
          configured: { destination, target: configured },
        })),
      written: ({ destination, target }) => ({
        destination_cidr_block: destination,
        ...Object.fromEntries(Object.entries(targets).map(([name, isIts]) => [name, isIts.test(target) ? target : ''])),
      }),
      opens: (before, { target }) => before?.target !== target && reach(target) >= reach(before?.target),
      // A route leads somewhere in any case: to put one back is left to people.
      closes: 0,
    });
  });
});

describe('of a network ACL, nothing passes for what is put back', () => {
  const rules = fc.record({
    number: fc.integer({ min: 1, max: 6 }),
    allows: fc.boolean(),
    protocol: fc.constantFrom('-1', '6', '17'),
    ports: fc.constantFrom<readonly [number, number]>([443, 443], [0, 65_535], [22, 443], [22, 22]),
    range: fc.constantFrom('0.0.0.0/0', '10.0.0.0/8', '10.1.0.0/16', '128.0.0.0/1'),
    egress: fc.boolean(),
  });
  type Rule = typeof rules extends fc.Arbitrary<infer Value> ? Value : never;

  const packets = ['6', '17', '47'].flatMap((protocol) =>
    [22, 80, 443, 5000].flatMap((port) =>
      ['10.1.2.3', '10.9.9.9', '203.0.113.7', '8.8.8.8'].flatMap((address) =>
        [true, false].map((egress) => ({ protocol, port, address: addressOf(address), egress })),
      ),
    ),
  );
  type Packet = (typeof packets)[number];
  const fits = ({ protocol, ports: [from, to], range, egress }: Rule, packet: Packet): boolean =>
    egress === packet.egress &&
    isIn(packet.address, networkOf(range)) &&
    (protocol === '-1' || (protocol === packet.protocol && packet.port >= from && packet.port <= to));
  const passes = (all: readonly Rule[], packet: Packet): boolean =>
    all.toSorted((a, b) => a.number - b.number).find((each) => fits(each, packet))?.allows === true;
  const opens = (before: readonly Rule[], after: readonly Rule[]): boolean =>
    packets.some((packet) => passes(after, packet) && !passes(before, packet));
  const keyOf = ({ number, egress }: Rule): string => `${number} ${egress}`;

  const portsOf = ({ protocol, ports: [from, to] }: Rule) =>
    protocol === '-1' ? { from_port: 0, to_port: 0 } : { from_port: from, to_port: to };

  it.each(['aws_network_acl', 'aws_default_network_acl'])('%s', (type) => {
    const listed = (all: readonly Rule[]) =>
      all.map((each) => ({
        ...portsOf(each),
        ...{ protocol: each.protocol, cidr_block: each.range, ipv6_cidr_block: '', icmp_type: 0, icmp_code: 0 },
        ...{ rule_no: each.number, action: each.allows ? 'allow' : 'deny' },
      }));
    opensNothing<readonly Rule[]>({
      type,
      histories: lists(rules, keyOf),
      written: (all) => ({
        ingress: listed(all.filter(({ egress }) => !egress)),
        egress: listed(all.filter(({ egress }) => egress)),
      }),
      opens: (before, after) => opens(before ?? [], after),
    });
  });

  it('aws_network_acl_rule, whatever rules stand beside it', () => {
    interface Placed {
      readonly rule: Rule;
      readonly others: readonly Rule[];
    }
    const parts = fc.record({ first: rules, other: rules, pick: fc.nat() });
    // Another version of a rule has one or two parts of another.
    const changed = parts.map(({ first, other, pick }) => {
      const names = Object.keys(first);
      const taken = [names[pick % names.length], names[(pick + 1) % names.length]];
      return {
        first,
        next: { ...first, ...Object.fromEntries(Object.entries(other).filter(([name]) => taken.includes(name))) },
      };
    });
    opensNothing<Placed>({
      type: 'aws_network_acl_rule',
      histories: fc
        .tuple(
          changed,
          rules,
          fc.array(rules, { maxLength: 4 }),
          fc.constantFrom('changed', 'changed', 'gone', 'merged'),
        )
        .map(([{ first, next }, merged, beside, what]) => {
          const others = beside.filter((each) => ![first, next, merged].some((rule) => keyOf(rule) === keyOf(each)));
          return {
            recorded: { rule: first, others },
            now: what === 'gone' ? null : { rule: next, others },
            configured: { rule: what === 'merged' ? merged : first, others },
          };
        }),
      written: ({ rule }) => ({
        ...portsOf(rule),
        ...{ network_acl_id: 'acl-1', protocol: rule.protocol, cidr_block: rule.range, ipv6_cidr_block: '' },
        ...{ rule_number: rule.number, rule_action: rule.allows ? 'allow' : 'deny', egress: rule.egress },
      }),
      opens: (before, { rule, others }) =>
        opens(before === null ? others : [before.rule, ...others], [rule, ...others]),
    });
  });
});

describe('of what forbids public access, nothing is allowed for what is put back', () => {
  const histories = <State>(states: fc.Arbitrary<State>): fc.Arbitrary<History<State>> =>
    fc
      .record({ recorded: states, now: fc.option(states, { freq: 4 }), merged: fc.option(states, { freq: 2 }) })
      .map(({ recorded, now, merged }) => ({ recorded, now, configured: merged ?? recorded }));

  const four = ['block_public_acls', 'block_public_policy', 'ignore_public_acls', 'restrict_public_buckets'] as const;
  it.each(['aws_s3_bucket_public_access_block', 'aws_s3_account_public_access_block'])('%s', (type) => {
    opensNothing<Values>({
      type,
      histories: histories(
        fc.record(Object.fromEntries(four.map((name) => [name, fc.constantFrom(true, false, null)]))),
      ),
      written: (values) => ({ bucket: 'a', ...values }),
      opens: (before, after) => four.some((name) => after[name] !== true && before?.[name] === true),
    });
  });

  it.each([
    ['aws_ebs_snapshot_block_public_access', 'state', ['block-all-sharing', 'block-new-sharing', 'unblocked']],
    ['aws_ec2_image_block_public_access', 'state', ['block-new-sharing', 'unblocked']],
    [
      'aws_vpc_block_public_access_options',
      'internet_gateway_block_mode',
      ['block-bidirectional', 'block-ingress', 'off'],
    ],
  ])('%s', (type, name, order) => {
    const openness = (value: string | undefined): number =>
      value === undefined ? order.length - 1 : order.indexOf(value);
    opensNothing<string>({
      type,
      histories: histories(fc.constantFrom(...order)),
      written: (value) => ({ [name]: value }),
      opens: (before, after) => openness(after) > openness(before ?? undefined),
    });
  });

  it('aws_emr_block_public_access_configuration', () => {
    const blocks = fc.record({
      on: fc.boolean(),
      ranges: fc.uniqueArray(fc.constantFrom('22-22', '443-443', '0-1024'), { maxLength: 2 }),
    });
    type Block = typeof blocks extends fc.Arbitrary<infer Value> ? Value : never;
    const isOpen = (block: Block | null, port: number): boolean =>
      block === null ||
      !block.on ||
      block.ranges.some((range) => {
        const [from = 0, to = 0] = range.split('-').map(Number);
        return port >= from && port <= to;
      });
    opensNothing<Block>({
      type: 'aws_emr_block_public_access_configuration',
      histories: histories(blocks),
      written: ({ on, ranges }) => ({
        block_public_security_group_rules: on,
        permitted_public_security_group_rule_range: ranges.map((range) => {
          const [from, to] = range.split('-').map(Number);
          return { min_range: from, max_range: to };
        }),
      }),
      opens: (before, after) => [22, 80, 443, 5000].some((port) => isOpen(after, port) && !isOpen(before, port)),
    });
  });
});
