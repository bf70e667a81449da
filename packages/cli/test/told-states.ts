import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fleetBeside, readEnvironments } from '@flaghoist/fleet/environments';
import { statesOf } from '@flaghoist/stack-outputs/states';
import { sampleOutputs } from '../../stack-outputs/test/samples.ts';

export const sources = join(__dirname, '..', '..', '..', 'infra-tf', 'lib');
export const environments = readEnvironments(fleetBeside(sources));

interface Told {
  /** States that are not there. */
  readonly without?: (stack: string, workspace: string) => boolean;
  /** More lines of the shell's `case` over Terraform's command. */
  readonly more?: string;
}

/** A program that answers as Terraform does over the states of all environments. */
export const terraformIn = async (folder: string, { without = () => false, more = '' }: Told = {}): Promise<string> => {
  const listed: Record<string, string> = {};
  for (const environment of environments) {
    for (const { stack, workspace, region } of await statesOf(sources, environment)) {
      if (without(stack, workspace)) continue;
      listed[stack] = `${listed[stack] ?? ''}  ${workspace}\n`;
      const outputs = sampleOutputs(stack, {
        environment: environment.name,
        region,
        standby: environment.replicaRegion,
        account: environment.account,
      });
      const printed = Object.fromEntries(Object.entries(outputs).map(([name, value]) => [name, { value }]));
      writeFileSync(join(folder, `${stack} ${workspace}.json`), JSON.stringify(printed));
    }
  }
  for (const [stack, names] of Object.entries(listed)) writeFileSync(join(folder, `${stack}.list`), names);
  const file = join(folder, 'terraform');
  const script = `#!/bin/sh
stack=$(basename "$PWD")
case "$1" in
  version) echo '{"terraform_version": "1.11.4"}' ;;
  workspace) cat '${folder}'/"$stack.list" ;;
  output) cat '${folder}'/"$stack $TF_WORKSPACE.json" ;;
${more}esac
`;
  writeFileSync(file, script, { mode: 0o755 });
  return file;
};
