import type { Role, RoleMapping } from './domain.ts';
import { grantsOfMapping } from './grants.ts';
import { readerRole, type Trail, writerRole } from './trail.ts';

/** Whoever has one of these can give himself every right. */
const SETTING_RIGHTS = ['all_access', 'security_manager', 'security_rest_api_access'];

/** As OpenSearch reads a pattern: `*`, `?`, or a whole expression between slashes. */
const matches = (pattern: string, name: string): boolean => {
  const escaped = pattern
    .replaceAll(/[.+^${}()|[\]\\]/g, '\\$&')
    .replaceAll('*', '.*')
    .replaceAll('?', '.');
  const expression = /^\/(.*)\/$/.exec(pattern)?.[1] ?? escaped;
  return new RegExp(`^(?:${expression})$`).test(name);
};

const reaches = (role: Role | undefined, { stream }: Trail): boolean =>
  role?.index_permissions.some(({ index_patterns }) =>
    index_patterns.some((pattern) => [stream, `.ds-${stream}-000001`].some((name) => matches(pattern, name))),
  ) ?? false;

/** Who reaches the trail, or its rights, by a role that is not this product's: `<role>: <who>`. */
export const strangersOf = (
  roles: Readonly<Record<string, Role>>,
  mappings: Readonly<Record<string, RoleMapping>>,
  trail: Trail,
): readonly string[] =>
  Object.entries(mappings).flatMap(([name, mapping]) => {
    if ([writerRole(trail), readerRole(trail)].includes(name)) return [];
    const rules = SETTING_RIGHTS.includes(name);
    if (!rules && !reaches(roles[name], trail)) return [];
    return grantsOfMapping(mapping)
      .filter((who) => !(rules && who === trail.master))
      .map((who) => `${name}: ${who}`);
  });
