import fc from 'fast-check';
import type { Change } from '../lib/access/opening.ts';
import { openingsOf } from '../lib/access/openings.ts';
import { rangeOf } from '../lib/access/ranges.ts';
import { driftTree } from '../lib/drift-tree.ts';

/** What a change is told to let in: of anything that is not empty a machine puts nothing back by itself. */
const opens = (type: string, before: unknown, after: unknown): boolean => {
  const change: Change = { type, before: driftTree(before), after: driftTree(after) };
  return openingsOf(change).length > 0;
};

interface Model<Part, Request> {
  readonly type: string;
  readonly parts: fc.Arbitrary<Part>;
  readonly requests: fc.Arbitrary<Request>;
  readonly written: (parts: readonly Part[]) => unknown;
  /** As AWS decides it. */
  readonly passes: (parts: readonly Part[], request: Request) => boolean;
}

/** Two versions of which some parts are the same, some have come or gone, and one was changed a little. */
const versions = <Part extends object>(parts: fc.Arbitrary<Part>) => {
  const few = fc.array(parts, { maxLength: 1 });
  const changed = fc.tuple(parts, parts, fc.nat()).map(([part, other, pick]) => {
    const names = Object.keys(part);
    const taken = [names[pick % names.length], names[(pick + 1) % names.length]];
    const values = Object.entries(other).filter(([name]) => taken.includes(name));
    return [part, { ...part, ...Object.fromEntries(values) }] as const;
  });
  return fc.record({ kept: few, gone: few, come: few, changed }).map(({ kept, gone, come, changed: [from, to] }) => ({
    before: [...kept, ...gone, from],
    after: [...kept, ...come, to],
  }));
};

const tellsAll = <Part extends object, Request>({
  type,
  parts,
  requests,
  written,
  passes,
}: Model<Part, Request>): void =>
  fc.assert(
    fc.property(versions(parts), fc.array(requests, { minLength: 20, maxLength: 20 }), ({ before, after }, all) => {
      const more = all.some((request) => passes(after, request) && !passes(before, request));
      return !more || opens(type, written(before), written(after));
    }),
    { numRuns: 4000 },
  );

const fits = (pattern: string, text: string): boolean =>
  new RegExp(`^${pattern.replaceAll('*', '.*').replaceAll('?', '.')}$`).test(text);

describe('of a policy, whatever allows more is told', () => {
  const ACCOUNT = '111111111111';
  const roles = [
    `arn:aws:iam::${ACCOUNT}:role/a`,
    `arn:aws:iam::${ACCOUNT}:role/b`,
    'arn:aws:iam::222222222222:role/a',
  ];
  const actions = ['s3:getobject', 's3:putobject', 's3:getacl', 'iam:passrole'];
  const resources = ['a/x', 'a/y', 'b/x', 'a/xy'];
  const some = (...values: readonly string[]) =>
    fc.uniqueArray(fc.constantFrom(...values), { minLength: 1, maxLength: 2 });

  const conditions = fc
    .record({
      set: fc.constantFrom('', 'ForAnyValue:', 'ForAllValues:'),
      operator: fc.constantFrom('StringEquals', 'StringNotEquals', 'StringLike', 'StringNotLike'),
      ifExists: fc.constantFrom('', 'IfExists'),
      values: some('a', 'a*', 'ab', 'b'),
    })
    .map((each) => ({ ...each, name: `${each.set}${each.operator}${each.ifExists}` }));

  const statements = fc.record({
    allows: fc.boolean(),
    who: fc.constantFrom('Principal', 'NotPrincipal'),
    principals: some(ACCOUNT, ...roles),
    what: fc.constantFrom('Action', 'NotAction'),
    actions: some('s3:*', 's3:Get*', 's3:*Object', 's3:?etObject', 's3:GetObject', 'iam:PassRole'),
    where: fc.constantFrom('Resource', 'NotResource'),
    resources: some('a/*', '*/x', 'a/x', '?/y', 'a/x*'),
    condition: fc.option(conditions),
  });
  type Statement = typeof statements extends fc.Arbitrary<infer Value> ? Value : never;

  const requests = fc.record({
    role: fc.constantFrom(...roles),
    action: fc.constantFrom(...actions),
    resource: fc.constantFrom(...resources),
    tags: fc.option(fc.uniqueArray(fc.constantFrom('a', 'a*', 'ab', 'b'), { minLength: 1, maxLength: 2 })),
  });
  type Request = typeof requests extends fc.Arbitrary<infer Value> ? Value : never;

  const holds = ({ set, operator, ifExists, values }: NonNullable<Statement['condition']>, tags: Request['tags']) => {
    if (tags === null && ifExists !== '') return true;
    const one = (tag: string): boolean =>
      values.some((value) => (operator.endsWith('Like') ? fits(value, tag) : value === tag)) !==
      operator.includes('Not');
    if (set === 'ForAllValues:') return (tags ?? []).every(one);
    if (set === 'ForAnyValue:') return (tags ?? []).some(one);
    return tags === null ? operator.includes('Not') : tags.some(one);
  };

  const applies = (each: Statement, { role, action, resource, tags }: Request): boolean => {
    const among = (is: boolean, name: string): boolean => is !== name.startsWith('Not');
    const isOne = each.principals.some((name) => name === role || role.includes(`::${name}:`));
    return (
      among(isOne, each.who) &&
      among(
        each.actions.some((pattern) => fits(pattern.toLowerCase(), action)),
        each.what,
      ) &&
      among(
        each.resources.some((pattern) => fits(pattern, resource)),
        each.where,
      ) &&
      (each.condition === null || holds(each.condition, tags))
    );
  };

  it.each([
    ['of a resource', 'aws_s3_bucket_policy', true],
    ['of an identity', 'aws_iam_role_policy', false],
  ])('%s', (_whose, type, hasPrincipals) => {
    tellsAll({
      type,
      parts: hasPrincipals
        ? statements
        : statements.map((each) => ({ ...each, who: 'Principal' as const, principals: [...roles] })),
      requests,
      written: (parts) => ({
        policy: JSON.stringify({
          Version: '2012-10-17',
          Statement: parts.map(({ allows, who, principals, what, actions: does, where, resources: on, condition }) => ({
            Effect: allows ? 'Allow' : 'Deny',
            ...(hasPrincipals ? { [who]: { AWS: principals } } : {}),
            [what]: does,
            [where]: on,
            ...(condition === null
              ? {}
              : { Condition: { [condition.name]: { 'aws:PrincipalTag/team': condition.values } } }),
          })),
        }),
      }),
      passes: (parts, request) => {
        const [allow, deny] = [true, false].map((allows) =>
          parts.some((each) => each.allows === allows && applies(each, request)),
        );
        return allow === true && deny === false;
      },
    });
  });
});

describe('of the rules of a network, whatever lets more pass is told', () => {
  const protocols = { tcp: '6', udp: '17', icmp: '1', gre: '47', all: '-1' } as const;
  const ports = fc.constantFrom([443, 443], [0, 65535], [22, 22], [80, 443]);
  const kinds = fc.constantFrom([8, 0], [-1, -1], [3, -1], [3, 4], [8, -1]);
  const rules = fc
    .record({
      protocol: fc.constantFrom(...Object.values(protocols)),
      ports,
      kinds,
      number: fc.integer({ min: 1, max: 9 }),
    })
    .chain((each) =>
      fc
        .constantFrom('0.0.0.0/0', '10.0.0.0/8', '10.1.0.0/16', '128.0.0.0/1', '203.0.113.0/24')
        .chain((range) => fc.boolean().map((allows) => ({ ...each, range, allows }))),
    )
    .map(({ ports: of, kinds: ofIcmp, ...each }) => ({
      ...each,
      from: (each.protocol === '1' ? ofIcmp : of) as [number, number],
    }));
  type Rule = typeof rules extends fc.Arbitrary<infer Value> ? Value : never;

  const requests = fc.record({
    protocol: fc.constantFrom('6', '17', '1', '47'),
    port: fc.constantFrom(22, 80, 443, 5000),
    kind: fc.constantFrom(0, 3, 8),
    code: fc.constantFrom(0, 4),
    source: fc.constantFrom('10.1.2.3', '10.9.9.9', '203.0.113.7', '198.51.100.1'),
  });
  type Request = typeof requests extends fc.Arbitrary<infer Value> ? Value : never;

  const applies = ({ protocol, from: [from, to], range }: Rule, request: Request): boolean => {
    const [wide, address] = [rangeOf(range), rangeOf(request.source)];
    if (wide === undefined || address === undefined || address.low < wide.low || address.low > wide.high) return false;
    if (protocol === '-1') return true;
    if (protocol !== request.protocol) return false;
    if (protocol === '1') return from < 0 || (from === request.kind && (to < 0 || to === request.code));
    return protocol === '47' || (request.port >= from && request.port <= to);
  };

  it('of a security group', () => {
    tellsAll({
      type: 'aws_security_group',
      parts: rules,
      requests,
      written: (parts) => ({
        ingress: parts.map(({ protocol, from: [from, to], range }) => ({
          protocol,
          from_port: from,
          to_port: to,
          cidr_blocks: [range],
        })),
      }),
      passes: (parts, request) => parts.some((each) => applies(each, request)),
    });
  });

  it('of a network ACL, of which the first rule that fits decides', () => {
    // Two rules cannot have one number; which comes first is what their numbers say.
    const numbered = (parts: readonly Rule[]) => [...new Map(parts.map((each) => [each.number, each])).values()];
    tellsAll({
      type: 'aws_network_acl',
      parts: rules,
      requests,
      written: (parts) => ({
        ingress: numbered(parts).map(({ protocol, from: [from, to], range, number, allows }) => ({
          protocol,
          from_port: protocol === '1' ? 0 : from,
          to_port: protocol === '1' ? 0 : to,
          icmp_type: protocol === '1' ? from : 0,
          icmp_code: protocol === '1' ? to : 0,
          cidr_block: range,
          rule_no: number,
          action: allows ? 'allow' : 'deny',
        })),
      }),
      passes: (parts, request) =>
        numbered(parts)
          .toSorted((a, b) => a.number - b.number)
          .find((each) => applies(each, request))?.allows === true,
    });
  });
});

const shared = (resource: string): string =>
  JSON.stringify({ Statement: [{ Effect: 'Allow', Principal: '*', Action: 's3:GetObject', Resource: resource }] });

it('compares with a pattern of stars and question marks before anybody gives up', () => {
  const [own, hostile] = [shared(`arn:aws:s3:::${'evidence-'.repeat(20)}`), shared(`${'*?'.repeat(40)}x`)];
  expect(opens('aws_s3_bucket_policy', { policy: own }, { policy: hostile })).toBe(true);
  expect(opens('aws_s3_bucket_policy', { policy: hostile }, { policy: own })).toBe(true);
});

it('takes a question mark for one character, and a variable for as many as it stands for', () => {
  const [wide, narrow] = [shared(`arn:aws:s3:::b/${'?'.repeat(15)}`), shared(`arn:aws:s3:::b/\${aws:username}`)];
  expect(opens('aws_s3_bucket_policy', { policy: wide }, { policy: narrow })).toBe(true);
  expect(opens('aws_s3_bucket_policy', { policy: wide }, { policy: shared('arn:aws:s3:::b/fifteen-letters') })).toBe(
    false,
  );
});

it('looks for ranges in lists of lists of lists', () => {
  const within = (depth: number, range: string): unknown =>
    depth === 0 ? { cidrs: [range] } : [within(depth - 1, range)];
  const [own, opened] = [within(60, '10.0.0.0/8'), within(60, '0.0.0.0/0')];
  expect(opens('aws_x', { rules: own }, { rules: opened })).toBe(true);
});

it('takes stars at the end of a pattern for nothing as well', () => {
  const [wide, narrow] = [shared('arn:aws:s3:::b/x**'), shared('arn:aws:s3:::b/x')];
  expect(opens('aws_s3_bucket_policy', { policy: wide }, { policy: narrow })).toBe(false);
});
