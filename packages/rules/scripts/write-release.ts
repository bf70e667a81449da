import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { visibleLines } from '../lib/abridged.ts';
import { allRules } from '../lib/catalogue.ts';
import { examples } from '../lib/examples/examples.ts';
import { RULES_VERSION } from '../lib/version.ts';
import { releaseOf } from './releases/answers.ts';
import { releaseFaults } from './releases/faults.ts';
import { fileFaults, newFiles, readReleases, readRetired, writtenFaults } from './releases/files.ts';
import { toFrozen } from './releases/frozen-json.ts';

const directory = join(import.meta.dirname, '..');
const releases = readReleases(directory);
const faults = [
  ...fileFaults(directory),
  ...(releases.length === 0
    ? []
    : releaseFaults({ rules: allRules, version: RULES_VERSION, releases, retired: readRetired(directory) })),
  ...writtenFaults(directory, RULES_VERSION),
];
if (faults.length > 0) {
  console.error(faults.join('\n'));
  process.exitCode = 1;
} else {
  const release = releaseOf(RULES_VERSION, allRules, examples, releases);
  const frozen = { ...release, examples: toFrozen(release.examples) };
  for (const [file, content] of Object.entries(newFiles(directory, RULES_VERSION, `${visibleLines(frozen)}\n`)))
    writeFileSync(file, content);
  console.log(
    `releases/${RULES_VERSION}.json: ${Object.keys(release.rules).length} rules, ${Object.keys(release.examples).length} new examples. Commit it with SHA256SUMS.`,
  );
}
