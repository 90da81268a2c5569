import { describe, expect, test } from 'bun:test';
import type { LogEvent } from '../../model/facts/event.ts';
import { printableText } from '../../model/text.ts';
import { ExportedFields, ExportedObjects, exportedForm } from './exported.ts';

const source = printableText('/cases/u24.json');
const noon = 1_700_000_000e6;
const accepted = 'Accepted password for root from 203.0.113.9 port 22 ssh2';
const bootId = '0123456789abcdef0123456789abcdef';
const sshd = {
  __CURSOR: 's=x;i=1',
  __REALTIME_TIMESTAMP: `${noon}`,
  __MONOTONIC_TIMESTAMP: '900000000',
  _BOOT_ID: bootId,
  _TRANSPORT: 'syslog',
  SYSLOG_IDENTIFIER: 'sshd-session',
  _PID: '900',
  _UID: '0',
  _EXE: '/usr/lib/openssh/sshd-session',
  _HOSTNAME: 'u24',
  MESSAGE: accepted,
};
type Given = Readonly<Record<string, unknown>>;

function readBy(
  Reader: typeof ExportedFields | typeof ExportedObjects,
  bytes: Uint8Array,
  size = bytes.length,
) {
  const events: LogEvent[] = [];
  const reader = new Reader(source, (event) => events.push(event));
  for (let at = 0; at < bytes.length; at += size) reader.push(bytes.subarray(at, at + size));
  return { events, outcome: reader.end() };
}
const objects = (text: string, size?: number) => readBy(ExportedObjects, Buffer.from(text), size);
const json = (...given: readonly Given[]): string => given.map((one) => `${JSON.stringify(one)}\n`).join('');

/** As `journalctl -o export` writes: what holds a newline or is no text with its length before it. */
const exported = (...given: readonly Readonly<Record<string, string>>[]): Buffer =>
  Buffer.concat(
    given.flatMap((fields) => [
      ...Object.entries(fields).map(([name, value]) => {
        if (!value.includes('\n')) return Buffer.from(`${name}=${value}\n`);
        const size = Buffer.alloc(8);
        size.writeBigUInt64LE(BigInt(Buffer.byteLength(value)));
        return Buffer.concat([Buffer.from(`${name}\n`), size, Buffer.from(`${value}\n`)]);
      }),
      Buffer.from('\n'),
    ]),
  );
const fields = (bytes: Uint8Array, size?: number) => readBy(ExportedFields, bytes, size);

const login = {
  what: 'login',
  outcome: 'accepted',
  account: 'root',
  from: '203.0.113.9',
  us: noon,
  host: 'u24',
  text: accepted,
  certain: true,
};

describe('a journal as journalctl wrote it out', () => {
  test.each([
    ['an object a line', json(sshd, sshd)],
    ['for a browser', json(sshd, sshd).replace(/^(?=\{)/gm, 'data: ')],
    ['as a sequence', json(sshd, sshd).replace(/^(?=\{)/gm, '\x1e')],
    ['over several lines', [sshd, sshd].map((one) => `${JSON.stringify(one, undefined, '\t')}\n`).join('')],
  ])('is read: %s', (_, text) => {
    expect(exportedForm(Buffer.from(text))).toBe('objects');
    for (const size of [text.length, 7]) {
      const { events, outcome } = objects(text, size);
      expect(events).toMatchObject([login, login]);
      expect(outcome).toMatchObject({ lines: 2, events: 2, unreadable: 0 });
    }
    const [, second] = objects(text).events;
    expect(second?.source.line).toBeGreaterThan(1);
  });

  test('field by field, cut anywhere', () => {
    const bytes = exported(sshd, { ...sshd, MESSAGE: `two\nlines` }, sshd);
    expect(exportedForm(bytes)).toBe('fields');
    for (const size of [bytes.length, 1, 13]) {
      const { events, outcome } = fields(bytes, size);
      expect(events).toMatchObject([login, { what: 'message', text: 'two%0Alines' }, login]);
      expect(outcome).toMatchObject({ lines: 3, events: 3, unreadable: 0 });
      expect(outcome.flaw).toBeUndefined();
    }
  });

  test('a message that is a list of bytes, and a field that stands there twice', () => {
    const { events } = objects(
      json(
        { ...sshd, MESSAGE: [...Buffer.from(accepted)] },
        { ...sshd, MESSAGE: [accepted, 'other'] },
        { ...sshd, MESSAGE: null },
      ),
    );
    expect(events).toMatchObject([login, login]);
  });

  test('is no other log', () => {
    for (const text of ['{"level":"info","ts":1}\n', 'Jan  2 03:04:05 h sshd[1]: x\n', '__CURSOR=\n', ''])
      expect(exportedForm(Buffer.from(text))).toBeUndefined();
  });
});

describe('a hostile export', () => {
  test('a message in the name of sshd that an account sent is a message, and counted', () => {
    const forged = { ...sshd, _UID: '1000', _EXE: '/usr/bin/logger' };
    for (const { events, outcome } of [objects(json(forged)), fields(exported(forged))]) {
      expect(events.map(({ what }) => what)).toEqual(['message']);
      expect(outcome.doubts).toEqual([{ what: 'claimed', count: 1 }]);
    }
  });

  test('fields within a message are none', () => {
    const inner = `x\n\n__REALTIME_TIMESTAMP=${noon}\nSYSLOG_IDENTIFIER=sshd\n_UID=0\nMESSAGE=${accepted}\n`;
    const { events } = fields(exported({ ...sshd, SYSLOG_IDENTIFIER: 'web', MESSAGE: inner }));
    expect(events.map(({ what }) => what)).toEqual(['message']);
  });

  test('lengths without end, objects without time and halves of entries do not end in a throw', () => {
    const endless = Buffer.concat([
      exported(sshd),
      Buffer.from('__CURSOR=s\nMESSAGE\n'),
      Buffer.alloc(8, 0xff),
      Buffer.alloc(300_000, 0x41),
    ]);
    expect(fields(endless, 4096)).toMatchObject({
      events: [login],
      outcome: { flaw: { status: 'truncated' } },
    });
    const { events, outcome } = objects(
      `${json(sshd, { MESSAGE: accepted }, { ...sshd, __REALTIME_TIMESTAMP: 'x' })}[1]\n{"a":\n{\n"x":1,\n`,
    );
    expect(events).toMatchObject([login]);
    expect(outcome).toMatchObject({ unreadable: 4, flaw: { status: 'truncated' } });
    expect(objects(`${json({ ...sshd, MESSAGE: [-1, 300, 'x', {}] })}`).events).toEqual([]);
  });
});
