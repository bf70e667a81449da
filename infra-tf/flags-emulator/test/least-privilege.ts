import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parse, parseJson } from '@flaghoist/core/parse';
import { parse as parseYaml } from 'yaml';
import * as z from 'zod/mini';
import type { AskedPermission } from '../lib/ministack.ts';

const texts = z.pipe(
  z.union([z.string(), z.array(z.string())]),
  z.transform((value) => (typeof value === 'string' ? [value] : value)),
);

const policySchema = z.object({
  Statement: z.array(z.object({ Sid: z.string(), Effect: z.enum(['Allow', 'Deny']), Action: texts, Resource: texts })),
});

const reason = z.string().check(z.minLength(20));
const unusedSchema = z.object({
  /** Statements of any function, as patterns. */
  everywhere: z.array(z.strictObject({ sid: z.string(), reason })),
  /** What a function may do and did not do here. */
  functions: z.record(
    z.string(),
    z.array(z.strictObject({ sid: z.string(), actions: z.optional(z.array(z.string())), reason })),
  ),
});

/** What was granted for a reason that this story does not bring about. */
const readUnused = () =>
  parse(unusedSchema, parseYaml(readFileSync(join(__dirname, 'unused-permissions.yaml'), 'utf8')), {
    what: 'unused-permissions.yaml',
    hint: 'Each entry has a sid and a reason.',
  });

const matches = (pattern: string, value: string): boolean =>
  new RegExp(`^${pattern.replaceAll(/[.+^${}()|[\]\\]/g, '\\$&').replaceAll('*', '.*')}$`).test(value);

/** A function that exists per cell is one function. */
const withoutCell = (key: string): string => key.replace(/\.cell-\d+$/, '');

interface Granted {
  readonly function: string;
  readonly sid: string;
  readonly action: string;
  readonly roleName: string;
  readonly resources: readonly string[];
}

interface Rendered {
  /** By region and function. */
  readonly policies: Readonly<Record<string, Readonly<Record<string, string>>>>;
  readonly functions: Readonly<Record<string, Readonly<Record<string, { readonly role_name: string }>>>>;
}

const grantedIn = ({ policies, functions }: Rendered): readonly Granted[] =>
  Object.entries(policies).flatMap(([region, ofRegion]) =>
    Object.entries(ofRegion).flatMap(([key, text]) =>
      parseJson(policySchema, text, { what: `policy of ${key}`, hint: 'It is an output of the root.' })
        .Statement.filter(({ Effect }) => Effect === 'Allow')
        .flatMap(({ Sid, Action, Resource }) =>
          Action.map((action) => ({
            function: withoutCell(key),
            sid: Sid,
            action,
            roleName: functions[region]?.[key]?.role_name ?? '',
            resources: Resource,
          })),
        ),
    ),
  );

const named = ({ function: name, sid, action }: Granted): string => `${name} ${sid} ${action}`;

/**
 * Sets what was granted against what was used, for each function in all regions and cells together: what one of them has and
 * needs, each needs.
 *
 * @returns what nobody used and no reason is given for; reasons for what is not granted; and what was used
 */
export const compareWithUsed = (rendered: Rendered, used: readonly AskedPermission[]) => {
  const { everywhere, functions: listed } = readUnused();
  const granted = grantedIn(rendered).filter(({ sid }) => !everywhere.some((each) => matches(each.sid, sid)));
  const seen = new Set(
    granted
      .filter(({ roleName, action, resources }) =>
        used.some(
          (use) =>
            use.role === roleName &&
            use.action === action &&
            resources.some((resource) => resource === '*' || matches(resource, use.resource)),
        ),
      )
      .map(named),
  );
  const all = new Set(granted.map(named));
  const reasoned = new Set(
    Object.entries(listed).flatMap(([name, entries]) =>
      entries.flatMap(({ sid, actions }) =>
        (
          actions ?? granted.filter((each) => each.function === name && each.sid === sid).map(({ action }) => action)
        ).map((action) => `${name} ${sid} ${action}`),
      ),
    ),
  );
  return {
    unreasoned: [...all].filter((each) => !seen.has(each) && !reasoned.has(each)).sort(),
    needless: [...reasoned].filter((each) => !all.has(each)).sort(),
    used: [...seen].sort(),
  };
};
