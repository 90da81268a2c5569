import { describe, expect, test } from 'bun:test';
import { gatherFrom } from '../../../../test/persistence/gather.ts';
import type { Recorded } from '../../../../test/recorded-target.ts';
import { printableText } from '../../../model/text.ts';
import { accounts } from './accounts.ts';
import { groups } from './groups.ts';
import { looksLikeBaseAccount } from './known-accounts.ts';

const debian = `root:x:0:0:root:/root:/bin/bash
daemon:x:1:1:daemon:/usr/sbin:/usr/sbin/nologin
bin:x:2:2:bin:/bin:/usr/sbin/nologin
sync:x:4:65534:sync:/bin:/bin/sync
games:x:5:60:games:/usr/games:/usr/sbin/nologin
news:x:9:9:news:/var/spool/news:/usr/sbin/nologin
www-data:x:33:33:www-data:/var/www:/usr/sbin/nologin
nobody:x:65534:65534:nobody:/nonexistent:/usr/sbin/nologin
postgres:x:101:103:PostgreSQL,,,:/var/lib/postgresql:/bin/bash
ada:x:1000:1000:Ada:/home/ada:/bin/bash
`;

async function told(
  passwd: string,
  more: Readonly<Record<string, Recorded>> = {},
): Promise<readonly string[]> {
  const { entries } = await gatherFrom(accounts, { '/etc/passwd': passwd, ...more });
  return entries.map(({ source, user, mechanism, marks, active }) =>
    `${source.line} ${user} ${mechanism} ${marks.join(',')}${active ? '' : ' inactive'}`.trimEnd(),
  );
}

describe('linux.accounts', () => {
  test('of a Debian host tells root and postgres, without a mark against them', async () => {
    expect(await told(debian)).toEqual([
      '1 root account-uid-0',
      '9 postgres account-system-shell of-system-account',
    ]);
  });

  test('a second account with uid 0 is marked, also before root and without a name of its own', async () => {
    expect(await told(`sysd:x:0:0::/:/bin/sh\n${debian}root:x:0:0::/root:/bin/sh\n`)).toEqual([
      '1 sysd account-uid-0 uid-0',
      '2 root account-uid-0',
      '10 postgres account-system-shell of-system-account',
      '12 root account-uid-0 uid-0 inactive',
    ]);
  });

  test('a system account with a shell is marked, also under another name', async () => {
    const passwd = debian.replace('/usr/games:/usr/sbin/nologin', '/usr/games:/bin/bash');
    expect(await told(`${passwd}web:x:33:33::/var/www:/bin/sh\n`)).toContain(
      '5 games account-system-shell system-account-shell,of-system-account',
    );
    expect(await told(`${passwd}web:x:33:33::/var/www:/bin/sh\n`)).toContain(
      '11 web account-system-shell system-account-shell,of-system-account',
    );
  });

  test('a blank after nologin is a shell of its own', async () => {
    const blank = debian.replace('/var/spool/news:/usr/sbin/nologin', '/var/spool/news:/usr/sbin/nologin ');
    const { entries } = await gatherFrom(accounts, { '/etc/passwd': blank });
    expect(entries.find(({ user }) => user === 'news')).toMatchObject({
      target: '/usr/sbin/nologin ',
      marks: ['shell-with-blank', 'system-account-shell', 'of-system-account'],
    });
  });

  test('where the distribution gives its accounts shells, none of them is marked', async () => {
    const old = debian.replaceAll('/usr/sbin/nologin', '/bin/sh');
    expect((await told(old)).filter((line) => line.includes('system-account-shell '))).toEqual(
      expect.not.arrayContaining([expect.stringContaining('system-account-shell,')]),
    );
  });

  test('persons of old hosts begin at UID_MIN', async () => {
    const more = { '/etc/login.defs': '# c\nUID_MIN\t\t  500\n' };
    expect(await told('eve:x:501:501::/home/eve:/bin/bash\n', more)).toEqual([]);
  });

  test('a shell that nobody knows is told unless the owner lists it', async () => {
    const passwd = 'ada:x:1000:1000::/home/ada:/usr/lib/.sh\nbob:x:1001:1001::/home/bob:/opt/nu\n';
    expect(await told(passwd, { '/etc/shells': '/bin/sh\n/opt/nu\n' })).toEqual([
      '1 ada account-system-shell',
    ]);
  });

  test('homes in temporary or hidden folders and near misses of names are marked', async () => {
    expect(
      await told('deamon:x:1001:1001::/home/deamon:/bin/sh\nx:x:1002:1002::/dev/shm/.x:/bin/sh\n'),
    ).toEqual(['1 deamon account-system-shell look-alike-name', '2 x account-system-shell unusual-place']);
  });

  test('empty passwords are told where they stand, and closed where no shell is', async () => {
    const passwd =
      'ada::1000:1000::/home/ada:/bin/sh\nbob:x:1001:1001::/:/bin/sh\neve:x:1002:1002::/:/bin/false\n';
    const shadow = 'bob::19000:0:99999:7:::\neve::19000:0:99999:7:::\n';
    const { entries } = await gatherFrom(accounts, { '/etc/passwd': passwd, '/etc/shadow': shadow });
    expect(entries.map(({ source, user, active }) => `${source.source} ${user} ${active}`)).toEqual([
      '/etc/passwd ada true',
      '/etc/shadow bob true',
      '/etc/shadow eve false',
    ]);
  });

  test('a password of a system account is told, never its hash', async () => {
    const shadow = 'games:$6$salt$SECRET:19000:0:99999:7:::\n';
    const { entries } = await gatherFrom(accounts, {
      '/etc/passwd': debian.replace('/usr/games:/usr/sbin/nologin', '/usr/games:/bin/bash'),
      '/etc/shadow': shadow,
    });
    const [one] = entries.filter(({ source }) => source.source === '/etc/shadow');
    expect(one).toMatchObject({ user: 'games', marks: ['opens-access', 'of-system-account'], active: true });
    expect(JSON.stringify(entries)).not.toContain('SECRET');
  });

  test('a nologin that leads to a shell is told', async () => {
    expect(
      await told('', { '/usr/sbin/nologin': { link: '/bin/bash' }, '/bin/false': { link: 'busybox' } }),
    ).toEqual(['undefined every system account account-system-shell system-account-shell']);
  });

  test('lines of NIS are active where the compat service is', async () => {
    const more = { '/etc/nsswitch.conf': 'passwd: compat\n' };
    expect(await told('+::0:0:::\n', more)).toEqual(['1 + account-uid-0 uid-0']);
    expect(await told('+::0:0:::\n')).toEqual(['1 + account-uid-0 uid-0 inactive']);
  });

  test('what cannot be read is on the record; noise tells nothing', async () => {
    const { entries, log } = await gatherFrom(accounts, {
      '/etc/passwd': `\0\xff:\n${':'.repeat(1 << 16)}\n`,
      '/etc/shadow': { status: 'denied' },
    });
    expect(entries).toEqual([]);
    expect(log.listed.find(({ source }) => source === '/etc/shadow')?.status).toBe('denied');
  });
});

describe('names of system accounts', () => {
  test('have near misses, and names of people are none', () => {
    const near = ['r00t', 'deamon', 'www_data', 'wwwdata', 'nobodyy', 'mai1s', 'bakcup', 'rooot'];
    expect(near.filter((name) => looksLikeBaseAccount(printableText(name)))).toEqual([
      ...['r00t', 'deamon', 'www_data', 'wwwdata', 'nobodyy', 'bakcup', 'rooot'],
    ]);
    const people = [
      'lisa',
      'james',
      'maik',
      'damon',
      'ben',
      'roxy',
      'mann',
      'admin',
      'games',
      'user1',
      'ubuntu',
    ];
    expect(people.filter((name) => looksLikeBaseAccount(printableText(name)))).toEqual([]);
  });
});

describe('linux.groups', () => {
  const group =
    'root:x:0:\nadm:x:4:syslog,ada\nsudo:x:27:ada,www-data\ndocker:x:998:jenkins\nother:x:27:eve\n';
  const passwd = `${debian}jenkins:x:105:105::/var/lib/jenkins:/bin/bash\nsyslog:x:104:4::/:/usr/sbin/nologin\neve:x:1001:1001::/home/eve:/bin/sh\ngid:x:1002:998::/home/gid:/bin/sh\n`;

  test('tells members, those by number, and those by primary group', async () => {
    const { entries } = await gatherFrom(groups, { '/etc/group': group, '/etc/passwd': passwd });
    expect(
      entries.map(({ user, command, marks }) => `${user}: ${command} ${marks.join(',')}`.trimEnd()),
    ).toEqual([
      'syslog: member of adm of-system-account',
      'ada: member of adm',
      'ada: member of sudo',
      'www-data: member of sudo of-system-account,opens-access',
      'jenkins: member of docker of-system-account',
      'eve: member of sudo',
      'gid: member of docker',
    ]);
  });

  test('a password of a group opens it', async () => {
    const { entries } = await gatherFrom(groups, {
      '/etc/gshadow': 'sudo:$6$s$SECRET::\ndocker:!:eve:\nusers:$6$s$x::\n',
    });
    expect(entries).toMatchObject([
      { user: 'every user', marks: ['opens-access'] },
      { user: 'eve', marks: [] },
    ]);
    expect(JSON.stringify(entries)).not.toContain('SECRET');
  });

  test('noise is no group', async () => {
    expect((await gatherFrom(groups, { '/etc/group': `\0\xff\n${'a'.repeat(1 << 20)}` })).entries).toEqual(
      [],
    );
  });
});
