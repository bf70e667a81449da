import { FlaghoistError } from '@flaghoist/core/errors';
import picocolors from 'picocolors';

type Colours = ReturnType<typeof picocolors.createColors>;

interface Sink {
  write(text: string): unknown;
  readonly isTTY?: boolean;
  readonly columns?: number;
}

export interface OutputOptions {
  stdout: Sink;
  stderr: Sink;
  /** One JSON document as the last line of standard output; all else goes to standard error. */
  json: boolean;
  /** Colours only where somebody looks, and never when NO_COLOR is set. */
  noColour: boolean;
}

/** Where a command speaks: results to standard output, everything about the way there to standard error. */
export class Output {
  readonly json: boolean;
  /** Whether lines may be redrawn. */
  readonly live: boolean;
  readonly colours: Colours;
  readonly #stdout: Sink;
  readonly #stderr: Sink;
  readonly #people: Sink;

  constructor({ stdout, stderr, json, noColour }: OutputOptions) {
    this.json = json;
    this.#stdout = stdout;
    this.#stderr = stderr;
    this.#people = json ? stderr : stdout;
    this.live = this.#people.isTTY === true;
    this.colours = picocolors.createColors(this.live && !noColour);
  }

  get columns(): number {
    return this.#people.columns ?? 100;
  }

  /** A line for people. */
  say(line = ''): void {
    this.#people.write(`${line}\n`);
  }

  /** Raw text for people: redrawing. */
  draw(text: string): void {
    this.#people.write(text);
  }

  /** The result as a document. Only said with `--json`. */
  document(value: unknown): void {
    if (this.json) this.#stdout.write(`${JSON.stringify(value)}\n`);
  }

  /** What went wrong, and what to do about it. With `--json` as one JSON line on standard error. */
  error(error: unknown): void {
    const { code, message, hint } = describe(error);
    if (this.json) this.#stderr.write(`${JSON.stringify({ error: { code, message, hint } })}\n`);
    else
      this.#stderr.write(
        `${this.colours.red('error')} ${code}: ${message}\n${hint === undefined ? '' : `hint: ${hint}\n`}`,
      );
  }
}

const describe = (error: unknown): { code: string; message: string; hint: string | undefined } => {
  if (error instanceof FlaghoistError) return { code: error.code, message: error.message, hint: error.hint };
  const message = error instanceof Error ? (error.stack ?? error.message) : String(error);
  return { code: 'FH_INTERNAL', message, hint: 'This is a defect of hoist; please report it with the lines above.' };
};
