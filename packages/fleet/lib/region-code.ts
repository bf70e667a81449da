const directions: Readonly<Record<string, string>> = {
  northeast: 'ne',
  northwest: 'nw',
  southeast: 'se',
  southwest: 'sw',
};

/** As the Terraform module naming writes a region into names that must be unique beyond it: eu-west-1 is euw1. */
export const regionCode = (region: string): string => {
  const [first = '', ...rest] = region.split('-');
  const last = rest.pop() ?? '';
  return [first, ...rest.map((word) => directions[word] ?? word.slice(0, 1)), last].join('');
};
