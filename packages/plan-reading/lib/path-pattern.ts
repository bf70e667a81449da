/** Text that stands for itself in a regular expression. */
export const escaped = (text: string): string => text.replaceAll(/[.*+?^${}()|[\]\\]/g, '\\$&');

/**
 * A pattern of a path as the source of a regular expression. `*` is any text within one part of the path.
 *
 * @param anyElement what `[*]` matches, as a source
 */
export const pathSource = (pattern: string, anyElement: string): string =>
  pattern
    .split('[*]')
    .map((text) => text.split('*').map(escaped).join('[^.[\\]]*'))
    .join(anyElement);
