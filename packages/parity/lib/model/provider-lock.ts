import { mapOf, scalar, type Tree } from '@flaghoist/plan-reading/tree';

/** A `.terraform.lock.hcl`: what each provider is pinned to. */
export type ProviderLock = ReadonlyMap<
  string,
  { readonly version: string; readonly constraints: string; readonly hashes: readonly string[] }
>;

const BLOCK = /^provider\s+"([^"]+)"\s*\{\r?\n(.*?)^\}/gms;

const setting = (block: string, name: string): string =>
  new RegExp(`^\\s*${name}\\s*=\\s*"([^"]*)"`, 'm').exec(block)?.[1] ?? '';

/** Reads the text of a lock file; Terraform writes it in one form. */
export const parseProviderLock = (text: string): ProviderLock =>
  new Map(
    [...text.matchAll(BLOCK)].map(([, source = '', block = '']) => [
      source,
      {
        version: setting(block, 'version'),
        constraints: setting(block, 'constraints'),
        hashes: [...block.matchAll(/"((?:h1|zh):[^"]+)"/g)].map(([, digest = '']) => digest).sort(),
      },
    ]),
  );

/** The lock as compared settings. Hashes are compared one by one, so that a report names the one that differs. */
export const providerLockSettings = (lock: ProviderLock): readonly (readonly [string, Tree])[] =>
  [...lock].map(([source, { version, constraints, hashes }]) => [
    `lock.${source}`,
    mapOf([
      ['version', scalar(version)],
      ['constraints', scalar(constraints)],
      ['hashes', mapOf(hashes.map((digest) => [digest, scalar(true)]))],
    ]),
  ]);
