/** A file whose time was set back, as a whole scan of a folder tells it. */
import { afterAll, expect, test } from 'bun:test';
import { chmodSync, mkdirSync, mkdtempSync, rmSync, utimesSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { emptyConfig } from '../model/config.ts';
import { folderTarget } from '../target/folder.ts';
import { scan } from './scan.ts';

const root = mkdtempSync(join(tmpdir(), 'demine-set-back-'));
afterAll(() => rmSync(root, { recursive: true }));

const old = new Date('2018-05-01T07:08:09Z');
const program = 'usr/local/lib/tool/run';
const owned = 'usr/bin/tool';

function put(path: string, content: string): void {
  mkdirSync(join(root, dirname(path)), { recursive: true });
  writeFileSync(join(root, path), content);
}

put('etc/os-release', 'ID=debian\nPRETTY_NAME="Debian GNU/Linux 12"\n');
put('var/lib/dpkg/status', 'Package: tool\nStatus: install ok installed\nVersion: 1\n\n');
put('var/lib/dpkg/info/tool.list', `/.\n/${owned}\n`);
put('etc/cron.d/tool', `0 4 * * * root /${program}\n0 5 * * * root /${owned}\n`);
for (const path of [
  program,
  owned,
  'usr/local/lib/tool/a',
  'usr/local/lib/tool/b',
  'usr/bin/a',
  'usr/bin/b',
]) {
  put(path, '#!/bin/sh\nexit 0\n');
  chmodSync(join(root, path), 0o755);
}
for (const path of [program, owned]) utimesSync(join(root, path), old, old);

test('is a note beside the entry that runs it; a file of a package with its time is none', async () => {
  const target = folderTarget(root);
  try {
    const options = {
      ...({ language: 'en', interval: 0, active: false, thorough: false, keepSecrets: false } as const),
      seen: [],
      config: emptyConfig,
    };
    const { result } = await scan(target, undefined, options, '0');
    const times = result.findings.filter(({ rule }) => rule.startsWith('file.time'));
    expect(times.map(({ rule, severity, path }) => [rule, severity, path])).toEqual([
      ['file.time-set-back', 'low', `/${program}`],
    ]);
    expect(times[0]?.title).toBe(`The time of /${program} was set far back`);
    expect(result.verdict).toBe('clean');
  } finally {
    await target.close();
  }
});
