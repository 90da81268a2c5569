/** Files that only the evidence of an entry shows: what a script runs, and lines that name what is taken. */
import { afterEach, expect, test } from 'bun:test';
import { inertProgram, type MechanismCase } from '../../../test/persistence/case.ts';
import { plantRoot } from '../../../test/persistence/root.ts';
import type { Plan } from '../../model/plan.ts';
import { planRoot } from './plan-root.fixture.ts';

const cleanups: (() => void)[] = [];
afterEach(() => {
  for (const cleanup of cleanups.splice(0)) cleanup();
});

const options = 'light -o stratum+tcp://pool.example.test:3333 --donate-level 1';
const script = (body: string) => ({ content: `#!/bin/sh\n${body}\n`, mode: 0o755 });
const program = () => ({ content: inertProgram(), mode: 0o755 });

async function planned(planted: MechanismCase['planted'], all = true): Promise<Plan> {
  const root = plantRoot({ mechanism: 'git-hook', dress: 'unowned-binary', what: 'of this test', planted });
  cleanups.push(() => root.remove());
  const { plan } = await planRoot(root.path, {
    added: ({ result }) =>
      all ? result.persistence.filter(({ judgement }) => judgement !== 'benign').map(({ id }) => id) : [],
  });
  return plan;
}

const taken = ({ steps }: Plan): readonly string[] =>
  steps.flatMap(({ change }) => (change.kind === 'quarantine' ? [change.path as string] : []));

const repository = {
  '/srv/app/.git/HEAD': 'ref: refs/heads/main\n',
  '/srv/app/.git/config': '[core]\n\trepositoryformatversion = 0\n',
  '/srv/app/.git/refs/heads/.keep': '',
};

test('the hidden program of a hook goes with the hook, and nothing else of the repository does', async () => {
  const hidden = '/srv/app/.git/objects/.g';
  const plan = await planned({
    ...repository,
    [hidden]: program(),
    '/srv/app/.git/hooks/post-checkout': script(`pgrep -xf ${hidden} || ${hidden} ${options}`),
  });
  expect(taken(plan).toSorted()).toEqual(['/srv/app/.git/hooks/post-checkout', hidden]);
  expect(plan.left).toEqual([]);
});

test('a program that a script runs and that did not run when the host was scanned goes with it', async () => {
  const hidden = '/usr/lib/.q/q';
  const plan = await planned({
    [hidden]: program(),
    '/usr/lib/.q/guard': script(
      `while :; do if pgrep -x top; then pkill -f .q/q; else ${hidden} ${options} & fi; sleep 1; done`,
    ),
    '/etc/systemd/system/q.service':
      '[Service]\nExecStart=/usr/lib/.q/guard\nRestart=always\n[Install]\nWantedBy=multi-user.target\n',
  });
  expect(taken(plan)).toEqual(expect.arrayContaining([hidden, '/usr/lib/.q/guard', '/usr/lib/.q']));
});

test('a folder with a name of custom goes when it is empty in a folder of the system, and not elsewhere', async () => {
  const unit = (path: string): string =>
    `[Service]\nExecStart=${path} -o stratum+tcp://pool.example.test:3333 --donate-level 1\nRestart=always\n`;
  for (const [path, goes] of [
    ['/usr/lib/.cache/kw', true],
    ['/srv/app/.cache/kw', false],
    ['/tmp/.ICE-unix/kw', false],
  ] as const) {
    const plan = await planned({ [path]: program(), '/etc/systemd/system/kw.service': unit(path) });
    const folder = path.slice(0, path.lastIndexOf('/'));
    expect([path, taken(plan).includes(path), taken(plan).includes(folder)]).toEqual([path, true, goes]);
  }
});

test('a folder whose last file goes with the accounts goes after it', async () => {
  const key =
    'ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAINPT09PT09PT09PT09PT09PT09PT09PT09PT09PT09PT09PT09PT mdrfckr\n';
  const plan = await planned({
    '/etc/passwd': 'root:x:0:0:root:/root:/bin/bash\ngames:x:5:60:games:/usr/games:/bin/bash\n',
    '/usr/games/.ssh/authorized_keys': { content: key, mode: 0o600 },
  });
  const order = taken(plan);
  expect(order).toContain('/usr/games/.ssh/authorized_keys');
  expect(order.indexOf('/usr/games/.ssh')).toBeGreaterThan(order.indexOf('/usr/games/.ssh/authorized_keys'));
});

test('a program of the owner that a hook runs beside it stays', async () => {
  const plan = await planned({
    ...repository,
    '/srv/app/bin/build': program(),
    '/tmp/.x/m': program(),
    '/srv/app/.git/hooks/post-checkout': script(`/srv/app/bin/build\n/tmp/.x/m ${options}`),
  });
  expect(taken(plan)).toContain('/tmp/.x/m');
  expect(taken(plan)).not.toContain('/srv/app/bin/build');
});

test('a profile whose only line starts what is taken goes, and of one with more the line goes', async () => {
  const refresh = '/usr/local/sbin/pcp-refresh';
  const planted = {
    '/var/tmp/.pcp/pcpd': program(),
    [refresh]: script(`/var/tmp/.pcp/pcpd ${options}`),
    '/etc/cron.d/pcp': `* * * * * root ${refresh}\n`,
  };
  const alone = await planned({ ...planted, '/etc/profile.d/pcp.sh': `(${refresh} >/dev/null 2>&1 &)\n` });
  expect(taken(alone)).toContain('/etc/profile.d/pcp.sh');
  expect(taken(alone)).toContain(refresh);
  const among = await planned({
    ...planted,
    '/etc/profile.d/pcp.sh': `export EDITOR=vi\n(${refresh} >/dev/null 2>&1 &)\n`,
  });
  const edits = among.steps.flatMap(({ change }) =>
    change.kind === 'edit-file' && (change.path as string) === '/etc/profile.d/pcp.sh' ? change.edits : [],
  );
  expect(edits.map(({ line, after }) => ({ line, after }))).toEqual([{ line: 2, after: undefined }]);
});
