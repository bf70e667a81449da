import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { EVENT_SOURCE, eventTypes } from '@flaghoist/core/events';
import { countNames, limitNames } from '@flaghoist/core/ports/metrics';
import { itemKinds } from '@flaghoist/core/storage/item-kinds';
import {
  approvalPk,
  approvalSk,
  approverPk,
  authorPk,
  CHANGE_PREFIX,
  CURRENT_SK,
  flagPk,
  GIVEN_PREFIX,
  KNOWN_GOOD_SK,
  OUTCOME_PREFIX,
  PROPOSAL_PREFIX,
  REVISION_PREFIX,
} from '@flaghoist/core/storage/keys';
import { isWarmUp } from '@flaghoist/core/warm-up';
import type { KeyFilter } from '../lib/shape.ts';
import { triggersOf } from '../lib/triggers.ts';
import { checkFunctions, shippedWiring } from '../lib/wiring.ts';
import { documentsOf } from '../scripts/documents.ts';
import { failureTable } from '../scripts/picture.ts';
import { readFunctions, root } from './support/lambdas.ts';

const wiring = shippedWiring();

it('has a trigger for every entry point of every lambda.json, and times that fit theirs', async () => {
  const functions = await readFunctions();
  expect(Object.keys(functions)).toContain('validator.accept');
  checkFunctions(wiring, functions);
});

it('has the tables of the book of storage, which expire by the attribute that their items have', () => {
  expect(new Set(Object.keys(wiring.tables))).toEqual(new Set(itemKinds.map(({ table }) => table)));
  const keys = { partitionKey: 'pk', sortKey: 'sk' };
  for (const [name, { timeToLive, partitionKey, sortKey }] of Object.entries(wiring.tables)) {
    expect({ name, partitionKey, sortKey }).toEqual({ name, ...keys });
    const expires = itemKinds.some(({ table, attributes }) => table === name && attributes.includes('expiresAt'));
    expect({ name, timeToLive }).toEqual({ name, timeToLive: expires ? 'expiresAt' : undefined });
  }
});

/** The kinds of items whose changes a filter lets through, by their keys. */
const deliveredTo = (name: string): string[] =>
  (wiring.functions[name]?.triggers ?? []).flatMap((trigger) => {
    if (trigger.kind !== 'stream') return [];
    const kinds = itemKinds.filter(({ table }) => table === trigger.table);
    return trigger.filter.flatMap(({ pk, sk }) =>
      kinds.filter((kind) => fits(kind.pk, pk) && fits(kind.sk, sk)).map((kind) => `${kind.pk} ${kind.sk}`),
    );
  });

const fits = (key: string, match: KeyFilter['pk']): boolean => {
  if (match === undefined) return true;
  return 'equals' in match ? key === match.equals : key.startsWith(match.prefix);
};

it('delivers the items that the functions of a stream handle, and no others', () => {
  const [flag, author] = [flagPk('<flag key>'), authorPk('<aws:userid>')];
  const approval = `${approverPk('<aws:userid>')} ${approvalSk('<digest>')}`;
  const written = [`${author} ${PROPOSAL_PREFIX}<change id>`, approval, `${approval}#<actor>`];
  expect(deliveredTo('validator.accept')).toEqual(written);
  const given = `${approvalPk('<digest>')} ${GIVEN_PREFIX}<aws:userid>`;
  expect(deliveredTo('validator.tell')).toEqual([
    `${author} ${OUTCOME_PREFIX}<change id>`,
    `${flag} ${CHANGE_PREFIX}<order>`,
    given,
    `${given}#<actor>`,
    ...written,
  ]);
  expect(deliveredTo('validator.distribute')).toEqual([
    `${flag} ${CURRENT_SK}`,
    `${flag} ${REVISION_PREFIX}<order>`,
    `${flag} ${KNOWN_GOOD_SK}`,
    'HOME HOME',
    'TOPOLOGY VERSION#<version>',
  ]);
});

it('keeps invocations free for what accepts, distributes and decides', () => {
  for (const name of ['validator.accept', 'validator.distribute', 'rollback.judge']) {
    expect(wiring.functions[name]?.reservedConcurrency).toBeGreaterThan(0);
  }
});

it('tries for longer than an hour without a Redis, and for longer than a day without the index of the trail', () => {
  // The updater asks for a message back after 15 s at the earliest, from its fifth receive on.
  expect(((wiring.queues['service-flags']?.receives ?? 0) - 4) * 15).toBeGreaterThan(3_600);
  const { receives = 0, visibilitySeconds = 0 } = wiring.queues['audit'] ?? {};
  expect(receives * visibilitySeconds).toBeGreaterThan(86_400);
});

it('has rules for events of this product only', () => {
  for (const { pattern } of [...Object.values(wiring.rules), ...Object.values(wiring.forwards)]) {
    expect(pattern['source']).toEqual([EVENT_SOURCE]);
    expect(eventTypes).toEqual(expect.arrayContaining([...((pattern['detail-type'] as string[] | undefined) ?? [])]));
  }
});

it('warms the updater of every service, by a message that is no change', () => {
  const { input, target } = wiring.schedules['warm-up'] ?? {};
  expect(isWarmUp(JSON.stringify(input))).toBe(true);
  for (const { filterPolicy } of wiring.topics[target?.topic ?? '']?.subscriptions ?? []) {
    for (const [attribute, allowed] of Object.entries(filterPolicy)) {
      expect(target?.attributes[attribute]?.filter((value) => allowed.includes(value))).not.toEqual([]);
    }
  }
});

it('has one metric for each limit, and for each count', () => {
  const { limits, counts } = wiring.metrics;
  expect(Object.keys(limits)).toEqual([...limitNames]);
  expect(Object.keys(counts)).toEqual([...countNames]);
  const all = [...Object.values(limits), ...Object.values(counts)];
  expect(new Set(all.map(({ metric }) => metric)).size).toBe(all.length);
  expect(new Set(all.map(({ alarm }) => alarm)).size).toBe(all.length);
});

it.each(Object.entries(wiring.workflows))('fills every placeholder of %s, and no other', (name, { definition }) => {
  const text = readFileSync(join(root, definition), 'utf8');
  const wanted = [...text.matchAll(/\$\{(\w+)\}/g)].map(([, placeholder]) => placeholder);
  const filled = triggersOf(wiring).flatMap(({ trigger }) =>
    trigger.kind === 'workflow' && trigger.workflow === name ? [trigger.placeholder] : [],
  );
  expect(filled.sort()).toEqual([...new Set(wanted)].sort());
});

it('draws everything that may be given up into the table of failures', () => {
  const table = failureTable(wiring);
  const parts = [
    ...Object.keys(wiring.queues).map((name) => `queue ${name} (`),
    ...Object.keys(wiring.topics).map((name) => ` to ${name} (`),
    ...Object.keys(wiring.buses).map((name) => `bus ${name} (`),
    ...(['schedule', 'rule', 'forward'] as const).flatMap((kind) =>
      Object.keys(wiring[`${kind}s`]).map((name) => `${kind} ${name} (`),
    ),
    ...triggersOf(wiring).flatMap(({ name, trigger }) => (trigger.kind === 'stream' ? [`, ${name} (`] : [])),
  ];
  expect(parts.filter((part) => !table.includes(part))).toEqual([]);
  // One of each, and no dead letters of which there is nothing to say.
  expect(table.match(/ \(/g)).toHaveLength(parts.length);
});

it.each(Object.entries(documentsOf(root, wiring)))('has a current %s', (file, content) => {
  if (readFileSync(join(root, file), 'utf8') !== content) {
    throw new Error(`${file} is not what wiring.json says. Run "pnpm document" in packages/wiring and commit it.`);
  }
});
