import type { Condition, Item } from '@flaghoist/core/storage/write';

/** Whether a condition of the book of storage holds of an item; `undefined`: there is none. */
export const holds = (condition: Condition, item: Item | undefined): boolean => {
  switch (condition.op) {
    case 'has':
      return item?.[condition.attribute] !== undefined;
    case 'lacks':
      return item?.[condition.attribute] === undefined;
    case 'equals':
      for (const name in condition.values) if (item?.[name] !== condition.values[name]) return false;
      return true;
    case 'differs':
      return item?.[condition.attribute] !== condition.value;
    case 'below': {
      const value = item?.[condition.attribute];
      return typeof value === 'number' && value < condition.limit;
    }
    case 'at-most': {
      const value = item?.[condition.attribute];
      return typeof value === 'number' && value <= condition.limit;
    }
    case 'has-no-text': {
      const value = item?.[condition.attribute];
      return typeof value !== 'string' || value === '';
    }
    case 'has-no-number':
      return typeof item?.[condition.attribute] !== 'number';
    case 'all':
      return condition.of.every((part) => holds(part, item));
    case 'any':
      return condition.of.some((part) => holds(part, item));
  }
};
