/** Real logs that nobody here wrote: as many events as other readers found, and none from what is another log. */
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

const corpus = process.env['DEMINE_CORPUS'] ?? join(import.meta.dir, '../../../shared/corpus');
const bytesOf = (name: string): Uint8Array => readFileSync(join(corpus, 'linux-logs', name));

const expected: readonly (readonly [string, LogFormat, number])[] = [
  ['audit_enriched.log', audit, 29],
  ['bash_history', bashHistory, 4],
  ['dpkg.log', dpkgLog, 4],
  ['apt_history.log', aptHistory, 10],
  ['postgresql.log', postgresql, 20],
];

describe('logs of services, packages and shells', () => {
  test.each(expected)('%s', (name, format, events) => {
    const read = readLog(format, bytesOf(name));
    expect(read.outcome).toMatchObject({ events, unreadable: 0, cutLines: 0 });
    expect(read.events.every(({ us }) => us > 0)).toBe(true);
  });

  test('commands of the audit log have who logged in, and its encoded arguments are text', () => {
    const commands = readLog(audit, bytesOf('audit_enriched.log')).events.filter(
      (event) => event.what === 'command',
    );
    expect(commands).toHaveLength(3);
    for (const { login, account, folder, pid, command } of commands) {
      expect([login, account, folder].map(String)).toEqual(['root', 'root', '/root']);
      expect(pid).toBeGreaterThan(0);
      expect(/\b[0-9A-F]{16,}\b/.test(command)).toBe(false);
    }
  });

  test('transactions of apt carry the command that asked for them', () => {
    const { events } = readLog(aptHistory, bytesOf('apt_history.log'));
    expect(events.every((event) => event.what === 'package' && event.command?.startsWith('apt-get '))).toBe(
      true,
    );
  });

  test('no format finds a login in another’s log', () => {
    for (const [name] of expected) {
      for (const [other, format] of expected) {
        if (other === name) continue;
        const kinds = new Set(readLog(format, bytesOf(name)).events.map(({ what }) => what));
        expect(kinds.has('login') || kinds.has('account')).toBe(false);
      }
    }
  });
});
