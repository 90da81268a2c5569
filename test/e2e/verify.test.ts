/**
 * From a removal to its proof, as a user types it: a running host that is clean, then infected again, and an image whose
 * statement is signed, checked and tampered with. Everything planted is inert, or a stand-in.
 */
import { afterAll, beforeAll, describe, expect, test } from 'bun:test';
import {
  chmodSync,
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { type Statement, statementSchema } from '../../src/model/statement.ts';
import { displayWidth } from '../../src/report/width.ts';
import { demine, type LabHost, openLabHost, putProgram, scan } from '../lab/harness.ts';
import { type Finished, repository } from '../lab/host.ts';

const folder = '/var/tmp/.cache-k';
const program = `${folder}/kdump`;
const table = '/var/spool/cron/crontabs/root';
const owners = '# backups\n0 3 * * * /usr/bin/true\n';

let host: LabHost;
beforeAll(async () => {
  host = await openLabHost();
});
afterAll(async () => {
  await host.stop();
});

const put = (path: string, content: string, mode = 0o644): void => {
  mkdirSync(dirname(join(host.root, path)), { recursive: true });
  writeFileSync(join(host.root, path), content, { mode });
  chmodSync(join(host.root, path), mode);
};
const read = (path: string): string => readFileSync(join(host.root, path), 'utf8');
const isThere = (path: string): boolean => existsSync(join(host.root, path));
const run = (...args: readonly string[]): Promise<Finished> => demine(host, [...args, '--lang', 'en']);

async function statementOf(...args: readonly string[]): Promise<{ code: number; statement: Statement }> {
  const { code, stdout, stderr } = await run('verify', ...args, '--json', '-');
  expect(stderr).toBe('');
  return { code, statement: statementSchema.parse(JSON.parse(stdout).statement) };
}

describe('a running host', () => {
  const kept = '/run/case';

  test('that was cleaned is clean at one look, and not signed where the key lies on it', async () => {
    putProgram(host, 'randomx-hasher', program);
    put(table, `${owners}*/5 * * * * ${program} light 1\n`, 0o600);
    const miner = await host.start([program, 'light', '1']);
    await scan(host, ['--interval', '1', '--out', kept]);
    expect(await run('plan', kept)).toMatchObject({ code: 0, stderr: '' });
    // Before anything was removed, all of it is still there.
    const before = await statementOf(kept);
    expect([before.code, before.statement.conclusion.outcome]).toEqual([1, 'still-there']);
    expect(before.statement.things.rows.filter(({ state }) => state !== 'still-there')).toEqual([]);

    await run('clean', kept, '--yes', '--accept-irreversible');
    await miner.stop();
    expect(await run('key')).toMatchObject({ code: 0, stderr: '' });
    const { code, stdout, stderr } = await run('verify', kept);
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
    expect(stdout).toMatch(/^ Clean {3}at one look\n/);
    expect(stdout).toContain('Look again from ');
    expect(stdout.replaceAll('\n', ' ')).toContain('your key lies on this host');
    expect(stdout.split('\n').filter((line) => displayWidth(line) > 80)).toEqual([]);

    const again = await statementOf(kept);
    expect(again.statement.conclusion).toEqual({
      outcome: 'clean',
      reasons: [
        { id: 'nothing-found', count: 0 },
        // It ran as root, and nobody knows how it came in.
        { id: 'rebuild-advised', count: 0 },
        { id: 'one-look', count: 1 },
      ],
    });
    expect(again.statement.looks.map(({ outcome }) => outcome)).toEqual(['still-there', 'clean']);
    expect(again.statement.schedule.find(({ when }) => when === 'at-once')).toMatchObject({ look: 2 });
    expect(new Set(again.statement.steps.map(({ standing }) => standing))).toEqual(
      new Set(['holds', 'past', 'by-hand']),
    );
  }, 180_000);

  test('on which it is there again says so, and a plan is made of what is there now', async () => {
    expect((await run('undo', kept)).stderr).toBe('');
    // A look that found nothing is nothing to plan from: what was put back is planned as before.
    expect((await run('plan', kept)).stdout).toContain(`quarantine ${program}`);
    const miner = await host.start([program, 'light', '1']);
    try {
      const { code, statement } = await statementOf(kept);
      expect([code, statement.conclusion.outcome]).toEqual([1, 'came-back']);
      const back = statement.things.rows.filter(({ state }) => state === 'came-back');
      expect(new Set(back.map(({ kind }) => kind))).toEqual(new Set(['miner', 'entry', 'finding']));
      const { stdout } = await run('plan', kept);
      expect(stdout).toContain(`kdump (pid ${miner.pid})`);
    } finally {
      await miner.stop();
    }
    const shown = await run('case', 'show', kept);
    expect(shown.stdout).toMatch(/Verifications\n +verify-4 .* Came back/);
    const report = read(`${kept}/report.html`);
    expect(report).toContain('<a href="verify-4/statement.html">verify-4</a>');
    expect(report).toContain('Came back');
    // The incident is told from its own scan, whatever was looked at since.
    expect(shown.stdout.match(/^ {2}20\d\d-.* (?:mining|clean|suspicious)$/gm)).toHaveLength(1);
  }, 120_000);

  test('is signed elsewhere: the key on it is refused, and on a machine of one’s own it signs', async () => {
    const refused = await run('verify', '--sign', kept);
    expect({ code: refused.code, told: refused.stderr.includes('on the host that the case is of') }).toEqual({
      code: 2,
      told: true,
    });
    const own = mkdtempSync(join(tmpdir(), 'demine-own-'));
    try {
      cpSync(join(host.root, kept), join(own, 'case'), { recursive: true });
      const here = (...args: readonly string[]) => {
        const { exitCode, stdout, stderr } = Bun.spawnSync(
          [process.execPath, join(repository, 'src/cli/main.ts'), ...args, '--lang', 'en'],
          { env: { ...process.env, XDG_CONFIG_HOME: join(own, 'config') } },
        );
        return { code: exitCode, stdout: stdout.toString(), stderr: stderr.toString() };
      };
      expect(here('key', join(own, 'case'))).toMatchObject({ code: 0, stderr: '' });
      expect(statSync(join(own, 'config/demine/responder.key')).mode & 0o777).toBe(0o600);
      expect(here('verify', '--check', join(own, 'case')).code).toBe(3);
      expect(here('verify', '--sign', join(own, 'case'))).toMatchObject({ code: 0, stderr: '' });
      expect(here('verify', '--check', join(own, 'case'))).toMatchObject({ code: 0, stderr: '' });
      expect(here('verify', '--sign', join(own, 'case')).stderr).toContain('signed already');
      // The page shows it too.
      const page = readFileSync(join(own, 'case/verify-4/statement.html'), 'utf8');
      expect(page).not.toContain('Not signed');
    } finally {
      rmSync(own, { recursive: true });
    }
  }, 60_000);
});

describe('an image', () => {
  const root = '/srv/image';
  const kept = '/run/image-case';
  const environment = { XDG_CONFIG_HOME: '/run/responder' };
  const signedRun = (...args: readonly string[]): Promise<Finished> =>
    demine(host, [...args, '--lang', 'en'], { environment });
  const statementPath = (number: number): string => `${kept}/verify-${number}/statement.json`;
  const publicKey = '/run/responder/demine/responder.key.pub';

  beforeAll(async () => {
    const options = '-o stratum+tcp://pool.example.test:3333 --donate-level 1';
    put(`${root}${table}`, `${owners}* * * * * /tmp/.x/kdump ${options}\n`, 0o600);
    put(`${root}/tmp/.x/kdump`, 'inert\n', 0o755);
    put(`${root}/etc/machine-id`, `${'1'.repeat(32)}\n`);
    mkdirSync(join(host.root, root, 'usr'), { recursive: true });
    expect(await signedRun('key')).toMatchObject({ code: 0, stderr: '' });
    await run('scan', root, '--out', kept);
    await run('plan', kept);
    await run('clean', kept, '--yes');
  }, 120_000);

  test('gets a statement that is signed, and genuine beside its case and away from it', async () => {
    const { code, stdout, stderr } = await signedRun('verify', kept);
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
    expect(stdout).toContain('Signed with the key');
    expect(readdirSync(join(host.root, kept, 'verify-1')).sort()).toEqual([
      'statement.html',
      'statement.json',
    ]);
    const check = await signedRun('verify', '--check', statementPath(1));
    expect(check).toMatchObject({ code: 0, stderr: '' });
    expect(check.stdout).toMatch(/^ Genuine\n/);
    put('/run/away.json', read(statementPath(1)));
    const away = await run('verify', '--check', '/run/away.json', '--key', publicKey);
    expect([away.code, away.stdout.includes('No case lies beside it')]).toEqual([0, true]);
    // Nobody's key is known here: the signature fits, and that is all.
    put('/run/nobody/x', '');
    const unknown = await demine(host, ['verify', '--check', statementPath(1), '--lang', 'en'], {
      environment: { XDG_CONFIG_HOME: '/run/nobody' },
    });
    expect([unknown.code, unknown.stdout.startsWith(' Key not known')]).toEqual([3, true]);
  }, 120_000);

  test('of which the target changed nothing by being looked at', async () => {
    // find(1) itself reads folders, and their time of access is its doing.
    const listing = [
      'find',
      root,
      '-type',
      'f',
      '-printf',
      '%p %m %s %A@ %T@ %C@\\n',
      '-o',
      '-printf',
      '%p %T@ %C@\\n',
    ];
    const before = await host.run(listing);
    await signedRun('verify', kept);
    expect(await host.run(listing)).toEqual(before);
  }, 60_000);

  test('whose statement was altered, or was signed by another, is told', async () => {
    const text = read(statementPath(1));
    put(`${kept}/verify-1/altered.json`, text.replace('"outcome":"clean"', '"outcome":"inconclusive"'));
    const altered = await signedRun('verify', '--check', `${kept}/verify-1/altered.json`);
    expect(altered.code).toBe(1);
    expect(altered.stdout).toContain('✗ the result');
    expect(await demine(host, ['key', '--out', '/run/other.key'])).toMatchObject({ code: 0 });
    const other = await run('verify', '--check', statementPath(1), '--key', '/run/other.key.pub');
    expect([other.code, other.stdout.startsWith(' Another key')]).toEqual([1, true]);
    const wrong = await run('verify', '--check', statementPath(1), '--key', '/run/other.key');
    expect([wrong.code, wrong.stderr.includes('no Ed25519 public key')]).toEqual([2, true]);
  }, 60_000);

  test('whose ledger was altered is told by the check, and is never clean after', async () => {
    const ledger = `${kept}/plan-1/ledger`;
    const whole = read(ledger);
    put(ledger, whole.replace('"opened"', '"openeD"'), 0o600);
    const check = await signedRun('verify', '--check', statementPath(1));
    expect([check.code, check.stdout.includes('plan-1/ledger: altered')]).toEqual([1, true]);
    const { code, statement } = await statementOf(kept);
    expect([code, statement.conclusion.outcome]).toEqual([3, 'inconclusive']);
    expect(statement.conclusion.reasons.map(({ id }) => id)).toContain('case-altered');
    put(ledger, whole, 0o600);
    expect((await signedRun('verify', '--check', statementPath(1))).code).toBe(0);
  }, 60_000);

  test('in which a step was undone by somebody came back, though a scan finds nothing', async () => {
    put(`${root}/tmp/.x/kdump`, 'harmless to look at\n', 0o644);
    const { code, statement } = await statementOf(kept);
    expect([code, statement.conclusion.outcome]).toEqual([1, 'came-back']);
    expect(statement.steps.filter(({ standing }) => standing === 'returned').length).toBeGreaterThan(0);
    rmSync(join(host.root, root, 'tmp/.x'), { recursive: true });
  }, 60_000);

  test('of another host than the case’s is not looked at, and leaves nothing in the case', async () => {
    const before = readdirSync(join(host.root, kept));
    put('/srv/two/etc/machine-id', `${'2'.repeat(32)}\n`);
    mkdirSync(join(host.root, '/srv/two/usr'), { recursive: true });
    const { code, stderr } = await run('verify', kept, '--root', '/srv/two');
    expect([code, stderr.includes('of another host'), stderr.includes('--root')]).toEqual([2, true, true]);
    expect(readdirSync(join(host.root, kept))).toEqual(before);
  }, 60_000);

  test('with a key in the wrong place, or none, is told before anything is looked at', async () => {
    put('/run/open.key', read('/run/other.key'), 0o644);
    const keys = [
      [`${kept}/k`, 'lie in a case'],
      [`${root}/k`, 'on the host that the case is of'],
      ['/run/none.key', 'no key'],
      ['/run/open.key', 'others may read'],
    ] as const;
    const before = readdirSync(join(host.root, kept));
    for (const [key, told] of keys) {
      const { code, stderr } = await run('verify', kept, '--key', key);
      expect({ key, code, told: stderr.includes(told) }).toEqual({ key, code: 2, told: true });
    }
    expect(readdirSync(join(host.root, kept))).toEqual(before);
    const made = await run('key', kept, '--out', `${root}/k`);
    expect([made.code, isThere(`${root}/k`)]).toEqual([2, false]);
  }, 60_000);

  test('what is no case and no statement is told', async () => {
    put('/run/odd/case.sqlite', 'no database');
    put('/run/odd/verify-1/statement.json', '{}');
    for (const [words, told] of [
      [['verify', '/run/odd'], 'case'],
      [['verify', '/run/nowhere'], 'no such case'],
      [['verify', '--check', '/run/odd'], 'no statement of Demine'],
      [['verify', '--check', '/run/nowhere'], 'no such file'],
      [['verify', '--sign', '/run/odd'], 'no statement of Demine'],
      [['verify'], 'CASE'],
      [['verify', '--check', 'x', '--sign', 'y'], '--sign'],
      [['verify', kept, '--check', 'x'], kept],
      [['verify', '--check', 'x', '--thorough'], '--thorough'],
    ] as const) {
      const { code, stderr } = await run(...words);
      expect({ words, code, told: stderr.includes(told) }).toEqual({ words, code: 2, told: true });
    }
  }, 60_000);
});
