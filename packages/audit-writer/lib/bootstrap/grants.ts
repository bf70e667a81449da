import type { Role, RoleMapping } from './domain.ts';

/** What a role of the domain allows, one line for each right: two roles with the same lines allow the same. */
export const grantsOfRole = (role: Role): readonly string[] => [
  ...role.cluster_permissions.map((action) => `${action} on the domain`),
  ...role.index_permissions.flatMap(({ index_patterns, allowed_actions, dls, fls, masked_fields }) => {
    const within = [dls ?? '', ...fls, ...(masked_fields ?? [])].filter((part) => part !== '');
    const narrowed = within.length === 0 ? '' : ` within ${within.join(', ')}`;
    return index_patterns.flatMap((pattern) => allowed_actions.map((action) => `${action} on ${pattern}${narrowed}`));
  }),
  ...role.tenant_permissions.map((tenant) => `${JSON.stringify(tenant)} of the dashboards`),
];

/** Whom a mapping gives its role to. */
export const grantsOfMapping = ({ backend_roles, users, hosts, and_backend_roles }: RoleMapping): readonly string[] => [
  ...backend_roles,
  ...users.map((user) => `the user ${user}`),
  ...hosts.map((host) => `the host ${host}`),
  ...(and_backend_roles.length === 0 ? [] : [`who has all of ${and_backend_roles.join(', ')}`]),
];
