/** The families of rules, in the order in which the catalogue shows them, and what each is about. */
export const ruleFamilies: Readonly<Record<string, string>> = {
  KEY: 'Identity and naming',
  REV: 'Envelope and revision',
  DOC: 'Structure of the document',
  VARIANT: 'Variants',
  TARGET: 'Targeting',
  ROLLOUT: 'Percentage rollouts',
  PREREQ: 'Prerequisites and shared evaluators',
  AUDIENCE: 'Audience and services',
  KIND: 'Kinds of change',
  LIFE: 'Life cycle',
  FREEZE: 'Freezes and time-based targeting',
  PROMOTE: 'Promotion from one environment to the next',
  APPROVE: 'Approvals and separation of duties',
  KILL: 'Kill switches',
  SAFE: 'Safety of values',
  LIMIT: 'Limits of the transport',
  RECORD: 'Change record',
  MONEY: 'Values for money, limits and compliance',
};

/** The family in a rule's id: `KEY` of `FH-KEY-01`. */
export const familyOf = (id: string): string => id.split('-')[1] ?? '';
