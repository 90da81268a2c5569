/** Members of groups that are as good as root: they go, and nobody else of the group does. */
import { afterEach, expect, test } from 'bun:test';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { MechanismCase } from '../../../test/persistence/case.ts';
import { plantRoot } from '../../../test/persistence/root.ts';
import type { Plan } from '../../model/plan.ts';
import { carryOutOn, planRoot } from './plan-root.fixture.ts';

const cleanups: (() => void)[] = [];
afterEach(() => {
  for (const cleanup of cleanups.splice(0)) cleanup();
});

const passwd =
  'root:x:0:0:root:/root:/bin/bash\ndaemon:x:1:1::/usr/sbin:/usr/sbin/nologin\nnobody:x:65534:65534::/nonexistent:/usr/sbin/nologin\nwww-data:x:33:33::/var/www:/usr/sbin/nologin\nada:x:1000:1000::/home/ada:/bin/bash\n';

interface Cleaned {
  readonly plan: Plan;
  readonly read: (path: string) => string;
  readonly undo: () => Promise<void>;
}

async function cleaned(planted: MechanismCase['planted']): Promise<Cleaned> {
  const root = plantRoot({ mechanism: 'account-group', dress: 'owned-edit', what: 'of this test', planted });
  const folder = mkdtempSync(join(tmpdir(), 'demine-accounts-'));
  cleanups.push(
    () => root.remove(),
    () => rmSync(folder, { recursive: true, force: true }),
  );
  const { plan } = await planRoot(root.path, {
    added: ({ result }) =>
      result.persistence
        .filter(({ judgement }) => judgement === 'malicious' || judgement === 'suspicious')
        .map(({ id }) => id),
  });
  const ended = await carryOutOn(root.path, folder, plan, 'clean');
  expect(ended.filter(({ how }) => how === 'stopped')).toEqual([]);
  return {
    plan,
    read: (path) => readFileSync(join(root.path, path), 'utf8'),
    undo: async () => void (await carryOutOn(root.path, folder, plan, 'undo')),
  };
}

const group = 'root:x:0:\nsudo:x:27:ada,nobody\ndocker:x:998:www-data\nadm:x:4:ada\n';
const gshadow = 'root:*::\nsudo:*:nobody:nobody,ada\ndocker:!$6$abcdefgh$0123::www-data\n';

test('those that were added go from group and gshadow, the owner’s stay, and undo gives them back', async () => {
  const { plan, read, undo } = await cleaned({
    '/etc/passwd': passwd,
    '/etc/group': group,
    '/etc/gshadow': { content: gshadow, mode: 0o640 },
  });
  expect(read('/etc/group')).toBe('root:x:0:\nsudo:x:27:ada\ndocker:x:998:\nadm:x:4:ada\n');
  expect(read('/etc/gshadow')).toBe('root:*::\nsudo:*::ada\ndocker:!$6$abcdefgh$0123::\n');
  expect(read('/etc/passwd')).toBe(passwd);
  expect(JSON.stringify(plan)).not.toContain('abcdefgh');
  const [edit] = plan.steps.filter(({ change }) => change.kind === 'edit-file');
  expect(edit?.breaks.map(({ id, subject }) => `${id} ${subject}`).toSorted()).toEqual([
    'account-logs-in nobody',
    'account-logs-in www-data',
  ]);
  await undo();
  expect(read('/etc/group')).toBe(group);
  expect(read('/etc/gshadow')).toBe(gshadow);
});

test('a second root that is in such a group goes with its account in one step a file', async () => {
  const { plan, read } = await cleaned({
    '/etc/passwd': `${passwd}syss:x:0:0::/root:/bin/bash\n`,
    '/etc/group': 'root:x:0:\nsudo:x:27:ada,nobody\n',
  });
  expect(plan.steps.flatMap(({ change }) => ('path' in change ? [change.path as string] : []))).toEqual([
    ...['/etc/passwd', '/etc/group'],
  ]);
  expect(read('/etc/passwd')).toBe(passwd);
  expect(read('/etc/group')).toBe('root:x:0:\nsudo:x:27:ada\n');
});

test('a group that an account has as its first is left to people', async () => {
  const { plan, read } = await cleaned({
    '/etc/passwd': passwd
      .replace('daemon:x:1:1:', 'daemon:x:1:27:')
      .replace('/usr/sbin:/usr/sbin/nologin\nnobody', '/usr/sbin:/bin/bash\nnobody'),
    '/etc/group': 'root:x:0:\nsudo:x:27:ada\n',
  });
  expect(read('/etc/group')).toBe('root:x:0:\nsudo:x:27:ada\n');
  expect(plan.left.filter(({ why }) => why === 'unsupported').map(({ what }) => what as string)).toEqual([
    '/etc/passwd:2',
  ]);
});

test('a group of hostile lines stays as it is but for those who go', async () => {
  const odd = 'root:x:0:\nsudo:x:27:nobody,,nobody,ada,nobody2\n:::nobody\nsudo\nsudo:x:27:a:b:nobody\n';
  const { read } = await cleaned({ '/etc/passwd': passwd, '/etc/group': odd });
  expect(read('/etc/group')).toBe(
    'root:x:0:\nsudo:x:27:,ada,nobody2\n:::nobody\nsudo\nsudo:x:27:a:b:nobody\n',
  );
});
