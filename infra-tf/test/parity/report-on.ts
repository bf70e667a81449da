import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fleetBeside, readEnvironments } from '@flaghoist/fleet/environments';
import { parseAllowList } from '@flaghoist/parity/allow-list/allow-list';
import { compareEnvironments, type PlannedEnvironment } from '@flaghoist/parity/compare-environments';
import { backendOf, comparedIn } from '@flaghoist/parity/plan-environments';
import { createReport, type ParityReport } from '@flaghoist/parity/report/report';
import type { Sources } from '@flaghoist/parity/sources/read-sources';
import { hasTerraform } from '../needs-terraform.ts';

export const lib = join(__dirname, '..', '..', 'lib');
export const fleet = fleetBeside(lib);
export const directoryOf = (stack: string): string => join(lib, 'stacks', stack);
export const stackDirectory = directoryOf('application');

export const allowList = parseAllowList(readFileSync(join(fleet, 'parity.yaml'), 'utf8'), 'parity.yaml');

/** A day on which every entry holds; whether one expired today is for `hoist parity` to say. */
const clock = {
  now: () => Math.min(...allowList.entries.map(({ expires }) => Date.parse(`${expires}T00:00:00Z`))),
};

/** The plans of a stack as the task `plan` made them; of one with a state for each region home, standby and another region. */
export const shipped = (stack = 'application'): readonly PlannedEnvironment[] =>
  comparedIn({ sources: lib, stack, environments: readEnvironments(fleet) }).map(
    ({ name, environment, workspace }) => ({
      environment,
      workspace,
      planText: hasTerraform()
        ? readFileSync(join(directoryOf(stack), 'dist', 'plan', `${name}.json`), 'utf8')
        : '{"configuration":{"root_module":{}},"output_changes":{},"resource_changes":[]}',
      backendText: backendOf(directoryOf(stack), environment),
      lockText: readFileSync(join(directoryOf(stack), '.terraform.lock.hcl'), 'utf8'),
    }),
  );

export const reportOn = (
  planned: readonly PlannedEnvironment[],
  sources: Sources,
  stack = 'application',
  allowed = allowList,
): ParityReport =>
  createReport(compareEnvironments(planned, { sources }), {
    stack,
    allowList: allowed,
    plannedBy: 'caller',
    clock,
  });
