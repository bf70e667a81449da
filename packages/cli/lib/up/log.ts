import type { LogFields, Logger } from '@flaghoist/core/ports/logger';
import type { Output } from '../output.ts';

/** One line of JSON for each outcome that somebody should look at, beside the results. What heals itself is not told. */
export const jsonLog = (output: Pick<Output, 'described' | 'progress'>): Logger => {
  const line = (level: string, message: string, fields: LogFields = {}): void => {
    const { error, ...rest } = fields;
    const why = error === undefined ? {} : { error: output.described(error) };
    output.progress(JSON.stringify({ level, message, ...rest, ...why }));
  };
  return {
    info: () => {},
    warn: (message, fields) => line('warn', message, fields),
    error: (message, fields) => line('error', message, fields),
  };
};
