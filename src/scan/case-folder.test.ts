import { afterAll, describe, expect, test } from 'bun:test';
import {
  existsSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { printableText } from '../model/text.ts';
import { dropEmptyCase, makeCaseFolder, presetFolder, writeCaseFile } from './case-folder.ts';

const scratch = mkdtempSync(join(tmpdir(), 'demine-case-'));
afterAll(() => rmSync(scratch, { recursive: true }));

describe('the case folder', () => {
  test('a long text is written whole, characters of two units with it', () => {
    const folder = makeCaseFolder(join(scratch, 'long'));
    for (const lead of ['', 'a']) {
      const text = lead + '\u{1f4a3}矿'.repeat(100_000);
      const path = writeCaseFile(folder, `long${lead}`, text);
      expect(readFileSync(path, 'utf8') === text).toBe(true);
    }
  });

  test('is named after host and UTC time, whatever the host calls itself', () => {
    const at = new Date('2026-01-02T03:04:05.678Z');
    expect(presetFolder(printableText('web-1'), at, '/w')).toBe('/w/cases/web-1-20260102T030405Z');
    expect(presetFolder(printableText('../../etc/\x1b[31m'), at, '/w')).toBe(
      '/w/cases/etc---31m-20260102T030405Z',
    );
    expect(presetFolder(printableText(''), at, '/w')).toBe('/w/cases/host-20260102T030405Z');
  });

  test('is 0700 and its files are 0600', () => {
    const folder = makeCaseFolder(join(scratch, 'a', 'b'));
    expect(statSync(folder).mode & 0o777).toBe(0o700);
    const file = writeCaseFile(folder, 'result.json', '{}');
    expect(statSync(file).mode & 0o777).toBe(0o600);
    expect(readFileSync(file, 'utf8')).toBe('{}');
  });

  test('of another case is not written over', () => {
    const folder = makeCaseFolder(join(scratch, 'used'));
    writeCaseFile(folder, 'x', '1');
    expect(() => makeCaseFolder(folder)).toThrow('not empty');
    expect(() => writeCaseFile(folder, 'x', '2')).toThrow('EEXIST');
  });

  test('of a scan that could not begin is taken back, and what lies beside it is kept', () => {
    const first = makeCaseFolder(join(scratch, 'cases', 'first'));
    const second = makeCaseFolder(join(scratch, 'cases', 'second'));
    dropEmptyCase(first);
    expect(readdirSync(join(scratch, 'cases'))).toEqual(['second']);
    writeCaseFile(second, 'x', '1');
    dropEmptyCase(second);
    expect(readdirSync(second)).toEqual(['x']);
    rmSync(join(second, 'x'));
    dropEmptyCase(second);
    expect(existsSync(join(scratch, 'cases'))).toBe(false);
  });

  test('never follows a link that waits at its name', () => {
    const folder = makeCaseFolder(join(scratch, 'linked'));
    writeFileSync(join(scratch, 'victim'), 'kept');
    symlinkSync(join(scratch, 'victim'), join(folder, 'result.json'));
    expect(() => writeCaseFile(folder, 'result.json', 'x')).toThrow('EEXIST');
    expect(readFileSync(join(scratch, 'victim'), 'utf8')).toBe('kept');
  });
});
