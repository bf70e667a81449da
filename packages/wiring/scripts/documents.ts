import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { shippedAlarms } from '../lib/alarms.ts';
import type { Wiring } from '../lib/shape.ts';
import { failureTable, picture } from './picture.ts';
import { alarmSections, deadLetterTable } from './runbook.ts';
import { schemaJson } from './schema-document.ts';

/** Puts text between `<!-- name -->` and `<!-- /name -->`. @throws TypeError for a document without the two */
const between = (document: string, name: string, text: string): string => {
  const [start, end] = [`<!-- ${name} -->`, `<!-- /${name} -->`];
  const from = document.indexOf(start);
  const to = document.indexOf(end);
  if (from < 0 || to < from) throw new TypeError(`the document lacks ${start} … ${end}`);
  return `${document.slice(0, from + start.length)}\n${text}\n${document.slice(to)}`;
};

/**
 * All files that `pnpm document` writes, by their names from the root of the repository, with what should stand in them.
 *
 * @param root the root of the repository
 */
export const documentsOf = (root: string, wiring: Wiring): Readonly<Record<string, string>> => {
  const page = 'docs/how-it-works.md';
  const text = readFileSync(join(root, page), 'utf8');
  const drawn = between(text, 'wiring', picture(wiring));
  const runbook = 'docs/runbook.md';
  const alarmed = between(
    readFileSync(join(root, runbook), 'utf8'),
    'alarms',
    alarmSections(shippedAlarms(wiring), wiring),
  );
  return {
    'packages/wiring/lib/wiring.schema.json': schemaJson(),
    [page]: between(drawn, 'failures', failureTable(wiring)),
    [runbook]: between(alarmed, 'dead letters', deadLetterTable(wiring)),
  };
};
