import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import * as z from 'zod/mini';
import { shippedWiring } from '../lib/wiring.ts';
import { root } from './support/lambdas.ts';

/*
 * What each function may do, against the plan: Terraform makes the policies of it. What a function gets by its triggers
 * (messages, records, dead letters) is not written down a second time.
 */

const wiring = shippedWiring();
const statementSchema = z.strictObject({
  sid: z.string().check(z.regex(/^[A-Z][A-Za-z]+$/)),
  in: z.optional(z.literal('home')),
  actions: z.array(z.string().check(z.regex(/^[a-z]+:[A-Za-z]+$/))).check(z.minLength(1)),
  on: z.array(z.string()).check(z.minLength(1)),
  keys: z.optional(z.array(z.string()).check(z.minLength(1))),
});
const permissions = z
  .strictObject({
    caches: z.record(z.enum(['writes', 'reads', 'serves']), z.string()),
    functions: z.record(z.string(), z.array(statementSchema)),
  })
  .parse(JSON.parse(readFileSync(join(root, 'packages', 'wiring', 'lib', 'permissions.json'), 'utf8')));

const statements = Object.entries(permissions.functions).flatMap(([name, list]) =>
  list.map((statement) => ({ name, ...statement })),
);

const words = new Set([
  ...Object.keys(wiring.tables).map((name) => `table/${name}`),
  ...Object.entries(wiring.tables).flatMap(([name, { indexes = {} }]) =>
    Object.keys(indexes).map((index) => `index/${name}/${index}`),
  ),
  ...Object.keys(wiring.topics).flatMap((name) => [`topic/${name}`, `topics/${name}`]),
  ...Object.keys(wiring.queues).map((name) => `queue/${name}`),
  ...Object.keys(wiring.buses).map((name) => `bus/${name}`),
  ...Object.keys(permissions.caches).map((rights) => `caches/${rights}`),
  'log/acknowledgements',
  'queries',
  'dead-letters',
  'upstream/flags',
  'upstream/changes',
  'author/canary',
  'queues/canary',
]);

it('says of every function of the plan what it may do, and of nobody else', () => {
  expect(Object.keys(permissions.functions).sort()).toEqual(Object.keys(wiring.functions).sort());
});

it('names nothing that the plan does not have', () => {
  const named = statements.flatMap(({ on }) => on).filter((word) => !/^audit\/[^*]+$/.test(word));
  expect(named.filter((word) => !words.has(word))).toEqual([]);
});

it('gives each statement of a function a reason of its own', () => {
  for (const [name, list] of Object.entries(permissions.functions)) {
    const sids = list.map(({ sid }) => sid);
    expect({ name, sids: [...new Set(sids)] }).toEqual({ name, sids });
  }
});

it('lets whoever expects or answers changes look at the counters of rows, which it does when a write fails', () => {
  const counts = Object.values(permissions.functions)
    .flat()
    .filter(({ sid }) => ['ExpectChanges', 'HoldTheWindow', 'AnswerRows', 'ProveRows'].includes(sid));
  expect(counts).toHaveLength(4);
  for (const { sid, actions } of counts) expect([sid, ...actions]).toContain('dynamodb:Query');
});

const WRITES = ['PutItem', 'UpdateItem', 'DeleteItem', 'ConditionCheckItem'].map((action) => `dynamodb:${action}`);

it('lets flags be written by leading keys, each by those whose word it is', () => {
  const writing = statements.filter(
    ({ on, actions }) => on.includes('table/flags') && actions.some((action) => WRITES.includes(action)),
  );
  const flags = ['FLAG#*', 'ALIKE#*'];
  const accepting = [...flags, 'DRAWN#*'];
  expect(writing.map(({ name, in: where, keys }) => [name, where, keys])).toEqual([
    ['validator.accept', undefined, accepting],
    ['validator.accept', undefined, ['TOPOLOGY']],
    ['validator.resume', undefined, accepting],
    ['validator.resume', undefined, ['TOPOLOGY']],
    ['validator.distribute', undefined, ['RULES#{region}']],
    ['validator.distribute', 'home', flags],
    ['rollback.judge', undefined, flags],
    ['rollback.conclude', undefined, flags],
  ]);
  // A transaction is judged by the actions that it is made of; whoever is held to keys must not read in the same breath.
  for (const { actions } of writing) expect(actions.filter((action) => !WRITES.includes(action))).toEqual([]);
});

it('has no function outside of home use what only home has, but where it is home', () => {
  const homeOnly = ['table/proposals', 'table/changes', 'index/changes', 'index/proposals', 'upstream', 'audit'];
  const abroad = statements.filter(
    ({ name, in: where, on }) =>
      wiring.functions[name]?.scope !== 'home' &&
      where !== 'home' &&
      on.some((word) => homeOnly.some((start) => word.startsWith(start))),
  );
  expect(abroad).toEqual([]);
});

it('lets log in to the caches who has their address in its environment', () => {
  const logsIn = new Set(
    statements.filter(({ on }) => on.some((word) => word.startsWith('caches/'))).map(({ name }) => name),
  );
  const addressed = Object.keys(wiring.functions).filter((name) => {
    const [folder = '', entryPoint = ''] = name.split('.');
    const text = readFileSync(join(root, 'packages', folder, 'lambda.json'), 'utf8');
    return (JSON.parse(text) as { entryPoints: Record<string, { environment: string[] }> }).entryPoints[
      entryPoint
    ]?.environment.includes('CACHE_HOST');
  });
  expect([...logsIn].sort()).toEqual(addressed.sort());
});

describe('the rights of users of the caches', () => {
  const { writes = '', reads = '' } = permissions.caches;

  it('are those with which the adapters are tested', () => {
    const readme = readFileSync(join(root, 'packages', 'adapters', 'README.md'), 'utf8');
    expect(readme).toContain(writes);
  });

  it('of whoever reads are those of whoever writes, without what writes', () => {
    const changing = new Set(['+evalsha', '+eval', '+hset', '+hdel', '+incr', '+publish']);
    const left = writes.split(' ').filter((right) => !changing.has(right));
    expect(new Set(reads.split(' '))).toEqual(new Set(left));
  });
});
