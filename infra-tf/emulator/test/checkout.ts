import { cpSync, mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { forgetProviderHashes } from '@flaghoist/terraform/provider-lock';

const LEFT_BEHIND = new Set(['.terraform', '.results', '.turbo', 'node_modules', 'dist']);

export interface Checkout {
  /** What the READMEs' commands start in: it holds `infra-tf/lib` and nothing that was initialised or applied. */
  readonly root: string;
  readonly stack: (name: string) => string;
  readonly remove: () => void;
}

/** Copies the Terraform sources, so that tests can initialise, override and interrupt. */
export const checkOut = (): Checkout => {
  const root = mkdtempSync(join(tmpdir(), 'flaghoist-emulator-'));
  const lib = join(root, 'infra-tf', 'lib');
  cpSync(join(__dirname, '..', '..', 'lib'), lib, {
    recursive: true,
    filter: (path) => !LEFT_BEHIND.has(basename(path)) && !/\.tfstate(\.|$)/.test(path),
  });
  const stack = (name: string): string => join(lib, 'stacks', name);
  for (const name of readdirSync(join(lib, 'stacks'))) forgetProviderHashes(stack(name));
  return {
    root,
    stack,
    remove: () => rmSync(root, { recursive: true, force: true }),
  };
};
