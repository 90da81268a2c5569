import { describe, expect, test } from 'bun:test';
import { processFact } from '../../../test/process-fact.ts';
import { type Recorded, RecordedTarget } from '../../../test/recorded-target.ts';
import { FactSet } from '../../model/fact.ts';
import type { SocketFact } from '../../model/facts/network.ts';
import { SourceLog } from '../../model/source-log.ts';
import type { Native } from '../../native/port.ts';
import { hiddenSockets, type Reading } from './socket-views.ts';
import { acceptedSockets, sockets } from './sockets.ts';

const proc = (...inodes: number[]): Reading => ({ view: 'proc', inodes: new Set(inodes) });
const netlink = (...inodes: number[]): Reading => ({ view: 'netlink', inodes: new Set(inodes) });

describe('two views of sockets over time', () => {
  test('a socket that came or went between two reads is not hidden', () => {
    expect(hiddenSockets([proc(1), netlink(1, 2), proc(1, 2)]).size).toBe(0);
    expect(hiddenSockets([proc(1, 2), netlink(1), proc(1)]).size).toBe(0);
    expect(hiddenSockets([proc(1), netlink(1, 2), proc(1), netlink(1), proc(1), netlink(1)]).size).toBe(0);
  });

  test('one skipped entry of a hash walk is not hidden, two in a row are', () => {
    expect(hiddenSockets([proc(1), netlink(1, 2), proc(1), netlink(1, 2)]).size).toBe(0);
    const twice = hiddenSockets([proc(1), netlink(1, 2), proc(1), netlink(1, 2), proc(1), netlink(1, 2)]);
    expect([...twice]).toEqual([[2, ['proc']]]);
  });

  test('a socket that netlink keeps back is seen by the other side', () => {
    const views = hiddenSockets([proc(1, 9), netlink(1), proc(1, 9), netlink(1), proc(1, 9), netlink(1)]);
    expect([...views]).toEqual([[9, ['netlink']]]);
  });
});

const head =
  '  sl  local_address rem_address   st tx_queue rx_queue tr tm->when retrnsmt   uid  timeout inode\n';
const row = (inode: number, state = '01', local = '0100007F:0D05'): string =>
  `   0: ${local} 017100CB:115C ${state} 00000000:00000000 00:00000000 00000000 1000 0 ${inode} 1 0 20 4 31 11 -1\n`;

function diagMessage(inode: number): { type: number; payload: Uint8Array } {
  const payload = new Uint8Array(72);
  const view = new DataView(payload.buffer);
  payload.set([2, 1]);
  view.setUint16(4, 3333);
  view.setUint16(6, 4444);
  payload.set([127, 0, 0, 1], 8);
  payload.set([203, 0, 113, 1], 24);
  view.setUint32(64, 1000, true);
  view.setUint32(68, inode, true);
  return { type: 20, payload };
}

/** A netlink that answers with these TCP sockets and refuses all other families. */
const tcpNetlink =
  (...inodes: number[]): Native['netlink'] =>
  (dump) =>
    dump.kind === 'inet-diag' && dump.protocol === 'tcp' && dump.family === 'inet'
      ? { status: 'ok', value: inodes.map(diagMessage) }
      : { status: 'absent', reason: 'ENOENT' };

async function gather(
  files: Record<string, Recorded>,
  native: Partial<Native>,
  processes = [
    processFact(40, {
      namespaces: { net: 7 },
      descriptors: [{ kind: 'socket', fd: 3, inode: 11 }],
    }),
  ],
): Promise<{ facts: readonly SocketFact[]; log: SourceLog; target: RecordedTarget }> {
  const target = new RecordedTarget({ files, native });
  const log = new SourceLog();
  const facts = await sockets.gather({
    target,
    log,
    facts: new FactSet(processes),
    nowUs: 0,
    thorough: false,
  });
  return { facts: facts.filter((fact) => fact.kind === 'socket'), log, target };
}

describe('linux.sockets', () => {
  test('a connection is joined from three views, with its line and its owner', async () => {
    const { facts } = await gather({ '/proc/40/net/tcp': head + row(11) }, { netlink: tcpNetlink(11) });
    expect(facts).toHaveLength(1);
    expect(facts[0]).toMatchObject({
      transport: 'tcp',
      owners: [40],
      seenBy: ['proc', 'netlink', 'descriptor'],
      namespace: 7,
      uid: 1000,
      source: { source: '/proc/40/net/tcp', line: 2 },
      remote: { address: '203.0.113.1', port: 4444 },
    });
    expect(facts[0]?.missingFrom).toBeUndefined();
  });

  test('a socket that /proc leaves out twice is missing from it', async () => {
    const { facts } = await gather({ '/proc/40/net/tcp': head + row(10) }, { netlink: tcpNetlink(10, 11) });
    const hidden = facts.filter((fact) => fact.missingFrom !== undefined);
    expect(hidden).toHaveLength(1);
    expect(hidden[0]).toMatchObject({ inode: 11, missingFrom: ['proc'], seenBy: ['netlink', 'descriptor'] });
  });

  test('a socket born after the first reading is not missing, and quiet tables are read once', async () => {
    let reads = 0;
    const table = (): string => head + row(10) + (++reads > 1 ? row(11) : '');
    const born = await gather({ '/proc/40/net/tcp': table }, { netlink: tcpNetlink(10, 11) });
    expect(born.facts.every((fact) => fact.missingFrom === undefined)).toBe(true);
    expect(born.facts).toHaveLength(2);
    const quiet = await gather({ '/proc/40/net/tcp': head + row(10) }, { netlink: tcpNetlink(10) });
    expect(quiet.target.asked.filter((path) => path === '/proc/40/net/tcp')).toHaveLength(1);
  });

  test('a view that does not exist hides nothing', async () => {
    const { facts, log } = await gather({ '/proc/40/net/tcp': head + row(10) }, {});
    expect(facts[0]).toMatchObject({ seenBy: ['proc'] });
    expect(facts[0]?.missingFrom).toBeUndefined();
    expect(log.listed.some((source) => source.source.startsWith('netlink:'))).toBe(true);
  });

  test('a namespace whose first process is gone is read through the next one', async () => {
    const { facts } = await gather({ '/proc/41/net/tcp': head + row(10) }, {}, [
      processFact(40, { namespaces: { net: 7 } }),
      processFact(41, { namespaces: { net: 7 } }),
      processFact(39, { namespaces: { net: 7 }, state: 'Z' }),
    ]);
    expect(facts).toHaveLength(1);
  });

  test('unix sockets without name and owner are left out', async () => {
    const table =
      'Num       RefCount Protocol Flags    Type St Inode Path\n' +
      '0: 00000002 00000000 00000000 0001 03 50\n0: 00000002 00000000 00000000 0001 03 11\n0: 00000002 00000000 00010000 0001 01 52 @x\n';
    const { facts } = await gather({ '/proc/40/net/tcp': head, '/proc/40/net/unix': table }, {});
    expect(facts.map((fact) => [fact.inode, fact.uid])).toEqual([
      [11, 0],
      [52, 65534],
    ]);
  });

  test('ten thousand waiting sockets do not crowd out the rest', async () => {
    let table = head;
    for (let port = 0; port < 10_000; port += 1)
      table += row(0, '06', `0100007F:${port.toString(16).padStart(4, '0')}`);
    const { facts } = await gather({ '/proc/40/net/tcp': table + row(11) }, {});
    expect(facts.some((fact) => fact.inode === 11)).toBe(true);
    expect(facts.length).toBe(2001);
  });
});

describe('a server with more clients than are kept', () => {
  const listening = row(5, '0A', '00000000:01BB');
  const client = (inode: number): string => row(inode, '01', '0100007F:01BB');
  const clients = Array.from({ length: 6_000 }, (_, at) => 100 + at);
  const server = processFact(40, {
    namespaces: { net: 7 },
    descriptors: [5, 11, ...clients].map((inode, fd) => ({ kind: 'socket' as const, fd, inode })),
  });

  test('is told as such, and what it called itself is kept', async () => {
    // The pool stands behind all of its clients.
    const table = head + listening + clients.map(client).join('') + row(11, '01', '0100007F:D431');
    const { facts, log } = await gather({ '/proc/40/net/tcp': table }, {}, [server]);
    expect(facts.length).toBe(5_002);
    expect(facts.some(({ inode }) => inode === 11)).toBe(true);
    expect(log.listed.filter(({ source }) => source === acceptedSockets)).toMatchObject([
      { status: 'truncated', reason: '1000 more clients of processes that have more than 5000' },
    ]);
  });

  test('is none that calls himself, nor one that listens elsewhere', async () => {
    const self = (inode: number): string =>
      row(inode, '01', '0100007F:01BB').replace('017100CB:115C', '0100007F:C000');
    const called = await gather({ '/proc/40/net/tcp': head + listening + clients.map(self).join('') }, {}, [
      server,
    ]);
    expect(called.facts.length).toBe(6_001);
    // Listening on one address says nothing of the same port of another, from which a pool may be called.
    const elsewhere =
      head +
      row(5, '0A', '0100007F:01BB') +
      clients.map((inode) => row(inode, '01', '0500000A:01BB')).join('');
    expect((await gather({ '/proc/40/net/tcp': elsewhere }, {}, [server])).facts.length).toBe(6_001);
  });

  test('is what listens: so many calls to others are all kept', async () => {
    const { facts, log } = await gather({ '/proc/40/net/tcp': head + clients.map(client).join('') }, {}, [
      server,
    ]);
    expect(facts.length).toBe(6_000);
    expect(log.listed.some(({ source }) => source === acceptedSockets)).toBe(false);
  });
});

describe('a netlink that answers as none should', () => {
  const table = { '/proc/40/net/tcp': head + row(10) };
  const answering = (answer: ReturnType<Native['netlink']>): Partial<Native> => ({
    netlink: (dump) =>
      dump.kind === 'inet-diag' && dump.protocol === 'tcp' && dump.family === 'inet'
        ? answer
        : { status: 'absent', reason: 'ENOENT' },
  });
  const tcpSource = 'netlink:inet-diag/inet/tcp';
  const toldOf = (log: SourceLog) => log.listed.filter(({ source }) => source === tcpSource);

  test.each([
    ['cut', new Uint8Array(71)],
    ['empty', new Uint8Array(0)],
    ['of another family', Uint8Array.from({ length: 72 }, () => 17)],
  ])('messages that are %s are told, and nothing is called hidden by them', async (_, payload) => {
    const value = [diagMessage(10), { type: 20, payload }];
    const { facts, log } = await gather(table, answering({ status: 'ok', value }));
    expect(toldOf(log)).toMatchObject([{ status: 'error', reason: '1 messages that are no socket' }]);
    expect(facts.map(({ inode, missingFrom }) => [inode, missingFrom])).toEqual([[10, undefined]]);
  });

  test('what was had of a dump that was cut is used, and hides nothing', async () => {
    const reason = 'the list changed each time it was read';
    const partial = [diagMessage(11)];
    const { facts, log } = await gather(table, answering({ status: 'truncated', reason, partial }));
    expect(facts.map(({ inode, seenBy, missingFrom }) => [inode, seenBy.join(), missingFrom])).toEqual([
      [10, 'proc', undefined],
      [11, 'netlink,descriptor', undefined],
    ]);
    expect(toldOf(log)).toMatchObject([{ status: 'truncated', reason }]);
  });
});

test('a table of half a million sockets is told as cut', async () => {
  const line = (inode: number): string => `0: 2 0 00010000 0001 01 ${inode}\n`;
  let unix = 'Num       RefCount Protocol Flags    Type St Inode Path\n';
  unix += Array.from({ length: 500_001 }, (_, index) => line(index + 1)).join('');
  const { log } = await gather({ '/proc/40/net/tcp': head, '/proc/40/net/unix': unix }, {});
  const told = log.listed.filter(({ source }) => source === '/proc/40/net/unix');
  expect(told).toMatchObject([{ status: 'truncated', reason: '500000 sockets' }]);
});

describe('a unix socket with a newline in its name', () => {
  const unixHead = 'Num       RefCount Protocol Flags    Type St Inode Path\n';
  const line = (inode: number, path: string): string =>
    `0: 00000002 00000000 00010000 0001 01 ${inode} ${path}\n`;
  const name = `x\n${line(99, '/run/forged').trimEnd()}`;
  const message = (inode: number, path: string) => {
    const bytes = Buffer.from(path, 'latin1');
    const payload = new Uint8Array(16 + 4 + ((bytes.length + 3) & ~3));
    payload.set([1, 1, 10]);
    const view = new DataView(payload.buffer);
    view.setUint32(4, inode, true);
    view.setUint16(16, 4 + bytes.length, true);
    payload.set(bytes, 20);
    return { type: 20, payload };
  };
  const netlinkOf =
    (...messages: ReturnType<typeof message>[]): Native['netlink'] =>
    (dump) =>
      dump.kind === 'unix-diag' ? { status: 'ok', value: messages } : { status: 'absent', reason: 'ENOENT' };
  const files = {
    '/proc/40/net/tcp': head,
    '/proc/40/net/unix': unixHead + line(11, `@${name}`) + line(12, '/run/real'),
  };
  const seen = (facts: readonly SocketFact[]) =>
    facts.map(({ inode, path, missingFrom }) => [inode, String(path), missingFrom]);

  test('is told by its whole name, and the line that it writes is no socket and nothing hidden', async () => {
    const netlink = netlinkOf(message(11, `\0${name}`), message(12, '/run/real\0'));
    const { facts } = await gather(files, { netlink });
    expect(seen(facts)).toEqual([
      [11, '@x%0A0: 00000002 00000000 00010000 0001 01 99 /run/forged', undefined],
      [12, '/run/real', undefined],
    ]);
  });

  test('keeps no socket from being told that /proc leaves out', async () => {
    const netlink = netlinkOf(
      message(11, `\0${name}`),
      message(12, '/run/real\0'),
      message(13, '/run/hidden\0'),
    );
    const { facts } = await gather(files, { netlink });
    expect(seen(facts)).toContainEqual([13, '/run/hidden', ['proc']]);
  });

  test('a line that no name explains is a socket that netlink leaves out', async () => {
    const plain = { ...files, '/proc/40/net/unix': unixHead + line(12, '/run/real') + line(14, '/run/odd') };
    const { facts } = await gather(plain, { netlink: netlinkOf(message(12, '/run/real\0')) });
    expect(seen(facts)).toContainEqual([14, '/run/odd', ['netlink']]);
  });
});
