import type { Envelope } from '@flaghoist/core/envelope';
import { exampleEnvelope } from '../../lib/examples/envelope.ts';
import { examples } from '../../lib/examples/examples.ts';
import { revisionsOf } from '../../test/flags/history.ts';
import { operations } from '../../test/flags/operations.ts';
import { releases } from '../../test/flags/releases.ts';
import { values } from '../../test/flags/values.ts';

/** As it comes from the wire: what JSON has no form for is null. */
const asReceived = (envelope: Envelope): Envelope => JSON.parse(JSON.stringify(envelope));

/** All examples of the catalogue and all real flags, by a name that tells which: engines must agree on each. */
export const corpus = (): readonly (readonly [name: string, envelope: Envelope])[] => [
  ...Object.entries(examples).flatMap(([id, { failing, passing }]) => [
    [`${id}, failing`, asReceived(exampleEnvelope(failing))] as const,
    [`${id}, passing`, asReceived(exampleEnvelope(passing))] as const,
  ]),
  ...Object.entries({ ...releases, ...operations, ...values }).flatMap(([key, steps]) =>
    revisionsOf(key, steps).map((envelope) => [`${key}, ${envelope.kind}`, asReceived(envelope)] as const),
  ),
];
