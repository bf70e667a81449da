/** A place to write to that keeps what was written. */
export class Sink {
  text = '';
  readonly isTTY: boolean;

  constructor({ isTTY = false }: { isTTY?: boolean } = {}) {
    this.isTTY = isTTY;
  }

  write(text: string): boolean {
    this.text += text;
    return true;
  }

  get lines(): string[] {
    return this.text.split('\n').filter((line) => line !== '');
  }
}
