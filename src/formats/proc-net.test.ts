import { describe, expect, test } from 'bun:test';
import { parseInetTable, parsePacketTable, parseUnixTable, tableInodes } from './proc-net.ts';

const bytes = (text: string): Uint8Array => Buffer.from(text, 'latin1');
const head =
  '  sl  local_address rem_address   st tx_queue rx_queue tr tm->when retrnsmt   uid  timeout inode\n';
const row = (local: string, remote: string, state: string, uid: number, inode: number): string =>
  `   0: ${local} ${remote} ${state} 00000000:00000000 00:00000000 00000000 ${uid}        0 ${inode} 2 000000009bcd8524 20 4 31 11 -1\n`;

describe('/proc/net tables', () => {
  test('IPv4 words are turned, ports are not', () => {
    const [entry] = parseInetTable(
      bytes(head + row('0100007F:0D05', '017100CB:B5D8', '01', 1000, 35970)),
      'tcp',
    );
    expect(entry).toMatchObject({
      local: { address: '127.0.0.1', port: 3333 },
      remote: { address: '203.0.113.1', port: 46552 },
      state: 'established',
      uid: 1000,
      inode: 35970,
      line: 2,
    });
  });

  test('IPv6 is turned word by word, and mapped addresses are IPv4', () => {
    const table =
      head +
      row('B80D0120000000000000000001000000:01BB', '0'.repeat(32).concat(':0000'), '0A', 0, 1) +
      row('0000000000000000FFFF0000010200C0:01BB', '0000000000000000FFFF0000020200C0:1000', '01', 0, 2);
    expect(parseInetTable(bytes(table), 'tcp6').map((entry) => entry.local.address)).toEqual([
      '2001:db8::1',
      '192.0.2.1',
    ]);
  });

  test('a closed TCP socket is closed, a UDP socket in the same state is unconnected', () => {
    const table = bytes(head + row('00000000:0035', '00000000:0000', '07', 0, 9));
    expect(parseInetTable(table, 'tcp')[0]?.state).toBe('close');
    expect(parseInetTable(table, 'udp')[0]?.state).toBe('unconnected');
  });

  test('time-wait has no inode and is kept', () => {
    const [entry] = parseInetTable(bytes(head + row('0100007F:0D05', '0100007F:B5D8', '06', 0, 0)), 'tcp');
    expect(entry).toMatchObject({ state: 'time-wait', inode: 0 });
  });

  test('broken lines lose only themselves', () => {
    const table = `${head}\n   1: zz:11\n${row('0100007F:0D05', '0100007F:B5D8', 'ZZ', 0, 3)}${row('0100007F0:0D05', '0100007F:B5D8', '01', 0, 4)}${row('0100007F:0D05', '0100007F:B5D8', '01', 0, 5)}   9: 0100007F:0D`;
    expect(parseInetTable(bytes(table), 'tcp').map((entry) => entry.inode)).toEqual([5]);
    expect(parseInetTable(new Uint8Array(0), 'tcp')).toEqual([]);
  });

  test('packet sockets are read with owner and inode', () => {
    const [entry] = parsePacketTable(
      bytes(
        'sk               RefCnt Type Proto  Iface R Rmem   User   Inode\n00000000c8d222e1 3      3    0003   0     1 0      33      35882 \n',
      ),
    );
    expect(entry).toMatchObject({ transport: 'packet', uid: 33, inode: 35882 });
  });

  test('unix sockets: names with blanks and odd bytes are whole, a newline in a name adds no socket', () => {
    const table =
      'Num       RefCount Protocol Flags    Type St Inode Path\n' +
      '0000000000000001: 00000002 00000000 00010000 0001 01 35884 /run/a b\x1b.sock\n' +
      '0000000000000002: 00000002 00000000 00000000 0001 03    77\n' +
      '0000000000000003: 00000002 00000000 00000000 0001 01    78 @x\nand more of it with many words here\n';
    const entries = parseUnixTable(bytes(table));
    expect(entries.map((entry) => [entry.inode, entry.state, String(entry.path ?? '')])).toEqual([
      [35884, 'listen', '/run/a b%1B.sock'],
      [77, 'established', ''],
      [78, 'unconnected', '@x'],
    ]);
  });

  test('inodes alone are those of the whole entries, without the waiting ones', () => {
    const table = bytes(
      `${head}${row('0100007F:0D05', '0100007F:B5D8', '01', 0, 5)}${row('0100007F:0D05', '0100007F:B5D8', '06', 0, 0)}x\n${row('0100007F:0D05', '0100007F:B5D8', '01', 0, 6)}`,
    );
    expect([...tableInodes(table, 'tcp')]).toEqual([5, 6]);
    expect([...tableInodes(bytes('h\n0: 2 0 0 0001 03 77\n0: 2 0 0 0001 03 78 /x\n'), 'unix')]).toEqual([
      77, 78,
    ]);
    expect([...tableInodes(bytes('h\n0 3 3 0003 0 1 0 33 35882 \n'), 'packet')]).toEqual([35882]);
  });
});
