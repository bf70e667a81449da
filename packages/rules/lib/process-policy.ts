import * as z from 'zod/mini';
import { readInstant } from './instant.ts';

const count = z.int().check(z.gte(0));
const names = z.array(z.string());
/** `2026-12-24T00:00Z`: UTC, to the minute. */
const instant = z
  .string()
  .check(z.regex(/^\d{4}-(?:0[1-9]|1[0-2])-\d\dT[0-2]\d:[0-5]\dZ$/, 'must be like 2026-12-24T00:00Z'));
const timeOfDay = z.string().check(z.regex(/^(?:[01]\d|2[0-3]):[0-5]\d$|^24:00$/, 'must be like 16:30'));

/** An approval to change something in a freeze all the same. */
const exceptionSchema = z.strictObject({ ticket: z.string(), approvedBy: z.string(), until: instant });

/** A time in which nothing is changed but by an exception. */
export const freezeSchema = z.strictObject({
  name: z.string(),
  from: instant,
  to: instant,
  /** Owners that it concerns; empty for all. */
  owners: z._default(names, []),
  exceptions: z._default(z.array(exceptionSchema), []),
});
export type Freeze = z.output<typeof freezeSchema>;

/** Whether a freeze begins before it ends, and all its times are in the calendar: the form alone lets 31 February pass. */
export const hasSoundTimes = ({ from, to, exceptions }: Freeze): boolean => {
  const [begins, ends] = [readInstant(from), readInstant(to)];
  return (
    begins !== null && ends !== null && begins < ends && exceptions.every(({ until }) => readInstant(until) !== null)
  );
};

/** Hours of the week in UTC in which changes are made. */
export const changeHoursSchema = z.strictObject({
  /** 1 is Monday, 7 is Sunday. */
  days: z.array(z.int().check(z.gte(1), z.lte(7))),
  from: timeOfDay,
  to: timeOfDay,
});
export type ChangeHours = z.output<typeof changeHoursSchema>;

/**
 * The parameters of the rules about process, safety and money. By default nothing is asked for that a company has to set
 * up first: approvals, freezes, promotion, tickets.
 */
export const processShape = {
  /** Named groups of regions in which data may stay. */
  residencies: z._default(z.array(z.strictObject({ name: z.string(), regions: names })), []),
  /** Whether a flag may go to everybody only after a named audience has proven it. */
  everybodyAfterProof: z._default(z.boolean(), false),
  /** Whether the owner of each service in a named audience must have approved. */
  serviceOwnersApprove: z._default(z.boolean(), false),

  /** The teams that may own flags; empty when nobody keeps a list. */
  teams: z._default(names, []),
  /** Members of a flag's metadata that must be there. */
  requiredMetadata: z._default(names, []),
  /** How long a temporary flag may live, from acceptance. */
  maxTemporaryDays: z._default(count, 180),
  /** How far ahead a permanent flag's next review may lie. */
  maxReviewDays: z._default(count, 400),
  /** After how long without a change a flag is stale. */
  staleAfterDays: z._default(count, 365),

  /** Times in which nothing is changed but by an exception. */
  freezes: z._default(z.array(freezeSchema), []),
  /** How long before a freeze the last change is made: as long as it takes to see what it does. */
  freezeLeadMinutes: z._default(count, 0),
  /** Hours of the week, in UTC, in which changes are made; empty for any time. */
  changeHours: z._default(z.array(changeHoursSchema), []),
  /** How far ahead a document may say that something happens. */
  maxScheduleDays: z._default(count, 400),

  /** Whether the environment before this one must have verified what is accepted here. */
  promotionRequired: z._default(z.boolean(), false),
  /** Whether the whole document must be the one verified there, and not only its variants. */
  promotionIdentical: z._default(z.boolean(), false),
  /** How long ago the environment before this one must have verified it. */
  promotionBakeMinutes: z._default(count, 0),
  /** How old a verification there may be; 0 for any age. */
  promotionMaxAgeDays: z._default(count, 0),
  /** Values of `metadata.type` that need no promotion. */
  promotionExemptTypes: z._default(names, ['kill-switch', 'ops']),

  /** How many people must have approved a change. */
  approvalsRequired: z._default(count, 0),
  /** How many of them must not have come through a trusted submitter, but lie under the approvers' own keys. */
  approvalsOutsideSubmitter: z._default(count, 0),
  /** How many it takes to lift a kill. */
  approvalsToRestore: z._default(count, 0),
  /** How old an approval may be at acceptance. */
  maxApprovalAgeHours: z._default(count, 168),
  /** Roles of which each approver must have one; empty for any. */
  approverRoles: z._default(names, []),
  /** Roles of which one approver of a flag with `metadata.valueKind` must have one; empty for none. */
  valueApproverRoles: z._default(names, []),
  /** Whether somebody of the owner’s team must have approved or made the change. */
  ownerTeamApproves: z._default(z.boolean(), false),
  /** Whether somebody of the team that becomes the owner must have approved. */
  newOwnerApproves: z._default(z.boolean(), false),
  /** Whether only the owner’s team may make the change. */
  actorOfOwnerTeam: z._default(z.boolean(), false),

  /** Kinds of change that need a ticket. */
  ticketRequiredFor: z._default(z.array(z.enum(['created', 'updated', 'archived', 'restored'])), []),
  /** What a ticket begins with; empty for anything. */
  ticketPrefixes: z._default(names, []),
  /** Names behind which there is no one person. */
  sharedActors: z._default(names, ['root', 'admin', 'administrator', 'anonymous', 'unknown', 'nobody']),

  /** Domains whose addresses may stand in flags. */
  emailDomains: z._default(names, []),
  /** Hosts that have no https; the names of XML and JSON schemas are no addresses. */
  plainHttpHosts: z._default(names, ['www.w3.org', 'schemas.xmlsoap.org', 'json-schema.org']),

  /** The largest amount that a flag may carry, in major units. A currency that is not listed has none. */
  moneyCaps: z._default(z.array(z.strictObject({ currency: z.string(), max: z.number() })), []),
  /** By how much one change may move an amount or a rate; 0 for any. */
  maxValueChangePercent: z._default(count, 0),
  /** The largest rate that a flag may carry, in percent. */
  maxRatePercent: z._default(z.number().check(z.gt(0)), 100),
  /** The lowest rate that a flag may carry, in percent. */
  minRatePercent: z._default(z.number().check(z.lte(0)), -100),
  /** Whether fees and limits may be below zero. Amounts that are no fee and no limit always may. */
  negativeAmounts: z._default(z.boolean(), false),
  /** Codes that stand for assets and are not in ISO 4217, such as crypto-assets. */
  otherCurrencies: z._default(names, [
    'ADA',
    'BCH',
    'BNB',
    'BTC',
    'DAI',
    'DOT',
    'ETH',
    'LTC',
    'SOL',
    'UNI',
    'XLM',
    'XRP',
  ]),
  /** Whose flags must say by `metadata.valueKind` what their numbers are: of these owners, key prefixes or services. */
  valueKindRequired: z._default(
    z.array(
      z.strictObject({
        owners: z._default(names, []),
        keyPrefixes: z._default(names, []),
        services: z._default(names, []),
      }),
    ),
    [],
  ),
};
