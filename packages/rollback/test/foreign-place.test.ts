import { seal } from '@flaghoist/core/envelope';
import { revisionItem, storedOf } from '@flaghoist/core/storage/flag-items';
import { changeSk, flagPk, revisionSk } from '@flaghoist/core/storage/keys';
import { createHome, FLAG, verdict } from './support/home.ts';

/* What somebody wrote around these functions where a revert belongs. */

const pk = flagPk(FLAG);
const foreign = ['a REVISION', 'a sealed REVISION', 'a record', 'both'] as const;

it.each(foreign)('%s that nobody accepted does not stop a revert, and is named', async (what) => {
  const home = createHome();
  const created = await home.accept('created');
  await home.prove(created);
  const updated = await home.accept('updated', { on: false });
  const place = { epoch: updated.epoch, revision: updated.revision + 1 };
  if (what === 'a sealed REVISION') {
    const { envelopeDigest: _seal, documentDigest: _document, ...content } = updated;
    home.tables.flags.put(revisionItem(storedOf(seal({ ...content, ...place, kind: 'updated' }))));
  } else if (what !== 'a record') home.tables.flags.put({ pk, sk: revisionSk(place), ...place, envelope: '{}' });
  if (what === 'a record' || what === 'both')
    home.tables.changes.put({ pk, sk: changeSk(place), record: '{}', state: 'accepted' });
  expect(await home.deliver(verdict(updated, 'eu-west-1', 'inconsistent'))).toEqual([]);
  expect(await home.state(updated)).toBe('rolled-back');
  expect(await home.current()).toMatchObject({ ...place, documentDigest: created.documentDigest });
  expect(await home.changes.record(FLAG, place)).toMatchObject({ kind: 'rolled-back' });
  expect(home.log.messages('error').join()).toContain('somebody wrote into the place of the revert');
});
