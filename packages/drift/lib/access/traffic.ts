import { isInternetShare, publicShare, type Range, rangeOf } from './ranges.ts';

type Values = Readonly<Record<string, unknown>>;

/** Traffic of one protocol: ports, or types of ICMP with their codes, from here to there, from or to these addresses, or from or to what has this name. */
export interface Traffic {
  readonly protocol: string;
  readonly from: number;
  readonly to: number;
  readonly peer: Range | string;
}

/** All others, beside those that have a name, count as one more. */
const OTHERS = 'other';
const NUMBERS = new Map(Object.entries({ icmp: '1', tcp: '6', udp: '17', icmpv6: '58' }));
/** All but those that are told one by one. */
const REST = 'rest';
const PROTOCOLS = [...NUMBERS.values(), OTHERS];
const HIGHEST_PORT = 65_535;
const PORTS: ReadonlySet<string> = new Set(['6', '17']);
const ICMP: ReadonlySet<string> = new Set(['1', '58']);
const CODES = 256;

const protocolsOf = (value: unknown, named?: readonly string[]): readonly string[] => {
  const name = String(value ?? '-1').toLowerCase();
  const isAll = name === '-1' || name === 'all';
  if (isAll) return named === undefined ? PROTOCOLS : [...new Set([...NUMBERS.values(), ...named, REST])];
  return [NUMBERS.get(name) ?? name];
};

const numberOf = (value: unknown): number =>
  value === null || value === undefined || value === '' ? Number.NaN : Number(value);

/** ICMP has types, of which each has codes, where others have ports: all of them, type by type. A negative number stands for all. */
const ofIcmp = (values: Values): readonly [number, number] => {
  // A security group has them in the place of ports.
  const [type, code] = [values['icmp_type'] ?? values['from_port'], values['icmp_code'] ?? values['to_port']].map(
    numberOf,
  );
  if (type === undefined || Number.isNaN(type) || type < 0) return [0, HIGHEST_PORT];
  if (code === undefined || Number.isNaN(code) || code < 0) return [type * CODES, (type + 1) * CODES - 1];
  return [type * CODES + code, type * CODES + code];
};

const portsOf = (values: Values, protocols: readonly string[]): readonly [number, number] => {
  const [protocol = OTHERS] = protocols;
  const isOne = protocols.length === 1;
  if (isOne && ICMP.has(protocol)) return ofIcmp(values);
  const [from, to] = [values['from_port'], values['to_port']].map(numberOf);
  // AWS looks at no ports of others.
  const hasPorts = isOne && PORTS.has(protocol);
  if (!hasPorts || from === undefined || to === undefined || Number.isNaN(from) || from < 0) return [0, HIGHEST_PORT];
  return [from, Number.isNaN(to) || to < 0 ? HIGHEST_PORT : to];
};

export const texts = (value: unknown): readonly string[] =>
  (Array.isArray(value) ? value : [value]).filter((each): each is string => typeof each === 'string' && each !== '');

const RANGES = ['cidr_blocks', 'ipv6_cidr_blocks', 'cidr_ipv4', 'cidr_ipv6', 'cidr_block', 'ipv6_cidr_block', 'cidr'];
const NAMES = [
  'prefix_list_ids',
  'prefix_list_id',
  'prefix_list',
  'security_groups',
  'source_security_group_id',
  'referenced_security_group_id',
  'group',
];

/**
 * What a rule of a security group or of a network ACL is about, whether it is an element or a resource.
 *
 * @param named all protocols that anything it is compared with is about alone; left out, each may be among the others
 */
export const trafficOf = (values: Values, named?: readonly string[]): readonly Traffic[] => {
  const protocols = protocolsOf(values['protocol'] ?? values['ip_protocol'], named);
  const [from, to] = portsOf(values, protocols);
  const peers = [
    ...RANGES.flatMap((name) => texts(values[name])).map((text) => rangeOf(text) ?? text),
    ...NAMES.flatMap((name) => texts(values[name])),
    ...(values['self'] === true ? ['(itself)'] : []),
  ];
  return protocols.flatMap((each) => peers.map((peer) => ({ protocol: each, from, to, peer })));
};

const isWithin = (protocol: string, other: string): boolean =>
  protocol === other || (other === OTHERS && !PROTOCOLS.includes(protocol));

/** Traffic without what other traffic is also about. */
const without = (traffic: Traffic, other: Traffic): readonly Traffic[] => {
  const { peer, from, to } = traffic;
  if (!isWithin(traffic.protocol, other.protocol) || other.to < from || other.from > to) return [traffic];
  const ports = { from: Math.max(from, other.from), to: Math.min(to, other.to) };
  const beside = [
    ...(other.from > from ? [{ ...traffic, to: other.from - 1 }] : []),
    ...(other.to < to ? [{ ...traffic, from: other.to + 1 }] : []),
  ];
  if (typeof peer === 'string' || typeof other.peer === 'string') return peer === other.peer ? beside : [traffic];
  const { family, low, high } = other.peer;
  if (family !== peer.family || high < peer.low || low > peer.high) return [traffic];
  return [
    ...beside,
    ...(low > peer.low ? [{ ...traffic, ...ports, peer: { ...peer, high: low - 1n } }] : []),
    ...(high < peer.high ? [{ ...traffic, ...ports, peer: { ...peer, low: high + 1n } }] : []),
  ];
};

/** What of some traffic is not among other traffic. */
export const remaining = (traffic: readonly Traffic[], others: readonly Traffic[]): readonly Traffic[] => {
  const known = new Set(others.map(keyOf));
  return traffic
    .filter((each) => !known.has(keyOf(each)))
    .flatMap((each) => {
      let left: readonly Traffic[] = [each];
      for (const other of others) {
        if (left.length === 0) break;
        left = left.flatMap((part) => without(part, other));
      }
      return left;
    });
};

const keyOf = ({ protocol, from, to, peer }: Traffic): string =>
  `${protocol} ${from} ${to} ${typeof peer === 'string' ? peer : `${peer.family}:${peer.low}-${peer.high}`}`;

/** How much of the internet some traffic is with: of IPv4's or of IPv6's addresses, the larger share. */
export const shareOfInternet = (traffic: readonly Traffic[]): number => {
  const share = { 4: 0, 6: 0 };
  const counted = new Set<string>();
  for (const { peer } of traffic) {
    if (typeof peer === 'string') continue;
    const key = `${peer.family}:${peer.low}-${peer.high}`;
    if (!counted.has(key)) share[peer.family] += publicShare(peer);
    counted.add(key);
  }
  return Math.max(share[4], share[6]);
};

export const isInternet = (traffic: readonly Traffic[]): boolean => isInternetShare(shareOfInternet(traffic));

interface AclRule {
  readonly number: number;
  readonly allows: boolean;
  readonly traffic: readonly Traffic[];
}

/** The protocols that rules name one by one. */
export const protocolsIn = (rules: readonly Values[]): readonly string[] =>
  rules.flatMap((values) => {
    const protocols = protocolsOf(values['protocol'] ?? values['ip_protocol']);
    return protocols.length === 1 ? protocols : [];
  });

/**
 * What a network ACL lets pass: of the rules that fit, the first decides.
 *
 * @param named as for `trafficOf`: of all rules that are compared, because one may deny what another one allows with all else
 */
export const passing = (rules: readonly Values[], named: readonly string[]): readonly Traffic[] => {
  const sorted = rules
    .map(
      (values): AclRule => ({
        number: Number(values['rule_no'] ?? values['rule_number'] ?? values['number']),
        allows: String(values['action'] ?? values['rule_action']).toLowerCase() === 'allow',
        traffic: trafficOf(values, named),
      }),
    )
    .toSorted((a, b) => a.number - b.number);
  const denied: Traffic[] = [];
  return sorted.flatMap(({ allows, traffic }) => {
    if (allows) return remaining(traffic, denied);
    denied.push(...traffic);
    return [];
  });
};
