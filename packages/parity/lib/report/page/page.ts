import { namesOf, type ParityReport, type ReportedDifference } from '../report.ts';
import { type Html, html, verbatim } from './html.ts';
import { script, style } from './style.ts';

const number = (value: number): string => value.toLocaleString('en');

const count = (value: number, what: string, bad: boolean): Html =>
  html`<div class="card${bad ? ' bad' : ''}"><b>${number(value)}</b><span class="soft">${what}</span></div>`;

const counts = ({ counts: each }: ParityReport): Html => html`<section class="counts" aria-label="Counts">
${count(each.compared, 'values compared', false)}
${count(each.identical, 'identical', false)}
${count(each.madeAlike, 'known after apply, made alike', false)}
${count(each.allowed, 'allowed differences', false)}
${count(each.undecided, 'undecided', false)}
${count(each.notCompared, 'not compared', false)}
${count(each.violations, 'violations', each.violations > 0)}
${count(each.entryProblems, 'entries to look at', each.entryProblems > 0)}
</section>`;

const environments = ({
  environments: all,
}: ParityReport): Html => html`<section class="environments" aria-label="Environments">
${all.map(
  ({
    name,
    workspace = name,
    part,
    region,
    replicaRegion,
    account,
    upstream,
    planSha256,
  }) => html`<div class="card"><b>${workspace}</b>${part === undefined ? '' : html` <span class="soft">${part}</span>`}
<div>${region} <span class="soft">replica ${replicaRegion}</span></div>
<div class="soft">account ${account}${upstream === null ? '' : `, after ${upstream}`}</div>
<div class="soft">plan <code title="SHA-256 of the plan's JSON">${planSha256.slice(0, 16)}…</code></div></div>`,
)}
</section>`;

const entries = ({ entryProblems: problems }: ParityReport): Html | '' =>
  problems.length === 0
    ? ''
    : html`<h2>Entries of the allow-list to look at</h2>
<div class="frame"><table><thead><tr><th>Rule</th><th>Entry</th><th>What to do</th></tr></thead><tbody>
${problems.map(
  ({ rule, message, hint }) =>
    html`<tr><td><span class="tag entry">${rule}</span></td><td class="path">${message}</td><td class="why">${hint}</td></tr>`,
)}
</tbody></table></div>`;

const why = ({ problem, note, allowedBy }: ReportedDifference, { allowList }: ParityReport): Html => {
  const reasons = allowList.filter(({ line }) => allowedBy.includes(line));
  return html`${problem ?? ''}${note === null ? '' : html` <span class="soft">${note}</span>`}${reasons.map(
    ({ reason, owner, expires, direction, line }) =>
      html`<div>${reason} <span class="soft">${direction}; ${owner}, until ${expires} (line ${line})</span></div>`,
  )}`;
};

const differences = (report: ParityReport): Html => {
  const names = namesOf(report);
  return html`<h2>Differences</h2>
<div class="bar">
<input id="search" type="search" placeholder="Search paths, values, reasons" aria-label="Search differences">
<button data-show="all" aria-pressed="true">All</button>
<button data-show="violation" aria-pressed="false">Violations</button>
<button data-show="allowed" aria-pressed="false">Allowed</button>
<span id="found" class="soft" role="status"></span>
</div>
<div class="frame"><table><thead><tr><th>Path</th>${names.map((name) => html`<th>${name}</th>`)}<th></th><th>Why</th></tr></thead><tbody>
${report.differences.map(
  (
    difference,
  ) => html`<tr data-status="${difference.status}"><td class="path">${difference.part === undefined ? '' : html`<span class="soft">${difference.part}</span> `}${breakable(difference.path)}${
    difference.instance === '' ? '' : html` <span class="soft">${difference.instance}</span>`
  }</td>${names.map(
    (name) => html`<td class="value">${difference.values[name] ?? html`<span class="soft">nothing</span>`}</td>`,
  )}<td><span class="tag ${difference.status}">${difference.status}</span></td><td class="why">${why(difference, report)}</td></tr>
`,
)}</tbody></table>${report.differences.length === 0 ? html`<div class="none">None: the environments are the same in everything.</div>` : ''}</div>`;
};

const notCompared = ({ notCompared: all }: ParityReport): Html | '' =>
  all.length === 0
    ? ''
    : html`<h2>Not compared</h2>
<div class="frame"><table><thead><tr><th>What</th><th>Why</th></tr></thead><tbody>
${all.map(({ path, why: reason }) => html`<tr><td class="path">${path}</td><td class="why">${reason}</td></tr>`)}
</tbody></table></div>`;

/** A path that may be broken after its dots. */
const breakable = (path: string): readonly Html[] => path.split(/(?<=\.)/).map((part) => html`${part}<wbr>`);

const tools = ({ environments: all }: ParityReport): string =>
  [
    ...new Set(
      all.flatMap(({ terraformVersion, providers }) => [
        `Terraform ${terraformVersion}`,
        ...Object.entries(providers).map(([source, version]) => `${source} ${version}`),
      ]),
    ),
  ].join(', ');

/** The report as one page that needs nothing beside it. */
export const parityPage = (report: ParityReport): string =>
  html`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'; script-src 'unsafe-inline'; base-uri 'none'; form-action 'none'">
<title>${report.parity ? 'Parity' : 'No parity'}: ${report.stack}</title>
<style>${verbatim(style)}</style>
</head>
<body>
<main>
<h1>Parity of ${report.stack}<span class="verdict ${report.parity ? 'good' : 'bad'}">${report.parity ? 'proven' : 'not given'}</span></h1>
<div class="soft">${namesOf(report).join(' → ')}, made ${report.generatedAt}${report.judgedAt === report.generatedAt ? '' : html`, <b>entries judged as at ${report.judgedAt}</b>`}, ${report.plannedBy === 'hoist' ? 'planned by hoist' : report.plannedBy === 'states' ? 'from applied states' : html`<b>from plans that were given</b>`}</div>
${counts(report)}
${environments(report)}
${entries(report)}
${differences(report)}
${notCompared(report)}
<footer>Every attribute of every resource, output, input, provider, module call and check was compared, but what stands under "Not compared". ${tools(report)}.</footer>
</main>
<script>${verbatim(script)}</script>
</body>
</html>
`.html;
