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
  /** All else that the environment has of regions, if the stack is about them: neither this one, nor home, nor its standby. */
  readonly others: readonly string[];
  /** What outputs of other stacks that are written down for it may be about. */
  readonly places: Readonly<Record<'environment' | 'region' | 'account' | 'home' | 'standby', string>>;
}

const manifestSchema = z.looseObject({
  /** Whether the stack has one state for each environment, or one for each of its regions. */
  statePer: z._default(z.enum(['environment', 'region']), 'environment'),
  /** Whether a state is about all regions of topology.json that its environment has, or knows home and its replica only. */
  regions: z._default(z.enum(['own', 'all']), 'own'),
});

/** What the package.json of a stack says of its states. */
const manifestOf = (stackDirectory: string): z.infer<typeof manifestSchema> => {
  const file = join(stackDirectory, 'package.json');
  if (!existsSync(file)) return manifestSchema.parse({});
  const hint = 'statePer is environment or region, regions is own or all.';
  return parseJson(manifestSchema, readText(file, file), { what: file, hint });
};

/** Whether each region of an environment has a state of the stack. */
export const isPerRegion = (stackDirectory: string): boolean => manifestOf(stackDirectory).statePer === 'region';

/**
 * The workspaces of a stack in one environment, home first, then the standby, then the others.
 *
 * @param fleet the folder `fleet/`
 */
export const workspacesOf = (stackDirectory: string, environment: Environment, fleet: string): readonly Workspace[] => {
  const { name, account, region: home, replicaRegion: standby } = environment;
  const { statePer, regions } = manifestOf(stackDirectory);
  const others =
    statePer === 'environment' && regions === 'own'
      ? []
      : topologyOf(environment, parseTopology(readFileSync(join(fleet, 'topology.json'), 'utf8')))
          .regions.map((region) => region.name)
          .filter((region) => region !== home && region !== standby);
  const workspace = (region: string, part: Workspace['part']): Workspace => ({
    name: statePer === 'region' ? `${name}-${region}` : name,
    environment: name,
    region,
    part,
    others: others.filter((each) => each !== region),
    places: { environment: name, region, account, home, standby },
  });
  if (statePer === 'environment') return [workspace(home, 'home')];
  return [
    workspace(home, 'home'),
    workspace(standby, 'standby'),
    ...others.map((region) => workspace(region, 'region')),
  ];
};

/** One of each part: the regions that are neither home nor standby are like each other. */
export const oneOfEach = (workspaces: readonly Workspace[]): readonly Workspace[] =>
  workspaces.filter(({ part }, index) => workspaces.findIndex((each) => each.part === part) === index);

/** What is enough to be looked at where no two plans are compared: home, which has what a standby has, and another region. */
export const plannedOf = (workspaces: readonly Workspace[]): readonly Workspace[] =>
  oneOfEach(workspaces).filter(({ part }) => part !== 'standby');

/** In which the tests of a stack run: the first environment's home. */
export const testWorkspaceOf = (stackDirectory: string, fleet: string): string | undefined => {
  const [first] = readEnvironments(fleet);
  return first === undefined ? undefined : workspacesOf(stackDirectory, first, fleet)[0]?.name;
};
