import { describe, expect, test } from 'bun:test';
import { seeded } from '../compress/compress.fixture.ts';
import { momentText } from '../filetime.ts';
import { linkFile } from './shell-link.fixture.ts';
import { parseShellLink } from './shell-link.ts';

describe('a link', () => {
  test('of an installer tells its target in both ways, its volume and its times', () => {
    const link = parseShellLink(
      linkFile({
        items: ['C:', 'Program Files', 'Vendor With A Long Name', 'Tool.exe'],
        localPath: 'C:\\Program Files\\Vendor With A Long Name\\Tool.exe',
        name: 'Vendor’s tool',
        workingFolder: 'C:\\Program Files',
        machine: 'host-17',
      }),
    );
    expect(link?.target).toEqual({
      path: 'C:\\Program Files\\Vendor With A Long Name\\Tool.exe',
      whole: true,
    });
    expect(link?.info).toMatchObject({
      localPath: 'C:\\Program Files\\Vendor With A Long Name\\Tool.exe',
      driveType: 3,
      serial: 0x1a2b_3c4d,
      damaged: false,
    });
    expect(link).toMatchObject({ name: 'Vendor’s tool', showCommand: 7, fileSize: 4096, bytesBehind: 0 });
    expect(momentText(link?.created ?? 0n)).toBe('2024-02-28T13:20:12.3456789Z');
    expect(link?.tracker?.machine).toBe('host-17');
    expect(link?.damaged).toBe(false);
  });

  test('of an attacker hides its arguments behind blanks, and something behind its end', () => {
    const hidden = `${' '.repeat(300)}/c powershell -w hidden -e SQBFAFgA`;
    const link = parseShellLink(
      linkFile({
        items: ['C:', 'Windows', 'System32', 'cmd.exe'],
        environmentTarget: '%ComSpec%',
        arguments: hidden,
        behind: 5000,
      }),
    );
    expect(link?.arguments).toBe(hidden);
    expect(link).toMatchObject({ environmentTarget: '%ComSpec%', bytesBehind: 5000, damaged: false });
  });

  test('whose working folder claims too many units is read as the shell reads it', () => {
    const workingFolder = `C:\\Windows${' '.repeat(250)}`;
    const whole = linkFile({ workingFolder, arguments: '/c start x.exe' });
    const at = 0x4c;
    expect(whole.readUInt16LE(at)).toBe(260);
    whole.writeUInt16LE(1693, at);
    expect(parseShellLink(whole)).toMatchObject({ arguments: '/c start x.exe', damaged: false });
  });

  test('to a share has its path, and one with unknown items has a mark for each', () => {
    expect(parseShellLink(linkFile({ share: '\\\\192.0.2.7\\c$' }))?.info?.networkPath).toBe(
      '\\\\192.0.2.7\\c$\\x.exe',
    );
    const odd = linkFile({ items: ['C:', 'Windows', 'x.exe'] });
    const at = odd.indexOf(Buffer.from([0x31]), 0x60);
    odd.writeUInt8(0x00, at);
    odd.writeUInt16LE(0, at + odd.readUInt16LE(at - 2) - 4);
    expect(parseShellLink(odd)?.target).toEqual({ path: 'C:\\?\\x.exe', whole: false });
  });
});

describe('a link that is broken', () => {
  const whole = linkFile({
    items: ['C:', 'a', 'b.exe'],
    localPath: 'C:\\a\\b.exe',
    arguments: '-o pool.example.com:3333',
    machine: 'host',
  });

  test('or cut anywhere gives what is left and says so; other bytes are none', () => {
    for (let size = 0; size < whole.length - 4; size += 1) {
      const link = parseShellLink(whole.subarray(0, size));
      const ends = size === whole.length - 4 - 0x60;
      if (size < 0x4c) expect(link).toBeUndefined();
      else expect([size, link?.damaged === true || ends]).toEqual([size, true]);
    }
    expect(parseShellLink(Buffer.alloc(500))).toBeUndefined();
  });

  test('or changed at random is read to its end', () => {
    const next = seeded(9);
    for (let round = 0; round < 4000; round += 1) {
      const bytes = Buffer.from(whole);
      for (let changes = 1 + next(5); changes > 0; changes -= 1) {
        const at = 0x14 + next(bytes.length - 0x18);
        if (next(2) === 0) bytes.writeUInt8(next(256), at);
        else bytes.writeUInt32LE([0, 1, 0xffff, 0xffff_ffff][next(4)] ?? 0, at);
      }
      const link = parseShellLink(bytes);
      expect((link?.arguments?.length ?? 0) <= bytes.length).toBe(true);
    }
  });

  test('with endless items, blocks and sizes is bounded', () => {
    const items = Buffer.alloc(60_000);
    for (let at = 0; at + 3 < items.length; at += 3) items.writeUInt16LE(3, at);
    const header = linkFile({}).subarray(0, 0x4c);
    header.writeUInt32LE(0x81, 20);
    const size = Buffer.alloc(2);
    size.writeUInt16LE(items.length);
    const link = parseShellLink(Buffer.concat([header, size, items]));
    expect(link?.target?.path).toBeUndefined();
    expect(link?.target?.whole).toBe(false);
  });
});
