import { describe, expect, test } from 'bun:test';
import { processFact } from '../../test/process-fact.ts';
import { FactSet } from '../model/fact.ts';
import type { ProcessFact } from '../model/facts/process.ts';
import type { ResultPersistence } from '../model/result.ts';
import { printableText } from '../model/text.ts';
import { comesBack } from './comes-back.ts';

const text = printableText;
const exe = (path: string): Pick<ProcessFact, 'exe'> => ({
  exe: { path: text(path), deleted: false, memfd: false },
});

function entry(source: string, rest: Partial<ResultPersistence> = {}): ResultPersistence {
  return {
    id: 'P1',
    mechanism: 'cron-user',
    source,
    user: 'root',
    trigger: '@reboot',
    command: '',
    decoded: [],
    active: true,
    judgement: 'benign',
    reasons: [],
    text: '',
    ...rest,
  };
}

function ask(pid: number, processes: readonly ProcessFact[], persistence: ResultPersistence[]) {
  const facts = new FactSet();
  facts.addAll(processes);
  return comesBack(
    persistence,
    facts,
  )(pid).map(({ entry: one, by, ancestor }) => [one.source, by, ancestor?.pid]);
}

describe('what brings a process back', () => {
  test('an entry that runs its program, in the command, in a decoded layer or as its target', () => {
    const miner = processFact(70, exe('/usr/sbin/kdump-agent'));
    const rows = [
      entry('/plain', { command: 'nice -n 19 /usr/sbin/kdump-agent -c x' }),
      entry('/coded', { command: 'echo … | base64 -d | sh', decoded: ['/sbin/kdump-agent; true'] }),
      entry('/target', { target: '/usr/sbin/kdump-agent' }),
      entry('/longer', { command: '/usr/sbin/kdump-agent-two' }),
    ];
    expect(ask(70, [miner], rows)).toEqual([
      ['/plain', 'program', undefined],
      ['/coded', 'program', undefined],
      ['/target', 'program', undefined],
    ]);
  });

  test('its unit, the drop-ins and the template of it', () => {
    const service = processFact(71, { ...exe('/opt/x'), unit: 'update@1.service' });
    const rows = [
      entry('/etc/systemd/system/update@.service', { mechanism: 'systemd-service' }),
      entry('/etc/systemd/system/update@1.service.d/a.conf', { mechanism: 'systemd-drop-in' }),
      entry('/etc/systemd/system/other-update@1.service', { mechanism: 'systemd-service' }),
    ];
    expect(ask(71, [service], rows).map(([source]) => source)).toEqual([
      '/etc/systemd/system/update@.service',
      '/etc/systemd/system/update@1.service.d/a.conf',
    ]);
  });

  test('its container', () => {
    const id = 'ab'.repeat(32);
    const inside = processFact(72, { ...exe('/app'), container: { runtime: 'docker', id } });
    const rows = [
      entry(`/var/lib/docker/containers/${id}/config.v2.json`, { mechanism: 'docker-container' }),
      entry(`/var/lib/docker/containers/${'cd'.repeat(32)}/config.v2.json`, {
        mechanism: 'docker-container',
      }),
    ];
    expect(ask(72, [inside], rows)).toEqual([
      [`/var/lib/docker/containers/${id}/config.v2.json`, 'container', undefined],
    ]);
  });

  test('what starts a parent, told with that parent; the worst comes first', () => {
    const guard = processFact(80, { ...exe('/usr/bin/bash'), argv: ['bash', '/root/.guard.sh'].map(text) });
    const miner = processFact(81, { ...exe('/tmp/m'), parent: 80 });
    const rows = [
      entry('/etc/cron.d/honest', { command: '/tmp/m' }),
      entry('/etc/cron.d/guard', { command: 'sh /root/.guard.sh', judgement: 'malicious' }),
    ];
    expect(ask(81, [guard, miner], rows)).toEqual([
      ['/etc/cron.d/guard', 'program', 80],
      ['/etc/cron.d/honest', 'program', undefined],
    ]);
  });

  test('an entry that runs some other script by the same shell, and what starts pid 1, say nothing', () => {
    const shell = processFact(90, { ...exe('/usr/bin/bash'), argv: ['bash'].map(text) });
    const rows = [entry('/etc/cron.d/a', { command: '/bin/bash /opt/backup.sh' })];
    expect(ask(90, [shell], rows)).toEqual([]);
    const first = processFact(1, { ...exe('/sbin/first'), parent: 0 });
    const child = processFact(91, exe('/opt/y'));
    expect(ask(91, [first, child], [entry('/x', { target: '/sbin/first' })])).toEqual([]);
  });

  test('what the judge linked, through a script that the entry runs, and not the file of the program itself', () => {
    const reason = { id: 'running-miner', texts: { en: '', 'zh-CN': '' }, pid: 94 };
    const rows = [
      entry('/etc/cron.d/linked', { command: 'sh /opt/run.sh', reasons: [reason] }),
      entry('/opt/own/m', { mechanism: 'dropped-program', reasons: [reason] }),
    ];
    expect(ask(94, [processFact(94, exe('/opt/own/m'))], rows)).toEqual([
      ['/etc/cron.d/linked', 'program', undefined],
    ]);
    expect(ask(93, [processFact(93, exe('/opt/other'))], rows)).toEqual([]);
  });

  test('parents that go in a circle end', () => {
    const one = processFact(95, { ...exe('/a'), parent: 96 });
    const two = processFact(96, { ...exe('/b'), parent: 95 });
    expect(ask(95, [one, two], [entry('/x', { target: '/b' })])).toEqual([['/x', 'program', 96]]);
  });
});
