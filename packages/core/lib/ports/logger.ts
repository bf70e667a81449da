export type LogFields = Readonly<Record<string, unknown>>;

/**
 * One line per outcome: a fixed message and fields, never a payload. `error` means that somebody must act now and raises
 * an alarm; what heals itself is `warn`.
 */
export interface Logger {
  info(message: string, fields?: LogFields): void;
  warn(message: string, fields?: LogFields): void;
  error(message: string, fields?: LogFields): void;
}
