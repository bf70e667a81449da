import { WrongUseError } from './errors.ts';

/** A name as the templates need it. A type, not an interface: it is a record of words. */
export type Names = {
  /** `flag-counter` */
  readonly name: string;
  /** `flagCounter` */
  readonly camel: string;
  /** `FlagCounter` */
  readonly pascal: string;
  /** `flag counter` */
  readonly words: string;
  /** `flag_counter` */
  readonly snake: string;
};

const kebab = /^[a-z][a-z0-9]*(-[a-z][a-z0-9]*)*$/;
const LONGEST = 30;

/** @throws WrongUseError for what is not in kebab-case, or is too long for the names of resources */
export const namesOf = (name: string): Names => {
  if (!kebab.test(name) || name.length > LONGEST) {
    throw new WrongUseError(
      `the name is ${JSON.stringify(name)}; expected lower-case words joined by single hyphens, ${LONGEST} characters at most`,
      'Write a name such as "flag-counter".',
    );
  }
  const camel = name.replaceAll(/-(.)/g, (_hyphen, letter: string) => letter.toUpperCase());
  return {
    name,
    camel,
    pascal: camel.charAt(0).toUpperCase() + camel.slice(1),
    words: name.replaceAll('-', ' '),
    snake: name.replaceAll('-', '_'),
  };
};
