import { cpSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { readEnvironments } from '../lib/environments.ts';
import { readRemediation } from '../lib/read-remediation.ts';

const shipped = join(__dirname, '../../../fleet');

const names = readEnvironments(shipped).map(({ name }) => name);

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'flaghoist-remediation-'));
  for (const name of ['environments.json', 'people.json', 'remediation.json']) {
    cpSync(join(shipped, name), join(folder, name));
  }
});
afterEach(() => rmSync(folder, { recursive: true }));

const write = (more: object): void =>
  writeFileSync(
    join(folder, 'remediation.json'),
    JSON.stringify({ default: { closing: 'auto', mending: 'ask', attempts: 2 }, ...more }, null, 2),
  );

it('takes the shipped one, and what is said of environments that there are', () => {
  expect(readRemediation(folder)).toEqual(readRemediation(shipped));
  const [first = ''] = names;
  write({ environments: { [first]: { closing: 'ask' } } });
  expect(readRemediation(folder).environments).toEqual({ [first]: { closing: 'ask' } });
});

it.each(['Prod', 'production', 'pord', 'default', ''])(
  'refuses what is said of %j, which is no environment',
  (name) => {
    write({ environments: { [names[0] ?? '']: { mending: 'auto' }, [name]: { closing: 'ask' } } });
    expect(() => readRemediation(folder)).toThrow(
      `fleet/remediation.json:11:${name.length + 9}: fleet/environments.json has no environment ${JSON.stringify(name)}. Name one of: ${names.join(', ')}.`,
    );
  },
);

it('refuses a workload whose role a person has taken on, who could approve what it has planned', () => {
  write({ workloads: { builds: 'AROAPRDAUTHOREXAMPLE3' } });
  expect(() => readRemediation(folder)).toThrow(/remediation\.json:8:\d+: the role AROAPRDAUTHOREXAMPLE3 is one that/);
});
