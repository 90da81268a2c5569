import { expect, test } from 'bun:test';
import { borrowedName } from './borrowed-name.ts';
import { exe, judgedBy, ownedBy, processFact, text, told } from './facts.fixture.ts';

const analyze = judgedBy(borrowedName);
const shows = (path: string, title: string, name = 'x') =>
  processFact({ path, argv: [text(title)], name: text(name) });

test('a program in /tmp that calls itself sshd is medium', () => {
  expect(told(analyze(shows('/tmp/.x/run', 'sshd: root@notty')))).toEqual(['disguise.borrowed-name medium']);
  expect(told(analyze(shows('/dev/shm/a', '/usr/sbin/httpd -k start')))).toEqual([
    'disguise.borrowed-name medium',
  ]);
});

test('a name set for the process alone is met too', () => {
  const found = analyze(shows('/var/tmp/a', './a', 'systemd-logind'));
  expect(found[0]?.params['shown']).toBe('systemd-logind');
});

test('a program without file under a system path is medium', () => {
  const process = processFact({
    exe: exe('/memfd:a', { memfd: true }),
    argv: [text('/usr/lib/systemd/systemd')],
  });
  expect(told(analyze(process))).toEqual(['disguise.borrowed-name medium']);
});

test('daemons that rewrite their title are clean', () => {
  expect(
    analyze(
      shows('/usr/sbin/nginx', 'nginx: worker process', 'nginx'),
      processFact({ pid: 2, path: '/usr/lib/postgresql/17/bin/postgres', argv: [text('postgres: writer')] }),
      processFact({ pid: 3, path: '/usr/lib/openssh/sshd-session', argv: [text('sshd: a [priv]')] }),
    ),
  ).toEqual([]);
});

test('developer builds, AppImages and package-owned files are clean', () => {
  expect(
    analyze(
      shows('/tmp/go-build123/b001/exe/main', '/tmp/go-build123/b001/exe/main', 'main'),
      processFact({
        pid: 2,
        path: '/tmp/build/objs/nginx',
        argv: [text('nginx: master process')],
        name: text('nginx'),
      }),
      processFact({
        pid: 3,
        path: '/tmp/.mount_Edit1/usr/bin/editor',
        argv: [text('/home/a/Edit.AppImage')],
      }),
      processFact({ pid: 4, path: '/var/tmp/owned', argv: [text('sshd')], name: text('sshd') }),
      ownedBy('/var/tmp/owned', 'owned'),
    ),
  ).toEqual([]);
});

test('an empty and a very long title break nothing', () => {
  expect(analyze(shows('/tmp/a', ''), processFact({ pid: 2, path: '/tmp/b', argv: [] }))).toEqual([]);
  expect(analyze(shows('/tmp/a', `/usr/sbin/${'x'.repeat(100_000)}`))).toHaveLength(1);
});

test('in a build root below /tmp a link to a compiler is no borrowed name', () => {
  const path = '/var/tmp/build-root/usr/bin/x86_64-linux-gnu-gcc-12';
  const compiler = processFact({ path, root: text('/var/tmp/build-root'), argv: [text('/usr/bin/cc')] });
  expect(analyze(compiler)).toEqual([]);
  expect(analyze({ ...compiler, root: text('/') })).toHaveLength(1);
});
