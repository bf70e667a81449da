// Stands in for Pulumi's resource plugin "aws", whose release is not to be had from package registries: it makes the two types of
// resources that the program makes, with the inputs as they are, by the API of an emulator. It takes no role, and checks nothing.
const { isDeepStrictEqual } = require('node:util');
const { main } = require('@pulumi/pulumi/provider');
const { isRpcSecret, unwrapRpcSecret } = require('@pulumi/pulumi/runtime/rpc');

const { AWS_ENDPOINT_URL: endpoint, AWS_REGION: region } = process.env;

const ask = async (service, headers, body) => {
  const Authorization = `AWS4-HMAC-SHA256 Credential=test/20260101/${region}/${service}/aws4_request, SignedHeaders=host, Signature=none`;
  const response = await fetch(endpoint, { method: 'POST', headers: { Authorization, ...headers }, body });
  if (!response.ok) throw new Error(`${service} answered ${response.status}: ${await response.text()}`);
};

const askSsm = (action, input) =>
  ask(
    'ssm',
    { 'Content-Type': 'application/x-amz-json-1.1', 'X-Amz-Target': `AmazonSSM.${action}` },
    JSON.stringify(input),
  );

const askCloudWatch = (Action, input) =>
  ask('monitoring', {}, new URLSearchParams({ Action, Version: '2010-08-01', ...input }));

const kinds = {
  'aws:ssm/parameter:Parameter': {
    id: ({ name }) => name,
    put: ({ name, type, value, description, tier }) =>
      askSsm('PutParameter', {
        Name: name,
        Type: type,
        Value: value,
        Description: description,
        Tier: tier,
        Overwrite: true,
      }),
    tag: ({ name, tags }) =>
      askSsm('AddTagsToResource', {
        ResourceType: 'Parameter',
        ResourceId: name,
        Tags: Object.entries(tags).map(([Key, Value]) => ({ Key, Value })),
      }),
    remove: ({ name }) => askSsm('DeleteParameter', { Name: name }),
  },
  'aws:cloudwatch/dashboard:Dashboard': {
    id: ({ dashboardName }) => dashboardName,
    put: ({ dashboardName, dashboardBody }) =>
      askCloudWatch('PutDashboard', { DashboardName: dashboardName, DashboardBody: dashboardBody }),
    remove: ({ dashboardName }) => askCloudWatch('DeleteDashboards', { 'DashboardNames.member.1': dashboardName }),
  },
};

const kindOf = (urn) => {
  const type = urn.split('::')[2]?.split('$').at(-1);
  const kind = kinds[type];
  if (kind === undefined) throw new Error(`nothing stands in for the resource ${type}`);
  return kind;
};

/** Inputs come with what Pulumi encrypts in its own state wrapped. */
const inClear = (inputs) =>
  Object.fromEntries(
    Object.entries(inputs).map(([key, value]) => [key, isRpcSecret(value) ? unwrapRpcSecret(value) : value]),
  );

const put = async (urn, inputs) => {
  const kind = kindOf(urn);
  const clear = inClear(inputs);
  await kind.put(clear);
  await kind.tag?.(clear);
  return kind.id(clear);
};

const provider = {
  version: '7.48.0',
  schema: JSON.stringify({ name: 'aws', version: '7.48.0' }),
  diff: async (_id, _urn, olds, news) => ({ changes: !isDeepStrictEqual(inClear(olds), inClear(news)) }),
  create: async (urn, inputs) => ({ id: await put(urn, inputs), outs: inputs }),
  update: async (_id, urn, _olds, news) => {
    await put(urn, news);
    return { outs: news };
  },
  delete: (_id, urn, props) => kindOf(urn).remove(inClear(props)),
};

main(provider, process.argv.slice(2));
