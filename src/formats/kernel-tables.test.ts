import { describe, expect, test } from 'bun:test';
import { bpfProgramType, parseFdinfoProgram } from './bpf-types.ts';
import { parseEnabledFunctions, parseKprobes } from './ftrace.ts';
import { parseHosts } from './hosts-file.ts';

const bytes = (text: string): Uint8Array => Buffer.from(text, 'latin1');

describe('hooked functions', () => {
  test('ftrace lists the function first; continuation lines are not functions', () => {
    const functions = parseEnabledFunctions(
      bytes(
        '__x64_sys_getdents64 (1) R I   M 	tramp: 0xffffffffc0 (fh_ftrace_thunk+0x0/0x20 [evil]) ->x\n' +
          '	direct-->bpf_trampoline_1\nkfree (2)\n\nbroken\n',
      ),
    );
    expect(functions.map((entry) => [String(entry.name), entry.line])).toEqual([
      ['__x64_sys_getdents64', 1],
      ['kfree', 3],
    ]);
    expect(String(functions[0]?.text)).toContain('[evil]');
  });

  test('kprobes lists both kinds, with or without module and flags', () => {
    const functions = parseKprobes(
      bytes(
        'ffffffff8106bd50  k  __x64_sys_kill+0x0    [FTRACE]\n0000000000000000  r  tcp4_seq_show+0x0  evil [DISABLED]\nx\n\x1b[1m  k  \xff\xfe+0\n',
      ),
    );
    expect(functions.map((entry) => String(entry.name))).toEqual(['__x64_sys_kill', 'tcp4_seq_show', '?']);
  });
});

describe('eBPF', () => {
  test('types have the names of the kernel header, newer ones their number', () => {
    expect(bpfProgramType(2)).toBe('kprobe');
    expect(bpfProgramType(29)).toBe('lsm');
    expect(bpfProgramType(32)).toBe('netfilter');
    expect(bpfProgramType(200)).toBe('type 200');
  });

  test('a descriptor tells its program', () => {
    expect(parseFdinfoProgram(bytes('pos:\t0\nflags:\t02000000\nprog_type:\t2\nprog_id:\t17\n'))).toBe(17);
    expect(parseFdinfoProgram(bytes('pos:\t0\nprog_id:\n'))).toBeUndefined();
    expect(parseFdinfoProgram(bytes(''))).toBeUndefined();
  });
});

describe('hosts file', () => {
  test('entries have one address and lower-case names; comments are left out', () => {
    const entries = parseHosts(
      bytes(
        '# comment\n127.0.0.1\tlocalhost\n0.0.0.0 Update.Example.COM. b.example # why\n  ::1 ip6-localhost\r\n',
      ),
    );
    expect(entries.map((entry) => [entry.address, entry.names, entry.line])).toEqual([
      ['127.0.0.1', ['localhost'], 2],
      ['0.0.0.0', ['update.example.com', 'b.example'], 3],
      ['::1', ['ip6-localhost'], 4],
    ]);
  });

  test('lines without address or name, endless lines and odd bytes do no harm', () => {
    const entries = parseHosts(
      bytes(`x y\n127.0.0.1\n192.0.2.1 a\x1b[2J\xff\n192.0.2.2 ${'n '.repeat(9000)}\n`),
    );
    expect(entries.map((entry) => entry.names.length)).toEqual([1, 65]);
    expect(entries[0]?.names[0]).toBe('a%1B[2j%FF');
  });
});
