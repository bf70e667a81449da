import { execFileSync } from 'node:child_process';
import { copyFileSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { inputsOf, packagesOf } from '@flaghoist/lambda-build/bundled-packages';
import { licenseTexts } from '@flaghoist/lambda-build/license-texts';
import { bundle } from './bundle.ts';

const BUNDLE = 'openfeature-provider.cjs';
const TYPES = 'main.d.ts';
/** What the packages in the bundle are under. */
const LICENSES = 'LICENSES.txt';

/** The member's own names sources and members that do not ship. */
const manifestOf = (member: string, sdk: string) => {
  const { name, version, description } = JSON.parse(readFileSync(join(member, 'package.json'), 'utf8'));
  return {
    ...{ name, version, description },
    exports: { './main': { types: `./${TYPES}`, default: `./${BUNDLE}` } },
    files: [BUNDLE, TYPES, LICENSES],
    engines: { node: '>=22' },
    // The application's own: two copies of it do not know each other's providers.
    peerDependencies: { '@openfeature/server-sdk': `^${sdk}` },
  };
};

/** Writes the npm tarball of the provider. @returns its path */
export const pack = async (member: string, folder: string): Promise<string> => {
  const stage = mkdtempSync(join(tmpdir(), 'provider-pack-'));
  try {
    const sdk = join(member, 'node_modules', '@openfeature', 'server-sdk', 'package.json');
    const manifest = manifestOf(member, JSON.parse(readFileSync(sdk, 'utf8')).version);
    const bundled = await bundle(member, join(stage, BUNDLE));
    writeFileSync(join(stage, LICENSES), licenseTexts(packagesOf(inputsOf(bundled, member))));
    copyFileSync(join(member, 'scripts', TYPES), join(stage, TYPES));
    copyFileSync(join(member, 'README.md'), join(stage, 'README.md'));
    writeFileSync(join(stage, 'package.json'), `${JSON.stringify(manifest, null, 2)}\n`);
    execFileSync('npm', ['pack', '--silent', '--ignore-scripts', '--pack-destination', folder], {
      cwd: stage,
      stdio: ['ignore', 'ignore', 'inherit'],
    });
    return join(folder, `${manifest.name.slice(1).replace('/', '-')}-${manifest.version}.tgz`);
  } finally {
    rmSync(stage, { recursive: true, force: true });
  }
};
