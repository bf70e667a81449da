import { isObject } from '@flaghoist/core/json';

/** Whether a value says the same as this JSON data, whatever the order of members. As deep as the data, and no deeper. */
export const isSameJson = (data: unknown, value: unknown): boolean => {
  if (typeof data !== 'object' || data === null) return data === value;
  if (Array.isArray(data)) return Array.isArray(value) && isSameList(data, value);
  return isObject(data) && isObject(value) && isSameObject(data, value);
};

const isSameList = (data: readonly unknown[], value: readonly unknown[]): boolean =>
  data.length === value.length && data.every((item, index) => isSameJson(item, value[index]));

const isSameObject = (data: Readonly<Record<string, unknown>>, value: Readonly<Record<string, unknown>>): boolean => {
  let count = 0;
  for (const name in value) {
    if (!isSameJson(data[name], value[name])) return false;
    count += 1;
  }
  return count === Object.keys(data).length;
};
