import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';

/** Files of one test file, in a folder that goes with it. */
export const temporaryFiles = (name: string) => {
  let folder = '';
  beforeAll(() => {
    folder = mkdtempSync(join(tmpdir(), `hoist-${name}-`));
  });
  afterAll(() => rmSync(folder, { recursive: true }));
  return {
    path: (file: string): string => join(folder, file),
    put(file: string, content: unknown): string {
      const path = join(folder, file);
      mkdirSync(dirname(path), { recursive: true });
      const text = typeof content === 'string' || Buffer.isBuffer(content) ? content : JSON.stringify(content, null, 2);
      writeFileSync(path, text);
      return path;
    },
  };
};
