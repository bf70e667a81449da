import type { AttributeValue, QueryCommandInput, TransactWriteItem } from '@aws-sdk/client-dynamodb';
import type { Attributes, Condition, ItemWrite, Query } from '@flaghoist/core/storage/write';
import { type DynamoItem, keyOf, toDynamo, toValue } from './dynamo-attributes.ts';

/*
 * The book of storage in DynamoDB's expressions. Every attribute goes by a placeholder, as many of our names are reserved
 * words; names and values are listed only where an expression uses them, since DynamoDB refuses others.
 */

interface Placeholders {
  ExpressionAttributeNames?: Record<string, string>;
  ExpressionAttributeValues?: DynamoItem;
}

class Expressions {
  readonly #names: Record<string, string> = {};
  readonly #values: Record<string, AttributeValue> = {};

  /** A placeholder has letters and digits only; an attribute that names a flag has more. */
  name(attribute: string): string {
    const placeholder = /^\w+$/.test(attribute) ? `#${attribute}` : this.#placeholderOf(attribute);
    this.#names[placeholder] = attribute;
    return placeholder;
  }

  value(value: string | number): string {
    const placeholder = `:v${Object.keys(this.#values).length}`;
    this.#values[placeholder] = toValue(value);
    return placeholder;
  }

  condition(condition: Condition): string {
    switch (condition.op) {
      case 'has':
        return `attribute_exists(${this.name(condition.attribute)})`;
      case 'lacks':
        return `attribute_not_exists(${this.name(condition.attribute)})`;
      case 'equals':
        return this.#each(condition.values, (name, value) => `${name} = ${value}`).join(' AND ');
      case 'differs': {
        const name = this.name(condition.attribute);
        return `attribute_not_exists(${name}) OR ${name} <> ${this.value(condition.value)}`;
      }
      case 'below':
        return `${this.name(condition.attribute)} < ${this.value(condition.limit)}`;
      case 'at-most':
        return `${this.name(condition.attribute)} <= ${this.value(condition.limit)}`;
      case 'has-no-text': {
        const name = this.name(condition.attribute);
        return `NOT attribute_type(${name}, ${this.value('S')}) OR ${name} = ${this.value('')}`;
      }
      case 'has-no-number':
        return `NOT attribute_type(${this.name(condition.attribute)}, ${this.value('N')})`;
      case 'all':
        return condition.of.map((part) => this.#conjunct(part, condition.of.length)).join(' AND ');
      case 'any':
        return condition.of.map((part) => this.condition(part)).join(' OR ');
    }
  }

  update({ set = {}, add = {}, remove = [] }: Extract<ItemWrite, { update: unknown }>): string {
    const clauses = [
      ['SET', this.#each(set, (name, value) => `${name} = ${value}`)],
      ['ADD', this.#each(add, (name, value) => `${name} ${value}`)],
      ['REMOVE', remove.map((attribute) => this.name(attribute))],
    ] as const;
    return clauses
      .filter(([, parts]) => parts.length > 0)
      .map(([word, parts]) => `${word} ${parts.join(', ')}`)
      .join(' ');
  }

  get placeholders(): Placeholders {
    return {
      ...(Object.keys(this.#names).length === 0 ? {} : { ExpressionAttributeNames: this.#names }),
      ...(Object.keys(this.#values).length === 0 ? {} : { ExpressionAttributeValues: this.#values }),
    };
  }

  #placeholderOf(attribute: string): string {
    const known = Object.entries(this.#names).find(([, name]) => name === attribute);
    return known?.[0] ?? `#n${Object.keys(this.#names).length}`;
  }

  /** AND binds closer than OR. DynamoDB refuses parentheses that it does not need. */
  #conjunct(condition: Condition, of: number): string {
    const text = this.condition(condition);
    return of > 1 && isChoice(condition) ? `(${text})` : text;
  }

  #each(values: Attributes, form: (name: string, value: string) => string): string[] {
    return Object.entries(values).map(([attribute, value]) => form(this.name(attribute), this.value(value)));
  }
}

/** Whether its expression is an OR. */
const isChoice = (condition: Condition): boolean => {
  if (condition.op === 'differs' || condition.op === 'has-no-text') return true;
  if (condition.op !== 'all' && condition.op !== 'any') return false;
  const [only, ...others] = condition.of;
  return others.length > 0 ? condition.op === 'any' : only !== undefined && isChoice(only);
};

/** One item of a transaction; its only member is also the input of the command that does this write alone. */
export const renderWrite = (write: ItemWrite, TableName: string): TransactWriteItem => {
  const expressions = new Expressions();
  if ('check' in write) {
    const ConditionExpression = expressions.condition(write.condition);
    return { ConditionCheck: { TableName, Key: keyOf(write.check), ConditionExpression, ...expressions.placeholders } };
  }
  const UpdateExpression = 'update' in write ? expressions.update(write) : undefined;
  const rest = {
    ...(write.condition === undefined ? {} : { ConditionExpression: expressions.condition(write.condition) }),
    ...expressions.placeholders,
  };
  if ('put' in write) return { Put: { TableName, Item: toDynamo(write.put), ...rest } };
  if ('delete' in write) return { Delete: { TableName, Key: keyOf(write.delete), ...rest } };
  return { Update: { TableName, Key: keyOf(write.update), UpdateExpression, ...rest } };
};

/** A key condition takes one comparison of the sort key, so where two are asked for the reader leaves `after` itself out. */
export const renderQuery = ({ pk, skPrefix, after, descending }: Query): Omit<QueryCommandInput, 'TableName'> => {
  const expressions = new Expressions();
  const sk = (): string => expressions.name('sk');
  const conditions = [`${expressions.name('pk')} = ${expressions.value(pk)}`];
  if (after !== undefined && skPrefix !== undefined) {
    const bounds = descending ? [skPrefix, after] : [after, `${skPrefix}${LAST}`];
    conditions.push(`${sk()} BETWEEN ${bounds.map((bound) => expressions.value(bound)).join(' AND ')}`);
  } else if (after !== undefined) {
    conditions.push(`${sk()} ${descending ? '<' : '>'} ${expressions.value(after)}`);
  } else if (skPrefix !== undefined) {
    conditions.push(`begins_with(${sk()}, ${expressions.value(skPrefix)})`);
  }
  return {
    KeyConditionExpression: conditions.join(' AND '),
    ...(descending ? { ScanIndexForward: false } : {}),
    ...expressions.placeholders,
  };
};

/** Behind every character that a key of ours has. */
const LAST = '\uffff';
