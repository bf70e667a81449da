import type { EnvironmentPlan, StatementOfPlan } from './read-plans.ts';

/** AWS services behind which more than one endpoint stands. */
const ENDPOINTS: Readonly<Record<string, readonly string[]>> = { ecr: ['ecr.api', 'ecr.dkr'] };

/** Actions that are no call to AWS: whoever signs in to a database or a cache computes a token, and talks to that alone. */
const NO_CALLS = new Set(['elasticache:Connect', 'rds-db:connect']);

/** What another service does in the caller's name goes no way of the caller's. */
const byItself = ({ actions, condition }: StatementOfPlan): boolean =>
  actions.length > 0 && !condition.some(({ variable }) => variable === 'kms:ViaService');

/** The services of AWS that tasks call, before and after their containers start: by what their two roles may do, and for image layers S3. */
export const calledByTasks = ({ policies }: EnvironmentPlan): ReadonlySet<string> => {
  const statements = Object.entries(policies).flatMap(([address, list]) =>
    /^module\.service\.data\.aws_iam_policy_document\.(execution|task)$/.test(address) ? list : [],
  );
  const services = statements
    .filter(byItself)
    .flatMap(({ actions }) => actions.filter((action) => !NO_CALLS.has(action)))
    .map((action) => action.split(':')[0] ?? '');
  return new Set([...services.flatMap((service) => ENDPOINTS[service] ?? [service]), 's3']);
};

const GATEWAY_RULES: Readonly<Record<string, string>> = {
  s3: 'aws_vpc_security_group_egress_rule.to_s3',
  dynamodb: 'aws_vpc_security_group_egress_rule.ways_out["dynamodb"]',
};
const INTERFACE_RULE = 'aws_vpc_security_group_egress_rule.to_endpoints';

/** Services of AWS that tasks can call without leaving the network: an endpoint stands there, and a rule lets them at it. */
export const behindEndpoints = ({ resources }: EnvironmentPlan): ReadonlySet<string> => {
  const open = new Set(resources.map(({ address }) => address.replace(/^module\.service\./, '')));
  return new Set(
    resources
      .filter(({ type }) => type === 'aws_vpc_endpoint')
      .map(({ values }) => ({
        service: /^com\.amazonaws\.[^.]+\.(.+)$/.exec(String(values['service_name']))?.[1] ?? '',
        rule: values['vpc_endpoint_type'] === 'Gateway',
      }))
      .filter(({ service, rule }) => open.has(rule ? (GATEWAY_RULES[service] ?? '') : INTERFACE_RULE))
      .map(({ service }) => service),
  );
};

/** What tasks call and do not reach. NAT gateways count for nothing: what they lead to is opened by ways_out alone. */
export const unreached = (plan: EnvironmentPlan): readonly string[] => {
  const reached = behindEndpoints(plan);
  return [...calledByTasks(plan)].filter((service) => !reached.has(service)).sort();
};

/** What is paid for although nothing goes through it. */
export const unusedCosts = ({ resources, inputs }: EnvironmentPlan): readonly string[] => {
  const ways = Object.values((inputs['ways_out'] ?? {}) as Readonly<Record<string, unknown>>);
  const used = ways.length > 0 || (inputs['remediation'] ?? null) !== null;
  const gateways = resources.filter(({ type }) => type === 'aws_nat_gateway' || type === 'aws_eip');
  return [
    ...(used ? [] : gateways.map(({ address }) => address)),
    ...resources
      .filter(
        ({ type, values }) => type === 'aws_vpc_endpoint' && /\.(ssm|sts|kms)$/.test(String(values['service_name'])),
      )
      .map(({ address }) => address),
  ];
};
