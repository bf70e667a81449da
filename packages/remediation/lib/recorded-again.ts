import { isDeepStrictEqual } from 'node:util';
import { isObject, type JsonObject, own } from '@flaghoist/core/json';
import { type Outside, outputValue } from './outside.ts';
import { type Instance, placeIn, type Resource, readState, type State } from './state-file.ts';

/**
 * A state in which what was changed outside, and was not mended, is recorded as it was before an apply wrote down what it had read: only
 * so the next look finds it. What is not as it was read any more has been applied, and stays.
 *
 * @param text what `terraform state pull` prints after the apply, or at any time later
 * @returns what `terraform state push` takes; `undefined` where all is recorded so already, and for another state than that of the plan
 * @throws InvalidInputError
 */
export const recordedAgain = (text: string, outside: Outside): string | undefined => {
  const state = readState(text);
  if (state.lineage !== outside.lineage) return undefined;
  const entries = new Map(outside.instances.map((each) => [placeIn(each.resource, each.recorded), each]));
  const again: State = {
    ...state,
    outputs: outputsAgain(state, outside),
    resources: state.resources.map((resource) => ({
      ...resource,
      instances: resource.instances.map((instance) => {
        const entry = resource.mode === 'managed' ? entries.get(placeIn(resource, instance)) : undefined;
        return entry === undefined ? instance : instanceAgain(instance, entry);
      }),
    })),
  };
  const there = new Set(
    state.resources.flatMap((resource) => resource.instances.map((instance) => placeIn(resource, instance))),
  );
  for (const [place, { resource, recorded, seen }] of entries) {
    if (seen === null && !there.has(place)) putInto(again, resource, recorded);
  }
  if (isDeepStrictEqual(again, state)) return undefined;
  return `${JSON.stringify({ ...again, serial: state.serial + 1 }, null, 2)}\n`;
};

const outputsAgain = ({ outputs }: State, outside: Outside): State['outputs'] => {
  const again = new Map(Object.entries(outputs));
  for (const { name, recorded, seen } of outside.outputs) {
    if (!isDeepStrictEqual(outputValue(own(outputs, name)), seen)) continue;
    if (isObject(recorded)) again.set(name, recorded);
    else again.delete(name);
  }
  return Object.fromEntries(again);
};

const instanceAgain = (now: Instance, { recorded, seen }: Outside['instances'][number]): Instance => {
  if (seen === null) return now;
  // A newer provider may have other names for the parts, so that only the whole can be compared.
  if (now.schema_version !== recorded.schema_version) {
    return isDeepStrictEqual(now.attributes, seen) ? recorded : now;
  }
  const attributes = merged(recorded.attributes ?? {}, seen, now.attributes ?? {});
  return isObject(attributes) ? { ...now, attributes } : now;
};

/**
 * A value with those parts as they were recorded that are still as they were seen. Of a list of several nobody knows which element was
 * which, so it is one part.
 */
const merged = (recorded: unknown, seen: unknown, now: unknown): unknown => {
  if (isDeepStrictEqual(recorded, seen)) return now;
  if (isDeepStrictEqual(now, seen)) return recorded;
  if (isMap(recorded) && isMap(seen) && isMap(now)) {
    const names = new Set([...Object.keys(now), ...Object.keys(recorded)]);
    return Object.fromEntries(
      [...names].flatMap((name) => {
        const value = merged(own(recorded, name), own(seen, name), own(now, name));
        return value === undefined ? [] : [[name, value]];
      }),
    );
  }
  return isOne(recorded) && isOne(seen) && isOne(now) ? [merged(recorded[0], seen[0], now[0])] : now;
};

/** A number as it was written is an object as well. */
const isMap = (value: unknown): value is JsonObject => isObject(value) && !JSON.isRawJSON(value);

const isOne = (value: unknown): value is readonly [unknown] => Array.isArray(value) && value.length === 1;

const isSame = (one: Resource, other: Resource): boolean =>
  (['module', 'mode', 'type', 'name'] as const).every((member) => one[member] === other[member]);

/** An instance that is gone has taken its resource along, where it was the only one. */
const putInto = ({ resources }: State, resource: Resource, instance: Instance): void => {
  const there = resources.find((each) => isSame(each, resource));
  if (there === undefined) resources.push({ ...resource, instances: [instance] });
  else there.instances.push(instance);
};
