// Whoever imports this file from another member compiles it too, and would not find the declaration otherwise.
/// <reference path="./open-search-signer.d.ts" />
import { fromEnv } from '@aws-sdk/credential-provider-env';
import { Client } from '@opensearch-project/opensearch';
import { giveAwsV4Signer } from '@opensearch-project/opensearch/lib/aws/shared.js';

interface OpenSearchClientOptions {
  /** The domain's endpoint, with its scheme. */
  readonly node: string;
  readonly region: string;
  /** A domain wants signed requests; `false` is for a local server. */
  readonly signed?: boolean;
}

const REQUEST_MS = 5_000;

/** Two attempts of at most 5 s: the queue in front of the audit trail waits longer than a function should. */
export const connectOpenSearch = ({ node, region, signed = true }: OpenSearchClientOptions): Client =>
  new Client({
    node,
    requestTimeout: REQUEST_MS,
    maxRetries: 1,
    // In Lambda the credentials are in the environment, and nowhere else.
    ...(signed ? giveAwsV4Signer(fromEnv())({ region, service: 'es' }) : {}),
  });
