import { describeError, errorDescription } from '@flaghoist/core/describe-error';
import picocolors from 'picocolors';

type Colours = ReturnType<typeof picocolors.createColors>;

interface Sink {
  write(text: string): unknown;
  readonly isTTY?: boolean;
}

export interface OutputOptions {
  stdout: Sink;
  stderr: Sink;
  /** One JSON document on standard output; all else goes to standard error. */
  json: boolean;
  /** Colours only where somebody looks, and never when NO_COLOR is set. */
  noColour: boolean;
  /** `typedAs`; left out: as where hoist is installed. */
  typed?: (text: string) => string;
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
  /** A text with the commands that it names as they are typed here. */
  readonly typed: (text: string) => string;
  #drawn = 0;
  /** Whether the document was written. */
  #told = false;

  constructor({ stdout, stderr, json, noColour, typed = (text) => text }: OutputOptions) {
    this.typed = typed;
    this.json = json;
    this.#stdout = stdout;
    this.#stderr = stderr;
    this.#people = json ? stderr : stdout;
    this.live = this.#people.isTTY === true;
    this.colours = picocolors.createColors(this.live && !noColour);
  }

  /** A line for people. */
  say(line = ''): void {
    this.#people.write(`${line}\n`);
  }

  /** A line for people that names commands. */
  advise(line: string): void {
    this.say(this.typed(line));
  }

  /** What is going on, while it takes its time. */
  progress(line: string): void {
    this.#stderr.write(`${line}\n`);
  }

  /** Draws lines over those drawn before. Only where somebody looks; elsewhere nothing is drawn. */
  redraw(lines: readonly string[]): void {
    if (!this.live) return;
    const overThem = this.#drawn === 0 ? '' : `\x1b[${this.#drawn}A\x1b[0J`;
    this.#people.write(`${overThem}${lines.join('\n')}\n`);
    this.#drawn = lines.length;
  }

  /** What was drawn stays; the next `redraw` begins below it. */
  settle(): void {
    this.#drawn = 0;
  }

  /** The result as a document. Only said with `--json`. */
  document(value: unknown): void {
    if (!this.json) return;
    this.#told = true;
    this.#stdout.write(`${JSON.stringify(value)}\n`);
  }

  /** The result in a form for other programs. */
  print(text: string): void {
    this.#stdout.write(text);
  }

  /** An error for programs, with its hint as it is typed here. */
  described(error: unknown): ReturnType<typeof errorDescription> {
    const { hint, ...description } = errorDescription(error);
    return { ...description, hint: this.typed(hint) };
  }

  /**
   * What went wrong, and what to do about it. With `--json` it is the one document, unless the result was told before. It may
   * quote a file, so nothing in it acts on a terminal.
   */
  error(error: unknown): void {
    if (this.json && !this.#told) this.document({ error: this.described(error) });
    else this.#stderr.write(`${describeError(error, { mark: this.colours.red, typed: this.typed })}\n`);
  }
}
