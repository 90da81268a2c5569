import { describe, expect, test } from 'bun:test';
import { parseKallsymsModules, parseModules, parseTaint, parseVmallocModules } from './modules.ts';

const bytes = (text: string): Uint8Array => Buffer.from(text, 'latin1');

describe('modules', () => {
  test('a line of /proc/modules gives name, state and taint', () => {
    const modules = parseModules(
      bytes(
        'nvidia_drm 90112 2 - Live 0xffffffffc1 (POE)\n' +
          'xfs 2 3 a,b, Live 0x0\n' +
          'evil 16384 0 - Loading 0x0000000000000000 (OE+)\n',
      ),
    );
    expect(modules.map((entry) => [String(entry.name), entry.state, entry.taint, entry.line])).toEqual([
      ['nvidia_drm', 'Live', 'POE', 1],
      ['xfs', 'Live', '', 2],
      ['evil', 'Loading', 'OE+', 3],
    ]);
  });

  test('broken lines and odd bytes lose nothing else', () => {
    const modules = parseModules(bytes('\nx y\n\x1b[2J 1 0 - Live 0x0\nlast 1 0 - Live 0x0'));
    expect(modules.map((entry) => String(entry.name))).toEqual(['%1B[2J', 'last']);
  });

  test('kallsyms names modules, with the first line of each, but not programs and trampolines', () => {
    const names = parseKallsymsModules(
      bytes(
        'ffffffff81000000 T _stext\nffffffffc0000000 t a\t[xfs]\nffffffffc0000001 t b\t[xfs]\n' +
          'ffffffffc1 t bpf_prog_x\t[bpf]\nffffffffc2 t ftrace_trampoline\t[__builtin__ftrace]\nffffffffc3 t c\t[evil]\n',
      ),
    );
    expect([...names].map(([name, line]) => [String(name), line])).toEqual([
      ['xfs', 2],
      ['evil', 6],
    ]);
  });

  test('vmallocinfo names the module that asked for memory', () => {
    const names = parseVmallocModules(
      bytes(
        '0x0-0x1 8192 irq_init+0xca/0x100 vmap\n0x1-0x2 8192 alloc_it+0x1/0x2 [evil] pages=1 vmalloc N0=1\n',
      ),
    );
    expect([...names.keys()].map(String)).toEqual(['evil']);
  });

  test('brackets that never close or hold pages of text name nothing', () => {
    expect(parseKallsymsModules(bytes('f t a\t[xfs')).size).toBe(0);
    expect(parseKallsymsModules(bytes(`f t a\t[${'x'.repeat(500)}]\n`)).size).toBe(0);
    expect(parseKallsymsModules(bytes('f t a\t[]\n')).size).toBe(0);
  });

  test('taint bits have the letters of the kernel documentation', () => {
    expect(parseTaint(bytes('12289\n'))).toEqual({ mask: 12289, letters: 'POE' });
    expect(parseTaint(bytes('0\n'))).toEqual({ mask: 0, letters: '' });
    expect(parseTaint(bytes('none'))).toBeUndefined();
  });
});
