import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fleetBeside, readEnvironments } from '@flaghoist/fleet/environments';
import { parseAllowList } from '@flaghoist/parity/allow-list/allow-list';
import { compareEnvironments, type PlannedEnvironment } from '@flaghoist/parity/compare-environments';
import { backendOf } from '@flaghoist/parity/plan-environments';
import { createReport, type ParityReport } from '@flaghoist/parity/report/report';
import type { Sources } from '@flaghoist/parity/sources/read-sources';
import { hasTerraform } from '../needs-terraform.ts';

export const lib = join(__dirname, '..', '..', 'lib');
export const fleet = fleetBeside(lib);
export const stackDirectory = join(lib, 'stacks', 'application');

export const allowList = parseAllowList(readFileSync(join(fleet, 'parity.yaml'), 'utf8'), 'parity.yaml');

/** A day on which every entry holds; whether one expired today is for `hoist parity` to say. */
const clock = {
  now: () => Math.min(...allowList.entries.map(({ expires }) => Date.parse(`${expires}T00:00:00Z`))),
};

/** The plans of the application as the task `plan` made them. */
export const shipped = (): readonly PlannedEnvironment[] =>
  readEnvironments(fleet).map((environment) => ({
    environment,
    planText: hasTerraform()
      ? readFileSync(join(stackDirectory, 'dist', 'plan', `${environment.name}.json`), 'utf8')
      : '{"configuration":{"root_module":{}},"output_changes":{},"resource_changes":[]}',
    backendText: backendOf(stackDirectory, environment),
    lockText: readFileSync(join(stackDirectory, '.terraform.lock.hcl'), 'utf8'),
  }));

export const reportOn = (planned: readonly PlannedEnvironment[], sources: Sources): ParityReport =>
  createReport(compareEnvironments(planned, { sources }), {
    stack: 'application',
    allowList,
    plannedBy: 'caller',
    clock,
  });
