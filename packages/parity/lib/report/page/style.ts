export const style = `
:root {
  color-scheme: light dark;
  --paper: #f6f7f9; --card: #fff; --ink: #16202c; --soft: #5b6775; --line: #dde2e8;
  --good: #0f7b4f; --good-soft: #e2f4eb; --bad: #b3261e; --bad-soft: #fbe7e5; --note: #8a5a00; --note-soft: #fdf1da;
  --mono: ui-monospace, SFMono-Regular, Menlo, Consolas, monospace;
}
@media (prefers-color-scheme: dark) {
  :root {
    --paper: #10151c; --card: #182029; --ink: #e6ebf1; --soft: #98a4b3; --line: #2b3642;
    --good: #58cf98; --good-soft: #12301f; --bad: #ff8a80; --bad-soft: #3a1917; --note: #f0bf62; --note-soft: #33270f;
  }
}
* { box-sizing: border-box; }
body { margin: 0; background: var(--paper); color: var(--ink); font: 15px/1.5 system-ui, sans-serif; }
main { max-width: 1280px; margin: 0 auto; padding: 32px 24px 64px; }
h1 { margin: 0; font-size: 26px; letter-spacing: -.01em; }
h2 { margin: 40px 0 12px; font-size: 17px; }
code, .value, .path { font-family: var(--mono); font-size: 12.5px; overflow-wrap: anywhere; }
td.path { overflow-wrap: break-word; }
.soft { color: var(--soft); }
.verdict { display: inline-block; margin-left: 12px; padding: 2px 12px; border-radius: 99px; font-size: 14px; font-weight: 600; vertical-align: 4px; }
.verdict.good, .tag.allowed { background: var(--good-soft); color: var(--good); }
.verdict.bad, .tag.violation { background: var(--bad-soft); color: var(--bad); }
.counts, .environments { display: grid; gap: 12px; grid-template-columns: repeat(auto-fit, minmax(170px, 1fr)); margin-top: 20px; }
.card { background: var(--card); border: 1px solid var(--line); border-radius: 10px; padding: 14px 16px; min-width: 0; }
.card b { display: block; font-size: 26px; line-height: 1.2; font-variant-numeric: tabular-nums; }
.card.bad b { color: var(--bad); }
.environments .card b { font-size: 16px; }
.bar { position: sticky; top: 0; z-index: 1; display: flex; flex-wrap: wrap; gap: 8px; align-items: center; padding: 12px 0; background: var(--paper); }
input { flex: 1 1 260px; padding: 9px 12px; font: inherit; color: inherit; background: var(--card); border: 1px solid var(--line); border-radius: 8px; }
button { padding: 8px 14px; font: inherit; color: inherit; background: var(--card); border: 1px solid var(--line); border-radius: 8px; cursor: pointer; }
button[aria-pressed=true] { background: var(--ink); color: var(--paper); border-color: var(--ink); }
:is(input, button):focus-visible { outline: 2px solid var(--good); outline-offset: 1px; }
.frame { overflow-x: auto; background: var(--card); border: 1px solid var(--line); border-radius: 10px; }
table { width: 100%; border-collapse: collapse; }
th { text-align: left; font-size: 12px; font-weight: 600; color: var(--soft); white-space: nowrap; }
th, td { padding: 10px 14px; border-top: 1px solid var(--line); vertical-align: top; }
thead th { border-top: 0; }
td.path { min-width: 220px; }
td.value { min-width: 116px; max-width: 280px; }
td.why { min-width: 200px; font-size: 13.5px; }
.tag { display: inline-block; padding: 1px 9px; border-radius: 99px; font-size: 12px; font-weight: 600; white-space: nowrap; }
.tag.entry { background: var(--note-soft); color: var(--note); }
.none { padding: 18px; color: var(--soft); }
[hidden] { display: none !important; }
footer { margin-top: 40px; font-size: 13px; color: var(--soft); }
@media print { .bar { display: none; } }
`;

export const script = `
const rows = [...document.querySelectorAll('[data-status]')];
const search = document.querySelector('#search');
const buttons = [...document.querySelectorAll('button[data-show]')];
const found = document.querySelector('#found');
let show = 'all';
const apply = () => {
  const words = search.value.toLowerCase().split(/\\s+/).filter(Boolean);
  let count = 0;
  for (const row of rows) {
    const text = row.textContent.toLowerCase();
    const visible = (show === 'all' || row.dataset.status === show) && words.every((word) => text.includes(word));
    row.hidden = !visible;
    if (visible) count += 1;
  }
  found.textContent = count === 1 ? '1 difference' : count + ' differences';
};
search.addEventListener('input', apply);
for (const button of buttons) {
  button.addEventListener('click', () => {
    show = button.dataset.show;
    for (const each of buttons) each.setAttribute('aria-pressed', String(each === button));
    apply();
  });
}
apply();
`;
