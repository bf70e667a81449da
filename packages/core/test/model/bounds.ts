const { MODEL_BOUNDS = 'small' } = process.env;
if (MODEL_BOUNDS !== 'small' && MODEL_BOUNDS !== 'large') {
  throw new Error(`MODEL_BOUNDS is "${MODEL_BOUNDS}". Set it to "small" (a few seconds) or "large" (minutes).`);
}

/** Larger worlds and more walks, for a run by hand. */
export const large = MODEL_BOUNDS === 'large';

/** Far above what a small world has: a search that ends here is not exhaustive, and its test fails. */
export const MAX_STATES = large ? 2_000_000 : 200_000;
