import { existsSync } from 'node:fs';
import { deploymentOf } from '@flaghoist/capacity/load/deployment';
import { isRegionOfAws, UNKNOWN_REGION_HINT } from '@flaghoist/capacity/plans/aws-regions';
import type { PlannedWorld } from '@flaghoist/capacity/plans/planned';
import { type PlanText, readPlans } from '@flaghoist/capacity/plans/read-plans';
import { regionShape } from '@flaghoist/capacity/plans/region-of';
import { PLAN_HINT } from '@flaghoist/plan-reading/plan';
import type { Command } from 'commander';
import { numberBetween } from './option-values.ts';
import { readInput } from './read-input.ts';
import { WrongUseError, wrongOption } from './wrong-use.ts';

/** What plans are held against, beside how often flags change. */
export interface LoadOptions {
  readonly services?: number;
  readonly flags?: number;
}

const MOST_FLAGS = 1_000_000;
const MOST_SERVICES = 100_000;

/** The plans and the load, as every command about planned capacity takes them. */
export const withPlans = (command: Command): Command =>
  command.argument(
    '<plan...>',
    'files of terraform show -json, all of one account; REGION=FILE where a plan does not say its region',
  );

export const withLoad = (command: Command): Command =>
  command
    .option('--services <number>', 'services that a change concerns (default: all)', numberBetween(1, MOST_SERVICES))
    .option('--flags <number>', 'live flags (default: 1,000)', numberBetween(0, MOST_FLAGS));

/**
 * A region before a file, as in eu-west-1=plan.json. A file may have a = in its name.
 *
 * @throws WrongUseError for what is neither
 */
const named = (argument: string): { readonly file: string; readonly region?: string } => {
  const at = argument.indexOf('=');
  if (at < 0 || existsSync(argument)) return { file: argument };
  const region = argument.slice(0, at);
  const file = argument.slice(at + 1);
  if (regionShape.test(region) && file !== '') {
    if (isRegionOfAws(region)) return { file, region };
    throw new WrongUseError(`${JSON.stringify(argument)}: AWS has no region ${region}`, UNKNOWN_REGION_HINT);
  }
  throw new WrongUseError(
    `${JSON.stringify(argument)} is no plan: ${file === '' ? 'no file stands behind the =' : `there is no such file, and ${JSON.stringify(region)} is no region`}`,
    'Write a region of AWS, = and a file: eu-west-1=plan.json. A file alone will do where its plan says the region.',
  );
};

const planText = (argument: string): PlanText => {
  const { file, region } = named(argument);
  return { name: file, text: readInput(file, PLAN_HINT), region };
};

/**
 * What plans make, each a file of `terraform show -json`, with its region before it where the plan does not say it.
 *
 * @throws WrongUseError, InvalidInputError
 */
export const plannedWorld = (plans: readonly string[], { services }: LoadOptions): PlannedWorld => {
  const world = readPlans(plans.map(planText));
  const there = Math.max(0, ...deploymentOf(world.resources).regions.map(({ subscriptions }) => subscriptions));
  if (services !== undefined && there > 0 && services > there) {
    throw wrongOption(
      '--services',
      `a change cannot concern ${services} services: the plans have ${there}`,
      `Write a number from 1 to ${there}, or leave it out for all of them.`,
    );
  }
  return world;
};
