import access from './access.json' with { type: 'json' };

/** What the documents of `access.json` leave open, by the name of the placeholder. */
export interface AccessPlaces {
  /** The ARN of the table `proposals`. */
  readonly proposals: string;
  /** The roles of home's functions, which settle what authors wrote. */
  readonly homeRoles: readonly string[];
  /** The identity provider that signs people in, by SAML: it, and not whoever signs in, names the session. */
  readonly samlProvider: string;
  readonly accountRoot: string;
  /** The role as which a program runs that writes proposals or approvals, and the one name of its session. */
  readonly programRole: string;
  readonly sessionName: string;
  /** The roles of the canary's function, of home and standby. */
  readonly canaryRoles: readonly string[];
  /** The ARN of the table `changes`, who writes what is known of changes there, and who writes how far the sweep of the trail is. */
  readonly changes: string;
  readonly changeWriters: readonly string[];
  readonly progressKeepers: readonly string[];
}

/**
 * The policies by which IAM lets everybody write under their own key of `proposals` and nowhere else (rule 18), and home alone what
 * became of it. A placeholder
 * is a whole JSON string; Terraform puts values in the same way, by `replace(…, "\"{proposals}\"", jsonencode(…))`.
 */
export const accessFor = (places: AccessPlaces): typeof access =>
  JSON.parse(
    Object.entries(places).reduce(
      (text, [name, value]) => text.replaceAll(`"{${name}}"`, () => JSON.stringify(value)),
      JSON.stringify(access),
    ),
  );
