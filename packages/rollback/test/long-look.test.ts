import { flagPk, NEEDED_SK } from '@flaghoist/core/storage/keys';
import { createHome, FLAG, verdict } from './support/home.ts';

it('a revert that would look through more flags than there is time for is held by name', async () => {
  const home = createHome();
  for (const flagKey of ['alpha', 'gamma', 'omega']) await home.accept('created', { flagKey });
  const created = await home.accept('created');
  // As after a move of home: who needs the flag is known for another epoch only.
  home.tables.flags.delete({ pk: flagPk(FLAG), sk: NEEDED_SK });
  const revisions = home.flags.revisions.bind(home.flags);
  home.flags.revisions = async function* (after) {
    for await (const revision of revisions(after)) {
      await home.clock.sleep(2_000);
      yield revision;
    }
  };
  expect(await home.deliver(verdict(created, 'eu-west-1', 'inconsistent'))).toEqual([]);
  expect(await home.record(created)).toMatchObject({ state: 'held', holdReason: 'revert-refused' });
  expect(home.log.messages('error')).toContain('revert would look through more flags than there is time for');
});
