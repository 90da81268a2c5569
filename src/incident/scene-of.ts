/**
 * The scene of a scan: what its facts and its judgement say of files, entries, miners, keys and doors.
 *
 * Only what is accused comes into it: files that findings or accused entries name, entries that are suspicious or
 * malicious, processes that mine. Of files whose inode times were not kept, the time is not told.
 * Bounds: 5,000 files, 2,000 entries, 500 miners, 20,000 keys, 2,000 addresses.
 */
import type { Exposure, Judgement } from '../detect/judge.ts';
import type { JudgedEntry } from '../detect/persistence/judge-entries.ts';
import { isWindowsPath } from '../formats/windows-path.ts';
import type { FactSet } from '../model/fact.ts';
import type { ContainerFact } from '../model/facts/host.ts';
import type { FileFact } from '../model/facts/persistence.ts';
import type { ProcessFact } from '../model/facts/process.ts';
import { folderOf, type PathText, type Printable, phrase, printableText } from '../model/text.ts';
import type { Instant } from '../model/time.ts';
import type {
  Scene,
  SceneContainer,
  SceneDoor,
  SceneEntry,
  SceneFile,
  SceneKey,
  SceneMiner,
} from './scene.ts';
import { opensDoor, settledDoors } from './settled-doors.ts';

const most = {
  files: 5_000,
  entries: 2_000,
  miners: 500,
  keys: 20_000,
  addresses: 2_000,
  parents: 16,
} as const;

interface Book {
  readonly files: ReadonlyMap<PathText, FileFact>;
  readonly nameOf: (uid: number) => Printable;
  readonly owned: ReadonlySet<PathText>;
}

/** Names of numbers: as the host lists its accounts, and of the processes that run under them. */
function bookOf(facts: FactSet, accounts: ReadonlyMap<number, Printable>): Book {
  const names = new Map<number, Printable>([...accounts, [0, printableText('root')]]);
  for (const { user } of facts.of('process')) if (user.name !== '') names.set(user.uid, user.name);
  return {
    files: new Map(facts.of('file').map((file) => [file.path, file])),
    nameOf: (uid) => names.get(uid) ?? printableText(String(uid)),
    owned: new Set(facts.of('file-owner').flatMap(({ path, manager }) => (manager === 'none' ? [] : [path]))),
  };
}

const known = (us: number | undefined): number | undefined => (us !== undefined && us > 0 ? us : undefined);

/** Where only the time of the inode is known. */
const timesOf = ({ us, certain }: Instant): Pick<SceneFile, 'changedUs' | 'modifiedUs'> =>
  us > 0 && certain ? { changedUs: us, modifiedUs: us } : { modifiedUs: us };

function sceneFile(file: FileFact, finding: string, { nameOf }: Book): SceneFile {
  const { path, uid, modifiedUs } = file;
  const [changedUs, bornUs] = [known(file.changedUs), known(file.bornUs)];
  return {
    path,
    source: file.source,
    ...(changedUs === undefined ? {} : { changedUs }),
    ...(bornUs === undefined ? {} : { bornUs }),
    modifiedUs,
    owner: isWindowsPath(path) ? profileOf(path) : nameOf(uid),
    uid,
    finding,
    text: phrase`${path}`,
  };
}

/** A copied file of Windows keeps no owner: of what lies in a profile it is the profile's, of others nobody's. */
function profileOf(path: PathText): Printable {
  const name = /^[a-z]:\\(?:users|documents and settings)\\([^\\]{1,256})\\/i.exec(path)?.[1] ?? '';
  // A part of printable text between separators.
  return /^(?:public|default|all users|default user)$/i.test(name) ? phrase`` : (name as Printable);
}

const isAccused = ({ judgement }: JudgedEntry): boolean =>
  judgement === 'suspicious' || judgement === 'malicious';

/**
 * Files that findings are about, that miners run, and that accused entries run. A file of a package may be named by an
 * entry (a shell that it starts) and is nobody's trace, unless a finding is about it.
 */
function filesOf(
  facts: FactSet,
  { findings, processes, persistence }: Judgement,
  book: Book,
): readonly SceneFile[] {
  const why = new Map<PathText, string>();
  const name = (path: PathText, finding: string): void => {
    if (why.size < most.files && !why.has(path)) why.set(path, finding);
  };
  for (const { subject, bearing, severity, rule } of findings) {
    // The table that an accused entry stands in comes as the entry.
    if (rule.startsWith('persistence.')) continue;
    // A history of commands is its owner's, whoever typed them.
    if (rule.startsWith('command.')) continue;
    if (subject.kind === 'file' && bearing !== 'context' && severity !== 'info' && severity !== 'low')
      name(subject.path, rule);
  }
  const foreign = (path: PathText, finding: string): void => {
    if (!book.owned.has(path)) name(path, finding);
  };
  for (const { pid, judgement } of processes) {
    const exe = facts.process(pid)?.exe;
    if (judgement === 'mining' && exe !== undefined) foreign(exe.path, 'miner');
  }
  for (const entry of persistence) {
    if (!isAccused(entry)) continue;
    if (entry.fact.mechanism === 'windows-web-page') foreign(entry.fact.source.source, 'entry');
    for (const { path, how } of entry.reading.uses)
      if (how === 'run' || how === 'loaded') foreign(path, 'entry');
    if (entry.fact.target !== undefined) foreign(entry.fact.target, 'entry');
  }
  const found = [...why].flatMap(([path, finding]) => {
    const file = book.files.get(path);
    return file === undefined || file.status !== 'ok' || file.type === 'directory'
      ? []
      : [sceneFile(file, finding, book)];
  });
  const told = new Set(found.map(({ path }) => path));
  const add = (file: SceneFile): void => {
    if (found.length >= most.files || told.has(file.path) || book.files.has(file.path)) return;
    told.add(file.path);
    found.push(file);
  };
  for (const { path, source, changed, ownerUid, text } of facts.of('file-trace')) {
    const finding = why.get(path);
    if (finding === undefined) continue;
    add({ path, source, ...timesOf(changed), owner: book.nameOf(ownerUid), uid: ownerUid, finding, text });
  }
  for (const { exe, source } of facts.of('process')) {
    const finding = exe === undefined ? undefined : why.get(exe.path);
    // The inode of what was deleted changed when it was deleted.
    if (exe?.changed === undefined || exe.deleted || exe.ownerUid === undefined || finding === undefined)
      continue;
    const { path, changed, ownerUid: uid } = exe;
    add({
      path,
      source,
      ...timesOf(changed),
      owner: book.nameOf(uid),
      uid,
      finding,
      text: phrase`${path}`,
    });
  }
  return found;
}

/** With what is known of where each came from. */
function withOrigins(facts: FactSet, files: readonly SceneFile[]): readonly SceneFile[] {
  const origins = new Map(facts.of('file-origin').map((origin) => [origin.path, origin]));
  if (origins.size === 0) return files;
  return files.map((file) => {
    const origin = origins.get(file.path);
    return origin === undefined ? file : { ...file, origin };
  });
}

function entriesOf(facts: FactSet, persistence: readonly JudgedEntry[], book: Book): readonly SceneEntry[] {
  const histories = new Map(facts.of('account-history').map((history) => [history.sid, history]));
  /** An account is the work of whoever made it, as the log has it. */
  const makerOf = ({ sid }: JudgedEntry['fact']): Printable | undefined => {
    const by = histories.get(sid ?? '')?.changes.findLast(({ action }) => action === 'added')?.by;
    return by === '' ? undefined : by;
  };
  return persistence
    .filter((one) => isAccused(one) && !opensDoor(one.fact))
    .slice(0, most.entries)
    .map(({ fact }, index): SceneEntry => {
      const file = book.files.get(fact.source.source);
      const changedUs = known(fact.writtenUs) ?? known(file?.changedUs);
      return {
        id: `P${index + 1}`,
        mechanism: fact.mechanism,
        source: fact.source,
        account:
          makerOf(fact) ?? (fact.user === '' && file !== undefined ? book.nameOf(file.uid) : fact.user),
        command: fact.command,
        ...(changedUs === undefined ? {} : { changedUs }),
        ...(fact.marks.includes('binary-noise') ? { dumped: true } : {}),
        text: fact.text,
      };
    });
}

function parentsOf(facts: FactSet, process: ProcessFact): readonly PathText[] {
  const parents: PathText[] = [];
  const seen = new Set([process.pid]);
  let parent = facts.process(process.parent);
  while (parent !== undefined && !seen.has(parent.pid) && parents.length < most.parents) {
    seen.add(parent.pid);
    parents.push(parent.exe?.path ?? parent.name);
    parent = facts.process(parent.parent);
  }
  return parents;
}

function minersOf(facts: FactSet, { processes }: Judgement, { nameOf }: Book): readonly SceneMiner[] {
  return processes
    .filter(({ judgement }) => judgement === 'mining')
    .slice(0, most.miners)
    .flatMap(({ pid }): readonly SceneMiner[] => {
      const process = facts.process(pid);
      if (process === undefined) return [];
      const { user, exe, cwd, container, startTime, source } = process;
      const executable = exe?.path ?? process.name;
      return [
        {
          pid,
          account: user.name === '' ? nameOf(user.uid) : user.name,
          startUs: startTime.us,
          executable,
          folder: cwd ?? folderOf(executable),
          parents: parentsOf(facts, process),
          ...(container === undefined ? {} : { container: container.id }),
          source,
          text: phrase`${executable} (pid ${pid})`,
        },
      ];
    });
}

function keysOf(persistence: readonly JudgedEntry[], { files }: Book): readonly SceneKey[] {
  return persistence
    .filter(({ fact }) => fact.mechanism === 'ssh-authorized-key')
    .slice(0, most.keys)
    .flatMap((entry): readonly SceneKey[] => {
      const { source, user, text } = entry.fact;
      const found = /(?:^| )(?:ssh|ecdsa|sk)-\S{1,60} ((?:SHA256|MD5):[\w+/=:]{16,100})(?: (.{0,200}))?/.exec(
        text,
      );
      if (found === null) return [];
      const [, fingerprint = '', comment = ''] = found;
      const changedUs = known(files.get(source.source)?.changedUs);
      return [
        {
          account: user,
          file: source.source,
          ...(source.line === undefined ? {} : { line: source.line }),
          fingerprint,
          // Taken out of printable text between blanks: still printable.
          comment: comment as Printable,
          ...(changedUs === undefined ? {} : { changedUs }),
          accused: isAccused(entry),
        },
      ];
    });
}

/** Of the words that exposure is told with, the names that ways in go by. */
const services: Readonly<Record<string, string>> = {
  SSH: 'sshd',
  Redis: 'redis',
  'Docker API': 'docker',
  'Docker API (TLS)': 'docker',
  kubelet: 'kubelet',
  'Kubernetes API': 'kubernetes',
  PostgreSQL: 'postgresql',
  MySQL: 'mysql',
  'SQL Server': 'sqlserver',
  'Hadoop YARN': 'yarn',
  'Spark REST': 'spark',
  Spark: 'spark',
  'Flink dashboard': 'flink',
  'Ray dashboard': 'ray',
  Jupyter: 'jupyter',
  'XXL-JOB executor': 'xxl-job',
  'ActiveMQ console': 'activemq',
  ActiveMQ: 'activemq',
  RocketMQ: 'rocketmq',
  'RocketMQ broker': 'rocketmq',
  Nacos: 'nacos',
};

/** With client certificates, and what is meant to be reached from everywhere behind its own login. */
const guarded = new Set([
  'Docker API (TLS)',
  'SSH',
  'Kubernetes API',
  'kubelet',
  'PostgreSQL',
  'MySQL',
  'SQL Server',
]);

const doorsOf = (exposure: readonly Exposure[]): readonly SceneDoor[] =>
  exposure
    .filter(({ reach }) => reach !== 'container')
    .map(({ service, address, port }) => ({
      service: services[service] ?? service,
      port,
      address: printableText(address),
      protected: guarded.has(service),
    }));

/** What listens, and what settings open where nothing is seen to listen there. */
function allDoors(facts: FactSet, exposure: readonly Exposure[]): readonly SceneDoor[] {
  const seen = doorsOf(exposure);
  const more = settledDoors(facts).filter(
    ({ service, port }) => !seen.some((one) => one.service === service && one.port === port),
  );
  return [...seen, ...more];
}

/** File sharing of Windows, where its settings tell: open with SMB 1, but for a driver that has the patch. */
function sharingOf(facts: FactSet): readonly SceneDoor[] {
  const states = new Map(facts.of('setting').map(({ name, value }) => [name, String(value)]));
  const smb1 = states.get('windows.smb1');
  if (smb1 === undefined) return [];
  const isProtected = smb1 === 'closed' || states.get('windows.smb-patched') === 'closed';
  return [{ service: 'smb', port: 445, address: printableText(''), protected: isProtected }];
}

function containersOf(
  facts: FactSet,
  miners: readonly SceneMiner[],
  judgement: Judgement,
): readonly SceneContainer[] {
  const mining = new Set(miners.flatMap(({ container }) => container ?? []));
  const accused = judgement.persistence.filter((entry) => isAccused(entry));
  return facts
    .of('container')
    .slice(0, most.entries)
    .map((fact: ContainerFact): SceneContainer => {
      const { runtime, id, name, image, privileged, startedAt } = fact.container;
      const binds = fact.binds ?? [];
      const nothing = printableText('');
      return {
        runtime,
        id,
        name: name ?? nothing,
        image: image ?? nothing,
        hostAccess: privileged === true || binds.some(isOfHost),
        accused:
          mining.has(id) || accused.some(({ fact: { source } }) => id !== '' && source.source.includes(id)),
        ...(startedAt === undefined ? {} : { startedUs: startedAt.us }),
        source: fact.source,
        text: phrase`container ${name ?? printableText(id.slice(0, 12))} of ${image ?? nothing}`,
      };
    });
}

/** The root, what it is started from, and where cron and keys lie; `/var/run/docker.sock` opens the whole host too. */
const isOfHost = (bind: PathText): boolean =>
  /^(?:\/|\/(?:etc|root|var|var\/spool|var\/spool\/cron|etc\/cron\.d|home|boot|usr)\/?|.{0,100}docker\.sock):/.test(
    bind,
  );

function addressesOf(facts: FactSet, persistence: readonly JudgedEntry[]): ReadonlySet<string> {
  const addresses = new Set<string>();
  const add = (host: string | undefined): void => {
    if (host !== undefined && host !== '' && addresses.size < most.addresses) addresses.add(host);
  };
  for (const entry of persistence) {
    if (!isAccused(entry)) continue;
    for (const url of entry.reading.urls)
      add(/^\w+:\/\/(?:[^/@]*@)?(\[[^\]]{1,64}\]|[^/:?#]{1,253})/.exec(url)?.[1]);
  }
  for (const { type, indicator } of facts.of('sighting')) if (type === 'address') add(indicator);
  return addresses;
}

/**
 * @param accounts names of the host's accounts by number; of an image no process tells them
 */
export function sceneOf(
  facts: FactSet,
  judgement: Judgement,
  accounts: ReadonlyMap<number, Printable> = new Map(),
): Scene {
  const book = bookOf(facts, accounts);
  const miners = minersOf(facts, judgement, book);
  return {
    files: withOrigins(facts, filesOf(facts, judgement, book)),
    entries: entriesOf(facts, judgement.persistence, book),
    miners,
    keys: keysOf(judgement.persistence, book),
    doors: [...allDoors(facts, judgement.exposure), ...sharingOf(facts)],
    containers: containersOf(facts, miners, judgement),
    addresses: addressesOf(facts, judgement.persistence),
  };
}
