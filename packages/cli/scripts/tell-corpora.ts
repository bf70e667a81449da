import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { costsOf, expectations, idsOf, judgedCorpus, refusedFlags, substantial } from './corpora.ts';

const say = (line = ''): void => console.log(line);
const { defended, dangerous } = expectations();

const legitimate = await judgedCorpus('legitimate');
const refused = legitimate.filter((file) => refusedFlags(file).size > 0);
say(`Legitimate flags: ${refused.length} of ${legitimate.length} have an error (at most 3 may).`);
for (const file of refused) say(`  ${file.name}: ${idsOf(file)}\n    ${defended[file.name] ?? 'Nobody defends this.'}`);

const threats = await judgedCorpus('dangerous');
const missed = threats.filter((file) => substantial(file).length === 0);
say(`\nDangerous flags: ${threats.length - missed.length} of ${threats.length} are found.`);
for (const file of threats) {
  say(`  ${missed.includes(file) ? 'MISSED' : 'found '}  ${file.name}: ${dangerous[file.name]?.what ?? ''}`);
  for (const { ruleId, severity, message } of substantial(file)) say(`    ${severity} ${ruleId}: ${message}`);
}

const documented = await judgedCorpus('documented');
const flags = documented.reduce((sum, file) => sum + file.flags.length, 0);
const wrong = documented.reduce((sum, file) => sum + refusedFlags(file).size, 0);
say(
  `\nFlags in the manner of flagd's documentation: ${wrong} of ${flags} have an error (${((100 * wrong) / flags).toFixed(1)} %; at most 10 % may).`,
);
for (const file of documented) {
  for (const flagKey of refusedFlags(file)) {
    const findings = file.findings.filter((each) => each.flagKey === flagKey && each.severity === 'error');
    for (const { ruleId, message } of findings) say(`  ${file.name} ${flagKey}: ${ruleId}: ${message}`);
  }
}

if (process.argv.includes('--write')) {
  const file = join(import.meta.dirname, '..', '..', 'rules', 'lib', 'cost-of-rules.json');
  writeFileSync(
    file,
    `${JSON.stringify({ legitimate: costsOf(legitimate), documented: costsOf(documented) }, null, 2)}\n`,
  );
  say('\nlib/cost-of-rules.json of packages/rules written; run "pnpm catalogue" there and commit both.');
}
