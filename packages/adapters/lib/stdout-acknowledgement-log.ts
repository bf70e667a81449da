import type { Acknowledgement } from '@flaghoist/core/acknowledgement';
import type { AcknowledgementLog } from '@flaghoist/core/ports/acknowledgement-log';

interface Options {
  /** Takes a line with its line feed; left out: standard output. */
  readonly write?: (line: string) => void;
}

/**
 * One JSON object per line, straight to standard output: Lambda sends it to the shared log group as it is. `console.log`
 * would put a timestamp and a request id before it, and Logs Insights would find no fields.
 */
export class StdoutAcknowledgementLog implements AcknowledgementLog {
  readonly #write: (line: string) => void;

  constructor({ write = (line) => process.stdout.write(line) }: Options = {}) {
    this.#write = write;
  }

  write(line: Acknowledgement): void {
    this.#write(`${JSON.stringify(line)}\n`);
  }
}
