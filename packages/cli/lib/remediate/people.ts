import { join } from 'node:path';
import { peopleKind } from '@flaghoist/fleet/kinds';
import { readChecked } from '@flaghoist/fleet/read-file';
import { readText } from '@flaghoist/fleet/read-text';
import type { ListedPerson } from '@flaghoist/rules/directory';

/** Those of the checkout, as they were reviewed with it. @throws InvalidFileError */
export const peopleIn = (fleet: string): readonly ListedPerson[] =>
  readChecked(peopleKind, 'fleet/people.json', readText(join(fleet, 'people.json'), 'fleet/people.json')).value.people;
