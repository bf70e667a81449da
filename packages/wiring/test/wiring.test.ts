import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { EVENT_SOURCE, eventTypes } from '@flaghoist/core/events';
import { itemKinds } from '@flaghoist/core/storage/item-kinds';
import {
  CHANGE_PREFIX,
  CURRENT_SK,
  changePk,
  flagPk,
  OUTCOME_SK,
  PROPOSAL_SK,
  REVISION_PREFIX,
} from '@flaghoist/core/storage/keys';
import { triggersOf } from '../lib/triggers.ts';
import { checkFunctions, shippedWiring } from '../lib/wiring.ts';
import { documentsOf } from '../scripts/documents.ts';
import { readFunctions, root } from './support/lambdas.ts';

const wiring = shippedWiring();

it('has a trigger for every entry point of every lambda.json, and times that fit theirs', async () => {
  const functions = await readFunctions();
  expect(Object.keys(functions)).toContain('validator.accept');
  checkFunctions(wiring, functions);
});

it('has the tables of the book of storage, which expire by the attribute that their items have', () => {
  const kinds = itemKinds.filter(({ reserved = false }) => !reserved);
  expect(new Set(Object.keys(wiring.tables))).toEqual(new Set(kinds.map(({ table }) => table)));
  for (const [name, { timeToLive }] of Object.entries(wiring.tables)) {
    const expires = kinds.some(({ table, attributes }) => table === name && attributes.includes('expiresAt'));
    expect({ name, timeToLive }).toEqual({ name, timeToLive: expires ? 'expiresAt' : undefined });
  }
});

it('filters by the names by which the tables are keyed', () => {
  const known = new Set([
    flagPk(''),
    changePk(''),
    CURRENT_SK,
    PROPOSAL_SK,
    OUTCOME_SK,
    REVISION_PREFIX,
    CHANGE_PREFIX,
  ]);
  const used = triggersOf(wiring).flatMap(({ trigger }) =>
    trigger.kind === 'stream'
      ? trigger.filter.flatMap(({ pk, sk }) =>
          [pk, sk].flatMap((match) => (match === undefined ? [] : Object.values(match))),
        )
      : [],
  );
  expect(new Set(used)).toEqual(known);
});

it('has rules for events of this product only', () => {
  for (const { pattern } of [...Object.values(wiring.rules), ...Object.values(wiring.forwards)]) {
    expect(pattern['source']).toEqual([EVENT_SOURCE]);
    expect(eventTypes).toEqual(expect.arrayContaining([...((pattern['detail-type'] as string[] | undefined) ?? [])]));
  }
});

it.each(Object.entries(wiring.workflows))('fills every placeholder of %s, and no other', (name, { definition }) => {
  const text = readFileSync(join(root, definition), 'utf8');
  const wanted = [...text.matchAll(/\$\{(\w+)\}/g)].map(([, placeholder]) => placeholder);
  const filled = triggersOf(wiring).flatMap(({ trigger }) =>
    trigger.kind === 'workflow' && trigger.workflow === name ? [trigger.placeholder] : [],
  );
  expect(filled.sort()).toEqual([...new Set(wanted)].sort());
});

it.each(Object.entries(documentsOf(root, wiring)))('has a current %s', (file, content) => {
  if (readFileSync(join(root, file), 'utf8') !== content) {
    throw new Error(`${file} is not what wiring.json says. Run "pnpm document" in packages/wiring and commit it.`);
  }
});
