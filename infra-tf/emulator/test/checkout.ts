import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { copySources } from '@flaghoist/terraform/copy-sources';
import { forgetProviderHashes } from '@flaghoist/terraform/provider-lock';

export interface Checkout {
  /** What the READMEs' commands start in: it holds `infra-tf/lib` and nothing that was initialised or applied. */
  readonly root: string;
  readonly stack: (name: string) => string;
  readonly remove: () => void;
}

/** Copies the Terraform sources, so that tests can initialise, override and interrupt. */
export const checkOut = (): Checkout => {
  const root = mkdtempSync(join(tmpdir(), 'flaghoist-emulator-'));
  const lib = copySources(join(__dirname, '..', '..', 'lib'), root);
  const stack = (name: string): string => join(lib, 'stacks', name);
  for (const name of readdirSync(join(lib, 'stacks'))) forgetProviderHashes(stack(name));
  return {
    root,
    stack,
    remove: () => rmSync(root, { recursive: true, force: true }),
  };
};
