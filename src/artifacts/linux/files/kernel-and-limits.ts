/**
 * `linux.tuning-files`: settings of the kernel and of limits that stand in files and come back at every start.
 *
 * Reads: sysctl.conf and all sysctl.d, limits.conf and limits.d.
 * Why: RandomX wants huge pages and unlocked memory, droppers switch the watchdog off and hang a program on
 * core_pattern or modprobe. What it is NOT: what the kernel is set to now (`linux.kernel-settings`), and no alarm:
 * huge pages are an honest setting of databases, and so is memory that one account may lock. Only keys of `wanted` are
 * told; the two numbers of a guide for RandomX are marked where both stand.
 * Bounds: 4,096 files of a folder, 4 MiB of one, 500 entries of one file.
 * Sources: sysctl.d(5), sysctl.conf(5), limits.conf(5); Documentation/admin-guide/sysctl/{vm,kernel,fs}.rst.
 */
import { printableLatin1, textLines } from '../../../formats/text-lines.ts';
import type { PersistenceFact, PersistenceMark } from '../../../model/facts/persistence.ts';
import { baseName, type PathText, phrase, printableText } from '../../../model/text.ts';
import type { ArtifactContext } from '../../artifact.ts';
import { endsIn, entry, filesIn, settingsLimit } from '../entry.ts';
import type { PersistenceArtifact } from '../persistence-artifact.ts';
import { readFileNow } from '../reading.ts';

const artifact = 'linux.tuning-files';
const mostOfFile = 500;

const sysctlFolders = [
  '/etc/sysctl.d',
  '/run/sysctl.d',
  '/usr/local/lib/sysctl.d',
  '/usr/lib/sysctl.d',
  '/lib/sysctl.d',
];
const limitsFolders = ['/etc/security/limits.d', '/usr/share/security/limits.d'];

/** Keys that a miner or its dropper sets; slashes count as dots. */
const wanted =
  /^(?:vm\.(?:nr_hugepages(?:_mempolicy)?|nr_overcommit_hugepages|hugetlb_shm_group|drop_caches|swappiness|overcommit_memory)|kernel\.(?:nmi_watchdog|watchdog|soft_watchdog|randomize_va_space|core_pattern|modprobe|hotplug|poweroff_cmd|sysrq|yama\.ptrace_scope|kptr_restrict|perf_event_paranoid|sched_rt_runtime_us|modules_disabled|unprivileged_bpf_disabled)|fs\.suid_dumpable|net\.ipv4\.(?:ip_forward|conf\.all\.route_localnet))$/;

/** Keys whose value is a program that the kernel starts. */
const programKeys = /^kernel\.(?:core_pattern|modprobe|hotplug|poweroff_cmd)$/;

/** Key and value of a line, by plain steps: an expression that looks for the end of blanks tries each of them. */
function keyAndValue(text: string): readonly [key: string, value: string] {
  const line = text.trim();
  const equals = line.indexOf('=');
  if (equals < 0 || line.startsWith('#') || line.startsWith(';')) return ['', ''];
  const key = line.slice(line.startsWith('-') ? 1 : 0, equals).trim();
  return [key, line.slice(equals + 1).trim()];
}

/** `|/path %p` of core_pattern, or the path itself. */
const programOf = (value: string): string | undefined => /^\|?\s*(\/\S+)/.exec(value)?.[1];

const isPackaged = (path: PathText): boolean => path.startsWith('/usr/lib/') || path.startsWith('/lib/');

function sysctlEntries(context: ArtifactContext, path: PathText): readonly PersistenceFact[] {
  const { bytes } = readFileNow(context, artifact, path, settingsLimit);
  const found: PersistenceFact[] = [];
  for (const { line, text } of textLines(bytes, { lines: 20_000, longest: 4096 })) {
    const [rawKey, value] = keyAndValue(text);
    const key = rawKey.includes('.') ? rawKey : rawKey.replaceAll('/', '.');
    if (!wanted.test(key) || found.length >= mostOfFile) continue;
    const program = programKeys.test(key) ? programOf(value) : undefined;
    found.push(
      entry({
        mechanism: 'kernel-setting',
        source: { source: path, line },
        trigger: phrase`boot`,
        language: program === undefined ? 'setting' : 'argv',
        command: printableLatin1(program === undefined ? `${key} = ${value}` : value.replace(/^\|\s*/, '')),
        ...(program === undefined ? {} : { target: printableLatin1(program) }),
        text: printableLatin1(text),
      }),
    );
  }
  return found;
}

const limitLine = /^\s*(\S+)\s+(soft|hard|-)\s+(memlock|nofile|nproc|nice|rtprio|priority|core|cpu)\s+(\S+)/;

function limitEntries(context: ArtifactContext, path: PathText): readonly PersistenceFact[] {
  const { bytes } = readFileNow(context, artifact, path, settingsLimit);
  const found: PersistenceFact[] = [];
  for (const { line, text } of textLines(bytes, { lines: 20_000, longest: 4096 })) {
    const match = /^\s*#/.test(text) ? null : limitLine.exec(text);
    if (match === null || found.length >= mostOfFile) continue;
    const [, who = '', , item = '', value = ''] = match;
    found.push(
      entry({
        mechanism: 'limits',
        source: { source: path, line },
        user: printableLatin1(who),
        trigger: phrase`login`,
        language: 'setting',
        command: printableLatin1(`${item} ${value}`),
        text: printableLatin1(text),
      }),
    );
  }
  return found;
}

/** `* soft memlock 262144`, as guides and droppers for RandomX write it, and nobody else. */
const locksForRandomX = ({ mechanism, user, command }: PersistenceFact): boolean =>
  mechanism === 'limits' && user === '*' && command === 'memlock 262144';

/** Huge pages of RandomX: 1168 and one for each core, 1280 for each node of memory; 128 of its forerunner. */
function pagesForRandomX({ mechanism, command }: PersistenceFact): boolean {
  const value = /^vm[./]nr_hugepages = (\d{1,6})$/.exec(command)?.[1];
  if (mechanism !== 'kernel-setting' || value === undefined) return false;
  const pages = Number(value);
  return (
    pages === 128 || (pages >= 1168 && pages <= 1424) || (pages > 0 && pages % 1280 === 0 && pages <= 10_240)
  );
}

/** Each by itself is a database's or a machine's; both together are a guide that was followed. */
function marked(found: readonly PersistenceFact[]): readonly PersistenceFact[] {
  if (!found.some(locksForRandomX) || !found.some(pagesForRandomX)) return found;
  return found.map((one) =>
    locksForRandomX(one) || pagesForRandomX(one) ? { ...one, marks: [...one.marks, 'miner-setting'] } : one,
  );
}

/** A file whose name hides it is read by no program of the system, but by our reader. */
const unusual = (path: PathText): readonly PersistenceMark[] =>
  baseName(path).startsWith('.') ? ['unusual-place'] : [];

export const tuningFiles: PersistenceArtifact = {
  id: artifact,
  mechanisms: ['kernel-setting', 'limits'],
  sources: [
    { kind: 'file', path: '/etc/sysctl.conf', live: false },
    ...sysctlFolders.map((path) => ({ kind: 'glob', path: `${path}/*.conf`, live: false }) as const),
    { kind: 'file', path: '/etc/security/limits.conf', live: false },
    ...limitsFolders.map((path) => ({ kind: 'glob', path: `${path}/*.conf`, live: false }) as const),
  ],
  order: 6,
  required: false,
  gather(context) {
    const settings = (folder: string): readonly PathText[] =>
      filesIn(context, artifact, printableText(folder), endsIn('.conf')).map(({ path }) => path);
    const plain = context.target.readNow({ kind: 'link', path: printableText('/lib') }).status !== 'ok';
    const folders = sysctlFolders.filter((folder) => plain || folder !== '/lib/sysctl.d');
    const found = [
      ...sysctlEntries(context, printableText('/etc/sysctl.conf')),
      ...folders.flatMap(settings).flatMap((path) => sysctlEntries(context, path)),
      ...limitEntries(context, printableText('/etc/security/limits.conf')),
      ...limitsFolders.flatMap(settings).flatMap((path) => limitEntries(context, path)),
    ];
    return Promise.resolve(
      marked(found).map((one) => {
        const marks = isPackaged(one.source.source) ? [] : unusual(one.source.source);
        return marks.length === 0 ? one : { ...one, marks: [...one.marks, ...marks] };
      }),
    );
  },
};
