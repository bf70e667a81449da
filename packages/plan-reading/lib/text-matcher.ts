interface Node {
  readonly next: Map<number, Node>;
  isEnd: boolean;
}

export interface Match {
  readonly start: number;
  /** Behind the last character. */
  readonly end: number;
}

/**
 * Finds many texts in a text at once. One walk along the text does for any number of them, which a replacement of each by
 * itself does not.
 *
 * @returns at each place where one of the texts begins, the longest that does, in order
 */
export const createMatcher = (texts: Iterable<string>): ((text: string) => readonly Match[]) => {
  const root: Node = { next: new Map(), isEnd: false };
  for (const text of texts) {
    let node = root;
    for (let place = 0; place < text.length; place += 1) {
      const code = text.charCodeAt(place);
      let below = node.next.get(code);
      if (below === undefined) {
        below = { next: new Map(), isEnd: false };
        node.next.set(code, below);
      }
      node = below;
    }
    if (text !== '') node.isEnd = true;
  }
  return (text) => {
    const found: Match[] = [];
    for (let start = 0; start < text.length; start += 1) {
      let node = root.next.get(text.charCodeAt(start));
      let end = 0;
      for (let place = start + 1; node !== undefined; place += 1) {
        if (node.isEnd) end = place;
        node = node.next.get(text.charCodeAt(place));
      }
      if (end > 0) found.push({ start, end });
    }
    return found;
  };
};
