/** What a watch makes of what a host tells: clean, infected, and by somebody who wants to blind it. */
import { describe, expect, test } from 'bun:test';
import { watchSchema } from '../../model/watch.ts';
import { foundMiner, MadeHost, miner, minersHash, noneRemoved, path, recordOf } from './watch.fixture.ts';
import type { LookAnswer } from './world.ts';

const guard = {
  parent: 1,
  startTicks: 50,
  name: 'agentd',
  exe: '/usr/local/libexec/agentd',
  unit: 'agentd.service',
};
const kindsOf = (host: MadeHost): readonly string[] => host.news.map(({ kind }) => kind);

describe('a clean host', () => {
  test('has nothing told for a day but its scans, and each minute is kept', async () => {
    const host = new MadeHost();
    host.cpu = { atMs: 0, upMs: 0, busyTicks: 0, processes: new Map() };
    const watcher = host.watcher(recordOf(3600));
    await host.pass(watcher, 3600);
    await watcher.end('over');
    expect(watcher.record.returns).toEqual([]);
    expect(host.looks.map(({ why }) => why)).toEqual(['begin', 'schedule', 'end']);
    expect(kindsOf(host)).toEqual(['looked', 'looked', 'looked']);
    expect(host.minutes.length).toBe(60);
    expect(watcher.record.gaps).toEqual([]);
    expect(watchSchema.parse(JSON.parse(JSON.stringify(watcher.record)))).toEqual(watcher.record);
  });

  test('what its owner writes into a place is kept with who did it, looked at once, and comes back to nobody', async () => {
    const host = new MadeHost();
    host.processes.set(70, { parent: 69, startTicks: 90, name: 'vi', exe: '/usr/bin/vi', loginUid: 1000 });
    const watcher = host.watcher();
    await host.pass(watcher, 1);
    for (let times = 0; times < 5; times += 1) {
      host.event(path('/etc/cron.d/backup'), 70);
      await host.pass(watcher, 2);
    }
    await host.pass(watcher, 60);
    expect(watcher.record.changes).toEqual([
      expect.objectContaining({
        path: path('/etc/cron.d/backup'),
        pid: 70,
        exe: path('/usr/bin/vi'),
        times: 5,
      }),
    ]);
    expect(watcher.record.returns).toEqual([]);
    expect(host.looks.map(({ why }) => why)).toEqual(['begin', 'change']);
  });

  test('a package that puts its own file where the attacker’s was is no return', async () => {
    const host = new MadeHost();
    host.answer = ({ ask }): LookAnswer => ({ verdict: 'clean', things: [], ofPackages: ask });
    host.processes.set(71, { parent: 1, startTicks: 90, name: 'dpkg', exe: '/usr/bin/dpkg' });
    const watcher = host.watcher();
    await host.pass(watcher, 1);
    host.files.set(miner, { ...foundMiner, sha256: 'b'.repeat(64) });
    host.event(miner, 71);
    await host.pass(watcher, 70);
    expect(host.looks.map(({ ask }) => ask)).toEqual([[], [miner]]);
    expect(watcher.record.returns).toEqual([]);
  });

  test('what we write ourselves, and what was undone, is no return', async () => {
    const host = new MadeHost();
    host.ours.add(500);
    const watcher = host.watcher();
    host.files.set(miner, foundMiner);
    host.event(miner, 500);
    host.removed = noneRemoved;
    host.event(miner, 71);
    await host.pass(watcher, 70);
    expect(watcher.record.returns).toEqual([]);
  });
});

describe('an infected host', () => {
  test('is told who wrote it, from the writer up to the first process', async () => {
    const host = new MadeHost();
    const plan = {
      number: 2,
      steps: [{ id: 'S4', findings: ['W1'], path: guard.exe }],
      left: [{ subject: 'W1', what: path('/opt/app/server') }],
      removed: 'not-asked',
    } as const;
    host.answer = ({ sightings }): LookAnswer => ({
      verdict: 'suspicious',
      things: [{ kind: 'entry', key: 'unit', what: path(guard.exe) }],
      ofPackages: [],
      ...(sightings.length > 0 ? { plan } : {}),
    });
    host.processes.set(60, guard);
    host.processes.set(61, { parent: 60, startTicks: 55, name: 'cp', exe: '/usr/bin/cp' });
    host.hashes.set(61, 'c'.repeat(64));
    const watcher = host.watcher();
    await host.pass(watcher, 2);
    host.files.set(miner, foundMiner);
    host.event(miner, 61, { handle: 9 });
    await host.pass(watcher, 10);
    expect(watcher.record.returns).toEqual([
      expect.objectContaining({
        id: 'W1',
        kind: 'file',
        what: miner,
        same: true,
        how: 'event',
        writer: expect.objectContaining({ known: 'seen', pid: 61, sha256: 'c'.repeat(64) }),
        answer: { plan: 2, steps: ['S4'], left: [path('/opt/app/server')], removed: 'not-asked' },
      }),
    ]);
    const [comeback] = watcher.record.returns;
    expect(comeback?.writer?.chain.map(({ name, unit }) => `${name} ${unit ?? ''}`)).toEqual([
      'cp ',
      'agentd agentd.service',
      'systemd ',
    ]);
    expect(host.looks.at(-1)?.sightings.map(({ id }) => id)).toEqual(['W1']);
    expect(kindsOf(host)).toEqual(['looked', 'returned', 'looked', 'answered']);
  });

  test('whatever runs what was taken is told with its parents, a copy under another name too', async () => {
    const host = new MadeHost();
    host.removed = { ...host.removed, taken: new Map() };
    const watcher = host.watcher();
    await host.pass(watcher, 2);
    host.processes.set(60, guard);
    host.processes.set(80, { parent: 60, startTicks: 99, name: 'kworker', exe: '/opt/renamed' });
    host.hashes.set(80, minersHash);
    await host.pass(watcher, 3);
    expect(watcher.record.returns).toEqual([
      expect.objectContaining({ kind: 'program', what: path('/opt/renamed'), times: 1 }),
    ]);
    expect(watcher.record.returns[0]?.writer?.chain.map(({ name }) => String(name))).toEqual([
      'kworker',
      'agentd',
      'systemd',
    ]);
  });

  test('what no event told of is found by the comparison of each minute', async () => {
    const host = new MadeHost();
    const watcher = host.watcher();
    await host.pass(watcher, 2);
    host.files.set(miner, foundMiner);
    await host.pass(watcher, 61);
    expect(watcher.record.returns).toEqual([expect.objectContaining({ how: 'check', same: true })]);
    // And who did it, should he write once more.
    host.processes.set(60, guard);
    host.event(miner, 60);
    await host.pass(watcher, 2);
    expect(watcher.record.returns.map(({ id, writer }) => `${id} ${writer?.pid}`)).toEqual(['W1 60']);
  });

  test('another content that no package brought is a return', async () => {
    const host = new MadeHost();
    host.processes.set(60, guard);
    const watcher = host.watcher();
    await host.pass(watcher, 2);
    host.files.set(miner, { ...foundMiner, sha256: 'b'.repeat(64) });
    host.event(miner, 60);
    await host.pass(watcher, 10);
    expect(watcher.record.returns).toEqual([expect.objectContaining({ kind: 'file', same: false })]);
  });

  test('what comes after a package put its own file there is a return, though the package is still excused', async () => {
    const host = new MadeHost();
    const own = { ...foundMiner, sha256: 'b'.repeat(64) };
    const theirs = { ...foundMiner, sha256: 'd'.repeat(64) };
    host.answer = ({ ask }): LookAnswer => ({
      verdict: 'clean',
      things: [],
      ofPackages: host.files.get(miner) === own ? ask : [],
    });
    const watcher = host.watcher();
    await host.pass(watcher, 1);
    host.files.set(miner, own);
    host.event(miner, 71);
    await host.pass(watcher, 130);
    expect(watcher.record.returns).toEqual([]);
    const asked = host.looks.length;
    host.processes.set(60, guard);
    host.files.set(miner, theirs);
    host.event(miner, 60);
    await host.pass(watcher, 130);
    expect(host.looks.at(asked)?.ask).toEqual([miner]);
    expect(watcher.record.returns).toEqual([expect.objectContaining({ kind: 'file', same: false })]);
  });

  test('what was put there while a scan was asked about the one before is asked about as well', async () => {
    const host = new MadeHost();
    const own = { ...foundMiner, sha256: 'b'.repeat(64) };
    const watcher = host.watcher();
    await host.pass(watcher, 1);
    host.answer = ({ ask }): LookAnswer => {
      // The package's own when it was looked at, the attacker's when the answer comes.
      const ofPackages = host.files.get(miner) === own ? ask : [];
      host.files.set(miner, { ...foundMiner, sha256: 'd'.repeat(64) });
      return { verdict: 'clean', things: [], ofPackages };
    };
    host.files.set(miner, own);
    host.event(miner, 71);
    await host.pass(watcher, 200);
    expect(watcher.record.returns).toEqual([expect.objectContaining({ kind: 'file', same: false })]);
  });

  test('what a scan tells of for the first time is a return, what it told at the beginning is not', async () => {
    const host = new MadeHost();
    const old = { kind: 'entry', key: 'old', what: path('/etc/cron.d/old') } as const;
    const fresh = { kind: 'entry', key: 'new', what: path('/etc/cron.d/new') } as const;
    const answers: LookAnswer[] = [
      { verdict: 'suspicious', things: [old], ofPackages: [] },
      { verdict: 'suspicious', things: [old, fresh], ofPackages: [] },
    ];
    host.answer = () => answers[Math.min(host.looks.length, 2) - 1] ?? expect.unreachable();
    host.processes.set(60, guard);
    const watcher = host.watcher();
    await host.pass(watcher, 2);
    host.event(fresh.what, 60);
    await host.pass(watcher, 30);
    expect(watcher.record.returns).toEqual([
      expect.objectContaining({ kind: 'entry', what: fresh.what, how: 'look' }),
    ]);
    expect(watcher.record.returns[0]?.writer?.pid).toBe(60);
    expect(host.looks.at(1)?.known).toEqual(['old']);
  });

  test('a program that keeps a core busy is looked at once, with who was logged in meanwhile', async () => {
    const host = new MadeHost();
    host.processes.set(90, { parent: 1, startTicks: 7, name: 'busy', exe: '/opt/busy' });
    const sample = (ticks: number) => ({
      atMs: host.now,
      // As it is when the minute is over.
      upMs: host.now + 60_000,
      busyTicks: ticks,
      processes: new Map([[90, { pid: 90, startTicks: 7, name: path('busy'), ticks }]]),
    });
    host.cpu = { ...sample(0), upMs: host.now };
    const watcher = host.watcher();
    for (let minute = 1; minute <= 12; minute += 1) {
      host.sessions = minute > 6 ? [{ user: path('ada'), line: path('pts/0') }] : [];
      host.cpu = sample(Math.min(minute, 6) * 6_000);
      await host.pass(watcher, 60);
    }
    expect(watcher.record.busy).toEqual([
      expect.objectContaining({ name: path('busy'), minutes: 6, withLogin: 0 }),
    ]);
    expect(host.looks.filter(({ why }) => why === 'cpu').length).toBe(1);
    expect(watcher.record.logins).toEqual([expect.objectContaining({ user: path('ada') })]);
    expect(host.minutes.map(({ logins }) => logins)).toEqual([0, 0, 0, 0, 0, 0, 1, 1, 1, 1, 1, 1]);
  });
});

describe('a host that wants to blind it', () => {
  test('a flood of events costs few looks at processes, and no list without end', async () => {
    const host = new MadeHost();
    host.processes.set(60, guard);
    const watcher = host.watcher();
    await host.pass(watcher, 1);
    const before = host.looksAtProcesses;
    for (let round = 0; round < 10; round += 1) {
      for (let at = 0; at < 2_000; at += 1) host.event(path('/etc/cron.d/x'), 60);
      watcher.turn();
    }
    expect(host.looksAtProcesses - before).toBeLessThan(10);
    for (let at = 0; at < 5_000; at += 1) host.event(path(`/etc/cron.d/x${at}`), 60);
    watcher.turn();
    expect([watcher.record.changes.length, watcher.record.changesDropped]).toEqual([200, 4_801]);
    expect(watcher.record.counts.events).toBe(25_000);
    await host.pass(watcher, 120);
    expect(host.looks.map(({ why }) => why)).toEqual(['begin', 'change']);
    expect(kindsOf(host).filter((kind) => kind === 'changed').length).toBe(20);
    expect(host.news).toContainEqual({ kind: 'more-changes', count: 4_981 });
  });

  test('a flood at a path that is waited for costs few looks at what it holds, whoever writes', async () => {
    const host = new MadeHost();
    const watcher = host.watcher();
    await host.pass(watcher, 2);
    // Nothing there that is told yet: somebody makes it and takes it away, each time as another process.
    const before = host.looksAtFiles;
    for (let pid = 1_000; pid < 3_000; pid += 1) host.event(miner, pid);
    watcher.turn();
    expect(host.looksAtFiles - before).toBeLessThan(10);
    // And what it ends with is found all the same.
    host.processes.set(60, guard);
    for (let times = 0; times < 10; times += 1) host.event(miner, 60);
    host.files.set(miner, foundMiner);
    await host.pass(watcher, 2);
    expect(watcher.record.returns).toEqual([
      expect.objectContaining({ kind: 'file', same: true, writer: expect.objectContaining({ pid: 60 }) }),
    ]);
  });

  test('what was told already is not hashed again each minute', async () => {
    const host = new MadeHost();
    const watcher = host.watcher();
    host.files.set(miner, foundMiner);
    host.event(miner, 60);
    await host.pass(watcher, 70);
    const before = host.looksAtFiles;
    await host.pass(watcher, 300);
    expect(watcher.record.returns.length).toBe(1);
    expect(host.looksAtFiles - before).toBe(0);
  });

  test('after a full queue all that is waited for is compared within a second', async () => {
    const host = new MadeHost();
    const watcher = host.watcher();
    await host.pass(watcher, 2);
    host.files.set(miner, foundMiner);
    host.overflow = true;
    await host.pass(watcher, 2);
    expect(watcher.record.counts.overflows).toBe(1);
    expect(watcher.record.returns).toEqual([expect.objectContaining({ kind: 'file', how: 'check' })]);
    expect(kindsOf(host)).toContain('overflow');
  });

  test('a writer that is gone is told as gone, and one that was met before by what it was', async () => {
    const host = new MadeHost();
    const watcher = host.watcher();
    host.processes.set(60, guard);
    host.processes.set(62, { parent: 60, startTicks: 60, name: 'sh', exe: '/usr/bin/sh' });
    await host.pass(watcher, 3);
    host.processes.delete(62);
    host.files.set(miner, foundMiner);
    host.event(miner, 62);
    await host.pass(watcher, 1);
    expect(watcher.record.returns[0]?.writer).toMatchObject({ known: 'ended', pid: 62 });
    const other = new MadeHost();
    const second = other.watcher();
    other.files.set(miner, foundMiner);
    other.event(miner, 63);
    await other.pass(second, 1);
    expect(second.record.returns[0]?.writer).toEqual({ known: 'unknown', pid: 63, chain: [] });
    expect(second.record.counts.unread).toBe(1);
  });

  test('a number that another process has by now accuses nobody', async () => {
    const host = new MadeHost();
    const watcher = host.watcher();
    // By the kernel's descriptor the writer has ended, and an honest process has its number.
    host.processes.set(64, { parent: 1, startTicks: 999, name: 'nginx', exe: '/usr/sbin/nginx' });
    host.alive.set(11, false);
    host.files.set(miner, foundMiner);
    host.event(miner, 64, { handle: 11 });
    await host.pass(watcher, 1);
    expect(watcher.record.returns[0]?.writer?.chain).toEqual([]);
  });

  test('a chain of parents has an end, however long they and their names are', async () => {
    const host = new MadeHost();
    const long = `/${'\u0001'.repeat(1_200)}`;
    for (let pid = 100; pid < 400; pid += 1)
      host.processes.set(pid, { parent: pid - 1, startTicks: pid, name: 'x', exe: `${long}${pid}` });
    host.processes.set(99, { parent: 399, startTicks: 1, name: 'circle', exe: '/circle' });
    const watcher = host.watcher();
    host.files.set(miner, foundMiner);
    host.event(miner, 399);
    await host.pass(watcher, 1);
    const chain = watcher.record.returns[0]?.writer?.chain ?? [];
    expect(chain.length).toBeGreaterThan(1);
    expect(JSON.stringify(chain).length).toBeLessThan(30_000);
  });

  test('being held is a gap, and so is a clock that goes back', async () => {
    const host = new MadeHost();
    const watcher = host.watcher();
    await host.pass(watcher, 61);
    host.now += 300_000;
    await host.pass(watcher, 1);
    host.now -= 7_200_000;
    await host.pass(watcher, 1);
    expect(watcher.record.gaps.map(({ why, counts }) => `${why} ${counts}`)).toEqual([
      'paused true',
      'clock true',
    ]);
  });

  test('being held until after the last moment is a gap, though no turn came any more', async () => {
    const host = new MadeHost();
    const watcher = host.watcher(recordOf(3_600));
    await host.pass(watcher, 61);
    host.now += 7_200_000;
    await watcher.end('over');
    expect(watcher.record.gaps.map(({ why, counts }) => `${why} ${counts}`)).toEqual(['paused true']);
    // A scan that takes its time at the end is none.
    const other = new MadeHost();
    const second = other.watcher(recordOf(3_600));
    await other.pass(second, 61);
    other.answer = (): LookAnswer => {
      other.now += 600_000;
      return { verdict: 'clean', things: [], ofPackages: [] };
    };
    await second.end('over');
    expect(second.record.gaps).toEqual([]);
  });

  test('a scan that fails is told, and made again for what came back', async () => {
    const host = new MadeHost();
    const watcher = host.watcher();
    await host.pass(watcher, 2);
    host.answer = () => Promise.reject(new Error('killed'));
    host.processes.set(60, guard);
    host.files.set(miner, foundMiner);
    host.event(miner, 60);
    await host.pass(watcher, 70);
    expect(watcher.record.looks.filter(({ failed }) => failed === 'killed').length).toBe(2);
    expect(host.looks.at(-1)?.sightings.map(({ id }) => id)).toEqual(['W1']);
  });
});
