import { afterAll, describe, expect, test } from 'bun:test';
import { closeSync, mkdirSync, mkdtempSync, openSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { readLinks } from './links.ts';

const folder = mkdtempSync(join(tmpdir(), 'demine-links-'));
afterAll(() => rmSync(folder, { recursive: true }));

function linksOf(path: string, limit = 1000) {
  const links = new Map<number, string>();
  const failures = new Map<number, number>();
  const answer = readLinks(Buffer.from(path), limit, (number, text, size, failed) => {
    if (failed === 0) links.set(number, Buffer.from(text.subarray(0, size)).toString('latin1'));
    else failures.set(number, failed);
  });
  return { answer, links, failures };
}

describe('the links of a folder', () => {
  test('are those of our own descriptors, with what they lead to', () => {
    const held = openSync(join(folder), 'r');
    try {
      const { answer, links } = linksOf('/proc/self/fd');
      expect(answer).toMatchObject({ status: 'ok' });
      expect(links.get(held)).toBe(folder);
    } finally {
      closeSync(held);
    }
  });

  test('tell their bytes as they are, which of them is no link, and nothing of other names', () => {
    const place = join(folder, 'mixed');
    mkdirSync(place);
    const hostile = Buffer.from([0x2f, 0xff, 0x1b, 0x0a, 0x25]);
    symlinkSync(hostile, join(place, '0'));
    symlinkSync('x'.repeat(4000), join(place, '4294967295'));
    writeFileSync(join(place, '12'), '');
    for (const name of ['x', '1x', '-1', '12345678901', '.7']) symlinkSync('elsewhere', join(place, name));
    const { answer, links, failures } = linksOf(place);
    expect(answer).toEqual({ status: 'ok', value: 3 });
    expect(links.get(0)).toBe(hostile.toString('latin1'));
    expect(links.get(4294967295)).toHaveLength(4000);
    expect(failures).toEqual(new Map([[12, -22]]));
  });

  test('are counted up to the limit, and past it the listing is cut', () => {
    const place = join(folder, 'many');
    mkdirSync(place);
    for (let index = 0; index < 1500; index += 1) symlinkSync(`to-${index}`, join(place, `${index}`));
    expect(linksOf(place, 1500).answer).toEqual({ status: 'ok', value: 1500 });
    const cut = linksOf(place, 1499);
    expect(cut.answer).toMatchObject({ status: 'truncated' });
    expect(cut.links.size).toBe(1499);
    expect(linksOf(place, 0).links.size).toBe(0);
  });

  test('of what is not there or no folder are a status', () => {
    expect(linksOf(join(folder, 'none')).answer).toMatchObject({ status: 'absent' });
    writeFileSync(join(folder, 'file'), '');
    expect(linksOf(join(folder, 'file')).answer).toMatchObject({ status: 'absent', reason: 'ENOTDIR' });
  });
});
