import { shippedWiring } from '@flaghoist/wiring/wiring';
import permissions from '../../../wiring/lib/permissions.json' with { type: 'json' };
import { assumptions } from '../../lib/load/assumptions.ts';

const wiring = shippedWiring();
const functions = Object.entries(assumptions.functions);

interface Statement {
  readonly actions: readonly string[];
  readonly on: readonly string[];
}

/** Tables that a function may use for some of these actions. */
const permitted = (name: string, actions: RegExp): readonly string[] =>
  [
    ...new Set(
      ((permissions.functions as Readonly<Record<string, readonly Statement[]>>)[name] ?? [])
        .filter((statement) => statement.actions.some((action) => actions.test(action)))
        .flatMap(({ on }) => on)
        .flatMap((place) => /^(?:table|index)\/([a-z]+)/.exec(place)?.[1] ?? []),
    ),
  ].sort();

it('knows every function of the wiring, and no other', () => {
  expect(functions.map(([name]) => name).sort()).toEqual(Object.keys(wiring.functions).sort());
});

it.each(functions)('%s reads and writes the tables that it may, and each is said', (name, { reads, writes }) => {
  expect(Object.keys(reads).sort()).toEqual(permitted(name, /:(?:Get|BatchGet)Item$|:Query$|:Scan$/));
  const written = permitted(name, /:(?:Put|Update|Delete)Item$/);
  expect(Object.keys(writes).filter((table) => !written.includes(table))).toEqual([]);
});

it('says of each queue, stream and workflow that triggers a function what a change brings', () => {
  for (const { triggers } of Object.values(wiring.functions)) {
    for (const trigger of triggers) {
      if (trigger.kind === 'stream') expect(assumptions.recordsPerChange).toHaveProperty(trigger.table);
      if (trigger.kind === 'workflow') expect(assumptions.workflowsPerChange).toHaveProperty(trigger.workflow);
      if (trigger.kind === 'queue' && wiring.queues[trigger.queue]?.scope !== 'service') {
        expect(assumptions.messagesPerChange).toHaveProperty(trigger.queue);
      }
    }
  }
});
