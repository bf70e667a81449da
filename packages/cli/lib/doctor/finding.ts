import { FlaghoistError } from '@flaghoist/core/errors';

export const checks = [
  'credentials',
  'clock',
  'topology',
  'quota',
  'tables',
  'replication',
  'sources',
  'queues',
  'caches',
  'log-query',
  'probe',
] as const;
export type Check = (typeof checks)[number];

/** `unknown`: it could not be asked, because somebody may not, or nobody answers. */
export type Status = 'well' | 'look' | 'ill' | 'unknown';

export interface Finding {
  readonly region: string;
  readonly check: Check;
  readonly status: Status;
  /** What was found, with its figures. */
  readonly found: string;
  /** Figures by name, in milliseconds or as counts: what replaces modelled ones. */
  readonly measured: Readonly<Record<string, number>>;
}

export interface Found {
  readonly status: Exclude<Status, 'unknown'>;
  readonly found: string;
  readonly measured?: Readonly<Record<string, number>>;
}

/** All else is said of a region where one check of it fails to be made. */
export const made = async (region: string, check: Check, look: () => Promise<Found>): Promise<Finding> => {
  try {
    return { region, check, measured: {}, ...(await look()) };
  } catch (error) {
    return { region, check, status: 'unknown', found: withCause(error), measured: {} };
  }
};

/** With the name that AWS gives it: who may not ask is told by AccessDeniedException. @throws what is a defect */
const withCause = (error: unknown): string => {
  if (!(error instanceof FlaghoistError)) throw error;
  const { message, cause } = error;
  if (cause === undefined) return message;
  return `${message}: ${cause instanceof Error ? cause.name : String(cause)}`;
};
