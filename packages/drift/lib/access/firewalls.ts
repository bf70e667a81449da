import { isObject } from '@flaghoist/core/json';
import { originalOf, type Tree } from '@flaghoist/plan-reading/tree';
import { memberTree } from '../leaves.ts';
import { type Change, isThere, type Opening } from './opening.ts';

const LETS_THROUGH = ['allow', 'count'];

/** Firewalls of applications: what they block by default, and each of their rules that does more than count. */
const blocked = (tree: Tree): readonly string[] => {
  const actions = (each: unknown): readonly string[] =>
    (Array.isArray(each) ? each : []).flatMap((one) =>
      isObject(one) ? Object.keys(one).filter((name) => Array.isArray(one[name]) && one[name].length > 0) : [],
    );
  const rules = originalOf(memberTree(tree, 'rule'));
  return [
    ...(actions(originalOf(memberTree(tree, 'default_action'))).includes('block') ? ['default_action'] : []),
    ...(Array.isArray(rules) ? rules : []).flatMap((rule) => {
      // A group of rules has its own actions, unless they are overridden.
      const taken = isObject(rule) ? [...actions(rule['action']), ...actions(rule['override_action'])] : LETS_THROUGH;
      if (!isObject(rule) || taken.some((name) => LETS_THROUGH.includes(name))) return [];
      return [`rule ${String(rule['name'])}`];
    }),
  ];
};

/** Where a firewall lets through what it blocked: by default, or for want of a rule. */
export const firewallOpenings = ({ type, before, after }: Change): readonly Opening[] => {
  if (!/^aws_wafv2_(web_acl|rule_group)$/.test(type) || !isThere(before) || !isThere(after)) return [];
  const still = new Set(blocked(after));
  const gone = blocked(before).filter((each) => !still.has(each));
  return gone.map((each) => ({ concern: 'wider access', paths: [[{ name: each.split(' ')[0] ?? '' }]] }));
};
