import type { PlannedWorld } from '@flaghoist/capacity/plans/planned';
import { readPlans } from '@flaghoist/capacity/plans/read-plans';
import { regionShape } from '@flaghoist/capacity/plans/region-of';
import { readInput } from './read-input.ts';
import { wrongOption } from './wrong-use.ts';

/** A region before a file, as in eu-west-1=plan.json. A file may have a = in its name; then it stands behind ./ */
const named = (argument: string): { readonly file: string; readonly region?: string } => {
  const at = argument.indexOf('=');
  const region = argument.slice(0, Math.max(at, 0));
  return regionShape.test(region) ? { file: argument.slice(at + 1), region } : { file: argument };
};

/** What plans make, each a file of `terraform show -json`, with its region before it where the plan does not say it. */
export const plannedWorld = (plans: readonly string[]): PlannedWorld =>
  readPlans(
    plans.map((argument) => {
      const { file, region } = named(argument);
      return { name: file, text: readInput(file), region };
    }),
  );

/** @throws WrongUseError for what is no number from 0 on, or less than the least */
export const numberOption =
  (option: string, { whole = false, least = 0 }: { readonly whole?: boolean; readonly least?: number } = {}) =>
  (text: string): number => {
    const value = text.trim() === '' ? Number.NaN : Number(text);
    if (Number.isFinite(value) && value >= least && (!whole || Number.isInteger(value))) return value;
    throw wrongOption(
      option,
      `${JSON.stringify(text)} is no ${whole ? 'whole ' : ''}number from ${least} on`,
      'Write digits, such as 1000.',
    );
  };
