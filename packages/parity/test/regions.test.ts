import { normaliseValue } from '@flaghoist/plan-reading/normalise-value';
import { fingerprint, type Tree } from '@flaghoist/plan-reading/tree';
import { readable } from '../lib/model/placeholder.ts';
import { createNormalise } from '../lib/model/words.ts';
import { isAlike } from '../lib/sources/known-values.ts';
import { environments } from './support.ts';

const [dev, , prod] = environments;
if (dev === undefined || prod === undefined) throw new Error('no environments');

const cidrs = { 'eu-west-1': '10.1.0.0/16', 'eu-central-1': '10.2.0.0/16', 'eu-west-2': '10.3.0.0/16' };

/** In dev home has one other region, in prod three. */
const inDev = createNormalise({
  environment: dev,
  environments,
  variables: { cidrs },
  workspace: { region: 'eu-west-1', others: ['eu-west-2'] },
  networks: ['10.1.0.0/16'],
  zones: ['eu-west-1a', 'eu-west-1b'],
});
const others = ['eu-west-1', 'ap-south-1', 'sa-east-1'];
const inProd = createNormalise({
  environment: prod,
  environments,
  variables: { letters: { 'us-west-2': ['b', 'd'], 'us-east-1': ['a', 'c'] } },
  workspace: { region: 'us-east-1', others },
  zones: ['us-east-1a', 'us-east-1c'],
});

describe('words', () => {
  const inAnother = createNormalise({
    environment: prod,
    environments,
    variables: { letters: { 'us-west-2': ['b', 'd'] } },
    workspace: { region: 'sa-east-1', others: ['eu-west-1', 'ap-south-1'] },
    zones: ['sa-east-1a', 'sa-east-1c'],
  });

  it.each([
    ['sa-east-1', '<region>'],
    ['us-east-1 saeast1 use1', '<home region> <region in one word> <home region code>'],
    ['us-west-2', '<replica region>'],
    ['ap-south-1 aps1', '<other region> <other region code>'],
    ['sa-east-1c', '<zone 2>'],
    ['sa-east-1b', 'sa-east-1b'],
    ['staging-hoist-role-accept-usw2-a1', '<upstream>-hoist-role-accept-<upstream region code>-a1'],
    ['arn:aws:sns:us-west-2:222222222222:x', 'arn:aws:sns:<upstream region>:<upstream account>:x'],
    ['arn:aws:sns:us-west-2:333333333333:x', 'arn:aws:sns:<replica region>:<account>:x'],
    ['ReadByStaginguswest2accept', 'ReadBy<upstream><upstream region>accept'],
  ])('of the state of another region: %s is %s', (text, meaning) => {
    expect(readable(inAnother(text))).toBe(meaning);
  });

  it('take zones from the list of their own region', () => {
    expect(readable(inProd('us-east-1c us-east-1d'))).toBe('<zone 2> us-east-1d');
  });

  it('name a network by its region, also that of another one', () => {
    expect(readable(inDev('10.1.0.0/16 10.2.0.7 10.3.0.0/16'))).toBe(
      '<network cidrs.<region> /16 #0> <network cidrs.<replica region> host #7> <network cidrs.<other region> /16 #0>',
    );
  });
});

describe('what there is once for each other region', () => {
  const treesOf = (inTheOne: unknown, inTheMany: unknown): readonly [Tree, Tree] => [
    normaliseValue(inTheOne, {}, inDev),
    normaliseValue(inTheMany, {}, inProd),
  ];
  const alike = (inTheOne: unknown, inTheMany: unknown): boolean => isAlike(treesOf(inTheOne, inTheMany));
  const byRegion = (regions: readonly string[], of: (region: string) => unknown): unknown =>
    Object.fromEntries(regions.map((region) => [region, of(region)]));
  const devRegions = ['eu-central-1', 'eu-west-2', 'eu-west-1'];
  const prodRegions = ['us-east-1', 'us-west-2', ...others];
  const encrypted = (region: string) => ({ arn: `arn:aws:kms:${region}`, on: true });

  it('counts as one in maps and lists, in whatever order the regions stand', () => {
    expect(alike(byRegion(devRegions, encrypted), byRegion(prodRegions, encrypted))).toBe(true);
    expect(alike(devRegions, prodRegions)).toBe(true);
    expect(alike(devRegions.map(encrypted), prodRegions.toReversed().map(encrypted))).toBe(true);
  });

  it.each(prodRegions)('is seen where %s alone differs', (different) => {
    const one = (region: string) => ({ ...encrypted(region), on: region !== different });
    expect(alike(byRegion(devRegions, encrypted), byRegion(prodRegions, one))).toBe(false);
    expect(alike(devRegions.map(encrypted), prodRegions.map(one))).toBe(false);
  });

  it.each(prodRegions)('is seen where %s alone has none', (missing) => {
    const rest = prodRegions.filter((region) => region !== missing);
    expect(alike(byRegion(devRegions, encrypted), byRegion(rest, encrypted))).toBe(false);
    expect(alike(devRegions, rest)).toBe(false);
  });

  it('keeps every entry of a map that is not alike', () => {
    const [, tree] = treesOf(
      {},
      byRegion(others, (region) => region === 'sa-east-1'),
    );
    expect(tree.kind === 'map' && [...tree.entries.keys()]).toEqual(others);
    expect(tree.kind === 'map' && tree.meanings?.size).toBe(0);
  });

  it('keeps the order of what is not about several regions', () => {
    const steps = ['first', 'in eu-west-1', 'last'];
    expect(fingerprint(normaliseValue(steps, {}, inDev))).not.toBe(
      fingerprint(normaliseValue(steps.toReversed(), {}, inDev)),
    );
  });
});
