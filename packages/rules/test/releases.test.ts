import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { allRules } from '../lib/catalogue.ts';
import type { Examples } from '../lib/examples/envelope.ts';
import { examples } from '../lib/examples/examples.ts';
import { type AnyRule, broken, fine, standing } from '../lib/rule.ts';
import { RULES_VERSION } from '../lib/version.ts';
import { releaseOf } from '../scripts/releases/answers.ts';
import { releaseFaults } from '../scripts/releases/faults.ts';
import {
  fileFaults,
  newFiles,
  type Retired,
  readReleases,
  readRetired,
  writtenFaults,
} from '../scripts/releases/files.ts';

const directory = join(__dirname, '..');

it('follows the releases', () => {
  const [releases, retired] = [readReleases(directory), readRetired(directory)];
  const faults = releaseFaults({ rules: allRules, version: RULES_VERSION, releases, retired });
  expect([...fileFaults(directory), ...faults]).toEqual([]);
});

// From here on some rules of today are the last release. They stand for all, because each fault costs a judgement of all
// examples.
const some = (id: string) => /^FH-(KEY|KILL|RECORD|REV)-/.test(id);
const rules: readonly AnyRule[] = allRules.filter(({ id }) => some(id));
const last = RULES_VERSION;
const next = last + 1;

const found = broken('/flagKey', 'Found.', 'Change it.');

const changed = (id: string, change: Partial<AnyRule>, of = rules): readonly AnyRule[] =>
  of.map((rule) => (rule.id === id ? { ...rule, ...change } : rule));

/** The rules as they are once `pnpm catalogue` has written this version: one of them knows it. */
const atVersion = (version: number, of: readonly AnyRule[]): readonly AnyRule[] =>
  changed('FH-REV-08', { check: ({ envelope }) => (envelope.rulesVersion === version ? fine : found) }, of);

const examplesAt = (version: number): Examples => ({
  ...Object.fromEntries(Object.entries(examples).filter(([id]) => some(id))),
  'FH-REV-08': { failing: { rulesVersion: version + 1 }, passing: { rulesVersion: version } },
});

const releases = [releaseOf(last, atVersion(last, rules), examplesAt(last), [])];

/** What is said of rules that come after that release: of one more, one that is changed, one less. */
const faultsOf = (of: readonly AnyRule[], version = last, retired: Retired = {}) =>
  releaseFaults({ rules: atVersion(version, of), version, releases, retired });

const rule = (id: string): AnyRule => {
  const found = rules.find((each) => each.id === id);
  if (found === undefined) throw new TypeError(`no rule ${id}`);
  return found;
};

describe('a new rule', () => {
  const planted = (since?: number) =>
    standing({
      id: 'FH-KEY-99',
      title: 'A planted rule',
      rationale: 'To see the guard.',
      check: () => found,
      ...(since === undefined ? {} : { since }),
    });

  it('must begin with a version that no flag in service was accepted under', () => {
    expect(faultsOf([...rules, planted()])).toEqual([
      `FH-KEY-99 is in no release, so it must say since: ${next}; it says 1. Otherwise it turns against flags that were accepted under version ${last}.`,
    ]);
    expect(faultsOf([...rules, planted(next + 1)], next + 1)).toHaveLength(1);
    expect(faultsOf([...rules, planted(next)], next)).toEqual([]);
  });

  it('keeps its version after it was released', () => {
    expect(faultsOf(changed('FH-KEY-01', { since: next }), next)).toContain(
      `FH-KEY-01 came with version 1, but says since: ${next}. Write since: 1.`,
    );
  });
});

describe('a changed answer', () => {
  it('is named when the rule lets its failing example pass', () => {
    expect(faultsOf(changed('FH-RECORD-08', { check: () => fine }))).toEqual([
      `FH-RECORD-08 is kept by the example "FH-RECORD-08, failing", unlike in version ${last}. If that is meant, say changed: { version: ${next} } in the rule and run "pnpm catalogue".`,
    ]);
  });

  it('is named when the rule refuses its nearest neighbour, also when another rule has raised the version', () => {
    const stricter = changed('FH-KEY-07', {
      check: ({ envelope }) => (envelope.flagKey.length > 60 ? found : fine),
    });
    for (const version of [last, next]) {
      expect(faultsOf(stricter, version)).toEqual([
        expect.stringMatching(/^FH-KEY-07 is broken by the example "FH-KEY-07, passing", unlike in version/),
      ]);
    }
  });

  it('is also another severity, or another kind of change', () => {
    expect(faultsOf(changed('FH-KEY-08', { severity: 'error' }))).toEqual([
      expect.stringMatching(/^FH-KEY-08 has another severity: "error", unlike in/),
    ]);
    expect(faultsOf(changed('FH-KEY-08', { appliesTo: ['created', 'updated'] }))).toEqual([
      expect.stringMatching(/^FH-KEY-08 has another appliesTo: \["created","updated"\], unlike in/),
    ]);
  });

  it('is also a fact that the rule needs and that flags in service do not carry', () => {
    const needy = changed('FH-KEY-01', { needs: ['topology' as never] });
    expect(faultsOf(needy)).toEqual([
      expect.stringMatching(/^FH-KEY-01 is broken by the example ".+" \(and \d+ others\), unlike in/),
    ]);
  });

  it('is no new wording', () => {
    const { check } = rule('FH-KEY-01');
    const reworded: AnyRule['check'] = (subject) =>
      check(subject).map(({ pointer }) => ({ pointer, message: 'Other words.', hint: 'Other words.' }));
    expect(faultsOf(changed('FH-KEY-01', { title: 'Another title', check: reworded }))).toEqual([]);
  });

  it('is accepted once the rule names the version that brings it', () => {
    expect(faultsOf(changed('FH-RECORD-08', { check: () => fine, changed: { version: next } }), next)).toEqual([]);
    expect(faultsOf(changed('FH-RECORD-08', { check: () => fine, changed: { version: next + 1 } }), next)).toContain(
      `FH-RECORD-08 says that its answers changed in version ${next + 1}; a change that is in no release is in version ${next}.`,
    );
  });
});

describe('a standing rule that becomes stricter', () => {
  const { check } = rule('FH-KEY-01');
  const stricter: AnyRule['check'] = (subject) => (subject.envelope.flagKey.includes('-') ? found : check(subject));

  it('may not turn against flags of an earlier release', () => {
    expect(faultsOf(changed('FH-KEY-01', { check: stricter, changed: { version: next } }), next)).toContainEqual(
      expect.stringMatching(/^FH-KEY-01 refuses the example ".+" \(and \d+ others\) that version \d+ let pass\./),
    );
  });

  it('may keep its old answer for them', () => {
    const kept = changed('FH-KEY-01', { check: stricter, changed: { version: next, before: check } });
    expect(faultsOf(kept, next)).toEqual([]);
  });

  it('may not forget its old answer in a later release', () => {
    const kept = changed('FH-KEY-01', { check: stricter, changed: { version: next, before: check } });
    const two = [...releases, releaseOf(next, atVersion(next, kept), examplesAt(next), releases)];
    const later = (of: readonly AnyRule[]) =>
      releaseFaults({ rules: atVersion(next + 1, of), version: next + 1, releases: two, retired: {} });
    expect(later(kept)).toEqual([]);
    expect(later(changed('FH-KEY-01', { check: stricter }))).toContainEqual(
      expect.stringMatching(/^FH-KEY-01 refuses the example ".+" .*that version \d+ let pass\./),
    );
  });

  it('may not apply to more kinds of change, or become an error or a standing rule', () => {
    expect(faultsOf(changed('FH-REV-02', { appliesTo: 'all', changed: { version: next } }), next)).toContainEqual(
      expect.stringMatching(/^FH-REV-02 now applies to .*Give the wider rule a new id\.$/),
    );
    expect(faultsOf(changed('FH-KEY-02', { phase: 'standing', changed: { version: next } }), next)).toContainEqual(
      expect.stringMatching(/^FH-KEY-02 refuses the example "FH-KEY-02, failing" .*that version \d+ let pass\./),
    );
  });
});

describe('a rule that is removed', () => {
  const without = rules.filter(({ id }) => id !== 'FH-RECORD-08');
  const retired = { 'FH-RECORD-08': { version: next, reason: 'A test.' } };

  it('must be listed as retired', () => {
    expect(faultsOf(without)).toEqual([
      `FH-RECORD-08 is gone. If that is meant, add "FH-RECORD-08": { "version": ${next}, "reason": "…" } to releases/retired.json.`,
    ]);
    expect(faultsOf(without, next, retired)).toEqual([]);
  });

  it('leaves its id to no other rule', () => {
    const again = 'FH-RECORD-08 was retired. Give this rule an id that no rule ever had.';
    expect(faultsOf(rules, next, retired)).toEqual([again]);
    const two = [...releases, releaseOf(next, without, examplesAt(next), releases)];
    expect(releaseFaults({ rules, version: next + 1, releases: two, retired: {} })).toContain(again);
  });
});

describe('the files of releases', () => {
  let copy = '';
  beforeEach(() => {
    copy = mkdtempSync(join(tmpdir(), 'releases-'));
    cpSync(join(directory, 'releases'), join(copy, 'releases'), { recursive: true });
  });
  afterEach(() => rmSync(copy, { recursive: true }));

  it('are never edited', () => {
    const file = join(copy, 'releases', '1.json');
    writeFileSync(file, readFileSync(file, 'utf8').replace('"severity": "warning"', '"severity": "error"'));
    expect(fileFaults(copy)).toEqual([expect.stringMatching(/^releases\/1\.json is not what SHA256SUMS says/)]);
  });

  it('are never removed, and written by the program only', () => {
    rmSync(join(copy, 'releases', '1.json'));
    writeFileSync(join(copy, 'releases', '7.json'), '{}');
    expect(fileFaults(copy)).toEqual([
      'releases/1.json is missing. Restore it: a release is never removed.',
      expect.stringMatching(/^releases\/7\.json is not what SHA256SUMS says/),
    ]);
  });

  it('hold what is new since the last release', () => {
    const content = JSON.stringify(releaseOf(next, atVersion(next, rules), examplesAt(next), releases));
    expect(JSON.parse(content)).toMatchObject({ version: next, examples: {} });
    for (const [file, text] of Object.entries(newFiles(copy, next, content))) writeFileSync(file, text);
    expect(fileFaults(copy)).toEqual([]);
    expect(readReleases(copy).at(-1)?.version).toBe(next);
  });

  it('are written once', () => {
    expect(writtenFaults(directory, 1)).toEqual([
      expect.stringMatching(/^Version 1 is released, and a release is never/),
    ]);
    expect(writtenFaults(directory, next)).toEqual([]);
  });
});
