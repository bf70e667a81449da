import { type AnyNode, parse } from '@humanwhocodes/momoa';
import { PlaceMissingError } from './errors.ts';

type Path = readonly (string | number)[];

const below = (node: AnyNode, part: string | number): AnyNode | undefined => {
  if (node.type === 'Array') return node.elements[Number(part)]?.value;
  if (node.type !== 'Object') return undefined;
  return node.members.find(({ name }) => name.type === 'String' && name.value === part)?.value;
};

const rangeOf = ({ range }: AnyNode): readonly [number, number] => {
  if (range === undefined) throw new RangeError('momoa was asked for ranges and gave none');
  return range;
};

/** JSON that is edited as a text: what is not touched keeps its lines, as people and their formatter wrote them. */
export class JsonText {
  readonly #file: string;
  #text: string;

  /** @param file its name, as the reader of an error knows it */
  constructor(file: string, text: string) {
    this.#file = file;
    this.#text = text;
  }

  get text(): string {
    return this.#text;
  }

  /** Puts JSON in the place of a value. @throws PlaceMissingError */
  replace(path: Path, json: string): this {
    const [start, end] = rangeOf(this.#nodeAt(path));
    this.#text = this.#text.slice(0, start) + json + this.#text.slice(end);
    return this;
  }

  /** Gives a member of the root a value, whether it is there or not. */
  set(name: string, json: string): this {
    const root = parse(this.#text, { mode: 'json', ranges: true }).body;
    return below(root, name) === undefined ? this.add([], name, json) : this.replace([name], json);
  }

  /** Adds an element behind the last one of a list, which has one. @throws PlaceMissingError */
  append(path: Path, json: string): this {
    const list = this.#nodeAt(path);
    return this.insertAfter(path, list.type === 'Array' ? list.elements.length - 1 : 0, json);
  }

  /** Adds an element behind that of a place in a list. @throws PlaceMissingError */
  insertAfter(path: Path, index: number, json: string): this {
    const [start, end] = rangeOf(this.#nodeAt([...path, index]));
    const lineStart = this.#text.lastIndexOf('\n', start) + 1;
    const before = this.#text.slice(lineStart, start);
    // On lines of their own, or all in one.
    const gap = /^\s*$/.test(before) ? `,\n${before}` : ', ';
    return this.#insert(end, gap + json);
  }

  /** Adds a member to an object that has some: where its name belongs by the alphabet, or last. @throws PlaceMissingError */
  add(path: Path, name: string, json: string, { sorted = false } = {}): this {
    const node = this.#nodeAt(path);
    const members = node.type === 'Object' ? node.members : [];
    const nameOf = (member: (typeof members)[number]): string =>
      member.name.type === 'String' ? member.name.value : '';
    const earlier = sorted ? members.filter((member) => nameOf(member) < name) : members;
    const last = earlier.at(-1);
    const first = members[0];
    if (first === undefined) throw new PlaceMissingError(this.#file, `member in ${path.join('.')}`);
    const [start] = rangeOf(first);
    const indent = this.#text.slice(this.#text.lastIndexOf('\n', start) + 1, start);
    const added = `${JSON.stringify(name)}: ${json}`;
    return last === undefined
      ? this.#insert(start, `${added},\n${indent}`)
      : this.#insert(rangeOf(last)[1], `,\n${indent}${added}`);
  }

  #insert(at: number, added: string): this {
    this.#text = this.#text.slice(0, at) + added + this.#text.slice(at);
    return this;
  }

  #nodeAt(path: Path): AnyNode {
    let node: AnyNode | undefined = parse(this.#text, { mode: 'json', ranges: true }).body;
    for (const part of path) node = node && below(node, part);
    if (node === undefined) throw new PlaceMissingError(this.#file, path.join('.'));
    return node;
  }
}
