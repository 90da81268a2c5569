import { describe, expect, test } from 'bun:test';
import { AliasTable, type Member, parseSudoers } from './sudoers.ts';

const parse = (text: string) => parseSudoers(Buffer.from(text, 'latin1'));
const names = (members: readonly Member[]): readonly string[] =>
  members.map(({ negated, text }) => `${negated ? '!' : ''}${text}`);

function rules(text: string): readonly string[] {
  return parse(text).flatMap((one) =>
    one.kind === 'rule'
      ? one.grants.map(
          ({ runas, groups, tags, command }) =>
            `${names(one.users)}@${names(one.hosts)} (${names(runas)}:${names(groups)}) ${tags} ${names([command])}`,
        )
      : [one.kind],
  );
}

describe('sudoers', () => {
  test('the file of Debian is read whole', () => {
    const text = `# comment
Defaults	env_reset
Defaults	secure_path="/usr/local/sbin:/usr/bin"
root	ALL=(ALL:ALL) ALL
%sudo	ALL=(ALL:ALL) ALL # members
@includedir /etc/sudoers.d
#includedir /private/etc
#include /etc/sudoers.local
`;
    expect(rules(text)).toEqual([
      ...['defaults', 'defaults', 'root@ALL (ALL:ALL)  ALL', '%sudo@ALL (ALL:ALL)  ALL'],
      ...['include', 'include', 'include'],
    ]);
    expect(parse(text)[1]).toMatchObject({
      line: 3,
      settings: [{ name: 'secure_path', operator: '=', value: '/usr/local/sbin:/usr/bin' }],
    });
    expect(parse(text)[4]).toMatchObject({ line: 6, path: '/etc/sudoers.d', folder: true });
  });

  test('tags and the user to run as go on in a list until another stands', () => {
    expect(
      rules('ada ALL=(root) NOPASSWD: /bin/a, /bin/b x\\,y, PASSWD: (pg) /bin/c : web = !/bin/su'),
    ).toEqual([
      'ada@ALL (root:) NOPASSWD /bin/a',
      'ada@ALL (root:) NOPASSWD /bin/b x,y',
      'ada@ALL (root:) PASSWD (pg) /bin/c',
      'ada@web (:)  !/bin/su',
    ]);
  });

  test('users are names, groups, ids, netgroups and quoted; lists have blanks', () => {
    expect(rules('#1000, %#27, +ops , "a b", d\\ e, %:AD\\\\it, !eve ALL = NOPASSWD:SETENV: ALL')).toEqual([
      '#1000,%#27,+ops,a b,d e,%:AD\\it,!eve@ALL (:) NOPASSWD,SETENV ALL',
    ]);
  });

  test('lines are joined, digests and options passed over, regular expressions kept', () => {
    expect(
      rules(
        'ada ALL=\\\n  NOPASSWD: \\\n  CWD=/tmp sha256:AbC= /bin/a,\\\n ^/bin/(b|c,d)$ ^-x: y$, sudoedit /etc/x\n',
      ),
    ).toEqual([
      'ada@ALL (:) NOPASSWD /bin/a',
      'ada@ALL (:) NOPASSWD ^/bin/(b|c,d)$ ^-x: y$',
      'ada@ALL (:) NOPASSWD sudoedit /etc/x',
    ]);
  });

  test('aliases are expanded wherever they stand, and an alias of itself ends', () => {
    const table = new AliasTable();
    for (const one of parse('Cmnd_Alias A = /bin/a, B : B = /bin/b, !C\nCmnd_Alias C = C, A, /bin/c\n')) {
      if (one.kind === 'alias') table.add(one.of, one.name, one.members);
    }
    expect(names(table.expand('command', [{ negated: false, text: 'A' }]))).toEqual([
      ...['/bin/a', '/bin/b', '!/bin/c'],
    ]);
  });

  test('Defaults have a scope and undo with an exclamation mark', () => {
    expect(
      parse('Defaults:www-data !authenticate, !syslog\nDefaults env_keep += "LD_PRELOAD X"\n'),
    ).toMatchObject([
      { scope: ':www-data', settings: [{ name: 'authenticate', negated: true }, { name: 'syslog' }] },
      { scope: '', settings: [{ name: 'env_keep', operator: '+=', value: 'LD_PRELOAD X' }] },
    ]);
  });

  test('a rule far to the right is told as concealed', () => {
    expect(parse(`ada ALL=ALL${' '.repeat(200)}, NOPASSWD: ALL\n`)[0]?.concealed).toBe(true);
    expect(parse('ada\tALL=(ALL)\tALL\n')[0]?.concealed).toBe(false);
  });

  test('noise is unreadable, and ends', () => {
    expect(parse('\0\xff\n(((\n= = =\n').every(({ kind }) => kind === 'unreadable')).toBe(true);
    expect(parse(`ada ALL=${'/bin/x,'.repeat(100_000)}`).map(({ kind }) => kind)).toEqual([
      'rule',
      'unreadable',
    ]);
    expect(parse('\\\n'.repeat(50_000))).toEqual([]);
  });
});

test('what is made to be costly is bounded: backslashes, open expressions, aliases of aliases', () => {
  expect(parse('\\'.repeat((1 << 18) - 1)).length).toBeLessThanOrEqual(1);
  expect(parse(`ada ALL=${'^a,'.repeat(80_000)}`).at(-1)?.kind).toBe('unreadable');
  const table = new AliasTable();
  for (let at = 0; at < 16; at += 1) {
    table.add(
      'user',
      `A${at}`,
      Array.from({ length: 500 }, () => ({ negated: false, text: `A${at + 1}` })),
    );
  }
  table.add('user', 'A16', []);
  expect(table.expand('user', [{ negated: false, text: 'A0' }])).toEqual([]);
});
