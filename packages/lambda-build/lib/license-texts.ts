import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import spdx from 'spdx-license-list/full.js';
import type { BundledPackage } from './bundled-packages.ts';

/** `LICENSE`, `license.md`, `LICENCE-MIT.txt`, `NOTICE`, `COPYING`: what copies of a package must be given with. */
const isText = (file: string): boolean => /^(?:licen[cs]e|notice|copying)\b/i.test(file);

/** What SPDX says where a package comes without the text of its licence. */
const standardText = ({ name, license, author }: BundledPackage): string => {
  const text = typeof license === 'string' ? spdx[license]?.licenseText : undefined;
  if (text === undefined)
    throw new Error(
      `${name} comes without the text of its licence, and ${JSON.stringify(license)} is no licence of SPDX: do not bundle it`,
    );
  const by = author === undefined ? '' : `, by ${author}`;
  return `The package has no text of its own. It is under ${license}${by}, which says:\n\n${text}`;
};

const textsOf = (bundled: BundledPackage): readonly string[] => {
  const files = readdirSync(bundled.folder).filter(isText).sort();
  return files.length === 0
    ? [standardText(bundled)]
    : files.map((file) => readFileSync(join(bundled.folder, file), 'utf8'));
};

const RULE = '-'.repeat(100);

/**
 * The licences of packages of which something was bundled, as text: for each its name, version and licence, and all texts that it
 * comes with.
 *
 * @throws Error for a package of whose licence there is no text
 */
export const licenseTexts = (packages: readonly BundledPackage[]): string =>
  packages
    .map((each) => {
      const heading = `${each.name} ${each.version}: ${typeof each.license === 'string' ? each.license : 'see below'}`;
      const texts = textsOf(each).map((text) => text.replaceAll('\r\n', '\n').trim());
      return `${RULE}\n${heading}\n${RULE}\n\n${texts.join('\n\n')}\n`;
    })
    .join('\n');
