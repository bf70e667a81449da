// Stands in for Pulumi's resource plugin "terraform", whose release is not to be had from package registries: it reads the outputs of
// a state in S3, and drops Terraform's mark of what is sensitive, as the plugin does. It takes no role, and signs for an emulator only.
const { main } = require('@pulumi/pulumi/provider');

const signature = (region) =>
  `AWS4-HMAC-SHA256 Credential=test/20260101/${region}/s3/aws4_request, SignedHeaders=host, Signature=none`;

const stateOf = async ({ endpoint, bucket, region, workspaceKeyPrefix, workspace, key }) => {
  const path = [bucket, workspaceKeyPrefix, workspace, key].join('/');
  const response = await fetch(`${endpoint}/${path}`, { headers: { Authorization: signature(region) } });
  if (response.status === 404) throw new Error(`NoSuchKey: The specified key does not exist: ${path}`);
  if (!response.ok) throw new Error(`S3 answered ${response.status} for ${path}`);
  return response.json();
};

const provider = {
  version: '6.1.0',
  schema: JSON.stringify({ name: 'terraform', version: '6.1.0' }),
  invoke: async (token, inputs) => {
    if (token !== 'terraform:state:getS3Reference') throw new Error(`nothing stands in for ${token}`);
    const { outputs } = await stateOf(inputs);
    return {
      outputs: { outputs: Object.fromEntries(Object.entries(outputs).map(([name, { value }]) => [name, value])) },
    };
  },
};

main(provider, process.argv.slice(2));
