import { filled } from './variables.ts';

/** How a function names the queues of services. ARNs, with `{service}` in the place of the service's name. */
export const queueVariables = {
  QUEUE_ARN_TEMPLATE: filled,
  DEAD_LETTER_ARN_TEMPLATE: filled,
};
