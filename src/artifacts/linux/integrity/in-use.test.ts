import { expect, test } from 'bun:test';
import { processFact } from '../../../../test/process-fact.ts';
import { RecordedTarget } from '../../../../test/recorded-target.ts';
import { FactSet } from '../../../model/fact.ts';
import type { ProcessFact } from '../../../model/facts/process.ts';
import { SourceLog } from '../../../model/source-log.ts';
import { printableText } from '../../../model/text.ts';
import { pathsInUse } from './in-use.ts';

const maps = `55d0-55d1 r--p 00000000 fe:00 10 /usr/sbin/sshd
55d1000-55d2000 r-xp 00001000 fe:00 10                     /usr/sbin/sshd
7f00000-7f01000 r-xp 00000000 fe:00 11                     /usr/lib/x86_64-linux-gnu/libc.so.6
7f02000-7f03000 r--p 00000000 fe:00 12                     /usr/lib/locale/C.utf8/LC_CTYPE
7f04000-7f05000 r-xp 00000000 fe:00 13                     /usr/lib/old.so (deleted)
7f06000-7f07000 r-xp 00000000 00:00 0                      [vdso]
`;

const exe = (path: string): Pick<ProcessFact, 'exe'> => ({
  exe: { path: printableText(path), deleted: false, memfd: false },
});

test('executables and the libraries that they run from, without those of other namespaces', () => {
  const facts = new FactSet();
  facts.addAll([
    processFact(1, { namespaces: { mnt: 1 }, ...exe('/usr/lib/systemd/systemd') }),
    processFact(7, { namespaces: { mnt: 1 }, ...exe('/usr/sbin/sshd') }),
    processFact(8, { namespaces: { mnt: 2 }, ...exe('/usr/bin/in-container') }),
    processFact(9, { kernelThread: true }),
  ]);
  const target = new RecordedTarget({ files: { '/proc/7/maps': maps } });
  const paths = pathsInUse({ target, log: new SourceLog(), facts, nowUs: 0, thorough: false });
  expect(paths.map(String)).toEqual([
    ...['/usr/lib/systemd/systemd', '/usr/sbin/sshd', '/usr/lib/x86_64-linux-gnu/libc.so.6'],
  ]);
});
