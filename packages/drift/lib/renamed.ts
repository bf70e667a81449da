import { isObject } from '@flaghoist/core/json';
import { withoutKeys } from '@flaghoist/plan-reading/address';
import type { ResourceChange } from '@flaghoist/plan-reading/plan-schema';
import { driftTree } from './drift-tree.ts';
import { sameValue } from './leaves.ts';

const isOnly = (change: ResourceChange, action: string): boolean =>
  change.change.actions.length === 1 && change.change.actions[0] === action;

/** Whether all that is known of one to be created is what another one has that is to be deleted. */
const isLike = ({ change: { after } }: ResourceChange, { change: { before } }: ResourceChange): boolean => {
  if (!isObject(after) || !isObject(before)) return false;
  const said = Object.entries(after).filter(([, value]) => value !== null);
  return said.length > 0 && said.every(([name, value]) => sameValue(driftTree(value), driftTree(before[name])));
};

/**
 * Resources that an apply would delete at one address and create at another one, although they are the same: somebody renamed
 * them, or turned count into for_each, and left the "moved" block out.
 *
 * @returns the former address, by the new one
 */
export const renamedWithoutMove = (changes: readonly ResourceChange[]): ReadonlyMap<string, string> => {
  const managed = changes.filter(({ mode, deposed }) => mode === 'managed' && deposed === undefined);
  const deleted = new Map(managed.filter((each) => isOnly(each, 'delete')).map((each) => [each.address, each]));
  const found = new Map<string, string>();
  if (deleted.size === 0) return found;
  const created = managed.filter((each) => isOnly(each, 'create'));
  const byType = Map.groupBy(deleted.values(), ({ type }) => type);
  for (const one of created) {
    const like = (byType.get(one.type) ?? []).filter((other) => deleted.has(other.address) && isLike(one, other));
    // Of several that fit, one below the same name: an instance that has another key now.
    const former =
      like.find(({ address }) => withoutKeys(address) === withoutKeys(one.address)) ??
      (like.length === 1 ? like[0] : undefined);
    if (former === undefined) continue;
    found.set(one.address, former.address);
    deleted.delete(former.address);
  }
  return found;
};
