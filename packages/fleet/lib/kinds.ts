import { topologySchema } from '@flaghoist/core/topology';
import { directoryFileSchema } from '@flaghoist/rules/directory';
import { policyFileSchema } from '@flaghoist/rules/policy';
import type { Kind } from './read-file.ts';

/** `topology.json`: regions, services and cells. */
export const topologyKind: Kind<typeof topologySchema> = {
  schema: topologySchema,
  format: 'json',
  hint: 'Correct the named places. Every service needs a name, a cell, an owner and a state; fleet/README.md has an example.',
};

/** `policies/<name>.v<version>.json`: parameters of the rules. */
export const policyKind: Kind<typeof policyFileSchema> = {
  schema: policyFileSchema,
  format: 'json',
  hint: 'Correct the named parameters; fleet/policies/README.md lists them all.',
};

/** `people.json`: who makes and approves changes. */
export const peopleKind: Kind<typeof directoryFileSchema> = {
  schema: directoryFileSchema,
  format: 'json',
  hint: 'Correct the named places. A person has an actor, teams and roles, and may be human and active or not.',
};
