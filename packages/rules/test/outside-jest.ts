import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { promisify } from 'node:util';

/**
 * Calls a function of a module of these tests in a process of its own, with arguments and a result that JSON can carry:
 * inside of jest everything takes three times as long. A throw there is a failure here.
 *
 * @param file relative to this folder
 * @param name under which the module exports it
 */
export const outsideJest = async <Arguments extends readonly unknown[], Result>(
  file: string,
  name: string,
  ...args: Arguments
): Promise<Result> => {
  const [path, exported] = [join(__dirname, file), name].map((text) => JSON.stringify(text));
  const script = `import(${path}).then((it) => console.log(JSON.stringify(it[${exported}](...${JSON.stringify(args)}))))`;
  const { stdout } = await promisify(execFile)(process.execPath, ['--no-warnings', '--eval', script], {
    maxBuffer: 64 * 1024 * 1024,
  });
  return JSON.parse(stdout);
};
