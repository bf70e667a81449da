import type { InstancesView } from '@flaghoist/control-plane/views/instances';
import { counted } from '../terminal.ts';

const NAMED = 3;

/** What agents claim, such as `3 of 4 instances, task-f3 of cards in eu-west-1 41 s behind`. */
export const instancesText = ({ alive, holding, behind }: InstancesView): string => {
  const named = behind
    .slice(0, NAMED)
    .map(
      ({ region, service, instance, behindMs }) =>
        `${instance} of ${service} in ${region} ${Math.round(behindMs / 1000)} s behind`,
    );
  const more = alive - holding - named.length;
  return [
    `${holding} of ${counted(alive, 'instance')}`,
    ...named,
    ...(named.length > 0 && more > 0 ? [`${more} more behind`] : []),
  ].join(', ');
};
