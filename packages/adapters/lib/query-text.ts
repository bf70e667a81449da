import { notHolding } from '@flaghoist/core/acknowledgement';

/** The service refuses longer query texts. */
const MAX_TEXT = 10_000;

/**
 * The summary query: the highest held revision by flag, service and epoch. One row per epoch, because a number that held
 * both would lose digits; there is more than one only around a change of the home region.
 *
 * When the flags are too many to be named, all flags of the window are asked for; the reader picks its own.
 */
export const queryText = (flagKeys: readonly string[]): string => {
  const named = text(flagKeys);
  return named.length <= MAX_TEXT ? named : text([]);
};

const text = (flagKeys: readonly string[]): string =>
  [
    'filter event = "flag.acknowledged"',
    // Lines that say why a cache does not hold the change: a change that they made ripe would be compared too early.
    `filter outcome not in [${notHolding.map((outcome) => `"${outcome}"`).join(', ')}]`,
    // Flag keys have no character that would need escaping.
    ...(flagKeys.length === 0 ? [] : [`filter flagKey in [${flagKeys.map((key) => `"${key}"`).join(', ')}]`]),
    'stats max(heldOrder.revision) as revision by flagKey, service, heldOrder.epoch',
  ].join('\n| ');
