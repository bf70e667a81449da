import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fleetBeside, readEnvironments } from '@flaghoist/fleet/environments';
import type { PlannedEnvironment } from '@flaghoist/parity/compare-environments';
import { planEnvironments } from '@flaghoist/parity/plan-environments';
import { copySources } from '@flaghoist/terraform/copy-sources';
import { openTerraform } from '@flaghoist/terraform/terraform';
import { lib } from './report-on.ts';

/** A copy of the Terraform sources that may be changed and planned. */
export interface CopiedSources {
  readonly directory: string;
  readonly stackDirectory: string;
  /**
   * Replaces text in a file.
   * @throws when it is not there: a change that changes nothing would prove nothing
   */
  edit(file: string, from: string | RegExp, to: string): void;
  append(file: string, text: string): void;
  write(file: string, text: string): void;
  read(file: string): string;
  plan(names?: readonly string[]): Promise<readonly PlannedEnvironment[]>;
  remove(): void;
}

export const copiedSources = (): CopiedSources => {
  const folder = mkdtempSync(join(tmpdir(), 'flaghoist-sources-'));
  const directory = copySources(lib, folder);
  const read = (file: string): string => readFileSync(join(directory, file), 'utf8');
  const write = (file: string, text: string): void => {
    mkdirSync(dirname(join(directory, file)), { recursive: true });
    writeFileSync(join(directory, file), text);
  };
  return {
    directory,
    stackDirectory: join(directory, 'stacks', 'application'),
    read,
    write,
    edit(file, from, to) {
      const text = read(file);
      const changed = text.replace(from, to);
      if (changed === text) throw new Error(`${file} has no ${String(from)}`);
      write(file, changed);
    },
    append: (file, text) => write(file, `${read(file)}\n${text}\n`),
    async plan(names) {
      const workDirectory = join(folder, 'work');
      mkdirSync(workDirectory, { recursive: true });
      return planEnvironments({
        terraform: await openTerraform(process.env),
        sources: directory,
        stack: 'application',
        environments: readEnvironments(fleetBeside(directory)).filter(
          ({ name }) => names === undefined || names.includes(name),
        ),
        workDirectory,
        onProgress: () => {},
      });
    },
    remove: () => rmSync(folder, { recursive: true, force: true }),
  };
};
