/**
 * A watch over hosts of the lab, as a user types it: nothing comes back, the guard of the manual comes back, the watch is
 * killed, held up, ended, and started with its host. Stand-ins are inert, and all of it is in namespaces.
 */
import { describe, expect, test } from 'bun:test';
import { existsSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { planSchema } from '../../src/model/plan.ts';
import { type WatchRecord, watchSchema } from '../../src/model/watch.ts';
import { displayWidth } from '../../src/report/width.ts';
import { bootLabHost, processesOf } from '../lab/booted.ts';
import { demine, type LabHost, scan, startDemine } from '../lab/harness.ts';
import { guardedMiner, guardProgram, guardUnit, minersJob, plantGuard } from './guard.fixture.ts';

const kept = '/run/case';
const isThere = (host: LabHost, path: string): boolean => existsSync(join(host.root, path));
const recordOf = (host: LabHost, number = 1): WatchRecord =>
  watchSchema.parse(JSON.parse(readFileSync(join(host.root, kept, `watch-${number}/record.json`), 'utf8')));

async function until<T>(seconds: number, what: string, look: () => T | undefined): Promise<T> {
  for (let tries = 0; tries < seconds * 10; tries += 1) {
    const found = look();
    if (found !== undefined) return found;
    await Bun.sleep(100);
  }
  throw new Error(`${what} did not come within ${seconds} s`);
}

function optionalRecord(host: LabHost, number = 1): WatchRecord | undefined {
  return isThere(host, `${kept}/watch-${number}/record.json`) ? recordOf(host, number) : undefined;
}

/** The first scan of a watch has ended: from there on what is new is told. */
const looked = (host: LabHost, number = 1): Promise<true> =>
  until(60, 'the first scan', () => (optionalRecord(host, number)?.looks.length ?? 0) > 0 || undefined);

async function cleaned(host: LabHost): Promise<void> {
  await scan(host, ['--interval', '1', '--out', kept]);
  await demine(host, ['plan', kept, '--lang', 'en']);
  const clean = await demine(host, ['clean', kept, '--yes', '--accept-irreversible', '--lang', 'en']);
  expect({ code: clean.code, stderr: clean.stderr }).toEqual({ code: 0, stderr: '' });
}

const fits = (text: string): readonly string[] => text.split('\n').filter((line) => displayWidth(line) > 80);

describe('the guard of the manual, which no scan accused', () => {
  test('is named when it mines again, goes with its unit, and does not see the watch', async () => {
    const host = await bootLabHost({ before: (root) => plantGuard(root, 3) });
    try {
      await cleaned(host);
      expect([guardedMiner, minersJob, guardProgram].map((path) => isThere(host, path))).toEqual([
        false,
        false,
        true,
      ]);
      const records = ['/run/utmp', '/var/log/wtmp', '/var/log/lastlog'].map((path) => join(host.root, path));
      const sizes = (): readonly number[] =>
        records.map((path) => statSync(path, { throwIfNoEntry: false })?.size ?? -1);
      const before = sizes();
      const watching = demine(host, [
        ...['watch', kept, '--for', '10m', '--lang', 'en', '--yes'],
        ...['--remove', '--accept-irreversible'],
      ]);
      await looked(host);
      const { name } = recordOf(host).settings;
      const { stdout: seen } = await host.run(['sh', '-c', 'ps -eo tty,comm,args']);
      expect(seen).toMatch(new RegExp(`^\\? +${name} +${name}$`, 'm'));
      expect(seen).not.toMatch(/demine(?!-lab)|--for/);

      await host.run(['systemctl', 'start', 'agentd.service']);
      const first = await until(20, 'the return', () => recordOf(host).returns[0]);
      expect(first.writer?.chain.some(({ exe }) => exe === guardProgram)).toBe(true);
      await until(
        90,
        'the removal',
        () => recordOf(host).returns.every(({ answer }) => answer?.removed === 'done') || undefined,
      );
      await demine(host, ['watch', kept, '--stop']);
      const { code, stdout, stderr } = await watching;
      expect({ code, stderr, wide: fits(stdout) }).toEqual({ code: 1, stderr: '', wide: [] });
      expect(stdout).toContain('agentd.service');

      const { returns } = recordOf(host);
      expect(returns.map(({ kind }) => kind)).toContain('program');
      const plan = planSchema.parse(
        JSON.parse(readFileSync(join(host.root, kept, 'plan-2/plan.json'), 'utf8')),
      );
      const own = plan.steps.flatMap(({ change, findings }) =>
        'path' in change && findings.some((id) => id.startsWith('W')) ? [String(change.path)] : [],
      );
      expect(own).toEqual(expect.arrayContaining([guardUnit, guardProgram]));
      // Cut off first from where it mined to.
      const cut = plan.steps.findIndex(
        ({ change }) =>
          change.kind === 'contain' &&
          change.cut.mode === 'block' &&
          change.cut.addresses.includes('192.0.2.66'),
      );
      const held = plan.steps.findIndex(({ change }) => change.kind === 'freeze');
      expect([cut >= 0, cut < held]).toEqual([true, true]);
      expect([guardedMiner, guardProgram, guardUnit].map((path) => isThere(host, path))).toEqual([
        false,
        false,
        false,
      ]);
      expect(processesOf(host, [guardedMiner, guardProgram])).toEqual([]);
      expect(sizes()).toEqual(before);

      // And back, by the ledger of that plan.
      await demine(host, ['undo', kept]);
      expect([guardProgram, guardUnit].map((path) => isThere(host, path))).toEqual([true, true]);
    } finally {
      await host.stop();
    }
  }, 240_000);

  test('that pauses while a tool runs is told each time it mines again, and nothing is removed unasked', async () => {
    const host = await bootLabHost({ before: (root) => plantGuard(root, 4) });
    try {
      await cleaned(host);
      const watching = startDemine(host, ['watch', kept, '--for', '10m', '--lang', 'en']);
      await looked(host);
      const watch = await watching;
      await host.run(['systemctl', 'start', 'agentd.service']);
      await until(20, 'the return', () => recordOf(host).returns.find(({ kind }) => kind === 'program'));
      await host.run(['sh', '-c', 'cp /bin/sleep /run/top']);
      const tool = await host.start(['/run/top', '300']);
      await until(20, 'the pause', () => processesOf(host, [guardedMiner]).length === 0 || undefined);
      const again = await until(30, 'the second start', () => processesOf(host, [guardedMiner])[0]);
      // The guard ended the tool, and knows nothing of the watch.
      expect(processesOf(host, ['/run/top'])).toEqual([]);
      const twice = await until(30, 'the second return', () =>
        recordOf(host).returns.find(({ kind, times }) => kind === 'program' && times > 1),
      );
      expect(twice.writer?.chain.map(({ name }) => String(name))).toEqual(['fontd', 'agentd', 'systemd']);
      expect(again).toBeGreaterThan(0);
      await until(60, 'the plan', () => recordOf(host).returns[0]?.answer);
      expect(recordOf(host).returns[0]?.answer).toMatchObject({ removed: 'not-asked' });
      expect([guardProgram, guardUnit].map((path) => isThere(host, path))).toEqual([true, true]);

      // The plan that a user asks for knows of it as well.
      const { stdout } = await demine(host, ['plan', kept, '--json', '-']);
      const paths = planSchema
        .parse(JSON.parse(stdout))
        .steps.flatMap(({ change }) => ('path' in change ? [String(change.path)] : []));
      expect(paths).toEqual(expect.arrayContaining([guardUnit, guardProgram]));

      const status = await demine(host, ['watch', kept, '--status', '--lang', 'en']);
      expect({ code: status.code, wide: fits(status.stdout) }).toEqual({ code: 1, wide: [] });
      const chinese = await demine(host, ['watch', kept, '--status', '--lang', 'zh-CN']);
      expect({ told: chinese.stdout.includes('再次运行'), wide: fits(chinese.stdout) }).toEqual({
        told: true,
        wide: [],
      });
      await watch.stop();
      await tool.stop();
    } finally {
      await host.stop();
    }
  }, 240_000);
});

describe('a host to which nothing comes back', () => {
  test('killed, it goes on when it is started again and tells the gap; ended, it tells the honest time', async () => {
    const host = await bootLabHost();
    try {
      await scan(host, ['--interval', '1', '--out', kept]);
      const short = await demine(host, ['watch', kept, '--for', '12s', '--lang', 'en']);
      expect({ code: short.code, stderr: short.stderr, wide: fits(short.stdout) }).toEqual({
        code: 0,
        stderr: '',
        wide: [],
      });
      expect(short.stdout).toContain('Nothing came back in 12 s.');

      const first = await startDemine(host, ['watch', kept, '--for', '10m']);
      await looked(host, 2);
      // A second one is refused while the first runs.
      const second = await demine(host, ['watch', kept, '--lang', 'en']);
      expect({ code: second.code, told: second.stderr.includes('runs already') }).toEqual({
        code: 2,
        told: true,
      });
      // A terminal that goes away does not end it.
      await host.run(['kill', '-HUP', String(first.pid)]);
      await Bun.sleep(500);
      expect((await demine(host, ['watch', kept, '--status', '--lang', 'en'])).stdout).toContain('runs');
      await first.stop();
      const left = await demine(host, ['watch', kept, '--status', '--lang', 'en']);
      expect({ code: left.code, told: left.stdout.includes('does not run') }).toEqual({
        code: 3,
        told: true,
      });

      const resumed = host.run([
        ...[
          'timeout',
          '--signal=INT',
          '10',
          process.execPath,
          join(import.meta.dir, '../../src/cli/main.ts'),
        ],
        ...['watch', kept, '--lang', 'en'],
      ]);
      const { stdout } = await resumed;
      expect(stdout).toContain('This goes on with the watch');
      expect(stdout).toMatch(/Not watched from .+ UTC to .+ UTC: the\s+watch was killed/);
      expect(stdout).toContain('not watched the whole time');
      const record = recordOf(host, 2);
      expect(record.spans.map(({ end }) => end)).toEqual(['killed', 'asked']);
      expect(record.gaps).toEqual([expect.objectContaining({ why: 'killed', counts: true })]);
      expect(record.ended).toBeDefined();
      expect((await demine(host, ['watch', kept, '--status'])).code).toBe(3);
    } finally {
      await host.stop();
    }
  }, 240_000);

  test('with its host it is started by one unit, shown before, recorded, and taken away again', async () => {
    const host = await bootLabHost();
    try {
      await scan(host, ['--interval', '1', '--out', kept]);
      const units = (): Promise<string> =>
        host
          .run(['sh', '-c', 'grep -rl "Watch over this host" /etc/systemd/system'])
          .then(({ stdout }) => stdout.trim());
      const shown = await demine(host, ['watch', kept, '--for', '10m', '--across-reboots', '--lang', 'en']);
      expect({ code: shown.code, wide: fits(shown.stdout) }).toEqual({ code: 0, wide: [] });
      expect(shown.stdout).toContain('+ /etc/systemd/system/');
      expect(await units()).toBe('');

      const wish = ['watch', kept, '--for', '10m', '--across-reboots', '--yes'];
      const first = await startDemine(host, wish);
      await looked(host);
      const unit = await units();
      const { name } = recordOf(host).settings;
      expect(unit).toBe(`/etc/systemd/system/${name}.service`);
      // A scan does not take it for anybody else's.
      const { result } = await scan(host, ['--interval', '1']);
      expect(
        result.persistence.filter(({ source }) => source === unit).map(({ judgement }) => judgement),
      ).toEqual(['benign']);

      // As the machine does at its next start.
      await first.stop();
      await host.run(['systemctl', 'daemon-reload']);
      await host.run(['systemctl', 'start', `${name}.service`]);
      await until(30, 'the watch by its unit', () => recordOf(host).spans.length > 1 || undefined);
      const { stdout: seen } = await host.run(['sh', '-c', 'ps -eo comm,args']);
      expect(seen).toMatch(new RegExp(`^${name} +${name}$`, 'm'));

      const stopped = await demine(host, ['watch', kept, '--stop', '--lang', 'en']);
      expect({ code: stopped.code, told: stopped.stdout.includes('The watch was ended.') }).toEqual({
        code: 0,
        told: true,
      });
      expect(await units()).toBe('');
      expect(recordOf(host).ended).toBeDefined();
      const ledger = readFileSync(join(host.root, kept, 'ledger'), 'utf8');
      expect([...ledger.matchAll(/"kind":"starter[^"]*"/g)].map(([word]) => word)).toEqual([
        '"kind":"starter-adding"',
        '"kind":"starter"',
        '"kind":"starter-removing"',
        '"kind":"starter"',
      ]);

      // demine undo takes it away too, and what somebody changed stays and is told.
      const again = await startDemine(host, wish);
      await looked(host, 2);
      const other = await units();
      await again.stop();
      writeFileSync(join(host.root, other), '# mine now\n');
      const undone = await demine(host, ['undo', kept, '--lang', 'en']);
      expect(undone.stdout).toContain('stays, since somebody changed it');
      expect(isThere(host, other)).toBe(true);
      expect(isThere(host, other.replace('system/', 'system/multi-user.target.wants/'))).toBe(false);
    } finally {
      await host.stop();
    }
  }, 240_000);

  test('without the right to know who writes, what is written is told all the same', async () => {
    const host = await bootLabHost({ before: (root) => plantGuard(root, 3) });
    try {
      await cleaned(host);
      const watching = host.run([
        ...['setpriv', '--bounding-set=-sys_admin', process.execPath],
        ...[join(import.meta.dir, '../../src/cli/main.ts'), 'watch', kept, '--for', '30s', '--lang', 'en'],
      ]);
      await looked(host);
      await host.run([
        'sh',
        '-c',
        `echo '# new' > /etc/cron.d/written; mkdir -p ${guardedMiner.slice(0, -6)}`,
      ]);
      await host.run(['sh', '-c', `head -c 100 /bin/true > ${guardedMiner}`]);
      const { code, stdout } = await watching;
      expect(code).toBe(1);
      expect(stdout).toMatch(/this kernel does\s+not tell who writes/);
      const { means, returns, changes } = recordOf(host);
      expect(means).toMatchObject({ files: 'inotify', processes: 'listing' });
      expect(changes.map(({ path }) => String(path))).toContain('/etc/cron.d/written');
      expect(returns).toEqual([expect.objectContaining({ kind: 'file', what: guardedMiner, same: false })]);
    } finally {
      await host.stop();
    }
  }, 240_000);
});
