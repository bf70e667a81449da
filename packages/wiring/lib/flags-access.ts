import access from './flags-access.json' with { type: 'json' };

/** What the documents of `flags-access.json` leave open, by the name of the placeholder. */
export interface FlagsAccessPlaces {
  /** The ARN of a region's replica of `flags`, and who writes which of its items; DynamoDB's own replication is among all. */
  readonly flags: string;
  readonly flagWriters: readonly string[];
  readonly ruleReporters: readonly string[];
  readonly publishers: readonly string[];
  readonly movers: readonly string[];
  readonly replication: readonly string[];
  /** What an operator and a promotion reach: tables, queues, functions and buses of all regions, or of home and standby. */
  readonly allFlags: readonly string[];
  readonly homeFlags: readonly string[];
  readonly readable: readonly string[];
  readonly changes: readonly string[];
  /** Home's and standby's, where approvals lie. */
  readonly proposals: readonly string[];
  /** Dead letters that an operator takes, and the queues that they go back to: none whose messages are believed. */
  readonly letters: readonly string[];
  readonly queues: readonly string[];
  /** Answers of regions and events for the trail: what stands in these queues is believed as it is. */
  readonly evidenceLetters: readonly string[];
  readonly evidence: readonly string[];
  readonly functions: readonly string[];
  readonly workflows: readonly string[];
  readonly buses: readonly string[];
  /** What the doctor looks at in every region: tables, queues of all kinds, the reconciler, the log of acknowledgements. */
  readonly tables: readonly string[];
  readonly allQueues: readonly string[];
  readonly reconcilers: readonly string[];
  readonly acknowledgements: readonly string[];
  /** `*`, for actions that IAM lets nobody hold to a resource. */
  readonly anything: string;
  /** Whose users take a role on, and which of them. */
  readonly accountRoot: string;
  readonly userNames: readonly string[];
}

/**
 * The policies by which each item of `flags` is written by its own writers alone (rule 1): `flags` for every replica of the table,
 * `operator`, `witness`, `promoter` and `doctor` for the roles of those who operate, `trustNamedUsers` for a role that some users take on and
 * others do not. Places are filled as in `accessFor`.
 */
export const flagsAccessFor = (places: FlagsAccessPlaces): typeof access =>
  JSON.parse(
    Object.entries(places).reduce(
      (text, [name, value]) => text.replaceAll(`"{${name}}"`, () => JSON.stringify(value)),
      JSON.stringify(access),
    ),
  );
