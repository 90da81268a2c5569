import { describe, expect, test } from 'bun:test';
import { type Recorded, type RecordedHost, RecordedTarget } from '../../../test/recorded-target.ts';
import { type FactKind, type FactOf, FactSet } from '../../model/fact.ts';
import { SourceLog } from '../../model/source-log.ts';
import { modules } from './modules.ts';

const files: Record<string, Recorded> = {
  '/proc/modules': 'xfs 100 0 - Live 0x0\nzfs 100 0 - Live 0x0 (POE)\n',
  '/sys/module/xfs/initstate': 'live\n',
  '/sys/module/zfs/initstate': 'live\n',
  '/sys/module/printk/parameters/time': 'Y\n',
  '/proc/kallsyms': '0 T _stext\n0 t a\t[xfs]\n0 t b\t[zfs]\n0 t p\t[bpf]\n',
  '/proc/vmallocinfo': '0-1 8192 a+0x1/0x2 [zfs] pages=1\n',
  '/proc/sys/kernel/tainted': '4097\n',
};

async function gather(host: RecordedHost): Promise<{ facts: FactSet; log: SourceLog }> {
  const log = new SourceLog();
  const target = new RecordedTarget(host);
  const found = await modules.gather({ target, log, facts: new FactSet(), nowUs: 0, thorough: false });
  return { facts: new FactSet(found), log };
}

const by = <K extends FactKind>(facts: FactSet, kind: K): readonly FactOf<K>[] => facts.of(kind);

describe('linux.modules', () => {
  test('an honest host: four views agree, built-ins are no modules, taint has letters', async () => {
    const { facts } = await gather({ files });
    const found = by(facts, 'module');
    expect(found.map((fact) => [String(fact.name), fact.missingFrom, fact.taint])).toEqual([
      ['xfs', [], ''],
      ['zfs', [], 'POE'],
    ]);
    expect(found[1]?.seenBy).toEqual(['proc-modules', 'sysfs', 'kallsyms', 'vmallocinfo']);
    expect(found[1]?.source).toMatchObject({ source: '/proc/modules', line: 2 });
    expect(by(facts, 'taint')[0]).toMatchObject({ mask: 4097, text: '4097 (PO)' });
    expect(by(facts, 'directory-count')).toEqual([]);
  });

  test('a module that took itself out of the list stays in sysfs', async () => {
    const { facts } = await gather({ files: { ...files, '/sys/module/evil/initstate': 'live\n' } });
    expect(by(facts, 'module').find((fact) => fact.name === 'evil')).toMatchObject({
      seenBy: ['sysfs'],
      missingFrom: ['proc-modules', 'kallsyms'],
      source: { source: '/sys/module/evil/initstate' },
    });
  });

  test('a module that took itself out of list and sysfs stays in the symbols', async () => {
    const { facts } = await gather({
      files: { ...files, '/proc/kallsyms': `${String(files['/proc/kallsyms'])}0 t hide\t[evil]\n` },
    });
    expect(by(facts, 'module').find((fact) => fact.name === 'evil')).toMatchObject({
      seenBy: ['kallsyms'],
      missingFrom: ['proc-modules', 'sysfs'],
      source: { source: '/proc/kallsyms', line: 5 },
    });
  });

  test('a folder that the listing keeps back shows in the link count', async () => {
    const { facts } = await gather({ files, links: { '/sys/module': 6 } });
    expect(by(facts, 'directory-count')).toEqual([expect.objectContaining({ counted: 4, listed: 3 })]);
  });

  test('a module that is loaded or removed while we look is not compared', async () => {
    let reads = 0;
    const list = (): string =>
      `${String(files['/proc/modules'])}${++reads > 1 ? 'late 1 0 - Live 0x0\n' : 'gone 1 0 - Live 0x0\n'}`;
    const { facts } = await gather({
      files: { ...files, '/proc/modules': list, '/sys/module/late/initstate': 'live\n' },
    });
    expect(by(facts, 'module').map((fact) => String(fact.name))).toEqual(['xfs', 'zfs']);
  });

  test('a module that came and went between two readings of the list is not hidden', async () => {
    let reads = 0;
    const { facts } = await gather({
      files: {
        ...files,
        '/sys/module/brief/initstate': () => (++reads > 1 ? 'going\n' : 'live\n'),
      },
    });
    expect(by(facts, 'module').map((fact) => String(fact.name))).toEqual(['xfs', 'zfs']);
  });

  test('a kernel without module support is absent, not alarming', async () => {
    const { facts, log } = await gather({
      files: { '/sys/module/printk/parameters/time': 'Y\n', '/proc/kallsyms': '0 T _stext\n' },
    });
    expect(facts.size).toBe(0);
    expect(log.listed.find((source) => source.source === '/proc/modules')?.status).toBe('absent');
  });

  test('a list that was refused is not a list without modules', async () => {
    const { facts } = await gather({ files: { ...files, '/proc/modules': { status: 'denied' } } });
    expect(by(facts, 'module').every((fact) => !fact.missingFrom.includes('proc-modules'))).toBe(true);
  });
});
