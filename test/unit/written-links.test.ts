/** The links of our tests as liblnk reads them: what we write and read is what the format is. */
import { expect, test } from 'bun:test';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { linkFile } from '../../src/formats/shell-link/shell-link.fixture.ts';
import { parseShellLink } from '../../src/formats/shell-link/shell-link.ts';
import { windowsTool } from '../lab/windows-tools.ts';

test('lnkinfo tells the same target, texts, times and host', () => {
  const folder = mkdtempSync(join(tmpdir(), 'demine-link-'));
  try {
    const bytes = linkFile({
      items: ['C:', 'Program Files', 'Vendor With A Long Name', 'Tool.exe'],
      localPath: 'C:\\Program Files\\Vendor With A Long Name\\Tool.exe',
      name: 'a tool',
      workingFolder: 'C:\\Program Files',
      arguments: '-o pool.example.com:3333',
      environmentTarget: '%ProgramFiles%\\Tool.exe',
      machine: 'host-17',
    });
    writeFileSync(join(folder, 'x.lnk'), bytes);
    const { code, output, errors } = windowsTool(folder, ['lnkinfo', '/srv/x.lnk']);
    expect([code, errors]).toEqual([0, '']);
    const lines = Buffer.from(output)
      .toString('utf8')
      .split('\n')
      .map((line) => line.split(/\s*: /).map((part) => part.trim()));
    /** Of the link itself; its items, which follow, have some of the same names. */
    const told = (key: string): string => lines.find(([name]) => name === key)?.[1] ?? '';
    const link = parseShellLink(bytes);
    expect(told('Local path')).toBe(link?.info?.localPath ?? '');
    expect(told('Description')).toBe(link?.name ?? '');
    expect(told('Working directory')).toBe(link?.workingFolder ?? '');
    expect(told('Command line arguments')).toBe(link?.arguments ?? '');
    expect(told('Environment variables location')).toBe(link?.environmentTarget ?? '');
    expect(told('Machine identifier')).toBe(link?.tracker?.machine ?? '');
    expect(told('Creation time')).toBe('Feb 28, 2024 13:20:12.345678900 UTC');
    expect(lines.findLast(([name]) => name === 'Long name')?.[1]).toBe('Tool.exe');
    expect(link?.target?.path).toBe('C:\\Program Files\\Vendor With A Long Name\\Tool.exe');
  } finally {
    rmSync(folder, { recursive: true });
  }
});
