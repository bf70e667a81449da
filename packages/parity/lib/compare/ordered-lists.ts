/**
 * Blocks whose order counts, by type of resource and argument. A plan does not say which blocks are a list and which a set, so
 * all others are compared in any order.
 */
const ORDERED = [
  'aws_cloudfront_distribution.*.ordered_cache_behavior',
  'aws_cloudfront_distribution.*.origin_group[*].member',
  'aws_lb_listener.*.default_action',
  'aws_lb_listener_rule.*.action',
  'aws_codepipeline.*.stage',
  'aws_codepipeline.*.stage[*].action',
  'aws_autoscaling_group.*.mixed_instances_policy[*].launch_template[*].override',
  'aws_cognito_identity_pool_roles_attachment.*.role_mapping[*].mapping_rule',
  'aws_imagebuilder_container_recipe.*.component',
  'aws_imagebuilder_image_recipe.*.component',
];

const pattern = new RegExp(
  `(?:^|\\.)(?:${ORDERED.map((each) =>
    each
      .split('.*.')
      .map((part) => part.replaceAll(/[.[\]*]/g, '\\$&'))
      .join('\\.[\\w-]+(?:\\[\\*\\])?\\.'),
  ).join('|')})$`,
);

/** Of policies: statements, and in each of them everything that AWS takes for a set. */
const SET_OF_POLICY =
  /\.Statement(?:$|(?:\[\*\])?\.(?:(?:Not)?(?:Action|Resource)$|(?:Not)?Principal(?:\.\w+)?$|Condition\.))/;

/**
 * Whether a list in a JSON text is a set: those of a policy are. Whoever makes the text sorts them by what they hold, such as
 * ids, so that their order says nothing.
 */
export const isSet = (path: string, inJson: boolean): boolean => inJson && SET_OF_POLICY.test(path);

/**
 * Whether the order of a list counts.
 *
 * @param inJson whether it stands in a JSON text: there it does, but for sets
 */
export const isOrdered = (path: string, inJson: boolean): boolean =>
  inJson ? !isSet(path, inJson) : pattern.test(path);
