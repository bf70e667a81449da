import { isObject, type JsonObject, memberOf } from '@flaghoist/core/json';

/** A resource as it stands once the plan is applied. */
export interface Planned {
  /** The plan that it is in, as the reader knows it. */
  readonly plan: string;
  readonly address: string;
  readonly type: string;
  /** Nothing where no plan says it. */
  readonly region: string | undefined;
  readonly values: JsonObject;
  /** What of the values is known only after apply: `true` in the place of each. */
  readonly unknown: unknown;
  /** The inputs of the stack that it is of. */
  readonly inputs?: JsonObject;
}

/** What all plans together make. */
export interface PlannedWorld {
  readonly resources: readonly Planned[];
  /** Resources that go with the plans; they count for nothing. */
  readonly destroyed: number;
}

/** A value that a plan knows; `undefined` for one that it does not, and for one that is not there. */
export const valueIn = ({ values }: Planned, name: string): unknown => memberOf(values, name) ?? undefined;

/** Whether a value, or any part of it, is known only after apply. */
export const isUnknown = ({ unknown }: Planned, name: string): boolean => holdsTrue(memberOf(unknown, name));

const holdsTrue = (mark: unknown): boolean =>
  mark === true || (Array.isArray(mark) ? mark.some(holdsTrue) : isObject(mark) && Object.values(mark).some(holdsTrue));

export const textOf = (resource: Planned, name: string): string | undefined => {
  const value = valueIn(resource, name);
  return typeof value === 'string' ? value : undefined;
};

/** A number, which providers also write as a text. */
export const numberOf = (resource: Planned, name: string): number | undefined => {
  const value = valueIn(resource, name);
  const number = typeof value === 'string' && value.trim() !== '' ? Number(value) : value;
  return typeof number === 'number' && Number.isFinite(number) ? number : undefined;
};

export const listOf = (resource: Planned, name: string): readonly unknown[] => {
  const value = valueIn(resource, name);
  return Array.isArray(value) ? value : [];
};

/** The one block of a kind, as plans have blocks: in a list. */
export const blockOf = (value: unknown, name: string): unknown => {
  const blocks = memberOf(value, name);
  return Array.isArray(blocks) ? blocks[0] : undefined;
};

/** The module that a resource stands in: what comes before its type. */
export const moduleOf = ({ address, type }: Planned): string => {
  const at = address.lastIndexOf(`${type}.`);
  return at <= 0 ? '' : address.slice(0, at);
};

/** The same, told apart from modules of that name in other plans. */
export const placeOf = (resource: Planned): string => JSON.stringify([resource.plan, moduleOf(resource)]);

/** Resources of the given types. */
export const ofType = (resources: readonly Planned[], ...types: readonly string[]): readonly Planned[] =>
  resources.filter(({ type }) => types.includes(type));
