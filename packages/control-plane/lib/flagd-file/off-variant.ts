import { isObject, type JsonObject, own } from '@flaghoist/core/json';
import type { Violation } from '@flaghoist/core/proposal';
import { show } from '@flaghoist/rules/pointer';

interface OffVariant {
  /** `undefined`: there is none, and the rules say so. */
  readonly name: string | undefined;
  /** Said by the flag itself, in metadata. */
  readonly said: boolean;
  /** That it was only assumed. */
  readonly remark: Violation | undefined;
}

/**
 * What a kill of a flag that comes from a file would serve: what metadata.offVariant says; else what the user has named for
 * the file; else the variant that is false; else `off`; else the default variant, with a warning.
 */
export const offVariantOf = (document: JsonObject, metadata: JsonObject, named: string | undefined): OffVariant => {
  const said = own(metadata, 'offVariant');
  if (typeof said === 'string') return { name: said, said: true, remark: undefined };
  const variants = own(document, 'variants');
  const known: JsonObject = isObject(variants) ? variants : {};
  const certain =
    (named !== undefined && Object.hasOwn(known, named) ? named : undefined) ??
    Object.keys(known).find((name) => known[name] === false) ??
    (Object.hasOwn(known, 'off') ? 'off' : undefined);
  if (certain !== undefined) return { name: certain, said: false, remark: undefined };
  const fallback = own(document, 'defaultVariant');
  if (typeof fallback !== 'string' || !Object.hasOwn(known, fallback)) {
    return { name: undefined, said: false, remark: undefined };
  }
  return {
    name: fallback,
    said: false,
    remark: {
      ruleId: 'FH-KILL-01',
      severity: 'warning',
      pointer: '/offVariant',
      message: `No variant is false or named "off": a kill would serve the default variant ${show(fallback)}; expected an off variant.`,
      hint: 'Name it in metadata.offVariant, or for the whole file by --off-variant.',
    },
  };
};
