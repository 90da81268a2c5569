/** Access logs that other tools read too, and how many events they hold. */
import { describe, expect, test } from 'bun:test';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { LogReader } from '../../src/formats/log/decode-log.ts';
import { apacheAccess } from '../../src/formats/log/web/access.ts';
import { iis } from '../../src/formats/log/web/iis.ts';
import { printableText } from '../../src/model/text.ts';

const corpus = process.env['DEMINE_CORPUS'] ?? join(import.meta.dir, '../../../shared/corpus');

describe('logs of web servers', () => {
  test.each([
    ['apache_access.log', apacheAccess, 14, 1],
    ['iis/iis6.log', iis, 12, 0],
  ])('%s', (name, format, events, unreadable) => {
    const reader = new LogReader(printableText(name), format, {}, (event) => {
      expect(event.what).toBe('request');
      expect(event.certain).toBe(true);
    });
    reader.push(readFileSync(join(corpus, 'linux-logs', name)));
    expect(reader.end()).toMatchObject({ events, unreadable });
  });
});
