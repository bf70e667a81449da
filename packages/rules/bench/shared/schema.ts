/** The part of JSON Schema in which the shared rules are written; each engine gets them translated. */
export interface Schema {
  readonly type?: Type | readonly Type[];
  readonly const?: unknown;
  readonly enum?: readonly unknown[];
  readonly pattern?: string;
  readonly minLength?: number;
  readonly maxLength?: number;
  readonly maximum?: number;
  readonly properties?: Readonly<Record<string, Schema>>;
  readonly required?: readonly string[];
  readonly additionalProperties?: Schema;
  readonly propertyNames?: Schema;
  readonly minProperties?: number;
  readonly maxProperties?: number;
  readonly items?: Schema;
  readonly maxItems?: number;
  readonly uniqueItems?: boolean;
  readonly contains?: Schema;
  readonly not?: Schema;
  readonly anyOf?: readonly Schema[];
  readonly allOf?: readonly Schema[];
  readonly if?: Schema;
  readonly then?: Schema;
}

export type Type = 'object' | 'array' | 'string' | 'number' | 'boolean' | 'null';

/** A rule of the catalogue as generic engines can say it. Which kinds of change it is asked about, the catalogue says. */
export interface SharedRule {
  readonly id: string;
  readonly schema: Schema;
}
