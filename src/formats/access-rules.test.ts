import { describe, expect, test } from 'bun:test';
import { parsePam, parsePamControl } from './pam-config.ts';
import { openingLine } from './pam-stack.ts';
import { parsePkla, parsePolkitActions, parsePolkitRules } from './polkit-rules.ts';

const bytes = (text: string): Uint8Array => Buffer.from(text, 'latin1');

describe('lines of PAM', () => {
  test('hold controls in brackets, arguments in brackets, and includes', () => {
    const lines = parsePam(
      bytes(
        '# c\nauth [success=1 default=ignore] pam_unix.so nullok # d\n-session optional pam_systemd.so\n@include common-auth\nauth substack x\nsession optional pam_exec.so [/bin/sh -c a\\] b] \\\n  c\n',
      ),
      'pam.d',
    );
    expect(lines.map(({ kind, type, name, args, line }) => [line, kind, type, name, args.join('|')])).toEqual(
      [
        [2, 'module', 'auth', 'pam_unix.so', 'nullok'],
        [3, 'module', 'session', 'pam_systemd.so', ''],
        [4, 'include', 'every', 'common-auth', ''],
        [5, 'substack', 'auth', 'x', ''],
        [6, 'module', 'session', 'pam_exec.so', '/bin/sh -c a] b|c'],
      ],
    );
  });

  test('of pam.conf begin with the service', () => {
    const [line] = parsePam(bytes('SSHD auth required pam_unix.so\n'), 'pam.conf');
    expect(line).toMatchObject({ service: 'sshd', type: 'auth', name: 'pam_unix.so' });
  });

  test('that are none are passed over', () => {
    expect(parsePam(bytes('\0\xff\nauth\nauth required\nother required x.so\n[[[ a b\n'), 'pam.d')).toEqual(
      [],
    );
    expect(parsePam(bytes('auth required x.so\n'.repeat(5_000)), 'pam.d')).toHaveLength(2_000);
  });

  test('a control says what becomes of each answer', () => {
    expect(parsePamControl('[success=2 ignore=ignore default=die]')).toEqual({
      success: 2,
      failure: 'die',
      ignore: 'ignore',
    });
    expect(parsePamControl('perhaps')).toBeUndefined();
  });
});

describe('a stack of PAM', () => {
  const opens = (text: string, files: Readonly<Record<string, string>> = {}): number | undefined =>
    openingLine(parsePam(bytes(text), 'pam.d'), 'auth', (name) => {
      const file = files[name];
      return file === undefined ? undefined : parsePam(bytes(file), 'pam.d');
    })?.line;
  const debian =
    'auth [success=1 default=ignore] pam_unix.so nullok\nauth requisite pam_deny.so\nauth required pam_permit.so\n';
  const redHat =
    'auth required pam_env.so\nauth sufficient pam_unix.so nullok\nauth required pam_deny.so\naccount required pam_permit.so\n';

  test('of a distribution refuses who can prove nothing', () => {
    expect(opens(debian)).toBeUndefined();
    expect(opens(redHat)).toBeUndefined();
    expect(opens('auth sufficient pam_rootok.so\nauth include a\n', { a: redHat })).toBeUndefined();
    expect(
      opens('auth required pam_google_authenticator.so\nauth substack a\n', { a: debian }),
    ).toBeUndefined();
  });

  test('opens where pam_permit is enough, by one word or by a jump', () => {
    expect(opens(`auth sufficient pam_permit.so\n${debian}`)).toBe(1);
    expect(opens(`auth [success=2 default=ignore] pam_permit.so\n${debian}`)).toBe(1);
    expect(opens(debian.replace('default=ignore', 'default=1'))).toBe(3);
    expect(opens(debian.replace('requisite', 'optional'))).toBe(3);
    expect(opens('auth include a\n', { a: 'auth required pam_permit.so\n' })).toBe(1);
  });

  test('that asks first is not opened by what comes after', () => {
    expect(opens('auth required pam_unix.so\nauth sufficient pam_permit.so\n')).toBeUndefined();
    expect(opens('auth requisite pam_unix.so\nauth required pam_permit.so\n')).toBeUndefined();
  });

  test('that includes itself ends', () => {
    expect(
      opens('auth include a\n', { a: 'auth include a\nauth include a\nauth required pam_deny.so\n' }),
    ).toBeUndefined();
  });
});

describe('rules of polkit', () => {
  const rule = (body: string): string => `polkit.addRule(function(action, subject) { ${body} });\n`;

  test('tell what they spawn, word by word', () => {
    const [spawn] = parsePolkitRules(bytes(`// x\n${rule('polkit.spawn(["/bin/sh", "-c", "a b"]);')}`));
    expect(spawn).toMatchObject({ kind: 'spawn', command: "/bin/sh -c 'a b'", line: 2 });
  });

  test('that ask neither what nor who let anyone in', () => {
    const anyone = (body: string): readonly boolean[] =>
      parsePolkitRules(bytes(rule(body))).map((found) => found.anyone);
    expect(anyone('return polkit.Result.YES;')).toEqual([true]);
    expect(anyone('return "yes";')).toEqual([true]);
    expect(anyone('if (action.id == "org.freedesktop.policykit.exec") return polkit["Result.YES"];')).toEqual(
      [true],
    );
    expect(anyone('if (action.id == "org.x.y" && subject.user == "ada") return polkit.Result.YES;')).toEqual([
      false,
    ]);
    expect(anyone('if (action.id == "org.freedesktop.login1.reboot") return polkit.Result.YES;')).toEqual([
      false,
    ]);
    expect(anyone('/* return polkit.Result.YES; */ return polkit.Result.NO;')).toEqual([]);
  });

  test('of hostile text give a bounded answer', () => {
    expect(parsePolkitRules(bytes('\0\xff"'.repeat(100_000)))).toEqual([]);
    expect(parsePolkitRules(bytes('polkit.spawn('.repeat(5_000)))).toHaveLength(500);
    expect(parsePolkitRules(bytes('polkit.addRule('.repeat(50_000)))).toEqual([]);
  });

  test('of .pkla open access for every action, or for all to act as root', () => {
    const pkla = (identity: string, action: string): string =>
      `[x]\nIdentity=${identity}\nAction=${action}\nResultAny=yes\n`;
    expect(parsePkla(bytes(pkla('unix-user:*', 'org.freedesktop.policykit.exec')))[0]).toMatchObject({
      anyone: true,
      line: 4,
    });
    expect(parsePkla(bytes(pkla('unix-user:ada', '*')))[0]?.anyone).toBe(true);
    expect(parsePkla(bytes(pkla('unix-group:netdev', 'org.freedesktop.NetworkManager.*')))[0]?.anyone).toBe(
      false,
    );
    expect(parsePkla(bytes('[x]\nIdentity=unix-user:*\nAction=*\nResultAny=no\n'))).toEqual([]);
  });

  test('of actions tell programs, and power that is open to all', () => {
    const action = (id: string, inner: string): string => `<action id="${id}">\n${inner}\n</action>\n`;
    const path = '<annotate key="org.freedesktop.policykit.exec.path">/usr/sbin/x</annotate>';
    const found = parsePolkitActions(
      bytes(
        `<policyconfig>\n${action('a', path)}${action('b', '<allow_any>yes</allow_any>')}<!-- ${action('c', path)} -->${action('org.freedesktop.policykit.exec', '<allow_any>yes</allow_any>')}`,
      ),
    );
    expect(found.map(({ id, program, anyone, line }) => [id, program, anyone, line])).toEqual([
      ['a', '/usr/sbin/x', false, 2],
      ['org.freedesktop.policykit.exec', '', true, 11],
    ]);
    expect(parsePolkitActions(bytes('<action '.repeat(10_000))).length).toBe(0);
  });
});
