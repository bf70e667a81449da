import { namesDigest } from '@flaghoist/core/storage/conditions';
import type { Condition, ItemWrite, Query } from '@flaghoist/core/storage/write';
import { holds } from '@flaghoist/in-memory/condition';
import { Table } from '@flaghoist/in-memory/table';
import fc from 'fast-check';
import { toDynamo, toValue } from '../lib/dynamo-attributes.ts';
import { renderQuery, renderWrite } from '../lib/dynamo-expressions.ts';
import { mixed } from './support/book.ts';
import { evaluate } from './support/expression.ts';

const key = { pk: 'p', sk: 's' };

const expressionOf = (condition: Condition) => {
  const { ConditionCheck } = renderWrite({ check: key, condition }, 'things');
  return {
    text: ConditionCheck?.ConditionExpression ?? '',
    names: ConditionCheck?.ExpressionAttributeNames,
    values: ConditionCheck?.ExpressionAttributeValues,
  };
};

it('a condition in DynamoDB’s words holds of the same items as in memory', () => {
  fc.assert(
    fc.property(mixed.conditions, mixed.items, (condition, item) => {
      expect(evaluate(expressionOf(condition), item && toDynamo(item))).toBe(holds(condition, item));
    }),
    { numRuns: 2_000 },
  );
});

it.each<[Condition, string]>([
  [{ op: 'lacks', attribute: 'pk' }, 'attribute_not_exists(#pk)'],
  [{ op: 'equals', values: { epoch: 1, revision: 7 } }, '#epoch = :v0 AND #revision = :v1'],
  [{ op: 'differs', attribute: 'verdict', value: 'x' }, 'attribute_not_exists(#verdict) OR #verdict <> :v0'],
  [
    {
      op: 'any',
      of: [
        { op: 'lacks', attribute: 'count' },
        { op: 'below', attribute: 'count', limit: 20 },
      ],
    },
    'attribute_not_exists(#count) OR #count < :v0',
  ],
  [namesDigest(null), 'attribute_exists(#pk) AND (NOT attribute_type(#envelopeDigest, :v0) OR #envelopeDigest = :v1)'],
])('%p reads %s', (condition, text) => {
  expect(expressionOf(condition).text).toBe(text);
});

it('each write is the input of its command, with its condition and only the placeholders that it uses', () => {
  const condition: Condition = { op: 'equals', values: { count: 1 } };
  const placeholders = {
    ConditionExpression: '#count = :v0',
    ExpressionAttributeNames: { '#count': 'count' },
    ExpressionAttributeValues: { ':v0': { N: '1' } },
  };
  const Key = { pk: { S: 'p' }, sk: { S: 's' } };
  const put = { put: { ...key, count: 2, state: 'x' } };
  const Item = { ...Key, count: { N: '2' }, state: { S: 'x' } };
  expect(renderWrite(put, 'things')).toEqual({ Put: { TableName: 'things', Item } });
  expect(renderWrite({ ...put, condition }, 'things')).toEqual({
    Put: { TableName: 'things', Item, ...placeholders },
  });
  // A key is what stands in the key, whatever else the caller's object has.
  expect(renderWrite({ delete: { ...put.put }, condition }, 'things')).toEqual({
    Delete: { TableName: 'things', Key, ...placeholders },
  });
  expect(renderWrite({ check: key, condition }, 'things')).toEqual({
    ConditionCheck: { TableName: 'things', Key, ...placeholders },
  });
});

it('an update sets, adds and removes what the one in memory does', () => {
  const write: ItemWrite = { update: key, set: { state: 'new', at: 5 }, add: { count: 2 }, remove: ['holder'] };
  expect(renderWrite({ ...write, condition: { op: 'lacks', attribute: 'holder' } }, 'things')).toEqual({
    Update: {
      TableName: 'things',
      Key: { pk: { S: 'p' }, sk: { S: 's' } },
      UpdateExpression: 'SET #state = :v0, #at = :v1 ADD #count :v2 REMOVE #holder',
      ConditionExpression: 'attribute_not_exists(#holder)',
      ExpressionAttributeNames: { '#holder': 'holder', '#state': 'state', '#at': 'at', '#count': 'count' },
      ExpressionAttributeValues: { ':v0': { S: 'new' }, ':v1': { N: '5' }, ':v2': { N: '2' } },
    },
  });
  expect(renderWrite({ update: key, add: { count: 1 } }, 'things').Update?.UpdateExpression).toBe('ADD #count :v0');
});

it('a query finds the items of the one in memory, but for the one after which it begins', () => {
  const sk = fc.stringMatching(/^[ab]{0,2}#?[0-9]{1,2}$/);
  const query: fc.Arbitrary<Query> = fc
    .record(
      {
        pk: fc.constantFrom('p', 'q'),
        skPrefix: fc.constantFrom('a', 'ab#', 'b'),
        after: sk,
        descending: fc.boolean(),
      },
      { requiredKeys: ['pk'] },
    )
    // Beyond its prefix, `after` would mean that there is nothing: the book asks for no such thing.
    .map(({ after, ...rest }) => (after === undefined ? rest : { ...rest, after: (rest.skPrefix ?? '') + after }));
  fc.assert(
    fc.property(fc.uniqueArray(sk, { maxLength: 30 }), query, (sks, asked) => {
      const table = new Table({ name: 'things', region: 'r', clock: { now: () => 0 } });
      for (const each of sks) table.put({ pk: 'p', sk: each });
      const { KeyConditionExpression, ExpressionAttributeNames, ExpressionAttributeValues, ScanIndexForward } =
        renderQuery(asked);
      const found = sks.filter((each) =>
        evaluate(
          {
            text: KeyConditionExpression ?? '',
            names: ExpressionAttributeNames,
            values: ExpressionAttributeValues,
          },
          { pk: toValue('p'), sk: toValue(each) },
        ),
      );
      found.sort();
      if (ScanIndexForward === false) found.reverse();
      const wanted = table.query(asked).map((item) => item.sk);
      expect(found.filter((each) => each !== asked.after)).toEqual(wanted);
    }),
  );
});

it('a query that begins behind a key and keeps to a prefix reads to the end of the prefix', () => {
  expect(renderQuery({ pk: 'p', skPrefix: 'CHANGE#', after: 'CHANGE#7', descending: true })).toEqual({
    KeyConditionExpression: '#pk = :v0 AND #sk BETWEEN :v1 AND :v2',
    ExpressionAttributeNames: { '#pk': 'pk', '#sk': 'sk' },
    ExpressionAttributeValues: { ':v0': { S: 'p' }, ':v1': { S: 'CHANGE#' }, ':v2': { S: 'CHANGE#7' } },
    ScanIndexForward: false,
  });
});
