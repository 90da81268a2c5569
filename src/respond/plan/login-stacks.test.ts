import { afterEach, describe, expect, test } from 'bun:test';
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { inertProgram, type MechanismCase } from '../../../test/persistence/case.ts';
import { plantRoot } from '../../../test/persistence/root.ts';
import { pamCases } from '../../artifacts/linux/hooks/login-hooks.fixture.ts';
import { parsePam } from '../../formats/pam-config.ts';
import { pamModuleName } from '../../formats/pam-stack.ts';
import type { Plan } from '../../model/plan.ts';
import { mayLeaveStack } from './login-stacks.ts';
import { carryOutOn, planRoot } from './plan-root.fixture.ts';

const cleanups: (() => void)[] = [];
afterEach(() => {
  for (const cleanup of cleanups.splice(0)) cleanup();
});

const debian = `auth	[success=1 default=ignore]	pam_unix.so nullok
auth	requisite			pam_deny.so
auth	required			pam_permit.so
auth	optional			pam_cap.so
account required pam_nologin.so
`;
const goes = (text: string, line: number): boolean =>
  mayLeaveStack(Buffer.from(text), '/etc/pam.d/common-auth', line);

describe('a line of a stack', () => {
  test('that asks for the proof, or refuses without one, cannot go', () => {
    expect([1, 2].map((line) => goes(debian, line))).toEqual([false, false]);
  });

  test('can go behind the last jump, and before the first', () => {
    expect([3, 4, 5].map((line) => goes(debian, line))).toEqual([true, true, true]);
    expect(goes(`auth sufficient pam_permit.so\n${debian}`, 1)).toBe(true);
  });

  test('that is jumped over cannot, since the jump would lead elsewhere', () => {
    const within = debian
      .replace('success=1', 'success=2')
      .replace('auth	requisite', 'auth optional pam_exec.so /tmp/.x/log\nauth	requisite');
    expect(goes(within, 2)).toBe(false);
    // To the last one a jump leads, and there would be nothing behind it.
    expect(
      goes(
        'auth [success=1 default=ignore] pam_x.so\nauth requisite pam_y.so\nauth required pam_permit.so\n',
        3,
      ),
    ).toBe(false);
    // Of another type it is not counted.
    const other = debian.replace(
      'auth	requisite',
      'session optional pam_exec.so /tmp/.x/log\nauth	requisite',
    );
    expect(goes(other, 2)).toBe(true);
  });

  test('of pam.conf is one of its service', () => {
    const text = Buffer.from('login auth [success=1 default=ignore] pam_x.so\nsshd auth optional pam_y.so\n');
    expect(mayLeaveStack(text, '/etc/pam.conf', 2)).toBe(true);
  });

  test('is none where nothing stands', () => {
    expect(goes(debian, 99)).toBe(true);
    expect(goes('', 1)).toBe(true);
  });
});

async function cleaned(
  planted: Pick<MechanismCase, 'packaged' | 'conffiles' | 'planted'>,
  added = false,
): Promise<{ readonly root: string; readonly plan: Plan }> {
  const root = plantRoot({ mechanism: 'pam-stack', dress: 'owned-edit', what: 'of this test', ...planted });
  const folder = mkdtempSync(join(tmpdir(), 'demine-login-'));
  cleanups.push(
    () => root.remove(),
    () => rmSync(folder, { recursive: true, force: true }),
  );
  const { plan } = await planRoot(root.path, {
    added: ({ result }) =>
      added ? result.persistence.filter(({ judgement }) => judgement !== 'benign').map(({ id }) => id) : [],
  });
  const ended = await carryOutOn(root.path, folder, plan, 'clean');
  expect(ended.filter(({ how }) => how === 'stopped')).toEqual([]);
  return { root: root.path, plan };
}

/** Modules that lines in force name and that are not there, and whether anybody is asked for a proof. */
function loginOf(root: string): { readonly missing: readonly string[]; readonly asks: boolean } {
  const security = 'usr/lib/x86_64-linux-gnu/security';
  const lines = ['common-auth', 'sshd'].flatMap((name) =>
    parsePam(readFileSync(join(root, 'etc/pam.d', name)), 'pam.d'),
  );
  const modules = lines.filter(({ kind }) => kind === 'module');
  return {
    missing: modules
      .map(({ name }) => name)
      .filter((name) => !existsSync(join(root, name.startsWith('/') ? name : join(security, name)))),
    asks: modules.some(({ type, name }) => type === 'auth' && pamModuleName(name) === 'pam_unix'),
  };
}

test.each(pamCases.map((one) => [`${one.mechanism}: ${one.what}`, one] as const))(
  'people get in after %s was cleaned, whatever the responder added',
  async (_, one) => {
    for (const added of [false, true]) {
      const { root } = await cleaned(one, added);
      expect(loginOf(root)).toEqual({ missing: [], asks: true });
    }
  },
);

const [base] = pamCases;
const stacks = base?.packaged ?? {};

test('a module that a line still names stays with its folder, and is told', async () => {
  // The line stands among those that are jumped over, so it is for people.
  const commonAuth = `auth [success=2 default=ignore] pam_unix.so nullok
auth required /tmp/.p/pam_sys.so
auth requisite pam_deny.so
auth required pam_permit.so
`;
  const { root, plan } = await cleaned(
    {
      packaged: stacks,
      conffiles: ['/etc/pam.d/sshd'],
      planted: { '/etc/pam.d/common-auth': commonAuth, '/tmp/.p/pam_sys.so': inertProgram() },
    },
    true,
  );
  expect(readFileSync(join(root, 'etc/pam.d/common-auth'), 'utf8')).toBe(commonAuth);
  expect(existsSync(join(root, 'tmp/.p/pam_sys.so'))).toBe(true);
  expect(plan.left.map(({ subject, why }) => `${subject} ${why}`)).toContain(
    '/tmp/.p/pam_sys.so login-needs-it',
  );
});

test('a stack that another includes stays, and so does the module that it alone names', async () => {
  const { root, plan } = await cleaned(
    {
      packaged: stacks,
      conffiles: ['/etc/pam.d/sshd'],
      planted: {
        // A substack among those that are jumped over.
        '/etc/pam.d/common-auth':
          'auth [success=2 default=ignore] pam_unix.so\nauth substack /tmp/.p/stack\nauth requisite pam_deny.so\nauth required pam_permit.so\n',
        '/tmp/.p/stack': 'auth required /tmp/.p/pam_sys.so\n',
        '/tmp/.p/pam_sys.so': inertProgram(),
        '/etc/cron.d/x':
          '* * * * * root /tmp/.p/stack; /tmp/.p/pam_sys.so -o stratum+tcp://pool.example.test:3333 --donate-level 1\n',
      },
    },
    true,
  );
  expect(['tmp/.p/stack', 'tmp/.p/pam_sys.so'].map((path) => existsSync(join(root, path)))).toEqual([
    true,
    true,
  ]);
  const left = plan.left.map(({ subject, why }) => `${subject} ${why}`);
  expect(left).toEqual(
    expect.arrayContaining(['/tmp/.p/stack login-needs-it', '/tmp/.p/pam_sys.so login-needs-it']),
  );
});

test('a module goes after its line, with what to keep open until a login has worked', async () => {
  const security = '/usr/lib/x86_64-linux-gnu/security/pam_audit.so';
  const { root, plan } = await cleaned(
    {
      packaged: stacks,
      conffiles: ['/etc/pam.d/common-auth', '/etc/pam.d/sshd'],
      planted: {
        '/etc/pam.d/sshd': 'auth required pam_audit.so\n@include common-auth\n',
        [security]: inertProgram(),
      },
    },
    true,
  );
  const at = (path: string): number =>
    plan.steps.findIndex(({ change }) => 'path' in change && (change.path as string) === path);
  expect(existsSync(join(root, security))).toBe(false);
  expect(at('/etc/pam.d/sshd')).toBeGreaterThanOrEqual(0);
  expect(at('/etc/pam.d/sshd')).toBeLessThan(at(security));
  expect(plan.steps[at(security)]?.breaks.map(({ id, subject }) => `${id} ${subject}`)).toEqual([
    'account-logs-in /etc/pam.d/sshd',
  ]);
});

test('a shell that an account has is not taken from it', async () => {
  const passwd = 'root:x:0:0:root:/root:/tmp/.x/bash\nada:x:1000:1000::/home/ada:/bin/bash\n';
  const { root, plan } = await cleaned(
    {
      planted: {
        '/etc/passwd': passwd,
        '/etc/cron.d/x':
          '* * * * * root /tmp/.x/bash -o stratum+tcp://pool.example.test:3333 --donate-level 1\n',
        '/tmp/.x/bash': inertProgram(),
      },
    },
    false,
  );
  expect(existsSync(join(root, 'tmp/.x/bash'))).toBe(true);
  expect(plan.left.map(({ subject, why }) => `${subject} ${why}`)).toContain('/tmp/.x/bash login-needs-it');
  expect(existsSync(join(root, 'etc/cron.d/x'))).toBe(false);
});
