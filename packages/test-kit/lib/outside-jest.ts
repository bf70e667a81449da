import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { text } from 'node:stream/consumers';

type Callable = (...args: never[]) => unknown;
type Case<F extends Callable> = ReturnType<F> extends AsyncIterable<infer Each> ? Each : never;

/** Prints the result as a line of JSON, or each case of a walk as soon as it is there. */
const script = (file: string, name: string, args: readonly unknown[]): string => `
  const module = await import(${JSON.stringify(file)});
  const found = await module[${JSON.stringify(name)}](...${JSON.stringify(args)});
  const cases = Symbol.asyncIterator in Object(found) ? found : [found];
  for await (const each of cases) console.log(JSON.stringify(each));
`;

/**
 * Calls a function that plays one case after the other, in a process of its own, with arguments and cases that JSON can carry:
 * inside of jest everything takes two to three times as long. Each case arrives as soon as it was played, so those before a
 * crash are not lost.
 *
 * @param file absolute
 * @param name under which the module exports it
 * @throws when the function throws, or its process ends in any other way than well: with its exit code or signal, how many
 *   cases came before, and what it wrote to standard error
 */
export async function* casesOutsideJest<F extends Callable>(
  file: string,
  name: string,
  ...args: Parameters<F>
): AsyncGenerator<Case<F>> {
  const flags = ['--no-warnings', '--input-type=module', '--eval', script(file, name, args)];
  const child = spawn(process.execPath, flags, { stdio: ['ignore', 'pipe', 'pipe'] });
  try {
    const ended: Promise<unknown[]> = once(child, 'close');
    const complaint = text(child.stderr);
    let played = 0;
    for await (const line of createInterface({ input: child.stdout })) {
      yield JSON.parse(line);
      played += 1;
    }
    const [code, signal] = await ended;
    if (code === 0) return;
    throw new Error(`${name} of ${file} ended with ${signal ?? code} after ${played} cases: ${await complaint}`);
  } finally {
    child.kill();
  }
}

/** The same for a function with one result. */
export const outsideJest = async <F extends Callable>(
  file: string,
  name: string,
  ...args: Parameters<F>
): Promise<Awaited<ReturnType<F>>> => {
  const results: Awaited<ReturnType<F>>[] = [];
  for await (const result of casesOutsideJest<(...given: Parameters<F>) => AsyncIterable<Awaited<ReturnType<F>>>>(
    file,
    name,
    ...args,
  )) {
    results.push(result);
  }
  const [only] = results;
  if (only === undefined || results.length > 1) {
    throw new Error(`${name} of ${file} gave ${results.length} results, not one: a walk is for casesOutsideJest`);
  }
  return only;
};
