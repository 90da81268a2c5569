import { expect, test } from 'bun:test';
import { judgedBy, ownedBy, processFact, text, told } from './facts.fixture.ts';
import { kernelThreadName } from './kernel-thread-name.ts';

const analyze = judgedBy(kernelThreadName);

test('a program that shows the name of a kernel thread is high', () => {
  const names = ['[kworker/0:1]', '[ksoftirqd/0]', '[crypto]', '[kthreadd]'];
  for (const name of names) {
    const process = processFact({ path: '/usr/bin/perl', argv: [text(name)] });
    expect(told(analyze(process, ownedBy('/usr/bin/perl', 'perl-base')))).toEqual([
      'disguise.kernel-thread-name high',
    ]);
  }
});

test('a file named like a kernel thread is high', () => {
  const [found] = analyze(processFact({ path: '/tmp/kdevtmpfsi', name: text('kdevtmpfsi') }));
  expect(found).toMatchObject({ severity: 'high', technique: 'T1036.005', params: { shown: 'kdevtmpfsi' } });
});

test('a kernel thread is a kernel thread', () => {
  const { exe: _, ...thread } = processFact({ kernelThread: true, argv: [], name: text('kworker/0:1') });
  expect(analyze(thread)).toEqual([]);
});

test('services with brackets, and daemons whose names begin with k, are clean', () => {
  const celery = processFact({
    pid: 1,
    path: '/usr/bin/python3',
    argv: [text('[celeryd: worker@host:MainProcess]')],
  });
  const ksmtuned = processFact({ pid: 2, path: '/usr/sbin/ksmtuned', name: text('ksmtuned') });
  const irq = processFact({ pid: 3, path: '/usr/sbin/irqbalance', name: text('irqbalance') });
  const kde = processFact({ pid: 4, path: '/usr/lib/kf6/kioworker', name: text('kioworker') });
  expect(analyze(celery, ksmtuned, irq, kde)).toEqual([]);
});

test('a title of hostile length and escapes is shown printable', () => {
  const process = processFact({
    path: '/tmp/x',
    argv: [text(`[kworker\u001b]0;x\u0007${'a'.repeat(4000)}]`)],
  });
  const [found] = analyze(process);
  expect(found?.evidence[0]?.text).toContain('%1B');
});
