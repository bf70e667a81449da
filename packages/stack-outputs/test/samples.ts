import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Environment } from '@flaghoist/fleet/environments';
import { regionCode } from '@flaghoist/fleet/region-code';
import type { StackName } from '../lib/contract.ts';
import type { ReadState } from '../lib/environment-record.ts';
import { statesOf } from '../lib/states.ts';

interface Where {
  readonly environment: string;
  readonly region: string;
  readonly standby?: string;
  readonly account?: string;
  readonly cidrBlock?: string;
}

/** What AWS chooses in each account: twelve letters, none of which is a hexadecimal digit. */
const idOf = (account: string): string => [...account].map((digit) => 'ghijklmnop'[Number(digit)]).join('');

/** Outputs as a stack leaves them in its state: samples/<stack>.json, with the places filled in. */
export const sampleOutputs = (
  stack: StackName,
  { environment, region, standby = 'eu-central-1', account = '111111111111', cidrBlock = '10.16.0.0/16' }: Where,
): Readonly<Record<string, unknown>> => {
  const text = readFileSync(join(__dirname, 'samples', `${stack}.json`), 'utf8');
  const id = idOf(account);
  const places: Readonly<Record<string, string>> = {
    environment,
    region,
    standby,
    account,
    cidr: cidrBlock,
    id,
    ID: id.toUpperCase(),
    code: regionCode(region),
  };
  return JSON.parse(text.replace(/<(\w+)>/g, (whole, name: string) => places[name] ?? whole));
};

/** What the states of an environment hold, as a reader hands it over. */
export const sampleStates = async (
  sources: string,
  environment: Environment,
  cidrBlocks: { readonly application: string; readonly flags: (index: number) => string },
): Promise<readonly ReadState[]> => {
  const states = await statesOf(sources, environment);
  const regions = [...new Set(states.map(({ region }) => region))];
  return states.map((address) => ({
    address,
    outputs: sampleOutputs(address.stack, {
      environment: environment.name,
      region: address.region,
      standby: environment.replicaRegion,
      account: environment.account,
      cidrBlock:
        address.stack === 'application' ? cidrBlocks.application : cidrBlocks.flags(regions.indexOf(address.region)),
    }),
  }));
};
