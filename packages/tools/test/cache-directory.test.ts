import { cacheDirectory } from '../lib/cache-directory.ts';

it('keeps its cache where the machine keeps caches', () => {
  expect(cacheDirectory({ HOME: '/home/me' })).toBe('/home/me/.cache/flaghoist');
  expect(cacheDirectory({ HOME: '/home/me', XDG_CACHE_HOME: '/cache' })).toBe('/cache/flaghoist');
  expect(cacheDirectory({ HOME: '/home/me', FLAGHOIST_CACHE: '/elsewhere' })).toBe('/elsewhere');
});
