import { describe, expect, test } from 'bun:test';
import { join } from 'node:path';

describe('a reader that goes away', () => {
  test.each(['coverage', 'schema', 'rules', 'drill --list'])('ends %s without a word', (words) => {
    const script = '{ "$0" "$1" $2; echo "code $?" >&2; } | head -n 1';
    const main = join(import.meta.dir, 'main.ts');
    const run = Bun.spawnSync(['sh', '-c', script, process.execPath, main, words], {
      stdio: ['ignore', 'pipe', 'pipe'],
      env: { ...process.env, LC_ALL: 'C' },
    });
    expect(run.stderr.toString()).toBe('code 0\n');
    expect(run.stdout.toString().trim().split('\n')).toHaveLength(1);
  });
});
