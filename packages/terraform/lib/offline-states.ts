import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { stateWithOutputs } from './state-file.ts';

/** `test/offline/foundation-outputs.json` stands for the state that the stack is told of by its input `foundation_state`. */
const OUTPUTS = /^(?<state>[a-z_]+)-outputs\.json$/;

/**
 * Writes the states of other stacks that this one reads, with the outputs that stand in its `test/offline`, and says where
 * they are. Places such as `{region}` in the outputs are those of the workspace.
 *
 * @returns arguments to `terraform plan`
 */
export const offlineStates = (
  directory: string,
  { name, places }: { readonly name: string; readonly places: Readonly<Record<string, string>> },
): readonly string[] => {
  const folder = join(directory, 'test', 'offline');
  if (!existsSync(folder)) return [];
  return readdirSync(folder).flatMap((file) => {
    const state = OUTPUTS.exec(file)?.groups?.['state'];
    if (state === undefined) return [];
    const outputs = Object.entries(places).reduce(
      (text, [place, value]) => text.replaceAll(`{${place}}`, value),
      readFileSync(join(folder, file), 'utf8'),
    );
    const path = `${state}.${name}.tfstate`;
    writeFileSync(join(directory, path), stateWithOutputs(outputs));
    return [`-var=${state}_state=${JSON.stringify({ backend: 'local', config: { path } })}`];
  });
};
