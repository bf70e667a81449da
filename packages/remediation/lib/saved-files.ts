/** What lies in the folder of a plan: the plan as Terraform saved it, and what it has read otherwise than the state has it. */
export const PLAN_FILE = 'remediation.tfplan';
export const OUTSIDE_FILE = 'outside.json';

/** What is pushed lies here for as long as that takes. */
export const STATE_FILE = 'recorded.tfstate';
