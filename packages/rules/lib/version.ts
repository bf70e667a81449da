// Written by `pnpm catalogue`: the newest version that a rule or a retirement names.
/** The version of the rules. An envelope says under which one it was accepted. */
export const RULES_VERSION = 2;
