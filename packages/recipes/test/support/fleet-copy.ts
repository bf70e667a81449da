import { cpSync, existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { runRecipes } from '../../lib/program.ts';

const shipped = join(__dirname, '../../../..');

/** Where the stack keeps what is an environment's own. */
export const environmentsFolder = 'infra-tf/lib/stacks/application/environments';

const stacks = 'infra-tf/lib/stacks';
const stacksWithEnvironments = readdirSync(join(shipped, stacks))
  .map((stack) => `${stacks}/${stack}/environments`)
  .filter((folder) => existsSync(join(shipped, folder)));

/** A copy of the files that recipes of fleet/ read and write, and nothing else. */
export const copyFleet = () => {
  const root = mkdtempSync(join(tmpdir(), 'flaghoist-recipe-'));
  for (const folder of ['fleet', ...stacksWithEnvironments])
    cpSync(join(shipped, folder), join(root, folder), { recursive: true });
  return {
    /** @param line as somebody types it behind `pnpm new` */
    recipe: async (line: string) => {
      const told = { out: '', err: '' };
      const exitCode = await runRecipes(line.split(' '), root, {
        out: (text) => {
          told.out += text;
        },
        err: (text) => {
          told.err += text;
        },
      });
      return { exitCode, ...told };
    },
    read: (file: string): string => readFileSync(join(root, file), 'utf8'),
    namesIn: (folder: string): readonly string[] => readdirSync(join(root, folder)),
    delete: (file: string): void => rmSync(join(root, file)),
    remove: (): void => rmSync(root, { recursive: true }),
  };
};
