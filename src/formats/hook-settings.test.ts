import { describe, expect, test } from 'bun:test';
import { parseBinfmtLines, parseBinfmtState, parseBinfmtSupport, takesEverything } from './binfmt.ts';
import { parseInterfaces, parseWgQuick } from './ifupdown.ts';
import { joinedLines } from './joined-lines.ts';
import { kernelWords, notableArguments, parseBootMenu } from './kernel-arguments.ts';
import { parseLogrotate } from './logrotate.ts';
import { moduleName, parseModprobe, parseModuleList, parseSoftDependencies } from './modprobe.ts';
import { quotedWords } from './quoted-words.ts';
import { parseShellAssignments } from './shell-assignments.ts';
import { parseSysctlFile } from './sysctl-file.ts';
import { parseUdevRules } from './udev-rules.ts';

const bytes = (text: string): Uint8Array => Buffer.from(text, 'latin1');
const noise = bytes(`\0\xff\x80${'\\\n'.repeat(2_000)}${'"=('.repeat(50_000)}`);

describe('joined lines', () => {
  test('go on after a backslash, with the line of their beginning', () => {
    expect(
      [...joinedLines(bytes('# c\na \\\n  b\\\n# within\nc\r\n\nd'))].map(({ line, value }) => [line, value]),
    ).toEqual([
      [2, 'a  b c'],
      [7, 'd'],
    ]);
  });

  test('end where the file ends within one', () => {
    expect([...joinedLines(bytes('a\\'))].map(({ value }) => value)).toEqual(['a']);
  });
});

test('words in quotes are the same words again', () => {
  expect(quotedWords(['sh', '-c', "echo 'a b'"])).toBe("sh -c 'echo '\\''a b'\\'''");
});

describe('rules of udev', () => {
  test('tell what they run, whatever the operator, and what they match', () => {
    const rules =
      'ACTION=="add", SUBSYSTEM=="net", \\\n  RUN+="/bin/sh -c \'x %% $$HOME\'"\nKERNEL=="sd*", PROGRAM=="a --b", IMPORT{program}="c", RUN{program}=e"d\\x20\\"e"\nENV{SYSTEMD_WANTS}+="f.service"\n';
    expect(parseUdevRules(bytes(rules)).map(({ key, value, line }) => [line, key, value])).toEqual([
      [1, 'RUN', "/bin/sh -c 'x % $HOME'"],
      [3, 'PROGRAM', 'a --b'],
      [3, 'IMPORT', 'c'],
      [3, 'RUN', 'd "e'],
      [4, 'SYSTEMD_WANTS', 'f.service'],
    ]);
  });

  test('of names, modes and builtins run nothing', () => {
    const rules =
      '# RUN+="/x"\nSUBSYSTEM=="net", NAME="lan0"\nRUN{builtin}+="kmod load x", IMPORT{builtin}="path_id"\nMODE="0660", RUN=""\nENV{SYSTEMD_WANTS}=="x"\n';
    expect(parseUdevRules(bytes(rules))).toEqual([]);
  });

  test('of noise and without end give a bounded answer', () => {
    expect(parseUdevRules(noise)).toEqual([]);
    expect(parseUdevRules(bytes('RUN+="/a"\n'.repeat(20_000)))).toHaveLength(10_000);
  });
});

describe('settings of logrotate', () => {
  test('tell scripts with their lines, programs and includes', () => {
    const text =
      'include /etc/logrotate.d\ncompresscmd /usr/bin/zstd\n/var/log/x {\n  postrotate # c\n    a\n    b\n  endscript\n  firstaction\n  c\n  endscript\n}\n';
    const { scripts, programs, includes } = parseLogrotate(bytes(text));
    expect(
      scripts.map(({ keyword, line, lines }) => [keyword, line, lines.map((one) => one.text.trim())]),
    ).toEqual([
      ['postrotate', 4, ['a', 'b']],
      ['firstaction', 8, ['c']],
    ]);
    expect(programs).toEqual([{ keyword: 'compresscmd', program: '/usr/bin/zstd', line: 2 }]);
    expect(includes).toEqual(['/etc/logrotate.d']);
  });

  test('without scripts tell none', () => {
    expect(
      parseLogrotate(bytes('weekly\nrotate 4\n# postrotate\n/var/log/x { missingok }\n')).scripts,
    ).toEqual([]);
  });

  test('tell a script that has no end', () => {
    expect(parseLogrotate(bytes('postrotate\r\nx')).scripts[0]?.lines).toEqual([{ line: 2, text: 'x' }]);
    expect(parseLogrotate(bytes('postrotate\nx\nendscript\n'.repeat(1_000))).scripts).toHaveLength(256);
  });
});

describe('formats of programs', () => {
  test('are lines with a separator of their own choice', () => {
    const [first, second] = parseBinfmtLines(
      bytes('# c\n:py:M::\\xa7\\x0d::/usr/bin/python3:\n,jar,E,,jar,,/x,OC\n'),
    );
    expect(first).toMatchObject({ kind: 'magic', magic: '\xa7\r', interpreter: '/usr/bin/python3', line: 2 });
    expect(second).toMatchObject({ kind: 'extension', magic: 'jar', flags: 'OC' });
  });

  test('of the kernel are files of their own', () => {
    const state =
      'enabled\ninterpreter /usr/bin/qemu\nflags: POCF\noffset 0\nmagic 7f454c46\nmask ffffffff\n';
    expect(parseBinfmtState('qemu', bytes(state))).toMatchObject({
      magic: '\x7fELF',
      interpreter: '/usr/bin/qemu',
      flags: 'POCF',
      enabled: true,
    });
    expect(parseBinfmtState('x', bytes('disabled\ninterpreter /x\n'))?.enabled).toBe(false);
    expect(parseBinfmtState('x', noise)).toBeUndefined();
  });

  test('of binfmt-support are keys, or bare values once they are taken in', () => {
    expect(parseBinfmtSupport('a', bytes('package a\ninterpreter /a\nmagic \\x01\n'))).toMatchObject({
      interpreter: '/a',
      magic: '\x01',
    });
    expect(parseBinfmtSupport('a', bytes('a\nmagic\n0\n\\x01\n\n/b\n'))).toMatchObject({
      interpreter: '/b',
      line: 6,
    });
    expect(parseBinfmtSupport('a', noise)).toBeUndefined();
  });

  test('take everything where their magic is that of every program of the host', () => {
    const [all, native, other, script] = parseBinfmtLines(
      bytes(
        `:a:M::\\x7fELF::/x:\n:b:M::\\x7fELF${'\\x00'.repeat(14)}\\x3e\\x00::/x:\n:c:M::\\x7fELF${'\\x00'.repeat(14)}\\xb7\\x00::/x:\n:d:M::#!::/x:\n`,
      ),
    );
    expect([all, native, other, script].map((one) => one !== undefined && takesEverything(one, 62))).toEqual([
      true,
      true,
      false,
      true,
    ]);
  });
});

describe('settings of interfaces', () => {
  test('tell commands of each stanza, and what they take in', () => {
    const { commands, sources } = parseInterfaces(
      bytes(
        'source interfaces.d/*\nsource-directory /etc/x\niface eth0 inet dhcp\n  post-up a \\\n   b\n  address 192.0.2.1\n  pre-down c',
      ),
    );
    expect(commands.map(({ when, name, command, line }) => [when, name, command, line])).toEqual([
      ['post-up', 'eth0', 'a  b', 4],
      ['pre-down', 'eth0', 'c', 7],
    ]);
    expect(sources).toEqual([
      { kind: 'files', pattern: 'interfaces.d/*' },
      { kind: 'folder', pattern: '/etc/x' },
    ]);
    expect(parseInterfaces(noise).commands).toEqual([]);
  });

  test('of WireGuard tell commands and no keys', () => {
    const found = parseWgQuick(
      bytes('[Interface]\nPrivateKey = secret\nPostUp = x %i\n[Peer]\nPostUp = y\n'),
      'wg0',
    );
    expect(found.map(({ command }) => command)).toEqual(['x wg0']);
    expect(JSON.stringify(found)).not.toContain('secret');
  });
});

describe('settings of modprobe', () => {
  test('tell commands, and not options', () => {
    const found = parseModprobe(
      bytes('options a b=1\ninstall x sh -c "y"; \\\n z\nremove x w\nblacklist v\ninstall\n'),
    );
    expect(found.map(({ when, module, command, line }) => [when, module, command, line])).toEqual([
      ['install', 'x', 'sh -c "y";  z', 2],
      ['remove', 'x', 'w', 4],
    ]);
    expect(parseModprobe(noise)).toEqual([]);
  });

  test('tell modules that others draw in, and not the options of drivers', () => {
    const lines =
      'softdep dummy pre: a-b post: c\ninstall x /sbin/modprobe -i x; modprobe d\noptions e f=1\nalias net-pf-10 g\n';
    expect(parseSoftDependencies(bytes(lines))).toEqual(['a-b', 'c', 'd']);
    expect(parseSoftDependencies(bytes('softdep\nsoftdep x\ninstall y /bin/true\n'))).toEqual([]);
    expect(parseSoftDependencies(noise)).toEqual([]);
    expect(parseSoftDependencies(bytes(`softdep x post: ${'m '.repeat(100_000)}`)).length).toBeLessThan(256);
  });

  test('lists of modules may carry options, or stand in one line', () => {
    expect(
      parseModuleList(bytes('# c\nloop max_loop=8\r\n; d\nmodules="a b"\n\xff\n')).map(({ name }) => name),
    ).toEqual(['loop', 'a', 'b']);
    expect(moduleName('/lib/x/nf-cache.ko.xz')).toBe('nf_cache');
  });
});

describe('files of sysctl.d', () => {
  test('write keys with dots or slashes', () => {
    const found = parseSysctlFile(
      bytes(
        '-kernel.core_pattern = |/x %p\r\nkernel/modprobe=/y\nnet.ipv4.conf.eth0/1.forwarding=1\n#a=b\n; c=d\n=\n',
      ),
    );
    expect(found.map(({ key, value }) => [key, value])).toEqual([
      ['kernel.core_pattern', '|/x %p'],
      ['kernel.modprobe', '/y'],
      ['net.ipv4.conf.eth0/1.forwarding', '1'],
    ]);
    expect(parseSysctlFile(bytes('\0\xff'.repeat(100_000)))).toEqual([]);
  });
});

describe('assignments of shell settings', () => {
  test('hold quotes, arrays, additions, and values over lines', () => {
    const found = parseShellAssignments(
      bytes('A="x \\"y\\""\nB[0]=\'z\' # c\nC+=" d\n e"\nexport D=f;g\nif true; then\n'),
    );
    expect(found.map(({ key, index, value, line }) => [line, key, index, value])).toEqual([
      [1, 'A', '', 'x "y"'],
      [2, 'B', '0', 'z'],
      [3, 'C', '', ' d\n e'],
      [5, 'D', '', 'f'],
    ]);
  });

  test('with a quote that never ends give what there is, within bounds', () => {
    const found = parseShellAssignments(bytes(`A="${'x\n'.repeat(60_000)}`));
    expect(found.length).toBeLessThanOrEqual(1);
    expect(parseShellAssignments(noise)).toEqual([]);
  });
});

describe('arguments of the kernel', () => {
  test('that run, open or weaken something are told', () => {
    const line =
      'root=/dev/sda1 ro quiet init=/x "systemd.run=/y z" rd.break module.sig_enforce=0 lockdown=none systemd.unit=a.target';
    expect(notableArguments(line).map(({ key, value, effect }) => `${effect} ${key} ${value}`)).toEqual([
      'runs init /x',
      'runs systemd.run /y z',
      'opens rd.break ',
      'weakens module.sig_enforce 0',
      'weakens lockdown none',
      'unit systemd.unit a.target',
    ]);
    expect(kernelWords('a "b c"d')).toEqual(['a', 'b cd']);
  });

  test('that owners set for their own reasons are not', () => {
    const line =
      'hugepages=1024 mitigations=off selinux=0 apparmor=0 audit=0 lsm=landlock,yama lockdown=integrity nomodeset rd.shell=0 module.sig_enforce';
    expect(notableArguments(line)).toEqual([]);
  });

  test('stand in menus of several kinds, beside images', () => {
    const menu = parseBootMenu(
      bytes(
        '\tlinux /vmlinuz init=/x\n\tinitrd /a.img /b\noptions root=1 init=/y\n  APPEND init=/z\n# linux /v init=/w\ninitrd  /c\n',
      ),
    );
    expect(menu.kernels.map(({ arguments: text }) => text)).toEqual(['init=/x', 'root=1 init=/y', 'init=/z']);
    expect(menu.initrds.map(({ path }) => path)).toEqual(['/a.img', '/b', '/c']);
    expect(parseBootMenu(bytes('linux /x y\n'.repeat(10_000))).kernels).toHaveLength(2_000);
  });
});
