import { hash } from 'node:crypto';
import { canonicalJson } from '@flaghoist/core/canonical-json';
import { isObject, type JsonObject } from '@flaghoist/core/json';
import type { Environment } from '@flaghoist/fleet/environments';
import { regionCode } from '@flaghoist/fleet/region-code';
import type { OpenOutputs, StackName } from './contract.ts';
import type { StateAddress } from './states.ts';

interface OpenState {
  readonly address: StateAddress;
  readonly open: JsonObject;
}

type OutputName = { readonly [Stack in StackName]: `${Stack}.${keyof OpenOutputs<Stack> & string}` }[StackName];

/** What nobody can compare, because AWS chooses a part of it that has no form of its own, and why. */
const withoutDigest: Readonly<Partial<Record<OutputName, string>>> = {
  'application.database_endpoint': 'has the id that RDS gives each account and region',
  'application.database_master_secret_arn': 'has the ids of the cluster and of its secret',
  'application.secret_arns': 'each ends with six letters that Secrets Manager chose',
  'application.load_balancer_zone_id': 'is of the region',
  'region-foundation.cache': 'its host has the id that ElastiCache gives each account',
  'region-foundation.agent_reader_host': 'has the id that ElastiCache gives each account',
};

const escaped = (text: string): string => text.replace(/[.*+?^${}()|[\]\\]/g, '\\$&');

/** What differs between environments although they are the same: who they are, where, and what AWS chose for them. */
const neutral = (environment: Environment, address: StateAddress): ((text: string) => string) => {
  const { name, account, region: home, replicaRegion: standby } = environment;
  const words: readonly (readonly [string, string])[] = [
    [account, '<account>'],
    [hash('sha256', account).slice(0, 6), '<account-hash>'],
    [address.region, '<region>'],
    [regionCode(address.region), '<region-code>'],
    [home, '<home>'],
    [regionCode(home), '<home-code>'],
    [standby, '<standby>'],
    [regionCode(standby), '<standby-code>'],
    [name, '<environment>'],
  ];
  const patterns = words.map(
    ([word, place]) => [new RegExp(`(?<![a-z0-9])${escaped(word)}(?![a-z0-9])`, 'g'), place] as const,
  );
  return (text) =>
    patterns
      .reduce((before, [pattern, place]) => before.replace(pattern, place), text)
      .replace(/\b([a-z]+(?:-[a-z]+)*)-[0-9a-f]{8,}\b/g, '$1-<id>')
      .replace(/\b(?:A[A-Z]{3}[A-Z0-9]{12,})\b/g, '<id>')
      .replace(/\d{4}-\d\d-\d\dT[\d:.]+Z?/g, '<time>');
};

const withNeutral = (value: unknown, neutralText: (text: string) => string): unknown => {
  if (typeof value === 'string') return neutralText(value);
  if (Array.isArray(value)) return value.map((each) => withNeutral(each, neutralText));
  if (!isObject(value)) return value;
  return Object.fromEntries(
    Object.entries(value).map(([key, each]) => [neutralText(key), withNeutral(each, neutralText)]),
  );
};

/**
 * A digest of each output, the same in two environments that differ in nothing but name, account, regions and ids. Of the regions'
 * outputs home, the standby and the set of the others count, because environments have more or fewer of these. Those of
 * `withoutDigest` have none.
 */
export const digestsOf = (environment: Environment, states: readonly OpenState[]): Readonly<Record<string, string>> => {
  const told = states.flatMap(({ address, open }) => {
    const neutralText = neutral(environment, address);
    return Object.entries(open)
      .map(([name, value]) => ({ output: `${address.stack}.${name}`, value }))
      .filter(({ output }) => !Object.hasOwn(withoutDigest, output))
      .map(({ output, value }) => ({
        output,
        text: `${address.part}:${canonicalJson(withNeutral(value, neutralText))}`,
      }));
  });
  const byOutput = Map.groupBy(told, ({ output }) => output);
  return Object.fromEntries(
    [...byOutput].map(([output, those]) => [
      output,
      hash('sha256', [...new Set(those.map(({ text }) => text))].sort().join('\n')),
    ]),
  );
};
