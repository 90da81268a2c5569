/** What claims to be verified says with what it was compared: a file, a page, a section or a sample that can be opened. */
import { describe, expect, test } from 'bun:test';
import { printableText } from '../../model/text.ts';
import { LogReader } from './decode-log.ts';
import type { LogFormat } from './decoder.ts';
import { messageShapes, messagesOf } from './messages/table.ts';
import { syslog } from './syslog.ts';

describe('sources of messages', () => {
  test('every program is read by one shape alone', () => {
    const programs = messageShapes.flatMap((shape) => shape.programs);
    expect(programs.length).toBe(new Set(programs).size);
    expect(new Set(messageShapes.map(({ id }) => id)).size).toBe(messageShapes.length);
    for (const shape of messageShapes) {
      for (const program of shape.programs) expect(messagesOf(program)).toBe(shape);
    }
    expect(messagesOf('ansible-command').id).toBe('ansible');
    expect(messagesOf('%ASA-6-113039').id).toBe('asa');
    expect(messagesOf('login').id).toBe('pam');
  });
});

describe('an event of a shape that nothing vouches for', () => {
  const events = (format: LogFormat, text: string) => {
    const found: (boolean | undefined)[] = [];
    const reader = new LogReader(printableText('/x'), format, {}, ({ unverified }) => found.push(unverified));
    reader.push(Buffer.from(text));
    reader.end();
    return found;
  };
  const line = '2024-01-02T03:04:05Z web1 sshd[1]: Accepted password for root from 192.0.2.7 port 1 ssh2\n';

  test('says so, and every other does not', () => {
    expect(events(syslog, line)).toEqual([undefined]);
    const { id, yearless, decoder } = syslog;
    const guessed: LogFormat = {
      id,
      verified: false,
      origin: 'hearsay',
      decoder,
      ...(yearless === undefined ? {} : { yearless }),
    };
    expect(events(guessed, line)).toEqual([true]);
  });
});
