/**
 * A whole Debian host in namespaces of its own: the cached root under an overlay on tmpfs, a private /proc,
 * /dev, /sys and /run, loopback and nothing else. Everything in it ends when its pid 1 ends.
 *
 * Runs inside `scripts/test.ts`, which has already left the machine's own namespaces.
 */
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, readlinkSync, rmdirSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { outerNamespaces } from '../../src/native/apart.ts';

/** The repository, mounted read only at the same path inside. */
export const repository = join(import.meta.dir, '..', '..');

export interface Finished {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

export interface RunOptions {
  readonly environment?: Readonly<Record<string, string>>;
  /** Wait until this line stands on stdout. */
  readonly readyLine?: string;
  readonly argv0?: string;
}

/** A program that runs in the lab host. */
export interface Running {
  /** As the lab host sees it. */
  readonly pid: number;
  /** As the test sees it. */
  readonly outer: number;
  stop(): Promise<void>;
}

export interface LabHost {
  /** Folder of the host's root file system, seen from the test. */
  readonly root: string;
  run(command: readonly string[], options?: RunOptions): Promise<Finished>;
  start(command: readonly string[], options?: RunOptions): Promise<Running>;
  stop(): Promise<void>;
}

export interface LabOptions {
  /** Bytes that programs of the host may write, as tmpfs(5) takes them. */
  readonly size?: string;
  /** Root file system of another Debian than the tests' own; it is only read. */
  readonly lower?: string;
  /** What its pid 1 is: a shell that only reaps, or the systemd of the root. */
  readonly init?: 'shell' | 'systemd';
  /** Puts things on the host before its pid 1 starts; the folder is its root. */
  readonly before?: (root: string) => void;
}

export function variable(name: string): string {
  const value = process.env[name];
  if (value === undefined || value === '') {
    throw new Error(`${name} is not set: run the tests with "npm test"`);
  }
  return value;
}

// pid 1 of the host reaps what is orphaned: `wait` of a shell does, `sleep` would not.
const setUp = `
lower=$1 standins=$2 repository=$3 scratch=$4 size=$5 init=$6 group=$7
mount -t tmpfs -o "size=$size,mode=0755" lab "$scratch"
mkdir "$scratch/upper" "$scratch/work" "$scratch/root"
mount -t overlay -o "lowerdir=$lower,upperdir=$scratch/upper,workdir=$scratch/work" root "$scratch/root"
cd "$scratch/root"
mount -t proc proc proc
mount -t sysfs -o ro sysfs sys
# A control group of its own: two systemds in one would take each other's services for theirs.
mount -t cgroup2 cgroup2 sys/fs/cgroup
mkdir "sys/fs/cgroup/$group"
echo $$ > "sys/fs/cgroup/$group/cgroup.procs"
umount sys/fs/cgroup
mount -t tmpfs -o mode=0755 run run
mount -t tmpfs -o mode=0755,nosuid dev dev
for node in null zero full random urandom tty; do : > "dev/$node"; mount --bind "/dev/$node" "dev/$node"; done
[ ! -e /dev/fuse ] || { : > dev/fuse; mount --bind /dev/fuse dev/fuse; }
mkdir -m 1777 dev/shm
mount -t tmpfs -o mode=1777,nosuid,nodev shm dev/shm
mkdir dev/pts && mount -t devpts -o newinstance,ptmxmode=0666 devpts dev/pts && ln -s pts/ptmx dev/ptmx
ln -s /proc/self/fd dev/fd
mkdir -p opt/standins ".$repository"
mount --bind -o ro "$standins" opt/standins
mount --bind -o ro "$repository" ".$repository"
hostname demine-lab
echo mounted
read -r go
exec unshare --cgroup sh -euc '
mount -t cgroup2 cgroup2 sys/fs/cgroup
case $0 in
  # As lab.md of the knowledge base boots it; it knows by "container" that consoles and devices are not its own.
  systemd) exec chroot . /usr/bin/env -i container=demine-lab /lib/systemd/systemd --unit=multi-user.target --log-level=notice --log-target=console >&2 ;;
  *) exec chroot . /bin/sh -c "sleep infinity & wait" ;;
esac' "$init"
`;

const namespaces = ['--mount', '--pid', '--net', '--ipc', '--uts', '--cgroup'] as const;

function childrenOf(pid: number): readonly number[] {
  return readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .map(Number)
    .filter((candidate) => parentOf(candidate) === pid);
}

const descendantsOf = (pid: number): readonly number[] =>
  childrenOf(pid).flatMap((child) => [child, ...descendantsOf(child)]);

function statusField(pid: number, field: string): readonly string[] {
  let text: string;
  try {
    text = readFileSync(`/proc/${pid}/status`, 'utf8');
  } catch {
    return []; // It ended between two looks.
  }
  const line = text.split('\n').find((candidate) => candidate.startsWith(`${field}:`));
  return (
    line
      ?.slice(field.length + 1)
      .trim()
      .split(/\s+/) ?? []
  );
}

const parentOf = (pid: number): number => Number(statusField(pid, 'PPid')[0] ?? -1);

async function until<T>(what: string, look: () => T | undefined): Promise<T> {
  for (let attempt = 0; attempt < 600; attempt += 1) {
    const found = look();
    if (found !== undefined) return found;
    await Bun.sleep(50);
  }
  throw new Error(`${what} did not come within 30 s`);
}

/** Reads until the line stands there, and goes on reading so that the writer never blocks. */
async function lineOf(stream: ReadableStream<Uint8Array>, wanted: string): Promise<void> {
  const reader = stream.getReader();
  const decoder = new TextDecoder();
  let text = '';
  for (;;) {
    const { done, value } = await reader.read();
    if (done) throw new Error(`ended before it said "${wanted}": ${text}`);
    text += decoder.decode(value, { stream: true });
    if (text.split('\n').includes(wanted)) break;
  }
  const drain = async (): Promise<void> => {
    while (!(await reader.read()).done);
  };
  drain().catch((thrown: unknown) => process.stderr.write(`lab: ${String(thrown)}\n`));
}

/** Ends one process by its pid and waits until it is gone. */
async function end(pid: number): Promise<void> {
  try {
    process.kill(pid, 'SIGKILL');
  } catch {
    return; // Already gone.
  }
  await until(`the end of ${pid}`, () => (statusField(pid, 'State')[0] ?? 'Z') === 'Z' || undefined);
}

/** The control groups that a host leaves: they are no one's once its processes have ended. */
function removeGroup(scratch: string, group: string): void {
  const script =
    'mount -t cgroup2 cgroup2 "$0" && for try in 1 2 3 4 5 6 7 8 9; do find "$0/$1" -depth -type d -exec rmdir {} + && exit; sleep 0.1; done; exit 1';
  const removed = Bun.spawnSync([
    'unshare',
    '--mount',
    '--propagation',
    'private',
    'sh',
    '-c',
    script,
    scratch,
    group,
  ]);
  if (removed.exitCode !== 0)
    throw new Error(`the control group ${group} stays: ${removed.stderr.toString()}`);
}

/** Waits until systemd has started what it starts; "degraded" is its word where one of that has failed. */
async function bootedBy(run: LabHost['run']): Promise<void> {
  let said = '';
  for (let attempt = 0; attempt < 600; attempt += 1) {
    // Before it has a bus, and while it starts, this ends with an error.
    const state = await run(['systemctl', 'is-system-running', '--wait']);
    if (/^(running|degraded)$/.test(state.stdout.trim())) return;
    said = `${state.stdout}${state.stderr}`;
    await Bun.sleep(50);
  }
  throw new Error(`systemd of the lab host did not boot: ${said}`);
}

export async function openLabHost(options: LabOptions = {}): Promise<LabHost> {
  variable('DEMINE_IN_NAMESPACE');
  const scratch = mkdtempSync(join(tmpdir(), 'demine-lab-'));
  const lower = options.lower ?? variable('DEMINE_TEST_ROOT');
  const inputs = [lower, variable('DEMINE_TEST_STANDINS'), repository, scratch];
  const group = basename(scratch);
  const holder = Bun.spawn(
    [
      ...['unshare', ...namespaces, '--fork', '--kill-child', '--propagation', 'private'],
      ...['sh', '-euc', setUp, 'sh', ...inputs, options.size ?? '1g', options.init ?? 'shell', group],
    ],
    { stdio: ['pipe', 'pipe', 'pipe'] },
  );
  const complaints = new Response(holder.stderr).text();
  await lineOf(holder.stdout, 'mounted').catch(async (cause: unknown) => {
    throw new Error(`the lab host did not start: ${await complaints}`, { cause });
  });
  const init = await until('pid 1 of the lab host', () => childrenOf(holder.pid)[0]);
  // Its mounts are seen through it alone.
  options.before?.(`/proc/${init}/root${scratch}/root`);
  holder.stdin.write('go\n');
  await holder.stdin.end();
  await until('its own root', () => readlinkSync(`/proc/${init}/root`).startsWith(scratch) || undefined);
  const enter = [
    'nsenter',
    '--target',
    `${init}`,
    ...namespaces,
    `--root=/proc/${init}/root`,
    `--wd=/proc/${init}/root`,
    '--',
  ];
  const environment = {
    PATH: '/usr/sbin:/usr/bin:/sbin:/bin',
    HOME: '/root',
    LANG: 'C.UTF-8',
    DEMINE_IN_NAMESPACE: '1',
    [outerNamespaces]: variable(outerNamespaces),
  };

  const start: LabHost['start'] = async (command, startOptions = {}) => {
    const entered = Bun.spawn([...enter, ...withName(command, startOptions.argv0)], {
      stdin: 'ignore',
      stdout: 'pipe',
      stderr: 'inherit',
      env: { ...environment, ...startOptions.environment },
    });
    const ready = startOptions.readyLine;
    if (ready !== undefined) await lineOf(entered.stdout, ready);
    // nsenter forks to enter the pid namespace; its child is the program.
    const outer = await until(`the start of ${command[0]}`, () => {
      if (entered.exitCode !== null) throw new Error(`${command[0]} ended at once (${entered.exitCode})`);
      return childrenOf(entered.pid)[0];
    });
    const pid = Number(statusField(outer, 'NSpid').at(-1));
    return {
      pid,
      outer,
      stop: async () => {
        // What it started goes with it: workers, and the programs of a loop.
        for (const one of [outer, ...descendantsOf(outer)]) await end(one);
        // nsenter stops itself when its program is stopped, and then would never see it end.
        entered.kill('SIGCONT');
        await entered.exited;
      },
    };
  };

  const run: LabHost['run'] = async (command, runOptions = {}) => {
    const child = Bun.spawn([...enter, ...withName(command, runOptions.argv0)], {
      stdio: ['ignore', 'pipe', 'pipe'],
      env: { ...environment, ...runOptions.environment },
    });
    const [stdout, stderr, code] = await Promise.all([
      new Response(child.stdout).text(),
      new Response(child.stderr).text(),
      child.exited,
    ]);
    return { code, stdout, stderr };
  };
  if (options.init === 'systemd') await bootedBy(run);
  const raised = await run([process.execPath, join(repository, 'test/lab/raise-loopback.ts')]);
  if (raised.code !== 0) throw new Error(`the lab host has no loopback: ${raised.stderr}`);

  return {
    root: `/proc/${init}/root`,
    start,
    run,
    stop: async () => {
      await end(init);
      await holder.exited;
      removeGroup(scratch, group);
      rmdirSync(scratch);
    },
  };
}

/** Under another name in argv[0], by the shell's own exec. */
function withName(command: readonly string[], argv0: string | undefined): readonly string[] {
  if (argv0 === undefined) return command;
  return ['bash', '-c', 'exec -a "$0" "$@"', argv0, ...command];
}

/** Folder that the test of a lab host may write to, from outside. */
export function folderIn(host: LabHost, path: string): string {
  const folder = join(host.root, path);
  mkdirSync(folder, { recursive: true });
  return folder;
}
