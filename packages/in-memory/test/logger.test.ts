import { RecordingLogger } from '@flaghoist/in-memory/logger';

describe('RecordingLogger', () => {
  it('keeps level, message and fields', () => {
    const log = new RecordingLogger();
    log.info('started');
    log.error('cache not reachable', { service: 'payments' });
    log.warn('late', { ms: 3 });
    expect(log.lines).toEqual([
      { level: 'info', message: 'started', fields: {} },
      { level: 'error', message: 'cache not reachable', fields: { service: 'payments' } },
      { level: 'warn', message: 'late', fields: { ms: 3 } },
    ]);
    expect(log.messages('error')).toEqual(['cache not reachable']);
  });
});
