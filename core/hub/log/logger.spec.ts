import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { describe, it } from 'node:test';

describe('The log', () => {
  it('is one JSON object a line, without secrets', () => {
    const script = `
      import { createLogger } from ${JSON.stringify(new URL('./logger.ts', import.meta.url).href)};
      const log = createLogger('info');
      log.debug('not asked for');
      log.info({ password: 'hunter2', body: { token: 'hunter2', email: 'a@example.com' } }, 'one');
      log.warn({ request: { headers: { cookie: 'hunter2', authorization: 'hunter2' } }, err: new Error('two') }, 'two');
    `;
    const flags = ['--input-type=module-typescript', '-e', script];
    const { stdout, stderr } = spawnSync(process.execPath, flags, { encoding: 'utf8' });
    assert.equal(stdout, '');
    assert.equal(stderr.includes('hunter2'), false);
    const lines = stderr
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line) as Record<string, any>);
    assert.deepEqual(
      lines.map(({ level, msg }) => [level, msg]),
      [
        ['info', 'one'],
        ['warn', 'two'],
      ],
    );
    assert.equal(lines[0]!.body.email, 'a@example.com');
    assert.match(lines[1]!.err.stack, /logger|eval|Error: two/);
  });
});
