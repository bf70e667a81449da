import { regionCode } from '../lib/region-code.ts';

it('writes regions as the module naming does', () => {
  expect(['eu-west-1', 'us-east-2', 'ap-southeast-1', 'us-gov-west-1'].map(regionCode)).toEqual([
    'euw1',
    'use2',
    'apse1',
    'usgw1',
  ]);
});
