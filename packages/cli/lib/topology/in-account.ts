import type { Service } from '@flaghoist/core/topology';
import type { Published } from '@flaghoist/operations/publish-topology';
import { worldOf } from '../aws/world-of.ts';
import type { CommandContext } from '../command.ts';
import { exitCodes } from '../exit-codes.ts';
import { sayWarnings } from './say-warnings.ts';

export type Membership =
  | { readonly action: 'join-region'; readonly region: string }
  | { readonly action: 'drain'; readonly what: 'region' | 'service'; readonly name: string }
  | { readonly action: 'add-service'; readonly service: Omit<Service, 'state'> };

/** The same in an account, in this process and with the caller's own rights. @returns the exit code */
export const inAccount = async (
  asked: Membership,
  deployment: string,
  { output }: Pick<CommandContext, 'output'>,
): Promise<number> => {
  const world = worldOf(deployment, output);
  // The clients of AWS are much code, and nobody else needs them.
  const { callerIn, membershipPorts } = await import('../aws/ports.ts');
  const { drain, joinRegion, joinService } = await import('@flaghoist/operations/members');
  const { home } = world.deployment;
  const caller = { principal: await callerIn(home) };
  const ports = await membershipPorts(world, home);
  const published = async (): Promise<Published> => {
    switch (asked.action) {
      case 'join-region':
        return joinRegion(asked.region, caller, ports);
      case 'add-service':
        return joinService(asked.service, caller, ports);
      case 'drain':
        return drain(asked, caller, ports);
    }
  };
  const { topology, transitions, warnings } = await published();
  output.document({ version: topology.version, transitions, warnings });
  if (output.json) return exitCodes.ok;
  output.say(`Version ${topology.version} of the topology is in every region of ${world.deployment.environment}.`);
  for (const { what, name, from, to } of transitions) output.say(`  ${what} ${name}: ${from} → ${to}`);
  sayWarnings(warnings, output);
  return exitCodes.ok;
};
