/**
 * Who wrote an item, as AWS says it in `aws:userid` and as the item's partition key proves it (rule 18): the unique id of an
 * assumed role and the name of its session. Roles are known by that id, because a role's name can be given to another role.
 */
export interface Principal {
  /** `AROA…`; `local` where no account stands behind the key. */
  readonly role: string;
  readonly session: string;
}

/** What stands for a role in a world without accounts: everybody on that machine is who he says. */
const LOCAL = 'local';

/** The characters of a session's name are those that STS takes. */
const userId = /^(?<role>AROA[A-Z0-9]{12,124}|local):(?<session>[\w+=,.@-]{2,64})$/;

/**
 * Reads the text of a key behind its prefix. `undefined` for what is no session of an assumed role: an account's root, an IAM
 * user with keys of their own, another account's federated user. Nobody can be found behind those in a directory.
 */
export const principalOf = (text: string): Principal | undefined => {
  const { role, session } = userId.exec(text)?.groups ?? {};
  return role === undefined || session === undefined ? undefined : { role, session };
};

/** As `aws:userid` has it. */
export const principalText = ({ role, session }: Principal): string => `${role}:${session}`;

export const localPrincipal = (session: string): Principal => ({ role: LOCAL, session });

export const isLocal = ({ role }: Principal): boolean => role === LOCAL;

/** Byte by byte: `Mia` and `mia` are two sessions, whatever an identity provider thinks of it. */
export const samePrincipal = (a: Principal, b: Principal): boolean => a.role === b.role && a.session === b.session;
