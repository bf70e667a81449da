import { changeKinds } from '@flaghoist/core/change';
import { Ajv } from 'ajv';
import { type Judge, rulesFor, withoutFollowers } from './judge.ts';

/** One compiled schema per kind of change; an error's place in it names the rule. */
export const prepare = (): Judge => {
  const ajv = new Ajv({ allErrors: true, strict: false });
  const compiled = new Map(
    changeKinds.map((kind) => {
      const rules = rulesFor(kind);
      return [kind, { rules, check: ajv.compile({ allOf: rules.map(({ schema }) => schema) }) }];
    }),
  );
  return (envelope) => {
    const found = compiled.get(envelope.kind);
    if (found === undefined || found.check(envelope)) return [];
    const places = new Set((found.check.errors ?? []).map(({ schemaPath }) => Number(schemaPath.split('/')[2])));
    return withoutFollowers([...places].map((place) => found.rules[place]?.id ?? ''));
  };
};
