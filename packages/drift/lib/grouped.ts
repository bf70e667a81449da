import type { Finding } from './finding.ts';
import { isAtLeast } from './severity.ts';

/** From so many resources on, one change of all of them is one thing to tell. */
const MANY = 3;

/** Elements of lists are others in each resource. */
const kindOf = (path: string): string => path.replaceAll(/\[\d+\]/g, '[*]');

/** Two hidden values look the same and need not be. */
const HIDDEN = '(sensitive)';

const isRepeatable = ({ class: kind, severity, path, noise, recorded, now }: Finding): boolean =>
  !`${recorded} ${now}`.includes(HIDDEN) &&
  kind === 'state-only' &&
  noise === null &&
  !isAtLeast(severity, 'high') &&
  !path.startsWith('#') &&
  !path.startsWith('tags');

/**
 * An attribute that many resources of a type gained, lost or changed in the same way, without anybody having configured it: a
 * newer provider reads more, or other defaults. It is one finding, of all their addresses. What is high or worse always stands
 * alone.
 */
export const grouped = (findings: readonly Finding[]): readonly Finding[] => {
  const change = ({ recorded, now }: Finding): string =>
    recorded === 'null' ? 'gained' : now === 'null' ? 'lost' : `${recorded} → ${now}`;
  const byKind = Map.groupBy(findings.filter(isRepeatable), (finding) =>
    JSON.stringify([finding.type, kindOf(finding.path), change(finding), finding.severity]),
  );
  const together = new Map<Finding, Finding | undefined>();
  for (const [first, ...others] of byKind.values()) {
    // Elements that came are not the same one, although they stand in the same list.
    const isElement = first?.path.includes('[*]') === true;
    if (first === undefined || isElement || others.length + 1 < MANY) continue;
    together.set(first, { ...first, also: others.map(({ address }) => address) });
    for (const other of others) together.set(other, undefined);
  }
  return findings.flatMap((finding) => (together.has(finding) ? (together.get(finding) ?? []) : [finding]));
};
