/** Every command of `demine` as a user types it: exit codes, outputs, files, languages. */
import { afterAll, beforeAll, describe, expect, test } from 'bun:test';
import { mkdirSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import manifest from '../../package.json' with { type: 'json' };
import { resultSchema } from '../../src/model/result.ts';
import { displayWidth } from '../../src/report/width.ts';
import { violations } from '../json-schema.ts';
import {
  demine,
  demineUnprivileged,
  folderIn,
  type LabHost,
  openLabHost,
  startStandIn,
} from '../lab/harness.ts';
import { type Finished, repository } from '../lab/host.ts';

let host: LabHost;
beforeAll(async () => {
  host = await openLabHost();
});
afterAll(async () => {
  await host.stop();
});

const run = (...args: readonly string[]): Promise<Finished> => demine(host, args);
const quick = ['--interval', '0.3'] as const;
const main = join(repository, 'src', 'cli', 'main.ts');
const command = `${process.execPath} ${main}`;
const shell = (line: string): Promise<Finished> => host.run(['bash', '-c', line]);

describe('exit codes', () => {
  test('a clean host is 0', async () => {
    const { code, stdout } = await run('scan', '--no-case', ...quick, '--lang', 'en');
    expect({ code, stdout }).toMatchObject({ code: 0 });
  });

  test('a miner is 1', async () => {
    const miner = await startStandIn(host, 'randomx-hasher', ['light', '1']);
    try {
      expect((await run('scan', '--no-case', ...quick)).code).toBe(1);
    } finally {
      await miner.stop();
    }
  });

  for (const args of [
    ['nonsense'],
    ['scan', '--unknown'],
    ['scan', '--interval', 'soon'],
    ['scan', '--interval', '-1'],
    ['scan', '--interval', '1e3'],
    ['scan', '--lang', 'tlh'],
    ['scan', '--no-case', '--out', '/run/x'],
    ['scan', '--seen', ''],
    ['scan', '--config', '/nowhere.yaml'],
    ['scan', '/a', '/b'],
    ['ps', 'init'],
    ['ps', '0'],
    ['ps', '-1'],
    ['net', 'x'],
    ['rules', '--json', '-'],
    ['drill', '--interval', '3'],
  ]) {
    test(`"demine ${args.join(' ')}" is misuse: 2, one line that says what, one that says what next`, async () => {
      const { code, stdout, stderr } = await run(
        ...args,
        ...(args.includes('--lang') ? [] : ['--lang', 'en']),
      );
      expect({ code, stdout }).toEqual({ code: 2, stdout: '' });
      expect(stderr).toMatch(/^demine: .+\n {8}\S.+\n$/);
    });
  }

  test('where a required check was not possible it is 3, and the reason is told', async () => {
    const as = ['setpriv', '--reuid=65534', '--regid=65534', '--clear-groups'];
    const { code, stdout } = await host.run([
      ...[...as, process.execPath, main, 'scan', '--no-case', '--json', '-', ...quick],
    ]);
    const result = resultSchema.parse(JSON.parse(stdout));
    expect({ code, verdict: result.verdict }).toEqual({ code: 3, verdict: 'inconclusive' });
    const gaps = result.coverage.filter(({ required, checked }) => required && !checked);
    expect(gaps.length).toBeGreaterThan(0);
    for (const { reason } of gaps) expect(reason ?? '').not.toBe('');
  });

  test('root without the right to make namespaces, as in a container, still gets its verdict', async () => {
    const { code } = await demineUnprivileged(host, ['scan', '--no-case', ...quick]);
    expect(code).toBe(0);
  });
});

describe('help, version, schema, rules', () => {
  test('help in both languages, by word and by option', async () => {
    for (const args of [['help'], ['--help'], ['-h']]) {
      const { code, stdout, stderr } = await run(...args, '--lang', 'en');
      expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
      for (const word of [
        'scan',
        'ps',
        'net',
        'timeline',
        'case',
        'rules',
        'coverage',
        'schema',
        'drill',
        '--seen',
        '--out',
        'Exit codes',
      ]) {
        expect(stdout).toContain(word);
      }
    }
    expect((await run('help', '--lang', 'zh-CN')).stdout).toMatch(/[\u4e00-\u9fff]/);
  });

  test('help of each command fits 80 columns and tells what its exit means', async () => {
    for (const language of ['en', 'zh-CN']) {
      for (const topic of [
        ...['all', 'scan', 'ps', 'net', 'timeline', 'case', 'contain', 'plan', 'clean', 'undo'],
        ...['rules', 'coverage', 'schema', 'drill'],
      ]) {
        const { code, stdout } = await run('help', topic, '--lang', language);
        expect(code).toBe(0);
        const wide = stdout.split('\n').filter((row) => displayWidth(row) > 80);
        expect({ topic, wide }).toEqual({ topic, wide: [] });
      }
      expect((await run('ps', '--help', '--lang', language)).stdout).toContain('--all');
    }
  });

  test('help says every option that is understood', async () => {
    const { stdout } = await run('help', '--lang', 'en');
    for (const option of [
      'json',
      'out',
      'no-case',
      'lang',
      'interval',
      'seen',
      'config',
      'thorough',
      'active',
    ]) {
      expect(stdout).toContain(`--${option}`);
    }
  });

  test('the version is that of the package', async () => {
    expect(await run('--version')).toEqual({ code: 0, stdout: `demine ${manifest.version}\n`, stderr: '' });
  });

  test('the schema is JSON Schema 2020-12, and a result keeps to it', async () => {
    const schema: unknown = JSON.parse((await run('schema')).stdout);
    expect(schema).toMatchObject({ $schema: 'https://json-schema.org/draft/2020-12/schema', type: 'object' });
    const miner = await startStandIn(host, 'randomx-hasher', ['light', '1']);
    try {
      const { stdout } = await run('scan', '--no-case', '--json', '-', ...quick);
      const result: unknown = JSON.parse(stdout);
      expect(violations(schema, result)).toEqual([]);
      // The check itself can fail.
      expect(violations(schema, { ...Object(result), verdict: 'perhaps' })).not.toEqual([]);
      expect(violations(schema, {})).not.toEqual([]);
    } finally {
      await miner.stop();
    }
  });

  test('the same rules in both languages, each with a text', async () => {
    const rows = async (language: string) =>
      (await run('rules', '--lang', language)).stdout
        .trimEnd()
        .split('\n')
        .map((row) => row.split(/ {2,}/));
    const [english, chinese] = [await rows('en'), await rows('zh-CN')];
    expect(english.map(([id]) => id)).toEqual(chinese.map(([id]) => id));
    expect(english.length).toBeGreaterThan(30);
    for (const [, text = ''] of english) expect(text).toMatch(/[a-z]/);
    for (const [, text = ''] of chinese) expect(text).toMatch(/[\u4e00-\u9fff]/);
  });
});

describe('ps and net', () => {
  test('ps shows the tree with the judged process in it', async () => {
    const miner = await startStandIn(host, 'randomx-hasher', ['light', '1'], { as: '/opt/job/worker' });
    try {
      const { code, stdout } = await run('ps', ...quick, '--lang', 'en');
      expect(code).toBe(0);
      expect(stdout.split('\n').find((row) => row.includes(` ${miner.pid} `))).toContain('worker');
      expect(stdout).toMatch(/mining/i);
    } finally {
      await miner.stop();
    }
  });

  test('ps PID shows files, connections, memory, children and environment names of one process', async () => {
    const program = `import os, socket, subprocess
held = open('/root/held-open.txt', 'w')
listener = socket.create_server(('127.0.0.1', 7171))
child = subprocess.Popen(['sleep', '600'])
print('ready', child.pid, flush=True)
child.wait()`;
    mkdirSync(join(host.root, 'root'), { recursive: true });
    const running = await host.start(['python3', '-c', `print('ready', flush=True)\n${program}`], {
      readyLine: 'ready',
      environment: { SECRET_OF_MINE: 'hunter2-hunter2' },
    });
    await Bun.sleep(700);
    try {
      const { code, stdout } = await run('ps', String(running.pid), ...quick, '--lang', 'en');
      expect(code).toBe(0);
      for (const word of ['python3', '/root/held-open.txt', '7171', 'sleep', 'SECRET_OF_MINE']) {
        expect(stdout).toContain(word);
      }
      expect(stdout).not.toContain('hunter2');
    } finally {
      await running.stop();
    }
  });

  test('ps PID names the entry that starts the program again', async () => {
    const table = join(host.root, 'etc/cron.d/job');
    mkdirSync(dirname(table), { recursive: true });
    writeFileSync(table, '# jobs\n@reboot root /opt/job/worker light 1\n');
    const miner = await startStandIn(host, 'randomx-hasher', ['light', '1'], { as: '/opt/job/worker' });
    try {
      const { stdout } = await run('ps', String(miner.pid), ...quick, '--lang', 'en');
      const [, part = ''] = stdout.split('Comes back by');
      expect(part).toContain('/etc/cron.d/job:2');
      expect(part).toContain('starts its program');
      expect(part).toContain('/opt/job/worker light 1');
    } finally {
      await miner.stop();
      rmSync(table);
    }
  });

  test('coverage tells every mechanism with what reads it, for people and for programs', async () => {
    for (const language of ['en', 'zh-CN']) {
      const { code, stdout } = await run('coverage', '--lang', language);
      expect(code).toBe(0);
      expect(stdout).toContain('cron-user · linux.crontab');
      expect(stdout.split('\n').filter((row) => displayWidth(row) > 80)).toEqual([]);
    }
    const { stdout } = await run('coverage', '--json', '-', '--lang', 'zh-CN');
    const { mechanisms } = JSON.parse(stdout);
    expect(mechanisms.length).toBeGreaterThan(100);
    expect(mechanisms[0]).toMatchObject({ id: 'cron-table', artifacts: ['linux.crontab'] });
  });

  test('ps of RandomX names the shape of its memory', async () => {
    const miner = await startStandIn(host, 'randomx-hasher', ['fast', '1']);
    try {
      expect((await run('ps', String(miner.pid), ...quick, '--lang', 'en')).stdout).toMatch(/randomx/i);
    } finally {
      await miner.stop();
    }
  });

  test('ps of a process that is not there says so: 2', async () => {
    const { code, stdout, stderr } = await run('ps', '4194303', ...quick, '--lang', 'en');
    expect({ code, stdout }).toEqual({ code: 2, stdout: '' });
    expect(stderr).toContain('There is no process 4194303.');
  });

  test('net shows who listens where', async () => {
    const program =
      "import socket, time; s = socket.create_server(('0.0.0.0', 6379)); print('ready', flush=True); time.sleep(600)";
    const running = await host.start(['python3', '-c', program], { readyLine: 'ready' });
    try {
      const { code, stdout } = await run('net', ...quick, '--lang', 'en');
      expect(code).toBe(0);
      expect(stdout).toContain('6379');
      expect(stdout).toContain(String(running.pid));
    } finally {
      await running.stop();
    }
  });
});

describe('the scan of a folder', () => {
  test('that is a root file system tells its host, and what it could not judge', async () => {
    const image = folderIn(host, 'mnt/image');
    for (const folder of ['etc', 'usr', 'var/lib']) mkdirSync(join(image, folder), { recursive: true });
    writeFileSync(join(image, 'etc/os-release'), 'ID=debian\nPRETTY_NAME="Debian GNU/Linux 12"\n');
    writeFileSync(join(image, 'etc/hostname'), 'imaged-host\n');
    const { code, stdout } = await run('scan', '/mnt/image', '--no-case', '--json', '-');
    const result = resultSchema.parse(JSON.parse(stdout));
    expect(result.host).toMatchObject({ name: 'imaged-host', os: 'Debian GNU/Linux 12' });
    expect(result.processes).toEqual([]);
    expect(['inconclusive', 'clean']).toContain(result.verdict);
    expect(code).toBe(result.verdict === 'clean' ? 0 : 3);
    expect((await run('/mnt/image', '--no-case')).code).toBe(code);
  });

  test('names blocked in the hosts file of an image are found', async () => {
    const image = folderIn(host, 'mnt/blocked');
    for (const folder of ['etc', 'usr', 'var']) mkdirSync(join(image, folder), { recursive: true });
    writeFileSync(join(image, 'etc/os-release'), 'ID=debian\n');
    const names = ['update.aegis.aliyun.com', 'aegis.alicdn.com', 'jsrv.aegis.aliyun.com'];
    writeFileSync(join(image, 'etc/hosts'), names.map((name) => `0.0.0.0 ${name}\n`).join(''));
    const { code, stdout } = await run('scan', '/mnt/blocked', '--no-case', '--json', '-');
    const result = resultSchema.parse(JSON.parse(stdout));
    expect(result.findings.map(({ rule }) => rule)).toContain('protection.names-blocked');
    expect({ code, verdict: result.verdict }).toEqual({ code: 1, verdict: 'suspicious' });
  });

  test('that is not there, no folder, or no root is refused: 2', async () => {
    writeFileSync(join(host.root, 'run/file'), '');
    mkdirSync(join(host.root, 'run/empty'), { recursive: true });
    for (const path of ['/nowhere/at/all', '/run/file', '/run/empty']) {
      const { code, stdout, stderr } = await run('scan', path, '--no-case', '--lang', 'en');
      expect({ path, code, stdout }).toEqual({ path, code: 2, stdout: '' });
      expect(stderr).toContain(path);
    }
  });
});

describe('the case', () => {
  const cases = '/run/cases-of-test';

  test('is a folder for its owner alone with store, result and report', async () => {
    expect((await run('scan', '--out', `${cases}/one`, ...quick)).code).toBe(0);
    const folder = join(host.root, cases, 'one');
    expect(statSync(folder).mode & 0o777).toBe(0o700);
    expect(readdirSync(folder).toSorted()).toEqual(['case.sqlite', 'report.html', 'result.json']);
    for (const name of readdirSync(folder)) {
      expect([name, statSync(join(folder, name)).mode & 0o077]).toEqual([name, 0]);
    }
    resultSchema.parse(JSON.parse(readFileSync(join(folder, 'result.json'), 'utf8')));
    expect(readFileSync(join(folder, 'case.sqlite')).subarray(0, 15).toString()).toBe('SQLite format 3');
  });

  test("'s report may run nothing and load nothing", async () => {
    const page = readFileSync(join(host.root, cases, 'one/report.html'), 'utf8');
    expect(page).toContain(`http-equiv="Content-Security-Policy" content="default-src 'none'`);
    expect(page).not.toMatch(/<(?:script|iframe|object|embed|link|form)\b/i);
    expect(page).not.toMatch(/(?:src|href|action)="(?!#|data:image\/)[^"]/i);
    expect(page).not.toMatch(/@import|url\((?!['"]?data:)/i);
  });

  test('of another scan is not written over: 2', async () => {
    const { code, stderr } = await run('scan', '--out', `${cases}/one`, ...quick, '--lang', 'en');
    expect(code).toBe(2);
    expect(stderr).toContain(`${cases}/one`);
  });

  test('lies by default in cases/<host>-<time> of the working folder', async () => {
    const work = folderIn(host, 'run/work');
    expect((await shell(`cd /run/work && ${command} scan --interval 0.3 --lang en`)).code).toBe(0);
    expect(readdirSync(work)).toEqual(['cases']);
    expect(readdirSync(join(work, 'cases'))).toEqual([expect.stringMatching(/^demine-lab-\d{8}T\d{6}Z$/)]);
  });

  test('where it cannot be written is refused before the scan: 2', async () => {
    writeFileSync(join(host.root, 'run/occupied'), '');
    const { code, stderr } = await run('scan', '--out', '/run/occupied', '--lang', 'en');
    expect(code).toBe(2);
    expect(stderr).toContain('/run/occupied');
  });

  test('--json FILE writes the same result beside the screen', async () => {
    const { code, stdout } = await run(
      'scan',
      '--no-case',
      '--json',
      '/run/r.json',
      ...quick,
      '--lang',
      'en',
    );
    expect(code).toBe(0);
    expect(stdout).not.toStartWith('{');
    expect(resultSchema.parse(JSON.parse(readFileSync(join(host.root, 'run/r.json'), 'utf8'))).verdict).toBe(
      'clean',
    );
    const refused = await run('scan', '--no-case', '--json', '/nowhere/r.json', ...quick, '--lang', 'en');
    expect(refused.code).toBe(2);
    expect(refused.stderr).toContain('/nowhere/r.json');
  });
});

describe('what is written for people', () => {
  for (const language of ['en', 'zh-CN'] as const) {
    test(`fits 80 columns in ${language}, and carries no escape into a file`, async () => {
      const miner = await startStandIn(host, 'randomx-hasher', ['light', '1'], {
        as: `/var/tmp/.x/${'long-name-'.repeat(12)}`,
        argv0: '矿工 \x1b[31m\r\n挖矿',
      });
      try {
        for (const args of [['scan', '--no-case'], ['ps'], ['net'], ['ps', String(miner.pid)]]) {
          const { stdout } = await run(...args, ...quick, '--lang', language);
          expect(stdout).not.toMatch(/[\x00-\x09\x0b-\x1f\x7f]/);
          const wide = stdout.split('\n').filter((line) => displayWidth(line) > 80);
          expect({ args, wide }).toEqual({ args, wide: [] });
        }
      } finally {
        await miner.stop();
      }
    });
  }

  test('a reader that leaves early is no error', async () => {
    for (const args of ['rules', 'help', 'coverage', 'schema', `scan --no-case --json - --interval 0.3`]) {
      const { stdout, stderr } = await shell(`${command} ${args} | head -c 1; echo " \${PIPESTATUS[0]}"`);
      expect({ args, stderr }).toEqual({ args, stderr: '' });
      expect(stdout.trim()).toMatch(/ 0$/);
    }
  });

  test('progress is shown in a terminal only', async () => {
    const scan = `${command} scan --no-case --interval 0.3 --lang en`;
    expect((await shell(`${scan} >/dev/null`)).stderr).toBe('');
    const terminal = await shell(`script -qec '${scan} >/dev/null' /dev/null`);
    expect(terminal.code).toBe(0);
    expect(terminal.stdout).toContain('watching CPU');
    // The line is taken away at the end.
    expect(terminal.stdout.trimEnd()).toEndWith('\x1b[K');
  });

  test('NO_COLOR is honoured in a terminal', async () => {
    const scan = `${command} scan --no-case --interval 0.3 --lang en 2>/dev/null`;
    expect((await shell(`script -qec '${scan}' /dev/null`)).stdout).toContain('\x1b[');
    expect((await shell(`NO_COLOR=1 script -qec '${scan}' /dev/null`)).stdout).not.toContain('\x1b[');
  });
});
