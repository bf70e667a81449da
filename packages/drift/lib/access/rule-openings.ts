import { isDeepStrictEqual } from 'node:util';
import { isObject } from '@flaghoist/core/json';
import { originalOf } from '@flaghoist/plan-reading/tree';
import type { Step } from '../leaves.ts';
import { type Concern, concernRank } from '../severity.ts';
import { type Change, elementsAt, isThere, itemsAt, type Opening, valuesOf } from './opening.ts';
import { type Range, rangeOf } from './ranges.ts';
import {
  isInternet,
  passing,
  protocolsIn,
  remaining,
  shareOfInternet,
  type Traffic,
  texts,
  trafficOf,
} from './traffic.ts';

type Way = 'in' | 'out';

/** What more traffic means: whoever comes in is worse than where something goes, and that worse outside than within. */
const concernOf = (more: readonly Traffic[], way: Way): Concern | undefined => {
  if (more.length === 0) return undefined;
  if (way === 'in') return isInternet(more) ? 'public access' : 'wider access';
  return shareOfInternet(more) > 0 ? 'way out' : 'network';
};

const opening = (more: readonly Traffic[], way: Way, paths: Opening['paths']): readonly Opening[] => {
  const concern = concernOf(more, way);
  return concern === undefined ? [] : [{ concern, paths }];
};

const at = (...names: readonly string[]): readonly (readonly Step[])[] => names.map((name) => [{ name }]);

/** Lists of rules, all of which allow: which elements allow what no former one does. */
const ofGroup = ({ before, after }: Change, attribute: string, way: Way): readonly Opening[] => {
  const former = elementsAt(before, attribute).flatMap(({ values }) => trafficOf(values));
  const added = elementsAt(after, attribute).map(({ values, paths }) => ({
    paths,
    more: remaining(trafficOf(values), former),
  }));
  // Judged together: half of the internet and the other half are the internet.
  return opening(
    added.flatMap(({ more }) => more),
    way,
    added.filter(({ more }) => more.length > 0).flatMap(({ paths }) => paths),
  );
};

const rules = (tree: Change['before'], attribute: string) => itemsAt(tree, attribute).map(originalOf).filter(isObject);

/** Lists of which the first rule that fits decides: the order is part of it. */
const ofAcl = ({ before, after }: Change, attribute: string, way: Way): readonly Opening[] => {
  const [former, recent] = [rules(before, attribute), rules(after, attribute)];
  const named = protocolsIn([...former, ...recent]);
  return opening(remaining(passing(recent, named), passing(former, named)), way, at(attribute));
};

const RULE_PARTS = [
  'cidr_blocks',
  'ipv6_cidr_blocks',
  'cidr_ipv4',
  'cidr_ipv6',
  'cidr_block',
  'ipv6_cidr_block',
  'prefix_list_ids',
  'prefix_list_id',
  'source_security_group_id',
  'referenced_security_group_id',
  'self',
  'protocol',
  'ip_protocol',
  'from_port',
  'to_port',
  'type',
  'egress',
  'rule_action',
  'rule_number',
  'security_group_id',
];

const ofRule = ({ type, before, after }: Change): readonly Opening[] => {
  const [old, recent] = [valuesOf(before), valuesOf(after)];
  const outward = /egress/.test(type) || recent['type'] === 'egress';
  const turned =
    isThere(before) &&
    isThere(after) &&
    (old['type'] !== recent['type'] || old['security_group_id'] !== recent['security_group_id']);
  const former = isThere(before) && !turned ? trafficOf(old) : [];
  return isThere(after) ? opening(remaining(trafficOf(recent), former), outward ? 'out' : 'in', at(...RULE_PARTS)) : [];
};

/** One rule of an ACL: it allows more, denies less, or comes at another place among the others. */
const ofAclRule = ({ before, after }: Change): readonly Opening[] => {
  const [old, recent] = [before, after].map((tree) => {
    const values = valuesOf(tree);
    const traffic = isThere(tree) ? trafficOf(values) : [];
    const allows = String(values['rule_action']).toLowerCase() === 'allow';
    return {
      allows,
      number: Number(values['rule_number']),
      traffic,
      way: values['egress'] === true ? ('out' as const) : ('in' as const),
    };
  });
  if (old === undefined || recent === undefined) return [];
  const sooner =
    isThere(before) && isThere(after) && (recent.allows ? recent.number < old.number : recent.number > old.number);
  const same = old.way === recent.way && !sooner;
  const allowed = recent.allows ? remaining(recent.traffic, same && old.allows ? old.traffic : []) : [];
  const denied =
    isThere(before) && !old.allows ? remaining(old.traffic, same && !recent.allows ? recent.traffic : []) : [];
  return [...opening(allowed, recent.way, at(...RULE_PARTS)), ...opening(denied, old.way, at(...RULE_PARTS))];
};

const PUBLIC_GATEWAY = /^igw-/;
const TARGETS = /(gateway_id|gateway_arn|network_arn|interface_id|endpoint_id|connection_id|instance_id)$/;

const routeConcern = (values: Readonly<Record<string, unknown>>): Concern | undefined => {
  const targets = Object.entries(values).flatMap(([name, value]) =>
    TARGETS.test(name) && typeof value === 'string' && value !== '' && value !== 'local' ? [value] : [],
  );
  if (targets.length === 0) return undefined;
  return targets.some((target) => PUBLIC_GATEWAY.test(target)) ? 'public access' : 'way out';
};

const routeKey = (values: Readonly<Record<string, unknown>>): string =>
  JSON.stringify(
    Object.entries(values)
      .filter(
        ([name, value]) =>
          (TARGETS.test(name) || /cidr|prefix_list|destination/.test(name)) &&
          value !== '' &&
          value !== null &&
          value !== undefined,
      )
      .map(([name, value]) => [name.replace(/^destination_/, ''), value])
      .sort(),
  );

const DESTINATIONS = ['cidr_block', 'ipv6_cidr_block', 'destination_prefix_list_id'] as const;

interface Route {
  readonly values: Readonly<Record<string, unknown>>;
  readonly paths: Opening['paths'];
  /** A range, or the name of a list of them. */
  readonly destination: Range | string;
  readonly concern: Concern | undefined;
}

const routesIn = (tree: Change['before']): readonly Route[] =>
  elementsAt(tree, 'route').flatMap(({ values, paths }) => {
    const text = DESTINATIONS.map((name) => values[name]).find((each) => typeof each === 'string' && each !== '');
    return [{ values, paths, destination: rangeOf(text) ?? String(text), concern: routeConcern(values) }];
  });

/** What goes by a route once the one that was narrower is gone. What a list names may be anywhere, so each may take in the other. */
const takesOver = (route: Route, { destination: narrow }: Route): boolean => {
  const { destination: wide } = route;
  if (typeof wide === 'string' || typeof narrow === 'string') return true;
  return wide.family === narrow.family && wide.low <= narrow.low && wide.high >= narrow.high;
};

/** What a virtual gateway puts into the table by itself, wherever that goes. */
const propagatedIn = (tree: Change['before']): readonly Route[] =>
  texts(valuesOf(tree)['propagating_vgws']).map((gateway_id) => ({
    values: { gateway_id },
    paths: at('propagating_vgws'),
    destination: gateway_id,
    concern: 'way out',
  }));

const sizeOf = ({ destination }: Route): bigint =>
  typeof destination === 'string' ? 0n : destination.high - destination.low;

const targetOf = (values: Route['values']): string =>
  JSON.stringify(
    Object.entries(values)
      .filter(([name, value]) => TARGETS.test(name) && value !== '' && value !== null && value !== undefined)
      .sort(),
  );

/** What a route may lead to that is narrower than the network's own, and stands in its way: https://docs.aws.amazon.com/vpc/latest/userguide/subnet-route-tables.html */
const WITHIN = /^(nat_gateway_id|vpc_endpoint_id|network_interface_id|instance_id)$/;
/** A network has no more addresses. */
const MOST_IN_NETWORK = { 4: 1n << 16n, 6: 1n << 84n } as const;

/** Whether something within the network, such as a firewall between two parts of it, may be reached by this route only. */
const mayBeWithin = (route: Route): boolean => {
  const { destination, values } = route;
  const isThrough = Object.entries(values).some(
    ([name, value]) => WITHIN.test(name) && typeof value === 'string' && value !== '',
  );
  if (!isThrough || typeof destination === 'string') return isThrough;
  return sizeOf(route) < MOST_IN_NETWORK[destination.family];
};

const isWider = (concern: Concern, former: Concern | undefined): boolean =>
  former === undefined || concernRank(concern) <= concernRank(former);

/**
 * A new way: to the internet, which by it is also a way in, or elsewhere. Also without the narrower route that led it to another place, such
 * as a firewall, traffic goes by the wider one, or by the network's own, which no table needs to name.
 */
const ofRoutes = ({ before, after }: Change): readonly Opening[] => {
  const [former, recent] = [routesIn(before), routesIn(after)];
  const known = new Set(former.map(({ values }) => routeKey(values)));
  const added = recent.flatMap(({ values, paths, concern }): readonly Opening[] =>
    known.has(routeKey(values)) || concern === undefined ? [] : [{ concern, paths }],
  );
  const left = former
    .filter((route) => !recent.some(({ destination }) => isDeepStrictEqual(destination, route.destination)))
    .flatMap((route): readonly Opening[] => {
      const next = [...recent, ...propagatedIn(after)].filter((each) => takesOver(each, route));
      const [narrowest] = next
        .filter(({ destination }) => typeof destination !== 'string')
        .toSorted((a, b) => Number(sizeOf(a) - sizeOf(b) > 0n) - Number(sizeOf(a) - sizeOf(b) < 0n));
      return next.flatMap((each): readonly Opening[] => {
        const { concern, destination, values } = each;
        if (concern === undefined || targetOf(values) === targetOf(route.values)) return [];
        // Of ranges the narrowest counts; a list may have a narrower one.
        if (typeof destination !== 'string' && each !== narrowest) return [];
        return isWider(concern, route.concern) ? [{ concern, paths: at('route') }] : [];
      });
    });
  const direct = former
    .filter(mayBeWithin)
    .filter(
      ({ destination }) =>
        !recent.some((each) => each.concern !== undefined && isDeepStrictEqual(each.destination, destination)),
    )
    .map((): Opening => ({ concern: 'network', paths: at('route') }));
  return [...added, ...left, ...direct];
};

const ofRoute = ({ before, after }: Change): readonly Opening[] => {
  const [old, recent] = [valuesOf(before), valuesOf(after)];
  const concern = isThere(after) && routeKey(old) !== routeKey(recent) ? routeConcern(recent) : undefined;
  if (concern === undefined) return [];
  return [
    {
      concern,
      paths: at(
        ...Object.keys({ ...old, ...recent }).filter(
          (name) => TARGETS.test(name) || /cidr|prefix_list|destination/.test(name),
        ),
      ),
    },
  ];
};

const both =
  (of: typeof ofGroup) =>
  (change: Change): readonly Opening[] => [...of(change, 'ingress', 'in'), ...of(change, 'egress', 'out')];

const readers: readonly (readonly [type: RegExp, of: (change: Change) => readonly Opening[]])[] = [
  [/^aws_(default_)?network_acl$/, both(ofAcl)],
  [/^aws_network_acl_rule$/, ofAclRule],
  [/^aws_(vpc_security_group_(in|e)gress_rule|security_group_rule)$/, ofRule],
  [/^aws_(default_)?route_table$/, ofRoutes],
  [/^aws_route$/, ofRoute],
  [/security_group$/, both(ofGroup)],
];

/** Where rules of networks let in or out more than before. */
export const ruleOpenings = (change: Change): readonly Opening[] =>
  readers.find(([type]) => type.test(change.type))?.[1](change) ?? [];
