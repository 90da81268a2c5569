import { describe, expect, test } from 'bun:test';
import { type Recorded, RecordedTarget } from '../../../test/recorded-target.ts';
import { FactSet } from '../../model/fact.ts';
import type { HostFact } from '../../model/facts/host.ts';
import { SourceLog } from '../../model/source-log.ts';
import { liveNative } from '../../native/live.ts';
import { liveTarget } from '../../target/live.ts';
import type { Target } from '../../target/port.ts';
import { host } from './host.ts';

const now = 1_700_000_500_000_000;

async function gather(target: Target, nowUs = now): Promise<HostFact | undefined> {
  const facts = await host.gather({
    target,
    log: new SourceLog(),
    facts: new FactSet(),
    nowUs,
    thorough: false,
  });
  return new FactSet(facts).of('host')[0];
}

const status = (uid: number, capabilities: string): string =>
  `Tgid:\t9\nUid:\t${uid}\t${uid}\t${uid}\t${uid}\nCapEff:\t${capabilities}\n`;

const full: Record<string, Recorded> = {
  '/proc/sys/kernel/hostname': 'web-1\n',
  '/proc/sys/kernel/osrelease': '6.1.0-18-amd64\n',
  '/proc/sys/kernel/random/boot_id': '0f0e0d0c-1111-4222-8333-444455556666\n',
  '/proc/meminfo': 'MemTotal:       16384000 kB\n',
  '/proc/self/status': status(0, '000001ffffffffff'),
  '/proc/self/ns/pid': { link: 'pid:[4026531836]' },
  '/proc/self/ns/user': { link: 'user:[4026531837]' },
  '/proc/self/ns/cgroup': { link: 'cgroup:[4026531835]' },
  '/etc/machine-id': '0123456789abcdef0123456789abcdef\n',
  '/etc/os-release': 'PRETTY_NAME="Debian GNU/Linux 12 (bookworm)"\nID=debian\n',
  '/sys/class/dmi/id/sys_vendor': 'Alibaba Cloud\n',
  '/sys/class/dmi/id/product_name': 'Alibaba Cloud ECS\n',
  '/sys/class/dmi/id/bios_vendor': 'Not Specified\n',
};

const live = (rest: Record<string, Recorded> = {}): RecordedTarget =>
  new RecordedTarget({ files: { ...full, ...rest } });

describe('linux.host', () => {
  test('a whole host with all rights is told as such', async () => {
    expect(await gather(live())).toMatchObject({
      name: 'web-1',
      machineId: '0123456789abcdef0123456789abcdef',
      bootId: '0f0e0d0c-1111-4222-8333-444455556666',
      os: 'Debian GNU/Linux 12 (bookworm)',
      osId: 'debian',
      kernel: '6.1.0-18-amd64',
      architecture: 'x86_64',
      memory: 16384000 * 1024,
      vendor: 'Alibaba Cloud, Alibaba Cloud ECS',
      live: true,
      scope: 'host',
      privileged: true,
      clockOffsetMs: 0,
    });
  });

  test('without a capability that reading needs, or as another user, it is not privileged', async () => {
    const without = (1n << 19n) ^ 0x1ffffffffffn;
    for (const text of [
      status(0, without.toString(16).padStart(16, '0')),
      status(1000, '000001ffffffffff'),
      '',
    ]) {
      expect((await gather(live({ '/proc/self/status': text })))?.privileged).toBe(false);
    }
    expect((await gather(live({ '/proc/self/ns/user': { link: 'user:[4026532999]' } })))?.privileged).toBe(
      false,
    );
  });

  test('a container is known by its marks, and only in a pid namespace of its own', async () => {
    const apart: Record<string, Recorded> = { '/proc/self/ns/pid': { link: 'pid:[4026532500]' } };
    expect((await gather(live(apart)))?.scope).toBe('pid-namespace');
    const marks: readonly Record<string, Recorded>[] = [
      { '/.dockerenv': '' },
      { '/run/.containerenv': '' },
      { '/proc/1/environ': 'PATH=/bin\0container=podman\0' },
      { '/proc/1/cgroup': `0::/system.slice/docker-${'ab'.repeat(32)}.scope\n` },
      { '/proc/self/ns/cgroup': { link: 'cgroup:[5]' }, '/proc/self/ns/user': { link: 'user:[6]' } },
    ];
    for (const mark of marks) expect((await gather(live({ ...apart, ...mark })))?.scope).toBe('container');
    expect((await gather(live({ '/.dockerenv': '' })))?.scope).toBe('host');
    expect((await gather(live({ ...apart, '/proc/1/environ': 'notcontainer=1\0' })))?.scope).toBe(
      'pid-namespace',
    );
  });

  test('a clock that disagrees with boot time and uptime is told in milliseconds', async () => {
    const target = (boot: number): RecordedTarget =>
      live({ '/proc/stat': `cpu  1 1 1 1\ncpu0 1 1 1 1\nbtime ${boot}\n`, '/proc/uptime': '500.00 1.00\n' });
    const far = 4_000_000_000;
    expect((await gather(target(far - 500), far * 1e6))?.clockOffsetMs).toBe(0);
    expect((await gather(target(far - 500 - 3600), far * 1e6))?.clockOffsetMs).toBe(3_600_000);
    expect((await gather(target(far - 500), far * 1e6))?.bootTime?.us).toBe((far - 500) * 1e6);
  });

  test('an image has no boot and no rights, and its kernel is the newest installed', async () => {
    const elf = Buffer.alloc(64);
    elf.set([0x7f, 0x45, 0x4c, 0x46, 2, 1, 1], 0);
    elf.writeUInt16LE(183, 18);
    const target = new RecordedTarget({
      kind: 'folder',
      files: {
        '/etc/hostname': 'disk\n',
        '/etc/os-release': 'ID=alpine\nNAME="Alpine Linux"\n',
        '/lib/modules/5.10.9/modules.dep': '',
        '/lib/modules/5.10.28/modules.dep': '',
        '/lib/modules/extra/x': '',
        '/bin/busybox': elf,
        '/proc/sys/kernel/hostname': 'not-this-one\n',
      },
    });
    expect(await gather(target)).toMatchObject({
      name: 'disk',
      machineId: '',
      bootId: '',
      os: 'Alpine Linux',
      kernel: '5.10.28',
      architecture: 'aarch64',
      live: false,
      scope: 'files',
      privileged: false,
      clockOffsetMs: 0,
    });
  });

  test('hostile texts come out harmless, and ids that are none are empty', async () => {
    const fact = await gather(
      live({
        '/proc/sys/kernel/hostname': 'a\x1b[2Jb\n',
        '/etc/machine-id': 'uninitialized\n',
        '/proc/sys/kernel/random/boot_id': '../../x\n',
        '/etc/os-release': Buffer.from('PRETTY_NAME="\x9b\xff"\n', 'latin1'),
        '/sys/class/dmi/id/sys_vendor': `${'v'.repeat(100_000)}\n`,
      }),
    );
    expect(fact).toMatchObject({ name: 'a%1B[2Jb', machineId: '', bootId: '', os: '%9B%FF' });
    expect(fact?.vendor?.length).toBeLessThan(10_000);
  });

  test('the running machine, seen from the namespaces of this test, is a part of a host', async () => {
    const fact = await gather(liveTarget(liveNative()), Date.now() * 1000);
    expect(fact?.cores).toBeGreaterThan(0);
    expect(fact?.memory).toBeGreaterThan(0);
    expect(fact?.kernel).not.toBe(fact?.name);
    expect(['pid-namespace', 'container']).toContain(fact?.scope ?? 'host');
    expect(fact?.clockOffsetMs).toBe(0);
  });
});
