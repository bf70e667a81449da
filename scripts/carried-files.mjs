import { readFileSync } from 'node:fs';
import { join } from 'node:path';

/** The files of fleet/ that bundles carry by value. */
export const carriedFiles = [
  'environments.json',
  'topology.json',
  'people.json',
  'policies/policies.json',
  'waivers.json',
];

/**
 * Whether a bundler can read them: what it says of one that is no JSON is its own command line.
 * @param {string} folder fleet/
 * @returns {boolean}
 */
export const areReadable = (folder) =>
  carriedFiles.every((file) => {
    try {
      JSON.parse(readFileSync(join(folder, file), 'utf8'));
      return true;
    } catch {
      return false;
    }
  });
