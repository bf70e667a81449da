import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { inputsOf, packagesOf } from '@flaghoist/lambda-build/bundled-packages';
import { licenseTexts } from '@flaghoist/lambda-build/license-texts';
import packageFile from '../package.json' with { type: 'json' };
import type { Artifact } from './bill.ts';
import { bundleInto, member } from './bundle.ts';
import { bundleHcl2json, hcl2jsonBeside, hcl2jsonImports } from './hcl2json.ts';

export const { version } = packageFile;

/** The oldest Node under which hoist runs. */
const OLDEST = { major: 22, minor: 13 };

/** Looks at Node before anything is read that an older one does not understand; ends with the exit code of wrong use. */
const starter = `#!/usr/bin/env node
const [major, minor] = process.versions.node.split('.').map(Number);
if (major > ${OLDEST.major} || (major === ${OLDEST.major} && minor >= ${OLDEST.minor})) {
  import('./dist/hoist.mjs');
} else {
  console.error('hoist needs Node ${OLDEST.major}.${OLDEST.minor} or newer, and this is ' + process.versions.node + '.');
  console.error('hint: install a newer Node: https://nodejs.org');
  process.exitCode = 64;
}
`;

/** What the packages in the bundle are under. */
const LICENSES = 'LICENSES.txt';

const manifest = {
  name: 'hoist',
  version,
  description: packageFile.description,
  type: 'module',
  bin: { hoist: 'hoist.mjs' },
  files: ['hoist.mjs', 'dist', LICENSES],
  imports: hcl2jsonImports,
  engines: { node: `>=${OLDEST.major}.${OLDEST.minor}` },
};

/** Writes the npm tarball of hoist, which has all that it needs but Node. */
export const packHoist = async (folder: string): Promise<Artifact> => {
  const stage = mkdtempSync(join(tmpdir(), 'hoist-release-'));
  try {
    const dist = join(stage, 'dist');
    const bundles = [
      await bundleInto(dist, { sourcemap: false, plugins: [hcl2jsonBeside] }),
      await bundleHcl2json(dist),
    ];
    writeFileSync(join(stage, 'hoist.mjs'), starter, { mode: 0o755 });
    const inputs = bundles.flatMap((bundle) => inputsOf(bundle, member));
    writeFileSync(join(stage, LICENSES), licenseTexts(packagesOf(inputs)));
    writeFileSync(join(stage, 'package.json'), `${JSON.stringify(manifest, null, 2)}\n`);
    execFileSync('npm', ['pack', '--silent', '--ignore-scripts', '--pack-destination', folder], {
      cwd: stage,
      stdio: ['ignore', 'ignore', 'inherit'],
    });
    return { file: `hoist-${version}.tgz`, inputs };
  } finally {
    rmSync(stage, { recursive: true, force: true });
  }
};
