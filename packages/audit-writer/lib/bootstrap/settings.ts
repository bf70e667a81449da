import { isDeepStrictEqual } from 'node:util';
import { InvalidInputError } from '@flaghoist/core/errors';
import { answerOf, answers as domain } from './domain.ts';
import { grantsOfMapping, grantsOfRole } from './grants.ts';
import {
  readerOf,
  readerRole,
  shapeOfDocuments,
  TIMESTAMP,
  type Trail,
  templateOf,
  writerOf,
  writerRole,
} from './trail.ts';

/** What is not as it should be, and what would change if it were. */
export interface Difference {
  readonly setting: string;
  readonly state: 'missing' | 'different';
  /** Rights that somebody would get … */
  readonly gives: readonly string[];
  /** … and lose. */
  readonly takes: readonly string[];
}

/** One thing that the domain is set to. */
export interface Setting {
  readonly readFrom: string;
  readonly writeTo: string;
  /** @param answer what stands at `readFrom`; `undefined` where nothing does */
  differs(answer: unknown): Difference | undefined;
  /** What is written, knowing what stands there. */
  value(answer: unknown): unknown;
}

export const SECURITY = '/_plugins/_security/api';

const without = (some: readonly string[], others: readonly string[]): string[] =>
  some.filter((each) => !others.includes(each));

/** @param now what is granted; `undefined` where nothing stands */
const rights = (
  setting: string,
  now: readonly string[] | undefined,
  wanted: readonly string[],
): Difference | undefined => {
  const [gives, takes] = [without(wanted, now ?? []), without(now ?? [], wanted)];
  if (now !== undefined && gives.length === 0 && takes.length === 0) return undefined;
  return { setting, state: now === undefined ? 'missing' : 'different', gives, takes };
};

const role = (name: string, wanted: ReturnType<typeof writerOf>): Setting => ({
  readFrom: `${SECURITY}/roles`,
  writeTo: `${SECURITY}/roles/${name}`,
  differs(answer) {
    const now = answerOf(domain.roles, answer)[name];
    return rights(`role ${name}`, now && grantsOfRole(now), grantsOfRole(wanted));
  },
  value: () => wanted,
});

const mapping = (name: string, arns: readonly string[]): Setting => ({
  readFrom: `${SECURITY}/rolesmapping`,
  writeTo: `${SECURITY}/rolesmapping/${name}`,
  differs(answer) {
    const now = answerOf(domain.mappings, answer)[name];
    return rights(`who has ${name}`, now && grantsOfMapping(now), arns);
  },
  value: () => ({ backend_roles: [...arns], users: [], hosts: [] }),
});

const shaped = (setting: string, state: Difference['state']): Difference => ({ setting, state, gives: [], takes: [] });

const template = (trail: Trail): Setting => {
  const path = `/_index_template/${trail.stream}`;
  return {
    readFrom: path,
    writeTo: path,
    differs(answer) {
      if (answer === undefined) return shaped('template of the stream', 'missing');
      const found = answerOf(domain.template, answer).index_templates[0]?.index_template;
      const { composed_of: _, ...now } = (found ?? {}) as ReturnType<typeof templateOf> & { composed_of?: unknown };
      const wanted = templateOf(trail);
      const asText = { ...now.template?.mappings, dynamic: String(now.template?.mappings?.dynamic) };
      return isDeepStrictEqual({ ...now, template: { ...now.template, mappings: asText } }, wanted)
        ? undefined
        : shaped('template of the stream', 'different');
    },
    value: () => templateOf(trail),
  };
};

const stream = ({ stream: name }: Trail): Setting => {
  const path = `/_data_stream/${name}`;
  return {
    readFrom: path,
    writeTo: path,
    differs(answer) {
      if (answer === undefined) return shaped(`data stream ${name}`, 'missing');
      const by = answerOf(domain.stream, answer).data_streams[0]?.timestamp_field.name;
      if (by === TIMESTAMP) return undefined;
      throw new InvalidInputError(
        `data stream ${name}`,
        [`its time is ${by}, not ${TIMESTAMP}`],
        'Somebody else made it. Have it moved to another name; nothing was changed.',
      );
    },
    value: () => undefined,
  };
};

/** Of a stream that is there already: a later release may know more fields. */
const shape = ({ stream: name }: Trail): Setting => {
  const path = `/${name}/_mapping`;
  return {
    readFrom: path,
    writeTo: path,
    differs(answer) {
      const now = answer === undefined ? [] : Object.values(answerOf(domain.shape, answer));
      const same = now.every(({ mappings: { properties } }) =>
        Object.entries(shapeOfDocuments.properties).every(([field, type]) =>
          isDeepStrictEqual(properties[field], type),
        ),
      );
      return same ? undefined : shaped('fields of the stream', 'different');
    },
    value: () => shapeOfDocuments,
  };
};

/** The domain's own log of who was refused and who changed rights. It is switched on, and nothing else of it is touched. */
const auditing: Setting = {
  readFrom: `${SECURITY}/audit`,
  writeTo: `${SECURITY}/audit/config`,
  differs: (answer) =>
    answerOf(domain.auditing, answer).config.enabled ? undefined : shaped('log of who is refused', 'different'),
  value: (answer) => ({ ...answerOf(domain.auditing, answer).config, enabled: true }),
};

/** In the order in which they are written: nobody has a right before the stream has its shape. */
export const settingsOf = (trail: Trail): readonly Setting[] => [
  template(trail),
  stream(trail),
  shape(trail),
  auditing,
  role(writerRole(trail), writerOf(trail)),
  role(readerRole(trail), readerOf(trail)),
  mapping(writerRole(trail), trail.writers),
  mapping(readerRole(trail), trail.readers),
];
