import { costReport } from '@flaghoist/capacity/cost/report';
import { readPlans } from '@flaghoist/capacity/plans/read-plans';
import { defaultsOnly } from '@flaghoist/capacity/quota/applied';
import { checkQuotas } from '@flaghoist/capacity/quota/check';

/** @param text what terraform show -json wrote of a plan */
export const fitsAndCosts = (text: string) => {
  const world = readPlans([{ name: 'plan.json', text }]);
  const load = { changesPerDay: 1000 };
  const { verdicts } = checkQuotas(world, { load, applied: defaultsOnly });
  return {
    exceeded: verdicts.filter(({ status }) => status === 'exceeded').map(({ name, request }) => `${name}: ${request}`),
    usdAMonth: costReport(world, load).usd,
  };
};
