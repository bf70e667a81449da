type Values = Readonly<Record<string, unknown>>;

/**
 * What an element, or a resource that stands for one, consists of, in a form that both have: two that mean the same are the
 * same.
 */
export type Parts = (values: Values) => readonly unknown[];

const texts = (value: unknown): readonly string[] =>
  Array.isArray(value) ? value.filter((each) => typeof each === 'string') : [];

const PROTOCOLS = new Map(Object.entries({ all: '-1', icmp: '1', tcp: '6', udp: '17', icmpv6: '58' }));
const protocolOf = (value: unknown): string => PROTOCOLS.get(String(value)) ?? String(value);

/** Ports mean nothing where all protocols are meant; there they are 0, -1 or absent. */
const ports = (values: Values, protocol: string): Values =>
  protocol === '-1' ? {} : { from_port: values['from_port'], to_port: values['to_port'] };

const through = (values: Values, protocol: string, peer: Values): Values => ({
  protocol,
  ...ports(values, protocol),
  ...peer,
});

/** An element joins all peers of the same ports; a rule resource has one. */
const ofElement: Parts = (values) => {
  const protocol = protocolOf(values['protocol']);
  return [
    ...texts(values['cidr_blocks']).map((cidr) => ({ cidr })),
    ...texts(values['ipv6_cidr_blocks']).map((cidr) => ({ cidr })),
    ...texts(values['prefix_list_ids']).map((prefix_list) => ({ prefix_list })),
    ...texts(values['security_groups']).map((group) => ({ group })),
    ...(values['self'] === true ? [{ self: true }] : []),
  ].map((peer) => through(values, protocol, peer));
};

export const securityGroupParts: { readonly ofElement: Parts; readonly ofRule: Parts; readonly ofOlderRule: Parts } = {
  ofElement,
  /** Of the older resource, which has several peers as an element has them, and one group. */
  ofOlderRule: (values) => {
    const { source_security_group_id: group, security_group_id: own } = values;
    if (group == null) return ofElement(values);
    return ofElement(group === own ? { ...values, self: true } : { ...values, security_groups: [group] });
  },
  ofRule: (values) => {
    const protocol = protocolOf(values['ip_protocol']);
    const group = values['referenced_security_group_id'];
    const peer =
      group == null
        ? values['prefix_list_id'] == null
          ? { cidr: values['cidr_ipv4'] ?? values['cidr_ipv6'] }
          : { prefix_list: values['prefix_list_id'] }
        : group === values['security_group_id']
          ? { self: true }
          : { group };
    return [through(values, protocol, peer)];
  },
};

const aclPart = (values: Values, number: unknown, action: unknown): Values => {
  const protocol = protocolOf(values['protocol']);
  return {
    number,
    action: String(action).toLowerCase(),
    ...through(values, protocol, { cidr: filled(values['cidr_block']) ?? filled(values['ipv6_cidr_block']) }),
  };
};

const filled = (value: unknown): unknown => (value === '' ? undefined : (value ?? undefined));

export const aclParts: { readonly ofElement: Parts; readonly ofRule: Parts } = {
  ofElement: (values) => [aclPart(values, values['rule_no'], values['action'])],
  ofRule: (values) => [aclPart(values, values['rule_number'], values['rule_action'])],
};

const TARGETS = [
  'carrier_gateway_id',
  'core_network_arn',
  'egress_only_gateway_id',
  'gateway_id',
  'local_gateway_id',
  'nat_gateway_id',
  'network_interface_id',
  'transit_gateway_id',
  'vpc_endpoint_id',
  'vpc_peering_connection_id',
];

const routePart = (values: Values, [ipv4, ipv6, list]: readonly [string, string, string]): Values => ({
  destination: filled(values[ipv4]) ?? filled(values[ipv6]) ?? filled(values[list]),
  ...Object.fromEntries(TARGETS.map((target) => [target, filled(values[target])])),
});

export const routeParts: { readonly ofElement: Parts; readonly ofRule: Parts } = {
  ofElement: (values) => [routePart(values, ['cidr_block', 'ipv6_cidr_block', 'destination_prefix_list_id'])],
  ofRule: (values) => [
    routePart(values, ['destination_cidr_block', 'destination_ipv6_cidr_block', 'destination_prefix_list_id']),
  ],
};

export const inlinePolicyParts: Parts = ({ name, policy }) => [{ name, policy }];
