import { connectDynamo } from '@flaghoist/adapters/connect/dynamo';
import { connectStepFunctions } from '@flaghoist/adapters/connect/step-functions';
import { DynamoChangeStore } from '@flaghoist/adapters/dynamo-change-store';
import { DynamoFlagStore } from '@flaghoist/adapters/dynamo-flag-store';
import { startWorkflow } from '@flaghoist/adapters/start-workflow';
import type { VerifyPorts } from '@flaghoist/operations/verify-change';
import { systemClock } from '@flaghoist/system/clock';
import { systemRandom } from '@flaghoist/system/random';
import { arnOf, type World } from './arn-of.ts';

/** What somebody reaches who has a change looked at. @param home where changes are accepted now */
export const verifyPorts = (world: World, home: string): VerifyPorts => {
  const { flagsTable, changesTable } = world.deployment;
  const client = connectDynamo({ region: home });
  return {
    flags: new DynamoFlagStore({ client, table: flagsTable }),
    changes: new DynamoChangeStore({ client, changesTable, flagsTable, clock: systemClock, random: systemRandom }),
    ask: async (region, key) => {
      const workflow = arnOf(world, 'workflows', 'verify-window', { region });
      // As EventBridge hands it over: the event in its envelope.
      const detail = { region, changeIds: [key.changeId], changes: [key] };
      await startWorkflow(connectStepFunctions({ region }), workflow, { detail: { detail } });
    },
    clock: systemClock,
  };
};
