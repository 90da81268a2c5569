import { afterEach, beforeEach, describe, expect, test } from 'bun:test';
import {
  chmodSync,
  existsSync,
  linkSync,
  lstatSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import type { Step } from '../../model/plan.ts';
import { openLedger } from '../ledger/ledger-file.ts';
import { Vault } from '../vault/vault.ts';
import { carryOut, type Ended, takeBack } from './carry-out.ts';
import { FolderExecutor } from './folder.ts';
import { crontab, type InfectedRoot, infectedRoot, makeImmutable } from './infected-root.fixture.ts';
import { returnedSteps } from './returned.ts';
import { differences, editStep, pathOf, pictureOf, quarantineStep, stepFor } from './steps.fixture.ts';

let host: InfectedRoot;
beforeEach(() => {
  host = infectedRoot();
});
afterEach(() => host.remove());

const at = (path: string): string => join(host.root, path);

/** Runs over a root and a ledger, as the command does. */
async function run(
  steps: readonly Step[],
  way: 'clean' | 'undo',
  boundary: (done: string) => void = () => {},
): Promise<readonly Ended[]> {
  const told: Ended[] = [];
  const executor = new FolderExecutor(host.root, new Vault(join(host.caseFolder, 'vault')), boundary);
  const ledger = openLedger(join(host.caseFolder, 'ledger'));
  try {
    const work = { steps, executor, ledger, tell: (ended: Ended) => void told.push(ended) };
    await (way === 'clean' ? carryOut : takeBack)(work, steps);
    return told;
  } finally {
    ledger.close();
    executor.close();
  }
}

const ways = (told: readonly Ended[]): readonly string[] =>
  told.map((ended) => ('stop' in ended ? `${ended.how} ${ended.stop.id}` : ended.how));

const ofAll = (): readonly Step[] => [
  editStep('S1', host.root, '/etc/crontab', crontab, [3]),
  quarantineStep('S2', host.root, '/var/spool/cron/crontabs/root'),
  quarantineStep('S3', host.root, '/etc/ld.so.preload'),
  quarantineStep('S4', host.root, '/etc/rc-link'),
  quarantineStep('S5', host.root, '/etc/odd-%FF%0A%25'),
  stepFor('S6', host.root, {
    kind: 'set-metadata',
    path: pathOf('/tmp/.x/list'),
    mode: 0o600,
    uid: 0,
    flags: { immutable: true, appendOnly: false },
  }),
  quarantineStep('S7', host.root, '/tmp/.x/kdump'),
  quarantineStep('S8', host.root, '/tmp/.x/empty'),
];

describe('a root folder', () => {
  test('what is planned goes, and nothing else changes', async () => {
    const before = pictureOf(host.root, { folderTimes: false });
    expect(ways(await run(ofAll(), 'clean'))).toEqual(Array(8).fill('done'));
    const after = pictureOf(host.root, { folderTimes: false });
    expect(differences(before, after)).toEqual([
      '/etc/crontab',
      '/etc/ld.so.preload',
      '/etc/odd-%FF%0A%25',
      '/etc/rc-link',
      '/tmp/.x/empty',
      '/tmp/.x/kdump',
      '/tmp/.x/list',
      '/var/spool/cron/crontabs/root',
    ]);
    expect([...after.keys()].filter((path) => path.includes('.demine'))).toEqual([]);
    expect(readFileSync(at('etc/crontab'), 'utf8')).toBe(crontab.replace(/^\* \* \* \* \*.*\n/m, ''));
    expect(statSync(at('tmp/.x/list')).mode & 0o7777).toBe(0o600);
  });

  test('undo puts back content, name, type, mode, owner, times, attributes, access lists, labels and flags', async () => {
    const before = pictureOf(host.root, { folderTimes: true });
    expect([...before.values()].join('\n')).toContain('security.selinux');
    expect([...before.values()].join('\n')).toContain('system.posix_acl_access');
    expect([...before.values()].join('\n')).toContain('security.capability');
    const steps = ofAll();
    await run(steps, 'clean');
    expect(differences(before, pictureOf(host.root, { folderTimes: true })).length).toBeGreaterThan(8);
    const told = await run(steps, 'undo');
    expect(ways(told)).toEqual(Array(8).fill('undone'));
    expect(told.flatMap((ended) => ('notes' in ended ? ended.notes : []))).toEqual([]);
    expect(differences(before, pictureOf(host.root, { folderTimes: true }))).toEqual([]);
  });

  test('a folder that is immutable stays immutable', async () => {
    await run([quarantineStep('S1', host.root, '/tmp/.x/list')], 'clean');
    expect(existsSync(at('tmp/.x/list'))).toBe(false);
    expect(() => writeFileSync(at('tmp/.x/new'), '')).toThrow();
  });

  test('an edited table has the time of the edit, so that cron reads it again', async () => {
    const before = lstatSync(at('etc/crontab'), { bigint: true });
    await run([editStep('S1', host.root, '/etc/crontab', crontab, [3])], 'clean');
    const after = lstatSync(at('etc/crontab'), { bigint: true });
    expect(after.mtimeNs).toBeGreaterThan(before.mtimeNs);
    expect([after.mode, after.uid, after.gid]).toEqual([before.mode, before.uid, before.gid]);
  });

  test('the vault holds what was taken, and no byte of it as it was', async () => {
    await run([quarantineStep('S1', host.root, '/etc/ld.so.preload')], 'clean');
    const [capsule] = readdirSync(join(host.caseFolder, 'vault'));
    const kept = readFileSync(join(host.caseFolder, 'vault', capsule ?? ''));
    expect(kept.includes('/usr/local/lib/libx.so')).toBe(false);
    expect(statSync(join(host.caseFolder, 'vault', capsule ?? '')).mode & 0o777).toBe(0o400);
    expect(statSync(join(host.caseFolder, 'vault')).mode & 0o777).toBe(0o700);
  });

  test('a file with another name is told, since that name still holds it', async () => {
    linkSync(at('etc/hostname'), at('etc/second'));
    const told = await run([quarantineStep('S1', host.root, '/etc/second')], 'clean');
    expect(told).toMatchObject([{ how: 'done', notes: [{ part: 'links', detail: '1' }] }]);
    expect(readFileSync(at('etc/hostname'), 'utf8')).toBe('case\n');
  });

  test('steps that were done are not done twice, and an undone one can be done again', async () => {
    const steps = [quarantineStep('S1', host.root, '/etc/rc-link')];
    await run(steps, 'clean');
    expect(ways(await run(steps, 'clean'))).toEqual(['was-done']);
    await run(steps, 'undo');
    expect(ways(await run(steps, 'undo'))).toEqual([]);
    const again = [quarantineStep('S1', host.root, '/etc/rc-link')];
    expect(ways(await run(again, 'clean'))).toEqual(['done']);
    expect(ways(await run(again, 'undo'))).toEqual(['undone']);
    expect(lstatSync(at('etc/rc-link')).isSymbolicLink()).toBe(true);
  });
});

describe('the world is no longer what the plan was made for', () => {
  const unchangedBy = async (steps: readonly Step[], spoil: () => void, stop: string): Promise<void> => {
    spoil();
    const before = pictureOf(host.root, { folderTimes: false });
    expect(ways(await run(steps, 'clean'))).toEqual([`stopped ${stop}`]);
    expect(differences(before, pictureOf(host.root, { folderTimes: false }))).toEqual([]);
  };

  test('another content', () =>
    unchangedBy(
      [quarantineStep('S1', host.root, '/etc/hostname')],
      () => writeFileSync(at('etc/hostname'), 'CASE\n'),
      'other-content',
    ));

  test('another file of the same content', () =>
    unchangedBy(
      [quarantineStep('S1', host.root, '/etc/hostname')],
      () => {
        writeFileSync(at('etc/hostname.new'), 'case\n');
        renameSync(at('etc/hostname.new'), at('etc/hostname'));
      },
      'other-file',
    ));

  test('a link where a folder was', () =>
    unchangedBy(
      [quarantineStep('S1', host.root, '/etc/hostname')],
      () => {
        renameSync(at('etc'), at('moved'));
        symlinkSync('moved', at('etc'));
      },
      'through-link',
    ));

  test('a link that leads out of the root', async () => {
    const outside = join(host.root, '..', 'outside');
    mkdirSync(outside);
    writeFileSync(join(outside, 'hostname'), 'case\n');
    await unchangedBy(
      [quarantineStep('S1', host.root, '/etc/hostname')],
      () => {
        renameSync(at('etc'), at('moved'));
        symlinkSync(outside, at('etc'));
      },
      'through-link',
    );
    expect(existsSync(join(outside, 'hostname'))).toBe(true);
  });

  test('a folder where a file was', () =>
    unchangedBy(
      [quarantineStep('S1', host.root, '/etc/hostname')],
      () => {
        rmSync(at('etc/hostname'));
        mkdirSync(at('etc/hostname'));
      },
      'other-type',
    ));

  test('nothing is there', () =>
    unchangedBy(
      [quarantineStep('S1', host.root, '/etc/hostname')],
      () => rmSync(at('etc/hostname')),
      'missing',
    ));

  test('a folder that is not empty any more', async () => {
    const steps = [quarantineStep('S1', host.root, '/tmp/.x/empty')];
    await unchangedBy(steps, () => writeFileSync(at('tmp/.x/empty/late'), ''), 'folder-not-empty');
  });

  test('no step is begun after one that stopped', async () => {
    const steps = [
      quarantineStep('S1', host.root, '/etc/hostname'),
      quarantineStep('S2', host.root, '/etc/rc-link'),
    ];
    rmSync(at('etc/hostname'));
    expect(ways(await run(steps, 'clean'))).toEqual(['stopped missing']);
    expect(existsSync(at('etc')) && lstatSync(at('etc/rc-link')).isSymbolicLink()).toBe(true);
  });

  test('what is swapped in while we work is put back', async () => {
    const steps = [quarantineStep('S1', host.root, '/etc/hostname')];
    const told = await run(steps, 'clean', (done) => {
      if (done === 'kept') writeFileSync(at('etc/hostname'), 'someone else\n');
    });
    expect(ways(told)).toEqual(['stopped other-content']);
    expect(readFileSync(at('etc/hostname'), 'utf8')).toBe('someone else\n');
  });

  test('a line that another writes while we edit is not lost', async () => {
    const steps = [editStep('S1', host.root, '/etc/crontab', crontab, [3])];
    const told = await run(steps, 'clean', (done) => {
      if (done === 'written') writeFileSync(at('etc/crontab'), `${crontab}# ours\n`);
    });
    expect(ways(told)).toEqual(['stopped other-content']);
    expect(readFileSync(at('etc/crontab'), 'utf8')).toBe(`${crontab}# ours\n`);
    expect(readdirSync(at('etc')).filter((name) => name.startsWith('.demine'))).toEqual([]);
  });

  test('undo overwrites nothing that came since', async () => {
    const steps = [
      quarantineStep('S1', host.root, '/etc/hostname'),
      editStep('S2', host.root, '/etc/crontab', crontab, [3]),
    ];
    await run(steps, 'clean');
    writeFileSync(at('etc/crontab'), '# new\n');
    expect(ways(await run(steps, 'undo'))).toEqual(['undo-stopped other-content']);
    expect(readFileSync(at('etc/crontab'), 'utf8')).toBe('# new\n');
    const [first] = steps;
    writeFileSync(at('etc/hostname'), 'new\n');
    expect(ways(await run(first === undefined ? [] : [first], 'undo'))).toEqual(['undo-stopped name-taken']);
    expect(readFileSync(at('etc/hostname'), 'utf8')).toBe('new\n');
  });

  test('a capsule that was touched is not put back', async () => {
    const steps = [quarantineStep('S1', host.root, '/etc/hostname')];
    await run(steps, 'clean');
    const [name] = readdirSync(join(host.caseFolder, 'vault'));
    const capsule = join(host.caseFolder, 'vault', name ?? '');
    chmodSync(capsule, 0o600);
    const bytes = readFileSync(capsule);
    bytes[bytes.length - 1] = 0;
    writeFileSync(capsule, bytes);
    expect(ways(await run(steps, 'undo'))).toEqual(['undo-stopped vault-damaged']);
    expect(existsSync(at('etc/hostname'))).toBe(false);
  });
});

test('what came back since is told, and what stays away is not', async () => {
  const steps = [
    quarantineStep('S1', host.root, '/etc/hostname'),
    quarantineStep('S2', host.root, '/etc/rc-link'),
    editStep('S3', host.root, '/etc/crontab', crontab, [3]),
    stepFor('S4', host.root, { kind: 'set-metadata', path: pathOf('/tmp/.x/list'), mode: 0o600 }),
  ];
  await run(steps, 'clean');
  const returned = async (): Promise<readonly string[]> => {
    const executor = new FolderExecutor(host.root, new Vault(join(host.caseFolder, 'vault')));
    const ledger = openLedger(join(host.caseFolder, 'ledger'));
    try {
      return (await returnedSteps({ steps, executor, ledger, tell: () => {} })).map(({ id }) => id);
    } finally {
      ledger.close();
      executor.close();
    }
  };
  expect(await returned()).toEqual([]);
  writeFileSync(at('etc/hostname'), 'again\n');
  writeFileSync(at('etc/crontab'), crontab);
  chmodSync(at('tmp/.x/list'), 0o644);
  expect(await returned()).toEqual(['S1', 'S3', 'S4']);
});

test('processes are not for a folder', async () => {
  const process = {
    pid: 41,
    startTicks: 1,
    name: pathOf('kdump'),
    exe: pathOf('/tmp/x'),
    role: 'miner',
  } as const;
  const step: Step = {
    id: 'S1',
    phase: 'kill',
    findings: [],
    change: { kind: 'kill', processes: [process], programs: [] },
    preconditions: [],
    reversibility: 'irreversible',
    breaks: [],
    verify: 'ended',
  };
  expect(ways(await run([step], 'clean'))).toEqual(['stopped no-running-system']);
});

test('one of two responders works on a root', () => {
  const vault = new Vault(join(host.caseFolder, 'vault'));
  const first = new FolderExecutor(host.root, vault);
  const second = new FolderExecutor(host.root, vault);
  try {
    expect([first.lock(), second.lock()]).toEqual([true, false]);
  } finally {
    first.close();
    second.close();
  }
  const third = new FolderExecutor(host.root, vault);
  expect(third.lock()).toBe(true);
  third.close();
  makeImmutable(host.root, '/tmp/.x', false);
});
