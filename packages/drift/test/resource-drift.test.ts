import { type Plan, readPlan } from '@flaghoist/plan-reading/plan';
import fc from 'fast-check';
import { pathText } from '../lib/leaves.ts';
import { resourceDrifts } from '../lib/resource-drift.ts';
import { lines, reportOf } from './support/recorded.ts';

type Values = Readonly<Record<string, unknown>>;

interface Given {
  readonly type?: string;
  readonly address?: string;
  /** As recorded, when it was changed outside; null when it was deleted. */
  readonly recorded?: Values;
  readonly now?: Values | null;
  readonly actions?: readonly string[];
  readonly configured?: Values | null;
  readonly planned?: object;
}

const plan = (more: object): Plan =>
  readPlan(JSON.stringify({ format_version: '1.2', terraform_version: '1.11.4', ...more }), 'plan');

const about = ({ type = 'aws_x', address = `${type}.y` }: Given) => ({ address, type, mode: 'managed' });

const plansOf = (given: readonly Given[], normal: object = {}) => {
  const state = given.filter(({ now }) => now != null).map((each) => ({ ...about(each), values: each.now }));
  const prior_state = { values: { root_module: { resources: state } } };
  return {
    refresh: plan({
      prior_state,
      resource_drift: given
        .filter(({ recorded }) => recorded !== undefined)
        .map((each) => ({
          ...about(each),
          change: { actions: [each.now === null ? 'delete' : 'update'], before: each.recorded, after: each.now },
        })),
    }),
    normal: plan({
      prior_state,
      resource_changes: given
        .filter(({ actions }) => actions !== undefined)
        .map((each) => ({
          ...about(each),
          change: { actions: each.actions, before: each.now ?? null, after: each.configured ?? null, ...each.planned },
        })),
      ...normal,
    }),
  };
};

const told = (given: Given | readonly Given[], normal?: object): readonly string[] =>
  resourceDrifts(plansOf([given].flat() as Given[], normal)).flatMap(({ leaves }) =>
    leaves.map(({ class: kind, path }) => `${kind} ${pathText(path)}`),
  );

describe('a resource that was deleted outside', () => {
  it('is against a configuration that wants it', () => {
    expect(told({ recorded: { a: 1 }, now: null, actions: ['create'], configured: { a: 1 } })).toEqual([
      'configuration #existence',
    ]);
  });

  it('is state-only where the configuration no longer has it', () => {
    expect(told({ recorded: { a: 1 }, now: null })).toEqual(['state-only #existence']);
  });

  it('is against the configuration where that could not be planned', () => {
    expect(told({ recorded: { a: 1 }, now: null }, { errored: true })).toEqual(['configuration #existence']);
  });
});

describe('a resource that nobody touched', () => {
  it.each([
    ['new in the configuration', { actions: ['create'], configured: { a: 1 } }, ['pending #existence']],
    ['gone from the configuration', { now: { a: 1 }, actions: ['delete'] }, ['pending #existence']],
    ['forgotten by the configuration', { now: { a: 1 }, actions: ['forget'] }, ['pending #management']],
    [
      'to be made anew beside one that is forgotten',
      { now: { a: 1 }, actions: ['create', 'forget'], configured: { a: 2 } },
      ['pending a', 'pending #replacement'],
    ],
    [
      'to be replaced',
      { now: { a: 1 }, actions: ['delete', 'create'], configured: { a: 2 }, planned: { replace_paths: [['a']] } },
      ['pending a', 'pending #replacement'],
    ],
    ['tainted', { now: { a: 1 }, actions: ['create', 'delete'], configured: { a: 1 } }, ['pending #replacement']],
    [
      'updated for a reason that no attribute tells',
      { now: { a: 1 }, actions: ['update'], configured: { a: 1 } },
      ['pending #action'],
    ],
    ['as it should be', { now: { a: 1 }, actions: ['no-op'], configured: { a: 1 } }, []],
  ])('%s', (_case, given, expected) => {
    expect(told(given)).toEqual(expected);
  });

  it('moved to another address', () => {
    const { refresh, normal } = plansOf([{ now: { a: 1 }, actions: ['no-op'], configured: { a: 1 } }]);
    const moved = {
      ...normal,
      resource_changes: normal.resource_changes.map((each) => ({ ...each, previous_address: 'aws_x.old' })),
    };
    expect(lines(reportOf({ refresh, normal: moved }))).toEqual(['pending low aws_x.y #address']);
  });
});

it('says that drift makes a replacement, and not the configuration', () => {
  const given = {
    recorded: { a: 1 },
    now: { a: 2 },
    actions: ['delete', 'create'],
    configured: { a: 1 },
    planned: { replace_paths: [['a']] },
  };
  expect(told(given)).toEqual(['configuration a', 'configuration #replacement']);
});

it('keeps outside changes of what the configuration no longer has apart from its deletion', () => {
  expect(told({ recorded: { a: 1 }, now: { a: 2 }, actions: ['delete'] })).toEqual([
    'state-only a',
    'pending #existence',
  ]);
});

it.each<readonly [string, Given]>([
  [
    'what had changed before',
    { recorded: { a: 1 }, now: { a: 2 }, actions: ['update'], configured: { a: 1 }, planned: { before: { a: 3 } } },
  ],
  [
    'what had not changed before',
    { now: { a: 1 }, actions: ['update'], configured: { a: 1 }, planned: { before: { a: 3 } } },
  ],
  [
    'what the configuration does not mind',
    { now: { a: 1 }, actions: ['no-op'], configured: { a: 3 }, planned: { before: { a: 3 } } },
  ],
  ['what was deleted', { now: { a: 1 }, actions: ['create'], configured: { a: 1 }, planned: { before: null } }],
  [
    'what was made again',
    { recorded: { a: 1 }, now: null, actions: ['no-op'], configured: { a: 1 }, planned: { before: { a: 1 } } },
  ],
])('cannot tell what changed between the two plans: %s', (_case, given) => {
  expect(reportOf(plansOf([given]))).toMatchObject({
    complete: false,
    unread: [{ address: 'aws_x.y', reason: 'it changed between the two plans' }],
  });
});

it('does not take a deposed object for the one that took its address', () => {
  const { refresh, normal } = plansOf([{ now: { a: 2 }, actions: ['no-op'], configured: { a: 2 } }]);
  const [present] = refresh.prior_state?.values?.root_module?.resources ?? [];
  const resources = [present, { ...present, deposed_key: 'b1', values: { a: 1 } }];
  const withDeposed = plan({ prior_state: { values: { root_module: { resources } } } });
  expect(reportOf({ refresh: withDeposed, normal }).unread).toEqual([]);
});

it('counts a deposed object by itself, and not the one that is gone', () => {
  const about = { address: 'aws_x.y', type: 'aws_x', mode: 'managed' };
  const resources = [{ ...about, deposed_key: 'b1', values: { a: 1 } }];
  const deletion = { ...about, deposed: 'b1', change: { actions: ['delete'], before: { a: 1 }, after: null } };
  const refresh = plan({ prior_state: { values: { root_module: { resources } } } });
  const report = reportOf({ refresh, normal: plan({ resource_changes: [deletion] }) });
  expect(report.counts.resources).toMatchObject({ clean: 0, pending: 1 });
});

describe('a resource whose plan failed', () => {
  const unread = [{ address: 'aws_x.y', reason: 'Resource precondition failed' }];

  it.each<readonly [string, Given]>([
    ['not planned at all', { recorded: { a: 1 }, now: { a: 2 } }],
    [
      'planned before it failed',
      { recorded: { a: 1, b: 1 }, now: { a: 2, b: 1 }, actions: ['update'], configured: { a: 1, b: 2 } },
    ],
  ])('has drifted all the same when it was read to have changed, and nothing is pending: %s', (_case, given) => {
    const report = reportOf(plansOf([given], { errored: true }), { unread, finished: false });
    expect(lines(report)).toEqual(['configuration medium aws_x.y a']);
    expect(report.counts.resources).toMatchObject({ configuration: 1, unread: 0 });
    expect(report).toMatchObject({ complete: false, unread });
  });

  it('is unread, not pending, when nothing was read to have changed', () => {
    const plans = plansOf([{ now: { a: 1 }, actions: ['update'], configured: { a: 2 } }]);
    const report = reportOf(plans, { unread, finished: false });
    expect(lines(report)).toEqual([]);
    expect(report.counts.resources).toMatchObject({ pending: 0, unread: 1 });
  });
});

it('does not call clean what an apply would touch, whatever the plans say', () => {
  const values = fc.dictionary(fc.constantFrom('a', 'b'), fc.oneof(fc.integer({ max: 2, min: 0 }), fc.constant(null)));
  const actions = fc.constantFrom(
    ['create'],
    ['update'],
    ['delete'],
    ['delete', 'create'],
    ['create', 'delete'],
    ['forget'],
    ['new-in-2027'],
  );
  fc.assert(
    fc.property(values, values, actions, fc.boolean(), (now, configured, planned, drifted) => {
      const given = { now, configured, actions: planned, ...(drifted ? { recorded: { ...now, c: 1 } } : {}) };
      expect(told(given).length).toBeGreaterThan(0);
    }),
  );
});

it('tells a tag once, although tags_all repeats it', () => {
  const tags = (owner: string) => ({ tags: { owner }, tags_all: { owner } });
  expect(told({ recorded: tags('a'), now: tags('b'), actions: ['update'], configured: tags('a') })).toEqual([
    'configuration tags.owner',
  ]);
  const defaults = (owner: string) => ({ tags: { name: 'x' }, tags_all: { name: 'x', owner } });
  expect(told({ recorded: defaults('a'), now: defaults('b'), actions: ['update'], configured: defaults('a') })).toEqual(
    ['configuration tags_all.owner'],
  );
});

it('hides a value in all versions when one of them is marked', () => {
  const plans = plansOf([
    {
      recorded: { list: [{ k: 'old-secret' }] },
      now: { list: [{ k: 'new-secret' }, { k: 'more' }] },
      actions: ['update'],
      configured: { list: [{ k: 'own-secret' }] },
      planned: { before_sensitive: { list: [{}, { k: true }] } },
    },
  ]);
  const report = reportOf(plans);
  expect(report.findings.length).toBeGreaterThan(0);
  expect(JSON.stringify(report)).not.toMatch(/secret"|more/);
});

it.each<readonly [string, object, object]>([
  ['an attribute', {}, { planned: { after_sensitive: { password: true } } }],
  [
    'an input',
    {
      variables: { password: { value: 'correct horse' } },
      configuration: { root_module: { variables: { password: { sensitive: true } } } },
    },
    {},
  ],
  [
    'an attribute of the state, when nothing could be planned',
    {
      prior_state: {
        values: {
          root_module: {
            resources: [
              {
                ...about({ type: 'aws_z' }),
                values: { password: 'correct horse' },
                sensitive_values: { password: true },
              },
            ],
          },
        },
      },
    },
    {},
  ],
])('hides copies of what is marked sensitive: %s', (_case, normal, more) => {
  const values = (note: string) => ({ password: 'correct horse', note, map: { [note]: note } });
  const given: Given = {
    recorded: { password: 'correct horse' },
    now: values('pw is correct horse'),
    actions: ['update'],
    configured: values('correct horse is pw'),
    ...more,
  };
  const unread = [{ address: 'aws_x.z', reason: 'correct horse was refused' }];
  const report = reportOf(plansOf([given], normal), { unread });
  expect(report.findings.find(({ path }) => path === 'note')).toMatchObject({
    recorded: 'null',
    now: '"pw is (sensitive)"',
    configured: '"(sensitive) is pw"',
  });
  expect(report.unread).toEqual([{ address: 'aws_x.z', reason: '(sensitive) was refused' }]);
  expect(JSON.stringify(report)).not.toContain('correct horse');
});

describe('a resource that has another address and no moved block', () => {
  const values = { name: 'a', size: 1 };
  const known = { ...values, id: null };
  const gone = (address: string, more: object = {}): Given => ({
    address,
    now: { ...values, id: 'x', ...more },
    actions: ['delete'],
  });
  const made = (address: string, more: object = {}): Given => ({
    address,
    actions: ['create'],
    configured: { ...known, ...more },
  });

  it('is one rename, and no deletion', () => {
    const { findings } = reportOf(plansOf([gone('aws_x.old'), made('aws_x.new')]));
    expect(findings).toEqual([
      expect.objectContaining({
        address: 'aws_x.new',
        path: '#rename',
        class: 'pending',
        severity: 'high',
        now: '"aws_x.old"',
        configured: expect.stringContaining('moved block'),
      }),
    ]);
  });

  it('is found by its name when others are like it', () => {
    expect(told([gone('aws_x.y[0]'), gone('aws_x.z'), made('aws_x.y["a"]')])).toEqual([
      'pending #rename',
      'pending #existence',
    ]);
  });

  it('is not one that is different, or of which several could be meant', () => {
    expect(told([gone('aws_x.old'), made('aws_x.new', { size: 2 })])).toEqual([
      'pending #existence',
      'pending #existence',
    ]);
    expect(told([gone('aws_x.a'), gone('aws_x.b'), made('aws_x.new')])).toHaveLength(3);
  });
});

describe('a container whose parts are resources of their own', () => {
  const group = (ingress: readonly Values[]) => ({ id: 'sg-1', ingress });
  const element = (port: number, cidrs: readonly string[]) => ({
    protocol: 'tcp',
    from_port: port,
    to_port: port,
    cidr_blocks: cidrs,
    ipv6_cidr_blocks: [],
    prefix_list_ids: [],
    security_groups: [],
    self: false,
    description: '',
  });
  const rule = (cidr: string): Given => {
    const values = { security_group_id: 'sg-1', ip_protocol: 'tcp', from_port: 443, to_port: 443, cidr_ipv4: cidr };
    return {
      type: 'aws_vpc_security_group_ingress_rule',
      address: `aws_vpc_security_group_ingress_rule.r["${cidr}"]`,
      now: values,
      actions: ['no-op'],
      configured: values,
    };
  };
  const container = (now: readonly Values[]): Given => ({
    type: 'aws_security_group',
    recorded: group([]),
    now: group(now),
    actions: ['no-op'],
    configured: group(now),
  });

  it('is clean when they account for all of it, joined as the provider joins them', () => {
    expect(
      told([container([element(443, ['10.0.0.0/8', '10.1.0.0/16'])]), rule('10.0.0.0/8'), rule('10.1.0.0/16')]),
    ).toEqual([]);
  });

  it('tells only what they do not account for', () => {
    const plans = plansOf([container([element(443, ['10.0.0.0/8', '0.0.0.0/0'])]), rule('10.0.0.0/8')]);
    expect(lines(reportOf(plans))).toEqual(['state-only critical aws_security_group.y ingress[*]']);
    expect(reportOf(plans).findings[0]?.now).not.toContain('10.0.0.0/8');
  });

  it('takes all protocols for the same, with ports or without', () => {
    const all = { security_group_id: 'sg-1', ip_protocol: '-1', from_port: null, to_port: null, cidr_ipv4: 'x' };
    const one: Given = {
      type: 'aws_vpc_security_group_ingress_rule',
      now: all,
      actions: ['no-op'],
      configured: all,
    };
    expect(told([container([{ ...element(0, ['x']), protocol: '-1' }]), one])).toEqual([]);
    expect(told([container([{ ...element(0, ['x']), protocol: 'tcp' }]), one])).toEqual(['state-only ingress[*]']);
  });

  it('is not explained by rules of another group', () => {
    const other = rule('10.0.0.0/8');
    const values = { ...other.now, security_group_id: 'sg-2' };
    expect(told([container([element(443, ['10.0.0.0/8'])]), { ...other, now: values, configured: values }])).toEqual([
      'state-only ingress[*]',
    ]);
  });

  it.each([
    [
      'aws_network_acl',
      'ingress',
      {
        rule_no: 100,
        action: 'allow',
        protocol: '6',
        from_port: 1,
        to_port: 2,
        cidr_block: 'x',
        ipv6_cidr_block: '',
        icmp_type: 0,
      },
      {
        type: 'aws_network_acl_rule',
        network_acl_id: 'c-1',
        egress: false,
        rule_number: 100,
        rule_action: 'allow',
        protocol: 'tcp',
        from_port: 1,
        to_port: 2,
        cidr_block: 'x',
      },
    ],
    [
      'aws_route_table',
      'route',
      { cidr_block: 'x', gateway_id: 'igw-1', nat_gateway_id: '' },
      {
        type: 'aws_route',
        route_table_id: 'c-1',
        destination_cidr_block: 'x',
        gateway_id: 'igw-1',
        origin: 'CreateRoute',
      },
    ],
  ])('%s %s', (type, attribute, part, { type: child, ...values }) => {
    const changed = (parts: readonly Values[]): Given => ({
      type,
      recorded: { id: 'c-1', [attribute]: [] },
      now: { id: 'c-1', [attribute]: parts },
      actions: ['no-op'],
      configured: { id: 'c-1', [attribute]: parts },
    });
    const own: Given = { type: child, now: values, actions: ['no-op'], configured: values };
    expect(told([changed([part]), own])).toEqual([]);
    expect(told([changed([part, { ...part, cidr_block: 'y', rule_no: 101 }]), own])).toEqual([
      `state-only ${attribute}[*]`,
    ]);
  });

  it.each([
    [
      'aws_rds_cluster',
      'cluster_members',
      { id: 'c' },
      { type: 'aws_rds_cluster_instance', cluster_identifier: 'c', identifier: 'mine' },
    ],
    [
      'aws_lb_target_group',
      'load_balancer_arns',
      { arn: 'arn:tg' },
      { type: 'aws_lb_listener', default_action: [{ target_group_arn: 'arn:tg' }], load_balancer_arn: 'mine' },
    ],
  ])('%s %s', (type, attribute, own, { type: child, ...values }) => {
    const having = (items: readonly string[]) => ({ ...own, [attribute]: items });
    const changed = (items: readonly string[]): Given => ({
      type,
      recorded: having([]),
      now: having(items),
      actions: ['no-op'],
      configured: having(items),
    });
    const part: Given = { type: child, now: values, actions: ['no-op'], configured: values };
    expect(told([changed(['mine']), part])).toEqual([]);
    expect(told([changed(['by-hand', 'mine']), part])).toEqual([`state-only ${attribute}[*]`]);
  });

  it('role: policies attached by hand are told', () => {
    const role = (arns: readonly string[]) => ({ name: 'task', managed_policy_arns: arns });
    const attachment = { role: 'task', policy_arn: 'arn:mine' };
    const given: readonly Given[] = [
      {
        type: 'aws_iam_role',
        recorded: role([]),
        now: role(['arn:admin', 'arn:mine']),
        actions: ['no-op'],
        configured: role(['arn:admin', 'arn:mine']),
      },
      { type: 'aws_iam_role_policy_attachment', now: attachment, actions: ['no-op'], configured: attachment },
    ];
    const report = reportOf(plansOf(given));
    expect(report.findings.map(({ severity, now }) => `${severity} ${now}`)).toEqual(['high "arn:admin"']);
  });
});
