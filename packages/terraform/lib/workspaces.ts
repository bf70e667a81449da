import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseJson } from '@flaghoist/core/parse';
import { parseTopology } from '@flaghoist/core/topology';
import { topologyOf } from '@flaghoist/fleet/environment-topology';
import { type Environment, readEnvironments } from '@flaghoist/fleet/environments';
import { readText } from '@flaghoist/fleet/read-text';
import * as z from 'zod/mini';

/** One state of a stack. */
export interface Workspace {
  /** As Terraform has it: `<environment>`, or `<environment>-<region>`. */
  readonly name: string;
  /** Whose files in `environments/` it is planned with. */
  readonly environment: string;
  readonly region: string;
  /** Home, its standby, or a region like the others. */
  readonly part: 'home' | 'standby' | 'region';
  /** What outputs of other stacks that are written down for it may be about. */
  readonly places: Readonly<Record<'environment' | 'region' | 'account' | 'home' | 'standby', string>>;
}

const manifestSchema = z.looseObject({ statePer: z._default(z.enum(['environment', 'region']), 'environment') });

/** Whether the stack has one state for each environment, or one for each of its regions: `statePer` of its package.json. */
const statePer = (stackDirectory: string): 'environment' | 'region' => {
  const file = join(stackDirectory, 'package.json');
  if (!existsSync(file)) return 'environment';
  return parseJson(manifestSchema, readText(file, file), { what: file, hint: 'statePer is environment or region.' })
    .statePer;
};

/**
 * The workspaces of a stack in one environment, home first, then the standby, then the others.
 *
 * @param fleet the folder `fleet/`
 */
export const workspacesOf = (stackDirectory: string, environment: Environment, fleet: string): readonly Workspace[] => {
  const { name, account, region: home, replicaRegion: standby } = environment;
  const workspace = (region: string, part: Workspace['part']): Workspace => ({
    name: statePer(stackDirectory) === 'region' ? `${name}-${region}` : name,
    environment: name,
    region,
    part,
    places: { environment: name, region, account, home, standby },
  });
  if (statePer(stackDirectory) === 'environment') return [workspace(home, 'home')];
  const topology = topologyOf(environment, parseTopology(readFileSync(join(fleet, 'topology.json'), 'utf8')));
  const others = topology.regions
    .map((region) => region.name)
    .filter((region) => region !== home && region !== standby);
  return [
    workspace(home, 'home'),
    workspace(standby, 'standby'),
    ...others.map((region) => workspace(region, 'region')),
  ];
};

/** What is planned of them all: home, which has what a standby has, and one of the regions that are like each other. */
export const plannedOf = (workspaces: readonly Workspace[]): readonly Workspace[] =>
  workspaces.filter(
    ({ part }, index) => part !== 'standby' && workspaces.findIndex((each) => each.part === part) === index,
  );

/** In which the tests of a stack run: the first environment's home. */
export const testWorkspaceOf = (stackDirectory: string, fleet: string): string | undefined => {
  const [first] = readEnvironments(fleet);
  return first === undefined ? undefined : workspacesOf(stackDirectory, first, fleet)[0]?.name;
};
