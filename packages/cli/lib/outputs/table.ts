import { visibleText } from '@flaghoist/core/visible-text';
import type { EnvironmentOutputs } from '@flaghoist/stack-outputs/environment-record';
import type { FleetRecord } from '@flaghoist/stack-outputs/fleet-record';
import { publishedOf } from '@flaghoist/stack-outputs/parameters';
import type { Output } from '../output.ts';
import { tableLines } from '../table.ts';
import { counted } from '../terminal.ts';
import type { SaidByState } from './read.ts';

const DIGEST_LENGTH = 19;

const imageOf = (digest: string | null): string => digest?.slice(0, DIGEST_LENGTH) ?? 'none yet';

/** The record of one environment for people: what is asked for most. All of it is in the document. */
export const sayEnvironment = (output: Output, outputs: EnvironmentOutputs): void => {
  const { environment, endpoints, release, network, regions } = outputs.record;
  output.say(`${output.colours.bold(environment)}: ${visibleText(endpoints.url)}`);
  output.say(`  image ${imageOf(release.imageDigest)}, network ${network.cidrBlock} in ${network.region}`);
  const rows = Object.entries(regions).map(([name, { part, network: own, cache, topics }]) => [
    name,
    part,
    own.cidrBlock,
    `${cache.host}:${cache.port}`,
    topics['flag-changes'] ?? '',
  ]);
  const columns = ['region', 'is', 'network', 'caches', 'topic of the flags'].map((title) => ({ title }));
  for (const line of tableLines(columns, rows)) output.say(`  ${line}`);
  output.say(
    `  ${counted(publishedOf(outputs).length, 'parameter')} below /${environment}/flaghoist/ when it is published`,
  );
  const secrets = Object.keys(outputs.secrets);
  if (secrets.length > 0) output.say(`  sensitive, not shown: ${secrets.join(', ')}`);
};

/** What the states of one stack say. */
export interface StackSaid {
  readonly environment: string;
  readonly stack: string;
  readonly states: readonly SaidByState[];
}

/** For people, each output in a line; one that is no text is JSON. */
export const sayStack = (output: Output, { environment, stack, states }: StackSaid): void => {
  for (const { workspace, region, outputs, secrets } of states) {
    output.say(`${output.colours.bold(environment)}: ${stack}, workspace ${workspace}, ${region}`);
    for (const [name, value] of Object.entries(outputs)) {
      output.say(`  ${name}: ${visibleText(typeof value === 'string' ? value : JSON.stringify(value))}`);
    }
    if (secrets.length > 0) output.say(`  sensitive, not shown: ${secrets.join(', ')}`);
  }
};

/** What crosses environments, for people. */
export const sayFleet = (output: Output, { promotion, overlaps, regions, lagging, equality }: FleetRecord): void => {
  const { green, red } = output.colours;
  for (const { environment, upstream, imageDigest, asUpstream } of promotion) {
    const beside = upstream === null ? 'first' : `${asUpstream === true ? 'as' : 'not as'} ${upstream}`;
    output.say(`${environment}: image ${imageOf(imageDigest)}, ${beside}`);
  }
  const columns = [{ title: 'region' }, { title: 'environments' }];
  const rows = Object.entries(regions).map(([region, names]) => [region, names.join(', ')]);
  for (const line of tableLines(columns, rows)) output.say(line);
  if (overlaps.length === 0) output.say(`${green('✓')} no two networks share addresses`);
  for (const { one, other } of overlaps) {
    const named = [one, other].map((each) => `${each.cidrBlock} (${each.environment}, ${each.of}, ${each.region})`);
    output.say(`${red('✗')} ${named.join(' overlaps with ')}`);
  }
  for (const { environment, state, version, newest } of lagging) {
    output.say(`${red('✗')} ${environment}: ${state} has version ${version} of its outputs; the newest is ${newest}`);
  }
  const unequal = Object.entries(equality).flatMap(([name, { equal }]) => (equal ? [] : [name]));
  output.say(
    `${counted(Object.keys(equality).length, 'output')}; not the same everywhere: ${unequal.join(', ') || 'none'}`,
  );
};
