import type { DomainSettings } from '@flaghoist/core/ports/domain-settings';
import type { Logger } from '@flaghoist/core/ports/logger';
import { answerOf, answers as domain } from './domain.ts';
import { type Difference, SECURITY, settingsOf } from './settings.ts';
import { strangersOf } from './strangers.ts';
import type { Trail } from './trail.ts';

export interface BootstrapPorts {
  readonly settings: DomainSettings;
  readonly trail: Trail;
  readonly log: Logger;
}

export interface BootstrapOptions {
  /** Only tells what differs. */
  readonly dryRun?: boolean | undefined;
  /** Also gives rights to somebody for whom something stands there already. */
  readonly widen?: boolean | undefined;
}

export interface Bootstrapped {
  /** `refused`: somebody would get more than he has, and nothing was changed. */
  readonly outcome: 'as-wanted' | 'dry-run' | 'refused' | 'applied';
  readonly differences: readonly Difference[];
  /** Who reaches the trail by a role that is not this product's. They are told, and left as they are. */
  readonly strangers: readonly string[];
}

/**
 * Sets what Terraform cannot reach: the stream of the trail, a role that can only create in it, one that can only search, and
 * who has them. May be repeated, and goes on where it ended.
 *
 * @throws InvalidInputError for a domain that is set up for something else; UnavailableError
 */
export const bootstrapTrail = async (
  { dryRun = false, widen = false }: BootstrapOptions,
  { settings, trail, log }: BootstrapPorts,
): Promise<Bootstrapped> => {
  const answers = new Map<string, unknown>();
  for (const path of [...settingsOf(trail).map(({ readFrom }) => readFrom), `${SECURITY}/roles`]) {
    if (!answers.has(path)) answers.set(path, await settings.read(path));
  }
  const found = settingsOf(trail).flatMap((setting) => {
    const difference = setting.differs(answers.get(setting.readFrom));
    return difference === undefined ? [] : [{ setting, difference }];
  });
  const differences = found.map(({ difference }) => difference);
  const roles = answerOf(domain.roles, answers.get(`${SECURITY}/roles`));
  const strangers = strangersOf(roles, answerOf(domain.mappings, answers.get(`${SECURITY}/rolesmapping`)), trail);
  if (strangers.length > 0) log.error('others than this product reach the trail', { strangers });

  if (found.length === 0) return { outcome: 'as-wanted', differences, strangers };
  if (dryRun) return { outcome: 'dry-run', differences, strangers };
  if (!widen && differences.some(({ state, gives }) => state === 'different' && gives.length > 0)) {
    log.warn('rights in the trail would grow, nothing was set', { differences });
    return { outcome: 'refused', differences, strangers };
  }
  for (const { setting } of found) await settings.write(setting.writeTo, setting.value(answers.get(setting.readFrom)));
  log.info('the trail is set up', { differences });
  return { outcome: 'applied', differences, strangers };
};
