import { parseAllowList } from '../lib/allow-list.ts';
import { createEvidence, verifyEvidence } from '../lib/evidence.ts';
import { parityPage } from '../lib/page/page.ts';
import { compareEnvironments, type PlannedEnvironment } from '../lib/parity.ts';
import { createReport, type ParityReport } from '../lib/report.ts';
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

const reportOn = (environments: readonly PlannedEnvironment[], text = all): ParityReport =>
  createReport(compareEnvironments(environments, { sources: { locals: new Map(), texts: new Map() } }), {
    stack: 'application',
    allowList: parseAllowList(text, 'parity.yaml'),
    clock,
  });

const evidenceOf = (report: ParityReport) =>
  createEvidence({
    report,
    page: parityPage(report),
    environments: '{}',
    allowList: all,
    lock: 'lock',
    commit: { id: 'abc', dirty: false },
    tools: { node: 'v22.0.0' },
  });

it('says parity where every difference is allowed', () => {
  const report = reportOn(planned());
  expect(report).toMatchObject({ parity: true, counts: { allowed: 3, violations: 0, entryProblems: 0 } });
  expect(report.counts.compared).toBe(report.counts.identical + 3);
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
});
