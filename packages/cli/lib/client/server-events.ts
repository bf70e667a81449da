import type { IncomingMessage } from 'node:http';

/** One server-sent event; its data is a document. */
export interface ServerEvent {
  readonly id: string | undefined;
  readonly name: string;
  readonly data: unknown;
}

/** Reads a stream of server-sent events until it ends or its connection breaks. Comments are passed over. @throws after Ctrl-C */
export async function* serverEvents(answer: IncomingMessage, signal: AbortSignal): AsyncIterable<ServerEvent> {
  let rest = '';
  for await (const chunk of chunksOf(answer, signal)) {
    const blocks = (rest + chunk).split('\n\n');
    rest = blocks.pop() ?? '';
    for (const block of blocks) {
      const event = eventIn(block);
      if (event !== undefined) yield event;
    }
  }
}

async function* chunksOf(answer: IncomingMessage, signal: AbortSignal): AsyncIterable<string> {
  try {
    yield* answer.setEncoding('utf8') as AsyncIterable<string>;
  } catch {
    // Else the server is gone, or the way to it, and whoever reads may open another stream.
    signal.throwIfAborted();
  }
}

const eventIn = (block: string): ServerEvent | undefined => {
  const fields = new Map<string, string>();
  for (const line of block.split('\n')) {
    const [, name, value] = /^(\w+): ?(.*)$/.exec(line) ?? [];
    if (name !== undefined && value !== undefined) fields.set(name, value);
  }
  const name = fields.get('event');
  if (name === undefined) return undefined;
  return { id: fields.get('id'), name, data: JSON.parse(fields.get('data') ?? 'null') };
};
