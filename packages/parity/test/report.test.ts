import { InvalidInputError } from '@flaghoist/core/errors';
import { parseAllowList } from '../lib/allow-list/allow-list.ts';
import { compareEnvironments, type PlannedEnvironment } from '../lib/compare-environments.ts';
import { createEvidence, manifestSha256, verifyEvidence } from '../lib/report/evidence.ts';
import { manifestOf } from '../lib/report/manifest.ts';
import { parityPage } from '../lib/report/page/page.ts';
import { createReport, type ParityReport, type ReportOptions } from '../lib/report/report.ts';
import { planned, plannedWith } from './support.ts';

const allowed = (paths: readonly string[]): string =>
  `version: 1\nallowed:\n${paths
    .map(
      (path) =>
        `  - path: ${path}\n    direction: increasing\n    reason: Sizes <differ>.\n    owner: platform-team\n    expires: 2027-03-31\n`,
    )
    .join('')}`;

const all = allowed([
  'module.store.aws_cloudwatch_log_group.this.retention_in_days',
  'var.desired_count',
  'var.retention_days',
]);
const clock = { now: () => Date.parse('2026-11-22T12:00:00Z') };

const reportOn = (
  environments: readonly PlannedEnvironment[],
  text = all,
  more: Partial<ReportOptions> = {},
): ParityReport =>
  createReport(
    compareEnvironments(environments, {
      sources: { modules: new Map(), texts: new Map(), fileAt: () => undefined },
    }),
    {
      stack: 'application',
      allowList: parseAllowList(text, 'parity.yaml'),
      plannedBy: 'hoist',
      clock,
      ...more,
    },
  );

const evidenceOf = (report: ParityReport) =>
  createEvidence({
    report,
    environments: '{}',
    allowList: all,
    lock: 'lock',
    commit: { id: 'abc', dirty: false },
    tools: { node: 'v22.0.0' },
  });

it('says parity where every difference is allowed', () => {
  const report = reportOn(planned());
  expect(report).toMatchObject({ parity: true, counts: { allowed: 3, violations: 0, entryProblems: 0 } });
  expect(report.counts.compared).toBe(report.counts.identical + report.counts.madeAlike + 3);
  expect(report.allowList.map(({ covers }) => covers)).toEqual([1, 1, 1]);
  expect(report.generatedAt).toBe('2026-11-22T12:00:00.000Z');
});

it('says violations first, with the values of each environment', () => {
  const report = reportOn(planned(), allowed(['var.desired_count', 'var.retention_days']));
  expect(report).toMatchObject({ parity: false, counts: { allowed: 2, violations: 1 } });
  expect(report.differences[0]).toMatchObject({
    path: 'module.store.aws_cloudwatch_log_group.this.retention_in_days',
    status: 'violation',
    values: { dev: '7', staging: '14', prod: '30' },
  });
});

it('is no parity where an entry covers nothing', () => {
  expect(reportOn(planned(), `${all}${allowed(['var.cpu']).split('allowed:\n')[1]}`)).toMatchObject({
    parity: false,
    counts: { violations: 0, entryProblems: 1 },
  });
});

it('judges entries as at another time, and says so and when it was made', () => {
  const report = reportOn(planned(), all, { judgedAt: Date.parse('2027-04-01T00:00:00Z'), plannedBy: 'caller' });
  expect(report).toMatchObject({
    generatedAt: '2026-11-22T12:00:00.000Z',
    judgedAt: '2027-04-01T00:00:00.000Z',
    counts: { entryProblems: 3 },
  });
  expect(JSON.parse(evidenceOf(report)['evidence.json'] ?? '')).toMatchObject({
    generatedAt: report.generatedAt,
    judgedAt: report.judgedAt,
    plannedBy: 'caller',
  });
  const page = parityPage(report);
  expect(page).toContain('made 2026-11-22T12:00:00.000Z');
  expect(page).toContain('entries judged as at 2027-04-01T00:00:00.000Z');
  expect(page).toContain('from plans that were given');
});

describe('what is marked sensitive', () => {
  const secret = 's3cr3t-value';
  const leaking = plannedWith((text) =>
    text.replaceAll(secret, 'an0ther-value').replaceAll('"key of prod"', '"key of an0ther-value"'),
  );

  it('is in the plans', () => {
    expect(planned().every(({ planText }) => planText.includes(secret))).toBe(true);
  });

  it('is found to differ and never shown, wherever it stands', () => {
    const report = reportOn(leaking);
    expect(report.differences.map(({ path }) => path)).toEqual(
      expect.arrayContaining(['var.password', 'aws_ssm_parameter.password.value', 'aws_kms_key.this.description']),
    );
    expect(report.differences.find(({ path }) => path === 'aws_kms_key.this.description')?.values['prod']).toBe(
      '"key of (sensitive)"',
    );
    for (const text of Object.values(evidenceOf(report))) {
      expect(text).not.toContain(secret);
      expect(text).not.toContain('an0ther-value');
      expect(text).not.toContain('hunter2');
    }
  });

  it.each(['us-west-2', 'description'])('does not blank the report where it is a common word: %s', (word) => {
    const everywhere = planned().map((each) => ({ ...each, planText: each.planText.replaceAll(secret, word) }));
    const report = reportOn(
      everywhere.map((each, index) =>
        index === 2 ? { ...each, planText: each.planText.replaceAll('key of prod', 'the us-west-2 store') } : each,
      ),
    );
    const shown = report.differences.find(({ path }) => path === 'aws_kms_key.this.description');
    expect(shown?.values['prod']).toBe('"the us-west-2 store"');
    const hidden = report.differences.find(({ path }) => path === 'aws_ssm_parameter.password.value');
    expect(hidden?.values['prod'] ?? '(sensitive)').toBe('(sensitive)');
  });

  it('is a difference where one environment has no mark, and stays hidden there', () => {
    const unmarked = plannedWith((text) => text.replaceAll('"value":true,"value_wo":true', '"value_wo":true'));
    const found = reportOn(unmarked).differences.find(({ path }) => path === 'aws_ssm_parameter.password.value');
    expect(found?.values).toEqual({ dev: '(sensitive)', staging: '(sensitive)', prod: '(not marked sensitive)' });
  });
});

describe('the page', () => {
  it('stands alone and keeps what a plan holds as text', () => {
    const page = parityPage(
      reportOn(plannedWith((text) => text.replaceAll('key of prod', "<script>alert('x')</script>"))),
    );
    expect(page).not.toMatch(/<script>alert|src=|href=|https?:\/\/(?!prod|dev|staging)/);
    expect(page).toContain('&lt;script&gt;alert(&#39;x&#39;)&lt;/script&gt;');
    expect(page).toContain('Sizes &lt;differ&gt;.');
  });

  it('has a row for each difference, which a search can find', () => {
    const report = reportOn(planned());
    expect(parityPage(report).match(/<tr data-status="allowed">/g)).toHaveLength(3);
  });
});

describe('the evidence', () => {
  const files = evidenceOf(reportOn(planned()));

  it('is intact as it was written', () => {
    expect(verifyEvidence(files)).toEqual([]);
  });

  it('names plans, inputs, tools and commit, and holds no plan', () => {
    expect(JSON.parse(files['evidence.json'] ?? '')).toMatchObject({
      parity: true,
      commit: { id: 'abc', dirty: false },
      plans: { dev: expect.stringMatching(/^[0-9a-f]{64}$/), staging: expect.anything(), prod: expect.anything() },
      tools: { node: 'v22.0.0', terraform: '1.11.4', 'registry.terraform.io/hashicorp/aws': '5.100.0' },
    });
    expect(Object.keys(files).sort()).toEqual([
      'MANIFEST',
      'environments.json',
      'evidence.json',
      'parity.yaml',
      'report.html',
      'report.json',
      'terraform.lock.hcl',
    ]);
  });

  it.each(Object.keys(files).filter((name) => name !== 'MANIFEST'))('shows a change of %s, and its loss', (name) => {
    const { [name]: _lost, ...others } = files;
    expect(verifyEvidence({ ...files, [name]: `${files[name]} ` })).toEqual([`${name}: was changed`]);
    expect(verifyEvidence(others)).toEqual([`${name}: is missing`]);
  });

  it('shows a file that was added, and a manifest that is gone', () => {
    const { MANIFEST: _lost, ...others } = files;
    expect(verifyEvidence({ ...files, 'note.txt': 'x' })).toEqual(['note.txt: is not in the MANIFEST']);
    expect(verifyEvidence(others)).toEqual(['MANIFEST: is missing']);
  });

  describe('whose manifest was made again', () => {
    const rewritten = (changes: Record<string, string>) => {
      const { MANIFEST: _before, ...others } = { ...files, ...changes };
      return { ...others, MANIFEST: manifestOf(others) };
    };
    const changed = (name: string, changes: object) => ({
      [name]: JSON.stringify({ ...JSON.parse(files[name] ?? ''), ...changes }),
    });
    const report = reportOn(planned());

    it.each<[string, Record<string, string>, string]>([
      ['another verdict', changed('evidence.json', { parity: false }), 'evidence.json: parity is not'],
      ['other counts', changed('evidence.json', { counts: { violations: 0 } }), 'evidence.json: counts is not'],
      ['another time', changed('evidence.json', { generatedAt: '2020-01-01' }), 'evidence.json: generatedAt is not'],
      ['another stack', changed('evidence.json', { stack: 'other' }), 'evidence.json: stack is not'],
      ['other plans', changed('evidence.json', { plans: {} }), 'evidence.json: plans is not'],
      ['no inputs', changed('evidence.json', { inputs: {} }), 'evidence.json: inputs is not'],
      ['something to add', changed('evidence.json', { approved: true }), 'evidence.json: approved is not'],
      ['another allow-list', { 'parity.yaml': '' }, 'evidence.json: inputs is not'],
      ['another page', { 'report.html': '<p>Parity</p>' }, 'report.html: is not the page'],
      ['a file more', { 'note.txt': 'x' }, 'note.txt: is no part of a bundle'],
      [
        'a verdict against its differences',
        evidenceOf({ ...report, parity: false }),
        'report.json: parity and counts are not those of its differences',
      ],
      [
        'fewer differences than it counts',
        evidenceOf({ ...report, differences: report.differences.slice(1) }),
        'report.json: parity and counts are not those of its differences',
      ],
    ])('is not of one piece with %s', (_what, changes, problem) => {
      expect(verifyEvidence(rewritten(changes))).toEqual([expect.stringContaining(problem)]);
    });

    it.each(['{', '{}', '[]'])('is refused with %s for a file', (text) => {
      for (const name of ['evidence.json', 'report.json']) {
        expect(() => verifyEvidence(rewritten({ [name]: text }))).toThrow(InvalidInputError);
      }
    });

    it('is known by the hash of the manifest alone where all of it was changed', () => {
      const kept = manifestSha256(files);
      const forged = evidenceOf({ ...report, generatedAt: '2020-01-01T00:00:00.000Z' });
      expect(verifyEvidence(forged)).toEqual([]);
      expect(verifyEvidence(forged, kept)).toEqual([expect.stringContaining(`and not ${kept}`)]);
      expect(verifyEvidence(files, kept.toUpperCase())).toEqual([]);
    });
  });
});
