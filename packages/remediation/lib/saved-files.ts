/** What lies in the folder of a plan: the plan as Terraform saved it, and what it has read otherwise than the state has it. */
export const PLAN_FILE = 'remediation.tfplan';
export const OUTSIDE_FILE = 'outside.json';

/** Why another plan is applied by nobody. */
export const NOT_SHOWN = 'the saved plan is not the one that was shown';

/** What is pushed lies here for as long as that takes. */
export const STATE_FILE = 'recorded.tfstate';
