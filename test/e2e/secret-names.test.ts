/** A live host with secrets in the names of things: they are in nothing that is told, nor in the name of any file of the case. */
import { afterAll, beforeAll, expect, test } from 'bun:test';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { type ScannedCase, scanCase } from '../hostile/case-files.ts';
import { bytes, startBytes } from '../hostile/perl-process.ts';
import { demine, type LabHost, openLabHost, type Running } from '../lab/harness.ts';

const secret = {
  folder: `ghp_zq${'a1B2'.repeat(8)}c3D4`,
  program: 'zqLiveProgram1',
  cwd: 'zqLiveCwd2',
  name: 'zqName3',
  glued: 'zqLiveGlued4!',
  socket: 'zqLiveSocket5',
  mount: 'zqLiveMount6',
  cron: 'zqLiveCron7',
  file: 'zqLiveFile8',
} as const;
const folder = `/var/tmp/token=${secret.folder}`;

/** Holds an abstract and a named socket, an open file, and a name of its own. */
const holder = `
import ctypes, socket, time
ctypes.CDLL(None).prctl(15, b"pw=${secret.name}", 0, 0, 0)
one, two = socket.socket(socket.AF_UNIX), socket.socket(socket.AF_UNIX)
one.bind("\\0app/token=${secret.socket}"); one.listen()
two.bind("/run/secret=${secret.socket}"); two.listen()
held = open("/srv/password=${secret.file}", "w")
print("ready", flush=True)
time.sleep(600)
`;

let host: LabHost;
let miner: Running;
let scanned: ScannedCase;

beforeAll(async () => {
  host = await openLabHost();
  const cron = `*/5 * * * * root ${folder}/next --url http://u:${secret.cron}@192.0.2.7/?token=${secret.cron}\n`;
  mkdirSync(join(host.root, 'etc/cron.d'), { recursive: true });
  writeFileSync(join(host.root, 'etc/cron.d/job'), cron);
  await host.run(['sh', '-c', 'mkdir -p "$1" && mount -t tmpfs none "$1"', 'sh', `/mnt/key=${secret.mount}`]);
  await host.start(['python3', '-c', holder], { readyLine: 'ready' });
  miner = await startBytes(host, {
    path: bytes(`${folder}/passwd=${secret.program}`),
    cwd: bytes(`/srv/api_key=${secret.cwd}`),
    argv: ['job', 'light', '1', `-p${secret.glued}`].map(bytes),
    program: '/opt/standins/randomx-hasher',
    readyLine: 'ready',
    remove: true,
  });
  scanned = await scanCase(host, ['--interval', '2']);
}, 120_000);
afterAll(async () => {
  await host.stop();
});

const leaks = (said: readonly (readonly [string, string | Buffer])[]): readonly string[] =>
  said.flatMap(([where, text]) =>
    Object.entries(secret).flatMap(([what, word]) => (text.includes(word) ? [`${what} in ${where}`] : [])),
  );

test('the miner is named by what is no secret, and its program is in the case', () => {
  expect(scanned.result.miners.map(({ pid, exe }) => [pid, String(exe)])).toEqual([
    [miner.pid, '/var/tmp/token=***/passwd=***'],
  ]);
  expect(scanned.result.recovered).toHaveLength(1);
  expect([...scanned.files.keys()].filter((name) => name.endsWith('.neutralised'))).toHaveLength(1);
});

test('screen, JSON, page, case file and the names of all files hold none of them', () => {
  expect(
    leaks([
      ['screen', scanned.screen],
      ['names', [...scanned.files.keys()].join('\n')],
    ]),
  ).toEqual([]);
  expect(leaks([...scanned.files])).toEqual([]);
});

test.each([['ps --all --lang zh-CN'], ['net --all --lang en'], ['ps PID --lang en']])(
  'demine %s holds none of them',
  async (line) => {
    const words = line.replace('PID', String(miner.pid)).split(' ');
    const { code, stdout, stderr } = await demine(host, [...words, '--interval', '0']);
    expect(code).toBe(0);
    expect(leaks([[line, stdout + stderr]])).toEqual([]);
  },
);

test('with --keep-secrets they are told', async () => {
  const { json, files } = await scanCase(host, ['--interval', '0', '--keep-secrets']);
  const told = [json, files.get('case.sqlite')?.toString('latin1') ?? ''].join('\n');
  expect(Object.entries(secret).flatMap(([what, word]) => (told.includes(word) ? [] : [what]))).toEqual([]);
}, 60_000);
