const INDEX = /\[(?:"((?:[^"\\]|\\.)*)"|(\d+))\]/g;

export interface Address {
  /** Without instances: `module.a[*].aws_x.y[*]`. */
  readonly group: string;
  /** The keys of its instances, outermost first: texts of `for_each`, numbers of `count`. */
  readonly keys: readonly (string | number)[];
}

export const parseAddress = (address: string): Address => {
  const keys: (string | number)[] = [];
  const group = address.replaceAll(INDEX, (_, key: string | undefined, index: string | undefined) => {
    keys.push(key ?? Number(index));
    return '[*]';
  });
  return { group, keys };
};

/** An address without instances and their places: `module.a.aws_x.y`, as sources name it. */
export const withoutKeys = (address: string): string => parseAddress(address).group.replaceAll('[*]', '');

/** A member of a value as part of a path; what is no plain name is quoted, so that a path has one reading. */
export const member = (name: string): string =>
  /^[\w#<>@:/ -]+$/.test(name) ? `.${name}` : `[${JSON.stringify(name)}]`;
