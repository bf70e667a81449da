import type { Deployment } from '@flaghoist/adapters/deployment';
import { fillTemplate } from '@flaghoist/adapters/template';
import { InvalidInputError } from '@flaghoist/core/errors';
import type { Logger } from '@flaghoist/core/ports/logger';
import { wrongOption } from '../wrong-use.ts';

export interface World {
  readonly deployment: Deployment;
  readonly log: Logger;
}

/** @throws InvalidInputError for what the deployment does not name; WrongUseError where a service must be named */
export const arnOf = (
  { deployment }: World,
  section: 'queues' | 'functions' | 'workflows',
  name: string,
  places: { readonly region: string; readonly service?: string },
): string => {
  const template = deployment[section][name];
  if (template === undefined) {
    throw new InvalidInputError(
      'deployment',
      [`/${section}: has no ${name}`],
      'Apply the stacks of this release, and read their output again.',
    );
  }
  if (template.includes('{service}') && places.service === undefined) {
    throw wrongOption('--service', `it is missing, and each service has ${name} of its own`, 'Name the service.');
  }
  return fillTemplate(template, { ...places });
};
