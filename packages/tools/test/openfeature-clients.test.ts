import { cpSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { findBenchProgram, findClient, installClient } from '../lib/openfeature-clients.ts';

const home = mkdtempSync(join(tmpdir(), 'openfeature-clients-test-'));
afterAll(() => rmSync(home, { recursive: true, force: true }));

const member = join(home, 'member');
cpSync(join(dirname(__dirname), 'openfeature'), join(member, 'openfeature'), { recursive: true });

/** Programs in the place of Java, Maven and its compiler, so that no repository is asked. */
const machine = (programs: Readonly<Record<string, string>> = {}) => {
  const folder = mkdtempSync(join(home, 'machine-'));
  const java = 'echo \'openjdk version "21.0.1" 2023-10-17\' >&2';
  const mvn = 'echo "$@" >> "$(dirname "$0")/asked"';
  const javac = 'while [ "$1" != -d ]; do shift; done; touch "$2/OpenFeatureClient.class"';
  for (const [name, text] of Object.entries({ java, mvn, javac, ...programs }))
    writeFileSync(join(folder, name), `#!/bin/sh\n${text}\n`, { mode: 0o755 });
  return { PATH: `${folder}:/usr/bin:/bin`, FLAGHOIST_CACHE: join(folder, 'cache'), JAVA_HOME: undefined, folder };
};
const print = () => {};
const missing = (hint: string) =>
  expect.objectContaining({ code: 'FH_TOOL_MISSING', hint: expect.stringContaining(hint) });

it("fetches and compiles Java's clients once, and anew when a version changes", async () => {
  const { folder, ...variables } = machine();
  const asked = () => readFileSync(join(folder, 'asked'), 'utf8').trim().split('\n');
  expect(() => findClient(member, 'java', variables)).toThrow(missing('tools'));
  await installClient(member, 'java', { variables, print });
  await installClient(member, 'java', { variables, print });
  expect(asked()).toHaveLength(1);
  const { program, args } = findClient(member, 'java', variables);
  expect([program, args.at(-1)]).toEqual(['java', 'OpenFeatureClient']);

  const pom = join(member, 'openfeature', 'pom.xml');
  writeFileSync(pom, readFileSync(pom, 'utf8').replace('0.11.15', '0.11.16'));
  expect(() => findClient(member, 'java', variables)).toThrow(missing('tools'));
});

it("builds Go's clients and what benches need beside them, and anew when a source of either changes", async () => {
  const go = 'while [ "$1" != -o ]; do shift; done; echo "$3" >> "$(dirname "$0")/asked"; touch "$2"';
  const { folder, ...variables } = machine({ go });
  const asked = () => readFileSync(join(folder, 'asked'), 'utf8').trim().split('\n');
  expect(() => findBenchProgram(member, variables)).toThrow(missing('Go 1.25'));
  await installClient(member, 'go', { variables, print });
  await installClient(member, 'go', { variables, print });
  expect(asked()).toEqual(['.', './bench']);
  expect(findBenchProgram(member, variables)).not.toBe(findClient(member, 'go', variables).program);

  for (const source of readdirSync(join(member, 'openfeature', 'bench'))) {
    writeFileSync(join(member, 'openfeature', 'bench', source), '// changed\n');
    expect(() => findBenchProgram(member, variables)).toThrow(missing('Go 1.25'));
    await installClient(member, 'go', { variables, print });
  }
});

it.each([
  ['Maven', { mvn: 'echo "no such archive" >&2; exit 1' }, 'no such archive', 'tools'],
  ['the compiler', { javac: 'echo "class not found" >&2; exit 1' }, 'class not found', 'tools'],
  ['an old Java', { java: 'echo \'openjdk version "11.0.2" 2019-01-15\' >&2' }, 'is version 11', 'JDK of at least 17'],
])('says with its own words when it is %s that fails', async (_what, programs, words, hint) => {
  const variables = machine(programs);
  await expect(installClient(member, 'java', { variables, print })).rejects.toThrow(words);
  expect(() => findClient(member, 'java', variables)).toThrow(missing(hint));
});

it('pins the version of each archive', () => {
  const pom = readFileSync(join(dirname(__dirname), 'openfeature', 'pom.xml'), 'utf8');
  expect([...pom.matchAll(/<dependency>/g)]).toHaveLength(3);
  expect([...pom.matchAll(/<version>\d+\.\d+\.\d+<\/version>/g)]).toHaveLength(3);
});
