import { visibleText } from '@flaghoist/core/visible-text';
import { partName } from '@flaghoist/waves/part';
import type { WavesRecord } from '@flaghoist/waves/record';
import type { WavesEvent } from '@flaghoist/waves/report';
import type { Output } from '../output.ts';
import { counted } from '../terminal.ts';

interface Running {
  readonly steps: number;
  done: number;
}

/** What is going on: a line for each part that ended; on a terminal, below them, a line for each that runs. */
export class WavesProgress {
  readonly #output: Output;
  readonly #record: WavesRecord;
  readonly #running = new Map<string, Running>();

  constructor(output: Output, record: WavesRecord) {
    this.#output = output;
    this.#record = record;
  }

  on(event: WavesEvent): void {
    switch (event.kind) {
      case 'wave': {
        const place = this.#record.waves.findIndex(({ name }) => name === event.name) + 1;
        this.#say(
          this.#output.colours.bold(
            `${place}/${this.#record.waves.length} ${event.name}: ${counted(event.parts.length, 'state')}`,
          ),
        );
        return;
      }
      case 'begun':
        this.#running.set(partName(event.part), { steps: event.steps, done: 0 });
        if (!this.#output.live) this.#output.say(`  … ${partName(event.part)}: ${counted(event.steps, 'resource')}`);
        break;
      case 'step': {
        const running = this.#running.get(partName(event.part));
        if (running !== undefined) running.done = event.done;
        break;
      }
      case 'ended': {
        const { outcome, summary } = event.report;
        this.#running.delete(partName(event.report));
        const { green, red, dim } = this.#output.colours;
        const mark = { applied: green('✓'), 'as-it-is': dim('='), failed: red('✗'), 'not-begun': ' ' }[outcome];
        const [first = '', ...more] = visibleLines(summary);
        this.#say([`  ${mark} ${partName(event.report)}: ${first}`, ...more.map((line) => `      ${line}`)].join('\n'));
        return;
      }
      case 'settling':
        this.#say(`  waiting for ${event.regions.join(', ')} to settle …`);
        return;
    }
    this.#draw();
  }

  end(): void {
    this.#output.redraw([]);
    this.#output.settle();
  }

  /** A line that stays, above what is drawn. */
  #say(line: string): void {
    if (!this.#output.live) {
      this.#output.say(line);
      return;
    }
    this.#output.redraw(line.split('\n'));
    this.#output.settle();
    this.#draw();
  }

  #draw(): void {
    this.#output.redraw([...this.#running].map(([name, { done, steps }]) => `  … ${name}: ${done}/${steps}`));
  }
}

const visibleLines = (text: string): readonly string[] =>
  text
    .split('\n')
    .map((line) => visibleText(line))
    .filter((line) => line.trim() !== '');
