import { describe, expect, test } from 'bun:test';
import { printableText } from '../model/text.ts';
import { cgroupPaths, parseCgroup, unitOf, unitOfEntries } from './cgroup.ts';

const parse = (text: string): ReturnType<typeof parseCgroup> => parseCgroup(Buffer.from(text, 'latin1'));
const unit = (path: string): string | undefined => unitOf(printableText(path));

describe('/proc/pid/cgroup', () => {
  test('v1, v2 and hybrid tables are read', () => {
    expect(parse('0::/system.slice/ssh.service\n')).toEqual([
      { hierarchy: 0, controllers: '', path: printableText('/system.slice/ssh.service') },
    ]);
    const hybrid = parse(
      '9:name=systemd:/system.slice/x.service\n4:cpu,cpuacct:/a\n1:cpuset:/\n0::/system.slice/x.service\n',
    );
    expect(cgroupPaths(hybrid).map(String)).toEqual(['/system.slice/x.service', '/a']);
    expect(unitOfEntries(hybrid)).toBe('x.service');
  });

  test('the root is told only where there is nothing else', () => {
    expect(cgroupPaths(parse('2:cpu:/\n0::/\n')).map(String)).toEqual(['/']);
  });

  test('a path with colons and a removed group keep their name', () => {
    expect(String(parse('0::/a:b:c (deleted)\n')[0]?.path)).toBe('/a:b:c');
  });

  test('noise, odd bytes and too many lines do no harm', () => {
    expect(parse('\n:::\nx:y:/z\n0:/a\n0::relative\n')).toEqual([]);
    expect(String(parse('0::/\x1b[2J\xff')[0]?.path)).toBe('/%1B[2J%FF');
    expect(parse('1:cpu:/a\n'.repeat(10_000)).length).toBe(64);
    expect(String(parse(`0::/${'a'.repeat(100_000)}\n`)[0]?.path).length).toBe(4096);
  });
});

describe('unit of a path', () => {
  test('the first component that is no slice is the unit', () => {
    expect(unit('/system.slice/redis-server.service')).toBe('redis-server.service');
    expect(unit('/system.slice/system-getty.slice/getty@tty1.service')).toBe('getty@tty1.service');
    expect(unit('/system.slice/docker-0a.scope/system.slice/cron.service')).toBe('docker-0a.scope');
    expect(unit('/user.slice/user-1000.slice/session-4.scope')).toBe('session-4.scope');
    expect(unit('/init.scope')).toBe('init.scope');
  });

  test('below a user manager the unit is that of the user', () => {
    expect(unit('/user.slice/user-1000.slice/user@1000.service/app.slice/miner.service')).toBe(
      'miner.service',
    );
    expect(unit('/user.slice/user-1000.slice/user@1000.service/init.scope')).toBe('init.scope');
    expect(unit('/user.slice/user-1000.slice/user@1000.service')).toBe('user@1000.service');
  });

  test('above a cgroup namespace and with an escaped name it is still found', () => {
    expect(unit('/../../system.slice/_cpu.service')).toBe('cpu.service');
  });

  test('a path without a unit has none', () => {
    for (const path of ['/', '/system.slice', '/docker/0a', '/a.service.d/x', '/x%1B.service/..']) {
      expect(unit(path)).toBeUndefined();
    }
    expect(unit('/kubepods/burstable')).toBeUndefined();
  });
});
