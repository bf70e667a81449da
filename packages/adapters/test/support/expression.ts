import type { AttributeValue } from '@aws-sdk/client-dynamodb';

interface Expression {
  readonly text: string;
  readonly names?: Readonly<Record<string, string>> | undefined;
  readonly values?: Readonly<Record<string, AttributeValue>> | undefined;
}

type Item = Readonly<Record<string, AttributeValue>>;

const numberOf = (value: AttributeValue | undefined): number => Number(value?.N);

const isEqual = (a: AttributeValue | undefined, b: AttributeValue | undefined): boolean =>
  a !== undefined && b !== undefined && a.S === b.S && (a.N === b.N || numberOf(a) === numberOf(b));

const isBefore = (a: AttributeValue | undefined, b: AttributeValue | undefined): boolean => {
  if (a?.S !== undefined && b?.S !== undefined) return a.S < b.S;
  return a?.N !== undefined && b?.N !== undefined && numberOf(a) < numberOf(b);
};

const comparisons: Readonly<Record<string, typeof isEqual>> = {
  '=': isEqual,
  '<>': (a, b) => a !== undefined && !isEqual(a, b),
  '<': isBefore,
  '<=': (a, b) => isBefore(a, b) || isEqual(a, b),
  '>': (a, b) => isBefore(b, a),
};

/**
 * DynamoDB's condition expressions, as far as the adapters write them: what its guide says, not what the renderer means. A
 * name or value that is not listed, or listed and not used, is refused, as DynamoDB does, and so are parentheses around
 * parentheses.
 */
export const evaluate = ({ text, names = {}, values = {} }: Expression, item: Item | undefined): boolean => {
  const tokens = text.match(/\(|\)|,|[#:]?\w+|<>|<=|[=<>]/g) ?? [];
  const unused = new Set([...Object.keys(names), ...Object.keys(values)]);
  let place = 0;
  const next = (): string => tokens[place++] ?? '';
  const accept = (token: string): boolean => {
    if (tokens[place] !== token) return false;
    place += 1;
    return true;
  };
  const demand = (token: string): void => {
    if (!accept(token)) throw new SyntaxError(`${text}: expected ${token} before ${tokens[place]}`);
  };
  const operand = (): AttributeValue | undefined => {
    const token = next();
    unused.delete(token);
    if (token.startsWith(':') && values[token] !== undefined) return values[token];
    const name = names[token];
    if (!token.startsWith('#') || name === undefined) throw new SyntaxError(`${text}: ${token} is not listed`);
    return item?.[name];
  };
  const functions: Readonly<Record<string, () => boolean>> = {
    attribute_exists: () => operand() !== undefined,
    attribute_not_exists: () => operand() === undefined,
    attribute_type: () => {
      const value = operand();
      demand(',');
      const type = operand()?.S;
      return value !== undefined && Object.keys(value).some((found) => found === type);
    },
    begins_with: () => {
      const value = operand();
      demand(',');
      return (value?.S ?? '').startsWith(operand()?.S ?? '\uffff');
    },
  };
  /** Of each closing parenthesis, the one that it closes. */
  const opened = new Map<number, number>();
  const closing = (open: number): void => {
    if (opened.get(place - 2) === open + 1) throw new SyntaxError(`${text}: redundant parentheses`);
    opened.set(place - 1, open);
  };
  const term = (): boolean => {
    if (accept('NOT')) return !term();
    if (accept('(')) {
      const open = place - 1;
      const inner = either();
      demand(')');
      closing(open);
      return inner;
    }
    const call = functions[tokens[place] ?? ''];
    if (call !== undefined) {
      place += 1;
      demand('(');
      const answer = call();
      demand(')');
      return answer;
    }
    const left = operand();
    const operator = next();
    if (operator === 'BETWEEN') {
      const low = operand();
      demand('AND');
      const high = operand();
      return !isBefore(left, low) && !isBefore(high, left);
    }
    const compare = comparisons[operator];
    if (compare === undefined) throw new SyntaxError(`${text}: no operator ${operator}`);
    return compare(left, operand());
  };
  // Both sides are read to the end: they move the place.
  const both = (): boolean => {
    let answer = term();
    while (accept('AND')) answer = term() && answer;
    return answer;
  };
  const either = (): boolean => {
    let answer = both();
    while (accept('OR')) answer = both() || answer;
    return answer;
  };
  const answer = either();
  if (place < tokens.length) throw new SyntaxError(`${text}: ${tokens[place]} is left over`);
  if (unused.size > 0) throw new SyntaxError(`${text}: listed and not used: ${[...unused].join(', ')}`);
  return answer;
};
