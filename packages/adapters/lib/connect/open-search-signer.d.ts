/**
 * The signer of the OpenSearch client without its way to find credentials. The public entry, `aws-v3`, looks for a package
 * that this repository does not depend on, and takes 400 kB into every bundle when it finds it.
 */
declare module '@opensearch-project/opensearch/lib/aws/shared.js' {
  import type { AwsSigv4SignerOptions, AwsSigv4SignerResponse } from '@opensearch-project/opensearch/aws-v3';

  export const giveAwsV4Signer: (
    getCredentials: NonNullable<AwsSigv4SignerOptions['getCredentials']>,
  ) => (options: AwsSigv4SignerOptions) => AwsSigv4SignerResponse;
}
