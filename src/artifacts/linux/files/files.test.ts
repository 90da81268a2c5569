import { describe, expect, test } from 'bun:test';
import { plantRoot } from '../../../../test/persistence/root.ts';
import { type Recorded, RecordedTarget } from '../../../../test/recorded-target.ts';
import { FactSet } from '../../../model/fact.ts';
import type { PersistenceFact } from '../../../model/facts/persistence.ts';
import { SourceLog } from '../../../model/source-log.ts';
import { folderTarget } from '../../../target/folder.ts';
import type { Target } from '../../../target/port.ts';
import { filesCases } from './cases.fixture.ts';
import { filesArtifacts } from './index.ts';

async function gathered(target: Target): Promise<{ facts: readonly PersistenceFact[]; log: SourceLog }> {
  const log = new SourceLog();
  const context = { target, log, facts: new FactSet(), nowUs: 0, thorough: false };
  const all = await Promise.all(filesArtifacts.map((artifact) => artifact.gather(context)));
  return { facts: all.flat().filter((fact) => fact.kind === 'persistence'), log };
}

/** Honest cases whose entries stand there all the same: settings, which the judge finds harmless. */
const told = new Set([
  'immutable-file',
  'resolver',
  'kernel-setting',
  'limits',
  'firewall-rules',
  'hosts-file',
]);

describe('cases', () => {
  for (const one of filesCases) {
    test(`${one.mechanism}, ${one.dress}: ${one.what}`, async () => {
      const root = plantRoot(one);
      const target = folderTarget(root.path);
      try {
        const { facts } = await gathered(target);
        const own = facts.filter(({ mechanism }) => mechanism === one.mechanism);
        if (one.dress !== 'honest') expect(own.length).toBeGreaterThan(0);
        else if (told.has(one.mechanism)) expect(own.flatMap(({ marks }) => marks)).toEqual([]);
        // Scripts of a checkout are told, and judged by what they do.
        else if (one.mechanism === 'dropped-program')
          expect(new Set(['unusual-place', ...own.flatMap(({ marks }) => marks)]).size).toBe(1);
        else expect(facts.map(({ mechanism, target: file }) => `${mechanism} ${file}`)).toEqual([]);
      } finally {
        await target.close();
        root.remove();
      }
    });
  }

  test('a host without any of it has no entry', async () => {
    const root = plantRoot();
    const target = folderTarget(root.path);
    expect((await gathered(target)).facts).toEqual([]);
    await target.close();
    root.remove();
  });
});

async function recorded(files: Record<string, Recorded>): Promise<readonly PersistenceFact[]> {
  return (await gathered(new RecordedTarget({ kind: 'folder', files }))).facts;
}

describe('lines of settings', () => {
  test('marks tell who is locked out and where it leads', async () => {
    const facts = await recorded({
      '/etc/hosts':
        '0.0.0.0 update.aegis.aliyun.com\r\n203.0.113.9 pool.supportxmr.com\n192.0.2.1 db.example.com',
      '/etc/iptables/rules.v4': '-A INPUT -s 140.205.201.0/28 -j DROP\n-A INPUT -s 140.0.0.0/7 -j DROP\n',
    });
    expect(facts.map(({ source, marks }) => [String(source.source), source.line, marks])).toEqual([
      ['/etc/hosts', 1, ['locks-out']],
      ['/etc/hosts', 2, ['foreign-host']],
      ['/etc/iptables/rules.v4', 1, ['locks-out']],
    ]);
  });

  test('a program of the kernel is the target of the setting, also written with slashes', async () => {
    const facts = await recorded({
      '/etc/sysctl.conf':
        '; kernel.core_pattern = |/x\n- kernel/core_pattern = |/tmp/.x/core %p\nvm.max_map_count=1\n',
    });
    expect(facts).toMatchObject([
      {
        mechanism: 'kernel-setting',
        target: '/tmp/.x/core',
        command: '/tmp/.x/core %25p',
        source: { line: 2 },
      },
    ]);
  });

  test('the numbers of a guide for RandomX are marked where both stand, and not one of them', async () => {
    const marked = async (limits: string, sysctl: string): Promise<number> => {
      const files = { '/etc/security/limits.d/a.conf': limits, '/etc/sysctl.d/a.conf': sysctl };
      return (await recorded(files)).filter(({ marks }) => marks.includes('miner-setting')).length;
    };
    const locked = '* soft memlock 262144\n* hard memlock 262144\n';
    expect(await marked(locked, 'vm.nr_hugepages=1280\n')).toBe(3);
    expect(await marked(locked, 'vm/nr_hugepages = 1184\n')).toBe(3);
    expect(await marked(locked, 'vm.nr_hugepages=4400\n')).toBe(0);
    expect(await marked(locked, 'vm.nr_hugepages=0\n')).toBe(0);
    expect(await marked(locked, '#vm.nr_hugepages=1280\n')).toBe(0);
    expect(await marked('postgres - memlock 262144\n', 'vm.nr_hugepages=1280\n')).toBe(0);
    expect(await marked('* - memlock unlimited\n', 'vm.nr_hugepages=1280\n')).toBe(0);
    expect(await marked(locked, `vm.nr_hugepages=${'9'.repeat(500)}\n`)).toBe(0);
  });

  test('lines of blanks alone and blanks without end are read in no time to speak of', async () => {
    const blanks = `${' '.repeat(4000)}x\n`.repeat(900);
    const facts = await recorded({
      '/etc/sysctl.conf': `${blanks}vm.nr_hugepages =${' '.repeat(4000)}1280`,
      '/etc/security/limits.conf': blanks,
      '/etc/iptables/rules.v4': blanks,
      '/etc/resolv.conf': blanks,
    });
    expect(facts.map(({ mechanism }) => mechanism)).toEqual(['kernel-setting']);
  });

  test('binary noise, a line without an end and refused files cost no other line', async () => {
    const facts = await recorded({
      '/etc/security/limits.conf': Buffer.from('\x00\xff\xfe\n* - memlock unlimited', 'latin1'),
      '/etc/sysctl.conf': { status: 'denied', reason: 'EACCES' },
      '/etc/nftables.conf': `${'x'.repeat(200_000)}\nip daddr 140.205.201.1 drop`,
    });
    expect(facts.map(({ mechanism, source }) => [mechanism, source.line])).toEqual([
      ['firewall-rules', 2],
      ['limits', 2],
    ]);
  });
});
