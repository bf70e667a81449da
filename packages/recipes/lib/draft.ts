import { existsSync, mkdirSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { NameTakenError } from './errors.ts';

export interface Change {
  /** Relative to the root of the checkout. */
  readonly file: string;
  readonly change: 'new' | 'edited';
}

/** What a recipe is going to write. Nothing is written before `write`, so a refusal leaves everything as it was. */
export class Draft {
  readonly root: string;
  readonly #texts = new Map<string, string>();

  /** @param root the folder of the checkout; all paths are relative to it */
  constructor(root: string) {
    this.root = root;
  }

  has(file: string): boolean {
    return this.#texts.has(file) || existsSync(join(this.root, file));
  }

  /** The names in a folder, with those that the draft adds. */
  namesIn(folder: string): readonly string[] {
    const path = join(this.root, folder);
    const there = existsSync(path) ? readdirSync(path) : [];
    const added = [...this.#texts.keys()].filter((file) => dirname(file) === folder);
    return [...new Set([...there, ...added.map((file) => file.slice(folder.length + 1))])].sort();
  }

  read(file: string): string {
    return this.#texts.get(file) ?? readFileSync(join(this.root, file), 'utf8');
  }

  /** @throws NameTakenError when the file is there */
  create(file: string, text: string): void {
    if (this.has(file)) throw new NameTakenError(dirname(file), `a file ${file.slice(dirname(file).length + 1)}`);
    this.#texts.set(file, text);
  }

  edit(file: string, edited: (text: string) => string): void {
    this.#texts.set(file, edited(this.read(file)));
  }

  /**
   * A file for each template of a folder, without its ending `.txt`. In names and texts `{{word}}` is replaced.
   *
   * @param templates relative to the root, as `folder`, below which the files are made
   */
  createAll(templates: string, folder: string, words: Readonly<Record<string, string>>): void {
    const filled = (text: string): string =>
      text.replace(/\{\{(\w+)\}\}/g, (_place, word: string) => {
        const value = words[word];
        if (value === undefined) throw new RangeError(`${templates}: no value for {{${word}}}`);
        return value;
      });
    for (const name of readdirSync(join(this.root, templates))) {
      const template = join(templates, name);
      const target = join(folder, filled(name));
      if (statSync(join(this.root, template)).isDirectory()) this.createAll(template, target, words);
      else this.create(target.replace(/\.txt$/, ''), filled(this.read(template)));
    }
  }

  changes(): readonly Change[] {
    return [...this.#texts.keys()]
      .map((file): Change => ({ file, change: existsSync(join(this.root, file)) ? 'edited' : 'new' }))
      .sort((a, b) => (a.file < b.file ? -1 : 1));
  }

  /** Writes into the checkout, or another folder that has the files that are edited. */
  write(root = this.root): void {
    for (const [file, text] of this.#texts) {
      const path = join(root, file);
      mkdirSync(dirname(path), { recursive: true });
      writeFileSync(path, text);
    }
  }
}
