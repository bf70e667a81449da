import { spawnSync } from 'node:child_process';
import { join } from 'node:path';

describe('npm start', () => {
  it('says where --once belongs when npm has kept it', () => {
    const { status, stderr, stdout } = spawnSync(process.execPath, [join(__dirname, '..', 'scripts', 'start.mjs')], {
      encoding: 'utf8',
      env: { ...process.env, npm_config_once: 'true' },
    });
    expect({ status, stdout }).toEqual({ status: 64, stdout: '' });
    expect(stderr).toContain('npm start -- --once');
  });
});
