import { readFileSync } from 'node:fs';
import type { Environment } from '@flaghoist/fleet/environments';
import type { Moto } from '../lib/moto.ts';
import { signed } from './requests.ts';

export interface StateBackend {
  readonly bucket: string;
  readonly lockTable: string;
  readonly region: string;
  /** The role that an environment keeps its state with. */
  readonly role: string;
}

/** Reads `environments/<name>.s3.tfbackend`. */
export const readBackendFile = (file: string): StateBackend => {
  const text = readFileSync(file, 'utf8');
  const setting = (pattern: RegExp): string => {
    const found = pattern.exec(text)?.[1];
    if (found === undefined) throw new Error(`${file} has nothing that matches ${pattern}`);
    return found;
  };
  return {
    bucket: setting(/bucket\s*=\s*"([^"]+)"/),
    lockTable: setting(/dynamodb_table\s*=\s*"[^"/]+\/([^"]+)"/),
    region: setting(/region\s*=\s*"([^"]+)"/),
    role: setting(/role_arn\s*=\s*"([^"]+)"/),
  };
};

/** The key of an environment's state of the stack `application`. */
export const stateKeyOf = ({ account, name }: Environment): string =>
  `${account}/${name}/application/terraform.tfstate`;

/** @returns the key id of credentials of that role, by which moto knows who asks */
export const assume = async ({ endpoint }: Moto, role: string, region: string, session = 'test'): Promise<string> => {
  const query = new URLSearchParams({
    Action: 'AssumeRole',
    Version: '2011-06-15',
    RoleArn: role,
    RoleSessionName: session,
  });
  const response = await fetch(endpoint, { method: 'POST', headers: signed('sts', region), body: query });
  const key = /<AccessKeyId>([^<]+)</.exec(await response.text())?.[1];
  if (key === undefined) throw new Error(`${role} could not be assumed`);
  return key;
};

/**
 * Sends one request for an object in the bucket of states with an environment's role.
 * @returns the HTTP status
 */
export const askForState = async (
  moto: Moto,
  { bucket, region, role }: StateBackend,
  { method, key }: { readonly method: 'GET' | 'PUT' | 'DELETE'; readonly key: string },
): Promise<number> => {
  const headers = signed('s3', region, await assume(moto, role, region));
  const body = method === 'PUT' ? { body: '{}' } : {};
  const { status } = await fetch(`${moto.endpoint}/${bucket}/${key}`, { method, headers, ...body });
  return status;
};
