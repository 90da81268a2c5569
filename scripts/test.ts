/**
 * Runs the tests inside private namespaces and ends with the line `N passed, N failed`.
 *
 *   bun scripts/test.ts [--corpus] [path …]
 *
 * Tests scan, probe and hide processes. They do it in pid, mount, network, IPC and cgroup namespaces of their
 * own, so that no process of this machine is ever in reach.
 */
import {
  closeSync,
  existsSync,
  mkdtempSync,
  openSync,
  readFileSync,
  rmSync,
  statSync,
  writeSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join, relative, resolve } from 'node:path';
import { outerNamespaces, ownNamespaces } from '../src/native/apart.ts';
import { containerRoot } from './container-root.ts';
import { debianReleases } from './debian-releases.ts';
import { labRoot } from './lab-root.ts';
import { networkTools } from './network-tools.ts';
import { TestRootError } from './root-cache.ts';
import { type Counted, countTests } from './test-report.ts';
import { testRoot } from './test-root.ts';
import { windowsTools } from './windows-tools.ts';

const root = join(import.meta.dir, '..');
const wanted = process.argv.slice(2);
const corpus = wanted.includes('--corpus');
const paths = wanted.filter((argument) => !argument.startsWith('--'));

function fail(message: string): never {
  process.stderr.write(`test: ${message}\n`);
  process.stdout.write('0 passed, 1 failed\n');
  process.exit(1);
}

if (corpus) {
  const folder = process.env['DEMINE_CORPUS'] ?? join(root, '..', 'shared', 'corpus');
  if (!existsSync(join(folder, 'CORPUS.md'))) {
    fail(`no corpus at ${folder}: set DEMINE_CORPUS to the folder that holds CORPUS.md`);
  }
  process.env['DEMINE_CORPUS'] = folder;
}

if (Bun.which('unshare') === null)
  fail('unshare of util-linux is needed: the tests run in private namespaces');

/**
 * Places that one runner goes through, one file after the other. Tests of whole hosts wait more than they compute, for
 * intervals, jobs and starts; those of parts run beside them, and then those of removal, which wait for respawners. A
 * third runner crowds two cores: walks of whole hosts come to their bound of time.
 */
const groups: readonly (readonly string[])[] =
  paths.length > 0
    ? [paths]
    : corpus
      ? [['./test/corpus/']]
      : [
          ['./test/lab/', './test/e2e/'],
          [
            ...['./src/', './test/unit/', './test/incident/', './test/windows/'],
            ...['./test/hostile/', './test/respond/'],
          ],
        ];

/** Of a whole run: a test that lies where nobody looks would pass for ever. */
function notRun(): readonly string[] {
  const places = [...groups.flat(), './test/corpus/'].map((place) => place.slice(2));
  const all = [...new Bun.Glob('{src,test,scripts,bench}/**/*.test.ts').scanSync({ cwd: root })];
  return all.filter((path) => !places.some((place) => path.startsWith(place)));
}

/** The test files below the places, named as the runner's report names them. */
function filesIn(places: readonly string[]): readonly string[] {
  return places.flatMap((place) => {
    const path = resolve(root, place);
    const isFolder = statSync(path, { throwIfNoEntry: false })?.isDirectory() === true;
    const below = isFolder
      ? [...new Bun.Glob('**/*.test.ts').scanSync({ cwd: path, absolute: true })]
      : [path];
    return below.filter((name) => existsSync(name)).map((name) => relative(root, name));
  });
}

if (paths.length === 0 && !corpus) {
  const forgotten = notRun();
  if (forgotten.length > 0)
    fail(`no group of scripts/test.ts runs ${forgotten.join(', ')}: add their folder`);
}

const lab: Record<string, string> = {};
// Minutes to make, so only for who asks for them.
const asksFor = (module: string): boolean =>
  groups.flatMap(filesIn).some((name) => readFileSync(join(root, name), 'utf8').includes(module));
try {
  if (!corpus) {
    const made = testRoot();
    lab['DEMINE_TEST_ROOT'] = made.root;
    lab['DEMINE_TEST_STANDINS'] = made.standIns;
    if (asksFor('lab/releases.ts')) lab['DEMINE_TEST_RELEASES'] = JSON.stringify(debianReleases());
    if (asksFor('lab/network.ts')) lab['DEMINE_TEST_NETWORK_TOOLS'] = networkTools();
    if (asksFor('lab/containers.ts')) lab['DEMINE_TEST_CONTAINER_ROOT'] = containerRoot();
    if (asksFor('lab/booted.ts')) lab['DEMINE_TEST_LAB_ROOT'] = labRoot();
  }
  // Real hives, logs and links are compared with what other programs read of them.
  if (asksFor('lab/windows-tools.ts') || asksFor('lab/written-hive.ts'))
    lab['DEMINE_TEST_WINDOWS_TOOLS'] = windowsTools();
} catch (thrown) {
  if (thrown instanceof TestRootError) fail(thrown.message);
  throw thrown;
}

const scratch = mkdtempSync(join(tmpdir(), 'demine-test-'));
const asRoot = process.getuid?.() === 0;

/**
 * Tests act as users who are not root, and a clone in a private home is closed to them. Such a one is seen at a place of
 * its own in the runner's mounts; elsewhere nothing is changed.
 */
const open = dirname(root)
  .split('/')
  .every((_, at, names) => (statSync(names.slice(0, at + 1).join('/') || '/').mode & 0o001) !== 0);
const place = open ? root : '/srv/demine';
const entrance = `mount -t tmpfs -o mode=0755 demine /srv && mkdir ${place} && mount --bind "$0" ${place} && cd ${place} && exec "$@"`;
/** The runtime lies in the repository, and is to be run from there. */
const runtime = process.execPath.startsWith(`${root}/`)
  ? join(place, relative(root, process.execPath))
  : process.execPath;

/**
 * Writes a file on standard output. The other runner writes there too, and may have left a pipe that does not block: a
 * full one is waited for (a reader that went away ends the run with EPIPE).
 */
async function tell(path: string): Promise<void> {
  for await (const chunk of Bun.file(path).stream()) {
    let rest: Uint8Array = chunk;
    while (rest.length > 0) {
      try {
        rest = rest.subarray(writeSync(process.stdout.fd, rest));
      } catch (thrown) {
        if (!(thrown instanceof Error && 'code' in thrown && thrown.code === 'EAGAIN')) throw thrown;
        await Bun.sleep(10);
      }
    }
  }
}

/** One runner over its places. What the others say is kept until they have ended, so that lines do not mix. */
async function runGroup(places: readonly string[], index: number): Promise<Counted> {
  const report = join(scratch, `junit-${index}.xml`);
  const said = join(scratch, `said-${index}`);
  const output = index === 0 ? ('inherit' as const) : openSync(said, 'a');
  const run = Bun.spawn(
    [
      'unshare',
      ...(asRoot ? [] : ['--user', '--map-root-user']),
      ...[
        '--mount',
        '--pid',
        '--fork',
        '--net',
        '--ipc',
        '--uts',
        '--cgroup',
        '--mount-proc',
        '--kill-child',
      ],
      ...['--propagation', 'private'],
      ...(open ? [] : ['sh', '-euc', entrance, root]),
      runtime,
      'test',
      ...places,
      // Live scans compete with whatever else the machine does: a second try tells a crowded machine from a defect.
      ...['--timeout', '240000', '--retry=1', '--reporter=junit', `--reporter-outfile=${report}`],
    ],
    {
      cwd: root,
      stdin: 'ignore',
      stdout: output,
      stderr: output,
      // Outside CI, Bun lets `test.only` leave out the other tests of a file.
      env: {
        ...process.env,
        ...lab,
        DEMINE_IN_NAMESPACE: '1',
        [outerNamespaces]: ownNamespaces(),
        CI: 'true',
      },
    },
  );
  await run.exited;
  const ended = run.signalCode ?? run.exitCode ?? 'an unknown end';
  if (output !== 'inherit') {
    closeSync(output);
    await tell(said);
  }
  if (!existsSync(report)) {
    return { passed: 0, failed: 1, reasons: [`the test runner ended with ${ended} and wrote no report`] };
  }
  return countTests(readFileSync(report, 'utf8'), filesIn(places), ended);
}

const counted = await Promise.all(groups.map(runGroup));
rmSync(scratch, { recursive: true });
for (const reason of counted.flatMap(({ reasons }) => reasons)) process.stderr.write(`test: ${reason}\n`);
const passed = counted.reduce((sum, one) => sum + one.passed, 0);
const failed = counted.reduce((sum, one) => sum + one.failed, 0);
process.stdout.write(`${passed} passed, ${failed} failed\n`);
process.exit(failed > 0 || counted.some((one) => one.passed === 0) ? 1 : 0);
