import { describe, expect, test } from 'bun:test';
import { processFact } from '../../../test/process-fact.ts';
import { type RecordedHost, RecordedTarget } from '../../../test/recorded-target.ts';
import { FactSet } from '../../model/fact.ts';
import type { ProcessFact } from '../../model/facts/process.ts';
import { SourceLog } from '../../model/source-log.ts';
import { printableText } from '../../model/text.ts';
import type { Artifact } from '../artifact.ts';
import { bpf } from './bpf.ts';
import { ftrace } from './ftrace.ts';
import { hostsFile } from './hosts-file.ts';
import { kernelSettings } from './kernel-settings.ts';
import { mounts } from './mounts.ts';
import { msr } from './msr.ts';

async function gather(
  artifact: Artifact,
  host: RecordedHost,
  processes: readonly ProcessFact[] = [],
): Promise<{ facts: FactSet; log: SourceLog; target: RecordedTarget }> {
  const target = new RecordedTarget(host);
  const log = new SourceLog();
  const context = { target, log, facts: new FactSet(processes), nowUs: 0, thorough: false };
  return { facts: new FactSet(await artifact.gather(context)), log, target };
}

describe('linux.kernel-settings', () => {
  test('values come as the kernel prints them, huge pages per size and node', async () => {
    const { facts } = await gather(kernelSettings, {
      files: {
        '/proc/sys/vm/nr_hugepages': '1280\n',
        '/proc/sys/kernel/core_pattern': '|/tmp/x\x1b %p\n',
        '/sys/kernel/mm/hugepages/hugepages-1048576kB/nr_hugepages': '3\n',
        '/sys/kernel/mm/hugepages/odd/nr_hugepages': '9\n',
        '/sys/devices/system/node/node0/hugepages/hugepages-2048kB/nr_hugepages': '1280\n',
      },
    });
    expect(facts.of('setting').map((fact) => [fact.name, String(fact.value)])).toEqual([
      ['vm.nr_hugepages', '1280'],
      ['kernel.core_pattern', '|/tmp/x%1B %25p'],
      ['hugepages-1048576kB', '3'],
      ['node0.hugepages-2048kB', '1280'],
    ]);
  });
});

describe('linux.mounts', () => {
  const table = '36 35 98:0 / / rw,noatime - ext4 /dev/vda rw,errors=continue\n';
  const cover = '75 36 0:50 / /proc/4943 rw - tmpfs none rw\n';

  test('each mount namespace is read once, and a mount over a process is there with its line', async () => {
    const { facts, target } = await gather(
      mounts,
      { files: { '/proc/1/mountinfo': table, '/proc/9/mountinfo': table + cover } },
      [1, 2, 9].map((pid) => processFact(pid, { namespaces: { mnt: pid === 9 ? 200 : 100 } })),
    );
    expect(
      facts.of('mount').map((fact) => [fact.namespace, String(fact.mountPoint), fact.source.line]),
    ).toEqual([
      [100, '/', 1],
      [200, '/', 1],
      [200, '/proc/4943', 2],
    ]);
    expect(facts.of('mount')[0]?.options).toEqual(['rw', 'noatime', 'rw', 'errors=continue']);
    expect(target.asked.map(String)).toEqual(['/proc/1/mountinfo', '/proc/9/mountinfo']);
  });

  test('a namespace that nobody can read any more is said to be unread', async () => {
    const { facts, log } = await gather(mounts, { files: {} }, [processFact(5, { namespaces: { mnt: 3 } })]);
    expect(facts.size).toBe(0);
    expect(log.listed.some((source) => source.reason === '1 mount namespaces not read')).toBe(true);
  });

  test('a flood of mounts does not push out the one over a process', async () => {
    const flood = Array.from(
      { length: 50_010 },
      (_, at) => `${at + 1} 0 0:1 / /m/${at} rw - tmpfs t rw\n`,
    ).join('');
    const { facts } = await gather(mounts, { files: { '/proc/5/mountinfo': flood + cover } }, [
      processFact(5, { namespaces: { mnt: 3 } }),
    ]);
    expect(facts.of('mount').length).toBe(20_001);
    expect(String(facts.of('mount').at(-1)?.mountPoint)).toBe('/proc/4943');
  });
});

describe('linux.msr', () => {
  const host = (vendor: string): RecordedHost => ({
    files: {
      '/dev/cpu/0/msr': '',
      '/dev/cpu/1/msr': '',
      '/dev/cpu/microcode': '',
      '/proc/cpuinfo': `processor\t: 0\nvendor_id\t: ${vendor}\n`,
    },
    native: { readMsr: (cpu, register) => ({ status: 'ok', value: BigInt(register + cpu) }) },
  });

  test('only registers of the vendor are asked for', async () => {
    const intel = await gather(msr, host('GenuineIntel'));
    expect(intel.facts.of('msr').map((fact) => [fact.cpu, fact.register, fact.value])).toEqual([
      [0, 0x1a4, '00000000000001a4'],
      [1, 0x1a4, '00000000000001a5'],
    ]);
    const amd = await gather(msr, host('AuthenticAMD'));
    expect(amd.facts.of('msr').map((fact) => fact.register.toString(16))).toContain('c001102b');
    expect((await gather(msr, host('CentaurHauls'))).facts.size).toBe(0);
  });

  test('without the device nothing is read', async () => {
    const { facts, target } = await gather(msr, {
      files: { '/proc/cpuinfo': 'vendor_id : GenuineIntel\n' },
      native: {
        readMsr: () => {
          throw new Error('asked for a register that has no device');
        },
      },
    });
    expect(facts.size).toBe(0);
    expect(target.asked.map(String)).toEqual(['/dev/cpu']);
  });
});

describe('linux.bpf', () => {
  const program = {
    id: 17,
    type: 2,
    name: Buffer.from('hide_pid\x1b\0\0\0\0\0\0\0'),
    createdByUid: 0,
    loadTimeNs: 1,
    tag: Buffer.from('0123456789abcdef', 'hex'),
  };

  test('a program is told with its type and the processes that hold it', async () => {
    const { facts } = await gather(
      bpf,
      {
        files: { '/proc/40/fdinfo/7': 'pos:\t0\nprog_id:\t17\n', '/proc/41/fdinfo/3': 'prog_id:\t99\n' },
        native: { bpfPrograms: () => ({ status: 'ok', value: [program] }) },
      },
      [
        processFact(40, {
          descriptors: [{ kind: 'anon', fd: 7, path: printableText('anon_inode:bpf-prog') }],
        }),
        processFact(41, {
          descriptors: [{ kind: 'anon', fd: 3, path: printableText('anon_inode:bpf_link') }],
        }),
        processFact(42, {
          descriptors: [{ kind: 'anon', fd: 3, path: printableText('anon_inode:[eventfd]') }],
        }),
      ],
    );
    expect(facts.of('bpf-program')).toEqual([
      expect.objectContaining({ id: 17, type: 'kprobe', name: 'hide_pid%1B', owners: [40], uid: 0 }),
    ]);
  });

  test('a refusal is a status', async () => {
    const { facts, log } = await gather(bpf, {
      files: {},
      native: { bpfPrograms: () => ({ status: 'denied', reason: 'EPERM' }) },
    });
    expect(facts.size).toBe(0);
    expect(log.listed[0]).toMatchObject({ status: 'denied', reason: 'EPERM' });
  });
});

describe('linux.ftrace', () => {
  const tracefs = '1 0 0:1 / /sys/kernel/tracing rw - tracefs tracefs rw\n';
  const debugfs = '2 0 0:2 / /sys/kernel/debug rw - debugfs debugfs rw\n';

  test('hooked functions of ftrace and kprobes are facts', async () => {
    const { facts } = await gather(ftrace, {
      files: {
        '/proc/self/mountinfo': tracefs + debugfs,
        '/sys/kernel/tracing/enabled_functions': '__x64_sys_getdents64 (1) R I\n',
        '/sys/kernel/debug/kprobes/list': 'ffffffff81000000  k  tcp4_seq_show+0x0    [FTRACE]\n',
      },
    });
    expect(facts.of('traced-function').map((fact) => String(fact.name))).toEqual([
      '__x64_sys_getdents64',
      'tcp4_seq_show',
    ]);
  });

  test('a file system that is not mounted is never looked into, so that nothing gets mounted', async () => {
    const { facts, target, log } = await gather(ftrace, { files: { '/proc/self/mountinfo': debugfs } });
    expect(facts.size).toBe(0);
    expect(target.asked.some((path) => path.startsWith('/sys/kernel/debug/tracing'))).toBe(false);
    expect(log.listed.some((source) => source.reason === 'tracefs is not mounted')).toBe(true);
  });
});

describe('linux.hosts-file', () => {
  test('entries of a root folder are facts with their line', async () => {
    const { facts } = await gather(hostsFile, {
      kind: 'folder',
      files: { '/etc/hosts': '127.0.0.1 localhost\n0.0.0.0 update.agent.example\n' },
    });
    expect(facts.of('hosts-entry')[1]).toMatchObject({
      address: '0.0.0.0',
      names: ['update.agent.example'],
      source: { source: '/etc/hosts', line: 2 },
    });
  });
});
