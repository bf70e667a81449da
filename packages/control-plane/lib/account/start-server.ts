import { readFileSync } from 'node:fs';
import type { AddressInfo } from 'node:net';
import type { Deployment } from '@flaghoist/adapters/deployment';
import { InvalidInputError, UnavailableError } from '@flaghoist/core/errors';
import type { Logger } from '@flaghoist/core/ports/logger';
import type { Directory } from '@flaghoist/rules/directory';
import type { Policy } from '@flaghoist/rules/policy';
import type { Waiver } from '@flaghoist/rules/waivers';
import { createRemoteJWKSet, type JWTVerifyGetKey } from 'jose';
import { isLoopback } from '../identity/trusted-request.ts';
import { createServer } from '../server.ts';
import { portsOfAccount } from './account-ports.ts';
import { receiptsOfAccount } from './receipt-keys.ts';
import type { AccountVariables } from './variables.ts';

interface Options {
  readonly variables: AccountVariables;
  readonly deployment: Deployment;
  /** Under whose key it writes: a trusted submitter of the directory. */
  readonly submitter: string;
  readonly directory: Directory;
  readonly waivers: readonly Waiver[];
  readonly policy: Policy;
  readonly log: Logger;
  /** Instead of what the issuer publishes. */
  readonly keys?: JWTVerifyGetKey;
}

/**
 * @throws InvalidInputError where others could read what is sent to it; UnavailableError where its tables are out of reach, or it
 *   cannot listen at its address
 */
export const startAccountServer = async ({
  variables,
  deployment,
  submitter,
  keys,
  ...options
}: Options): Promise<{ readonly url: string; close(): Promise<void> }> => {
  const { AWS_REGION: region, HOST: host, PORT: port, AUDIT_ENDPOINT: endpoint, AUDIT_INDEX: index } = variables;
  const https = certificateIn(variables);
  const behindTls = variables.BEHIND_TLS === 'true';
  if (https === undefined && !behindTls && !isLoopback(host))
    throw new InvalidInputError(
      'set of environment variables',
      [`HOST: is ${host}, without TLS_CERTIFICATE and TLS_KEY`],
      'Give it a certificate, or say BEHIND_TLS=true where a load balancer ends TLS.',
    );
  const audit = endpoint === undefined ? undefined : { endpoint, index };
  const { RECEIPT_KEYS: keyArns } = variables;
  const receipts = keyArns && (await receiptsOfAccount(keyArns, deployment.environment));
  const ports = portsOfAccount({ deployment, region, audit, receipts, ...options });
  await ports.refreshHome();
  const app = await createServer({
    ports,
    submitter,
    oidc: {
      issuer: variables.OIDC_ISSUER,
      audience: variables.OIDC_AUDIENCE,
      keys: keys ?? createRemoteJWKSet(new URL(variables.OIDC_KEYS ?? jwksOf(variables.OIDC_ISSUER))),
    },
    localUsers: false,
    behindTls,
    ...(https === undefined ? {} : { https }),
  });
  try {
    await app.listen({ host, port });
  } catch (error) {
    await app.close();
    throw cannotListen(error, { host, port });
  }
  const { port: taken } = app.server.address() as AddressInfo;
  return { url: `${https === undefined ? 'http' : 'https'}://${host}:${taken}`, close: () => app.close() };
};

/** What is wrong with an address, and which variable sets it otherwise. */
const whyNot: Readonly<Record<string, string>> = {
  EADDRINUSE:
    'Something else listens there: end it, or set PORT to another one, and whatever sends requests there as well.',
  EACCES: 'This user may not listen there: set PORT to one above 1023.',
  EADDRNOTAVAIL: 'This machine has no such address: set HOST to one of its own, or to 0.0.0.0 for all of them.',
  ENOTFOUND: 'No address has this name: set HOST to an address of this machine, or to 0.0.0.0 for all of them.',
};

/** In our words where the address is at fault. */
const cannotListen = (error: unknown, { host, port }: { readonly host: string; readonly port: number }): unknown => {
  const isCoded = typeof error === 'object' && error !== null && 'code' in error;
  const hint = isCoded ? whyNot[String(error.code)] : undefined;
  return hint === undefined ? error : new UnavailableError(`the address ${host}:${port} (HOST, PORT)`, hint, error);
};

const jwksOf = (issuer: string): string => `${issuer.replace(/\/$/, '')}/.well-known/jwks.json`;

const certificateIn = ({ TLS_CERTIFICATE, TLS_KEY }: AccountVariables) =>
  TLS_CERTIFICATE === undefined || TLS_KEY === undefined
    ? undefined
    : { cert: readFileSync(TLS_CERTIFICATE, 'utf8'), key: readFileSync(TLS_KEY, 'utf8') };
