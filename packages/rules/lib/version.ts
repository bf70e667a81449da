/**
 * The version of the catalogue. Raise it with every release that adds a rule or changes what one accepts, and give the
 * rule that number as `since`.
 */
export const RULES_VERSION = 1;
