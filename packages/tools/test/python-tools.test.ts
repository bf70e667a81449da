import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { installPythonTool, pythonProgram, pythonTools } from '../lib/python-tools.ts';

const home = mkdtempSync(join(tmpdir(), 'python-tools-test-'));
afterAll(() => rmSync(home, { recursive: true, force: true }));

/** A member whose moto needs nothing, so that no package index is asked. */
const memberWith = (requirements: string): string => {
  const member = mkdtempSync(join(home, 'member-'));
  mkdirSync(join(member, 'python'));
  writeFileSync(join(member, 'python', 'moto.txt'), requirements);
  return member;
};

/** Makes an environment whose pip fails on what is not in an index; real ones take half a minute each. */
const python = `#!/bin/sh
mkdir -p "$3/bin"
cat > "$3/bin/pip" <<'PIP'
#!/bin/sh
for file; do :; done
if grep nowhere "$file" >&2; then exit 1; fi
PIP
chmod +x "$3/bin/pip"
cp "$3/bin/pip" "$3/bin/python"
`;
mkdirSync(join(home, 'bin'));
writeFileSync(join(home, 'bin', 'python3'), python, { mode: 0o755 });

const variables = { PATH: `${join(home, 'bin')}:${process.env['PATH']}`, FLAGHOIST_CACHE: join(home, 'cache') };
const moto = { tool: 'moto', variables } as const;
const print = () => {};

it.each(pythonTools)('pins every package of %s', (tool) => {
  const lines = readFileSync(join(__dirname, '..', 'python', `${tool}.txt`), 'utf8')
    .trim()
    .split('\n');
  expect(lines.filter((line) => !/^[\w.-]+==[\w.+!-]+$/.test(line))).toEqual([]);
  expect(lines.length).toBeGreaterThan(1);
});

it('tells how to install what is not there', () => {
  expect(() => pythonProgram(memberWith(''), { ...moto, program: 'python' })).toThrow(
    expect.objectContaining({ code: 'FH_TOOL_MISSING', hint: expect.stringContaining('tools') }),
  );
});

it('installs once, and anew when a pin changes', async () => {
  const member = memberWith('# nothing\n');
  const printed: string[] = [];
  const install = () => installPythonTool(member, { ...moto, print: (line) => printed.push(line) });
  await install();
  await install();
  expect(printed).toHaveLength(1);
  expect(pythonProgram(member, { ...moto, program: 'python' })).toMatch(/moto-[0-9a-f]{12}\/bin\/python$/);
  writeFileSync(join(member, 'python', 'moto.txt'), '# nothing more\n');
  expect(() => pythonProgram(member, { ...moto, program: 'python' })).toThrow('not installed');
});

it('installs anew when the Python that it was made with is gone', async () => {
  const member = memberWith('# of another Python\n');
  const install = () => installPythonTool(member, { ...moto, print });
  await install();
  const python = pythonProgram(member, { ...moto, program: 'python' });
  rmSync(python);
  symlinkSync(join(home, 'python3.9'), python);
  expect(() => pythonProgram(member, { ...moto, program: 'python' })).toThrow('not installed');
  await install();
  expect(existsSync(pythonProgram(member, { ...moto, program: 'python' }))).toBe(true);
});

it("fails with pip's own words when a package is not to be had", async () => {
  const installed = installPythonTool(memberWith('./nowhere\n'), { ...moto, print });
  await expect(installed).rejects.toMatchObject({
    code: 'FH_TOOL_MISSING',
    message: expect.stringContaining('nowhere'),
  });
});
