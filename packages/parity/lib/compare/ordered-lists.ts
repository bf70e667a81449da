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

/**
 * Whether the order of a list counts.
 *
 * @param inJson whether it stands in a JSON text: there it always does, but for the statements of a policy
 */
export const isOrdered = (path: string, inJson: boolean): boolean =>
  inJson ? !/\.Statement$/.test(path) : pattern.test(path);
