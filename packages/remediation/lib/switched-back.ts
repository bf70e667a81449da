import { scalarsIn } from '@flaghoist/drift/access/switches';
import type { ClassifiedLeaf } from '@flaghoist/drift/classify';
import { SENDS } from './resource-types.ts';

/** The names on the way to a part, places in lists left out. */
export const nameOf = ({ path }: Pick<ClassifiedLeaf, 'path'>): string =>
  path.flatMap((step) => ('name' in step ? [step.name] : [])).join('.');

type Test = (value: unknown) => boolean;

const on: Test = (value) => /^(true|enabled|running|active)/i.test(String(value));

const isOneOf = (type: string, path: string) => (each: { readonly type?: RegExp; readonly path: RegExp }) =>
  (each.type?.test(type) ?? true) && each.path.test(path);

/** Whether more values of a part would be so than are. */
const wouldBe = (
  type: string,
  leaf: ClassifiedLeaf,
  tests: readonly { readonly type?: RegExp; readonly path: RegExp; readonly test: Test }[],
): boolean => {
  const [now, configured] = [leaf.now, leaf.configured].map((tree) => scalarsIn(tree, nameOf(leaf)));
  return [...(configured ?? [])].some(([path, values]) =>
    tests
      .filter(isOneOf(type, path))
      .some(({ test }) => values.filter(test).length > (now?.get(path) ?? []).filter(test).length),
  );
};

/** Switched on, or off, these let somebody do what nobody could. */
const LET_IN: Parameters<typeof wouldBe>[2] = [
  { path: /(^|\.)(enable_execute_command|enable_http_endpoint|http_endpoint_enabled|privileged)$/, test: on },
  { path: /(^|\.)root_access$/, test: on },
  { path: /(^|\.)object_ownership$/, test: (value) => value !== 'BucketOwnerEnforced' },
  { path: /(^|\.)http_tokens$/, test: (value) => value !== 'required' },
  { type: /^aws_kms_/, path: /^(is_)?enabled$/, test: on },
  { type: /^aws_ec2_serial_console_access$/, path: /^enabled$/, test: on },
];

/** Whether the way back gives somebody a right again by a switch that somebody has turned. */
export const letsInAgain = (type: string, leaf: ClassifiedLeaf): boolean => wouldBe(type, leaf, LET_IN);

const RUNS = [{ path: /(^|\.)((is_)?enabled|state|status|desired_state|flow_status)$/, test: on }];

/** Whether the way back starts again what somebody has stopped without deleting it, where that sends data somewhere. */
export const sendsAgain = (type: string, leaf: ClassifiedLeaf): boolean =>
  (SENDS.test(type) || type === 'aws_cloudwatch_event_rule') && wouldBe(type, leaf, RUNS);

const LIFE = /^aws_(s3(control)?_bucket_lifecycle_configuration|dlm_lifecycle_policy|imagebuilder_lifecycle_policy)$/;
/** How long, or how many, is judged by the number. */
const NO_END =
  /(^|\.)(id|name|description|tags(_all)?(\..*)?|days|noncurrent_days|newer_noncurrent_versions)$|transition/;
/** Of which objects a rule is. */
const OF_WHAT = /(^|\.)(filter|prefix|and|tags?|object_size_(less|greater)_than)(\.|$)/;

/**
 * Whether the way back deletes at once what is kept now, other than by a number of days: by a rule that is on again, or of more objects, or
 * to a date.
 */
export const deletesAgain = (type: string, leaf: ClassifiedLeaf): boolean => {
  const name = nameOf(leaf);
  const configured = scalarsIn(leaf.configured, name);
  if (type === 'aws_dynamodb_table') return name === 'ttl.attribute_name' && configured.size > 0;
  const isOfLife = LIFE.test(type) || (type === 'aws_s3_bucket' && name.startsWith('lifecycle_rule'));
  if (!isOfLife || name.startsWith('#') || /^tags/.test(name)) return false;
  const paths = [...configured.keys()];
  // A whole rule that came or went deletes only where it says so.
  const [, rule, ...below] = leaf.path;
  if (rule !== undefined && 'element' in rule && below.length === 0)
    return paths.some((path) => /expiration|abort_/.test(path));
  if (/(^|\.)(status|enabled|state)$/.test(name)) return wouldBe(type, leaf, RUNS);
  // Also without a filter it is of more.
  return OF_WHAT.test(name) || paths.some((path) => !NO_END.test(path));
};
