import { UnavailableError } from '@flaghoist/core/errors';
import { rulesKey } from '@flaghoist/core/storage/keys';
import { RULES_VERSION } from '@flaghoist/rules/version';
import { createDistributeHandler } from '../lib/handler.ts';
import { createHome, FLAG } from './support/home.ts';
import { overriding } from './support/overriding.ts';
import { accepted, createRegion, REGION } from './support/region.ts';

const first = () => accepted({ epoch: 1, revision: 1 });

describe('a region', () => {
  it('reports the rules that it has with the first batch, and again when they become others', async () => {
    const region = createRegion();
    let rulesVersion = 2;
    const through = createDistributeHandler({
      ...region.ports,
      get rulesVersion() {
        return rulesVersion;
      },
    });
    await region.deliver([], through);
    expect(await region.flags.rulesVersion(REGION)).toBe(2);
    rulesVersion = 1;
    await region.deliver([], through);
    expect(await region.flags.rulesVersion(REGION)).toBe(1);
  });

  it('writes it once: what home knows already is not told again', async () => {
    const region = createRegion();
    await region.deliver([]);
    const { length } = region.tail.take();
    await region.deliver([], createDistributeHandler(region.ports));
    expect([length, region.tail.take().length]).toEqual([1, 0]);
  });

  it('distributes while it cannot report, and reports with the next batch', async () => {
    const region = createRegion();
    let isDown = true;
    const flags = overriding(region.flags, {
      reportRulesVersion: async (...report) => {
        if (isDown) throw new UnavailableError('flags', 'Try again.');
        return region.flags.reportRulesVersion(...report);
      },
    });
    const through = createDistributeHandler({ ...region.ports, flags });
    region.putRevision(first());
    expect(await region.deliver(region.tail.take(), through)).toEqual([]);
    expect(await region.row(first())).toBeDefined();
    expect(await region.flags.rulesVersion(REGION)).toBeNull();
    isDown = false;
    await region.deliver([], through);
    expect(await region.flags.rulesVersion(REGION)).toBe(RULES_VERSION);
  });
});

describe('home accepts under the newest rules', () => {
  const acceptedUnder = async (prepare: (home: ReturnType<typeof createHome>) => Promise<void>) => {
    const home = createHome();
    await prepare(home);
    await home.decide('created');
    return (await home.current(FLAG))?.rulesVersion;
  };

  it('that every serving region has reported', async () => {
    expect(await acceptedUnder(async ({ flags }) => flags.reportRulesVersion('eu-west-1', 1, 1))).toBe(1);
  });

  it('that it has itself', async () => {
    const newer = async ({ flags, topologies }: ReturnType<typeof createHome>) => {
      for (const { name } of (await topologies.latest()).regions)
        await flags.reportRulesVersion(name, RULES_VERSION + 1, 1);
    };
    expect(await acceptedUnder(newer)).toBe(RULES_VERSION);
  });

  it('whatever regions have that do not serve', async () => {
    const notServing = async ({ flags }: ReturnType<typeof createHome>) => {
      for (const region of ['ap-south-1', 'sa-east-1']) await flags.reportRulesVersion(region, 1, 1);
    };
    expect(await acceptedUnder(notServing)).toBe(RULES_VERSION);
  });

  it('and under the first of all while a serving region has reported nothing', async () => {
    const silent = async ({ tables }: ReturnType<typeof createHome>) => {
      tables.flags.delete(rulesKey('eu-west-1'));
    };
    expect(await acceptedUnder(silent)).toBe(1);
  });
});
