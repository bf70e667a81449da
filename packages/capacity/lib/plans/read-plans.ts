import { InvalidInputError } from '@flaghoist/core/errors';
import { isObject } from '@flaghoist/core/json';
import { readPlan, variablesOf } from '@flaghoist/plan-reading/plan';
import type { ResourceChange } from '@flaghoist/plan-reading/plan-schema';
import { accountOf } from './account-of.ts';
import { isRegionOfAws, UNKNOWN_REGION_HINT } from './aws-regions.ts';
import type { Planned, PlannedWorld } from './planned.ts';
import { ownRegion, regionsOf } from './region-of.ts';

export interface PlanText {
  /** As the reader of an error and of a report knows it. */
  readonly name: string;
  /** What `terraform show -json` wrote of a saved plan. */
  readonly text: string;
  /** The region of its default provider, where the reader says it. */
  readonly region?: string | undefined;
}

const stands = ({ mode, change: { actions } }: ResourceChange): boolean =>
  mode === 'managed' && !(actions.length === 1 && ['delete', 'forget'].includes(actions[0] ?? ''));

/** What is deposed goes, too: it is planned to be deleted. */
const goes = ({ mode, change: { actions } }: ResourceChange): boolean =>
  mode === 'managed' && actions.includes('delete') && !actions.includes('create');

/**
 * Reads what plans make, all of one account.
 *
 * @throws InvalidInputError for a text that is not a plan, one that failed or is of a part, the same plan twice, a region that is not the
 *   plan's own or that AWS does not have, and plans of two accounts
 */
export const readPlans = (plans: readonly PlanText[]): PlannedWorld => {
  const seen = new Map<string, string>();
  const accounts = new Map<string, string>();
  const resources: Planned[] = [];
  let destroyed = 0;
  for (const { name, text, region } of plans) {
    const before = seen.get(text);
    if (before !== undefined) {
      throw new InvalidInputError(
        name,
        [`has the same content as ${before}`],
        'Name each plan once: what it makes would count twice.',
      );
    }
    seen.set(text, name);
    const plan = readPlan(text, name);
    const partial = plan.errored ? 'it failed half-way' : plan.complete === false ? 'it is of a part of the stack' : '';
    if (partial !== '') {
      throw new InvalidInputError(
        name,
        [`${partial}: what it leaves out would count for nothing`],
        'Plan the whole stack, without -target, to its end.',
      );
    }
    const own = ownRegion(plan);
    if (region !== undefined && own !== undefined && region !== own) {
      throw new InvalidInputError(
        name,
        [`is a plan of ${own}, not of ${region}`],
        `Name the file alone, or as ${own}=${name}.`,
      );
    }
    const account = accountOf(plan);
    if (account !== undefined) accounts.set(account, accounts.get(account) ?? name);
    if (accounts.size > 1) {
      throw new InvalidInputError(
        name,
        [[...accounts].map(([id, of]) => `${of} is of account ${id}`).join(', ')],
        'Quotas and bills are those of one account: ask for each account by itself.',
      );
    }
    const regionOf = regionsOf(plan, region);
    const inputs = variablesOf(plan);
    for (const change of plan.resource_changes) {
      if (goes(change)) destroyed += 1;
      if (!stands(change)) continue;
      const { after, after_unknown: unknown } = change.change;
      const { address, type } = change;
      const where = regionOf(change);
      if (where !== undefined && !isRegionOfAws(where)) {
        throw new InvalidInputError(
          name,
          [`${address} is in ${where}, and AWS has no region of that name`],
          UNKNOWN_REGION_HINT,
        );
      }
      resources.push({
        plan: name,
        address,
        type,
        region: where,
        values: isObject(after) ? after : {},
        unknown,
        inputs,
      });
    }
  }
  return { resources, destroyed };
};
