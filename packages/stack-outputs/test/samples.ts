import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { StackName } from '../lib/contract.ts';

interface Where {
  readonly environment: string;
  readonly region: string;
  readonly standby?: string;
  readonly account?: string;
  readonly cidrBlock?: string;
}

/** Outputs as a stack leaves them in its state: samples/<stack>.json, with the places filled in. */
export const sampleOutputs = (
  stack: StackName,
  { environment, region, standby = 'eu-central-1', account = '111111111111', cidrBlock = '10.16.0.0/16' }: Where,
): Readonly<Record<string, unknown>> => {
  const text = readFileSync(join(__dirname, 'samples', `${stack}.json`), 'utf8');
  const places: Readonly<Record<string, string>> = { environment, region, standby, account, cidr: cidrBlock };
  return JSON.parse(text.replace(/<(\w+)>/g, (whole, name: string) => places[name] ?? whole));
};
