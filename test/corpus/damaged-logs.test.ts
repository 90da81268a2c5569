/** Real logs, damaged as disks, crashes and editors damage them: nothing throws, and nothing becomes what it was not. */
import { describe, expect, test } from 'bun:test';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { audit } from '../../src/formats/log/audit/audit.ts';
import type { LogFormat } from '../../src/formats/log/decoder.ts';
import { bashHistory } from '../../src/formats/log/history/bash.ts';
import { aptHistory } from '../../src/formats/log/packages/apt-history.ts';
import { dpkgLog } from '../../src/formats/log/packages/dpkg.ts';
import { readLog } from '../../src/formats/log/read-log.fixture.ts';
import { postgresql } from '../../src/formats/log/services/postgresql.ts';
import { syslog } from '../../src/formats/log/syslog.ts';
import { apacheAccess } from '../../src/formats/log/web/access.ts';
import { iis } from '../../src/formats/log/web/iis.ts';
import type { LogEvent } from '../../src/model/facts/event.ts';

const corpus = process.env['DEMINE_CORPUS'] ?? join(import.meta.dir, '../../../shared/corpus');

const logs: readonly (readonly [string, LogFormat])[] = [
  ['syslog/syslog', syslog],
  ['syslog/syslog_ssh.log', syslog],
  ['syslog/syslog_rsyslog', syslog],
  ['audit_enriched.log', audit],
  ['bash_history', bashHistory],
  ['dpkg.log', dpkgLog],
  ['apt_history.log', aptHistory],
  ['postgresql.log', postgresql],
  ['apache_access.log', apacheAccess],
  ['iis/iis6.log', iis],
];

/** Numerical Recipes' generator: the same damage in each run. */
function* numbers(seed: number): Generator<number, never> {
  for (let state = seed >>> 0; ; ) {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    yield state >>> 8;
  }
}

/** One damage of those that happen to files. */
function damaged(bytes: Uint8Array, random: Generator<number, never>): Buffer {
  const out = Buffer.from(bytes);
  const at = random.next().value % out.length;
  const size = 1 + (random.next().value % 4096);
  switch (random.next().value % 6) {
    case 0:
      return out.subarray(0, at);
    case 1:
      return out.fill(0, at, Math.min(out.length, at + size));
    case 2:
      return Buffer.concat([out.subarray(at), out.subarray(0, at)]);
    case 3:
      return Buffer.concat([out.subarray(0, at), Buffer.alloc(size), out.subarray(at)]);
    case 4:
      return Buffer.concat([out.subarray(0, at), out]);
    default:
      // A few bytes that are not what was written.
      for (let flip = 0; flip < 8; flip += 1)
        out[random.next().value % out.length] = random.next().value & 0xff;
      return out;
  }
}

const kindOf = (event: LogEvent): string => (event.what === 'login' ? `login ${event.outcome}` : event.what);

describe.each(logs)('%s', (name, format) => {
  const bytes = readFileSync(join(corpus, 'linux-logs', name));
  const whole = new Set(readLog(format, bytes).events.map(kindOf));

  test('is still its own kind of log', () => {
    expect(whole.size).toBeGreaterThan(0);
    const random = numbers(name.length * 104_729);
    for (let round = 0; round < 300; round += 1) {
      const { events } = readLog(format, damaged(bytes, random));
      for (const event of events) {
        // A failed login is what a success becomes whose end was changed; never the other way.
        const allowed = ['message', 'login failed', ...whole];
        if (!allowed.includes(kindOf(event))) expect([round, kindOf(event), String(event.text)]).toEqual([]);
        expect(/[\x00-\x1f\x7f]/.test(JSON.stringify(event))).toBe(false);
      }
    }
  });
});
