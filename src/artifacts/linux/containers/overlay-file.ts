/**
 * `linux.overlay-files`: what a container got after it was started, read from its upper folder on the host.
 *
 * Reads tables of cron, ld.so.preload, authorized keys, the program that the container starts where it was written
 * over, and programs in temporary folders, in /root and below hidden names. Why: an intruder who came in through an
 * application lives in its container, and a restart brings back what the upper folder holds; seen from the host it
 * is a file as any other. What it is NOT: a scan of images; what an image brought is not in an upper folder.
 * No link is followed, neither of a folder nor of a file: links of a container lead into the host. Paths of
 * commands are those within the container, `target` is the file on the host.
 * Bounds: `overlay-uppers.ts`; 400 names and 100 entries of one upper, 40,000 names in all, 512 KiB of a table.
 */
import { type CronEntry, parseCrontab } from '../../../formats/crontab.ts';
import { isElf, isScript } from '../../../formats/elf.ts';
import { printableLatin1, textLines } from '../../../formats/text-lines.ts';
import type { PersistenceFact, PersistenceMark } from '../../../model/facts/persistence.ts';
import { joinPath, type PathText, type Printable, phrase, printableText } from '../../../model/text.ts';
import type { DirectoryEntry } from '../../../target/port.ts';
import type { ArtifactContext } from '../../artifact.ts';
import { entry, scriptEntry } from '../entry.ts';
import type { PersistenceArtifact } from '../persistence-artifact.ts';
import { readFileNow } from '../reading.ts';
import { recordStatus } from './container-entry.ts';
import { type Upper, uppersOf } from './overlay-uppers.ts';

const id = 'linux.overlay-files';
const mostNames = 400;
const mostNamesInAll = 40_000;
const mostEntries = 100;
const tableLimit = 512 << 10;

const tables: readonly {
  readonly folder: string;
  readonly names?: readonly string[];
  readonly withUser: boolean;
}[] = [
  { folder: 'etc', names: ['crontab'], withUser: true },
  { folder: 'etc/cron.d', withUser: true },
  { folder: 'var/spool/cron', withUser: false },
  { folder: 'var/spool/cron/crontabs', withUser: false },
  { folder: 'var/spool/cron/tabs', withUser: false },
  { folder: 'etc/crontabs', withUser: false },
];
const temporary = [
  { folder: 'tmp', depth: 3 },
  { folder: 'var/tmp', depth: 3 },
  { folder: 'dev/shm', depth: 2 },
];
/** Of containers alone: in an image they are the work of whoever built it. */
const owned = [
  { folder: 'root', depth: 2 },
  ...[
    '',
    'etc',
    'usr',
    'opt',
    'var',
    'usr/bin',
    'usr/sbin',
    'usr/lib',
    'usr/share',
    'usr/local',
    'var/lib',
    'bin',
  ].map((folder) => ({ folder, depth: 2 })),
];
/** What compilers and runtimes put there themselves. */
const builds = /^(?:go-build|tmp\.|pip-|npm-|hsperfdata|rust|cargo|bun-|esbuild|snappy-|libnetty|jna)/;

class UpperReading {
  readonly #context: ArtifactContext;
  readonly #upper: Upper;
  readonly #folders = new Map<string, readonly DirectoryEntry[]>();
  #cut = false;
  names = 0;

  constructor(context: ArtifactContext, upper: Upper) {
    this.#context = context;
    this.#upper = upper;
  }

  facts(): readonly PersistenceFact[] {
    if (this.#list('').length === 0) return [];
    const { certain } = this.#upper;
    const all = [
      ...tables.flatMap((table) => this.#tables(table)),
      ...this.#preload(),
      ...this.#keys(),
      ...(certain ? this.#started() : []),
      ...temporary.flatMap(({ folder, depth }) => this.#programs(folder, depth, 'temporary')),
      ...(certain ? owned.flatMap(({ folder, depth }) => this.#hidden(folder, depth)) : []),
    ];
    if (all.length > mostEntries || this.#cut) {
      recordStatus(this.#context, id, this.#upper.path, 'truncated', 'more names or entries than are kept');
    }
    return all.slice(0, mostEntries);
  }

  /** Path on the host. */
  #at(folder: string): PathText {
    return folder === '' ? this.#upper.path : joinPath(this.#upper.path, printableText(folder));
  }

  /** Names of a folder of the upper, where every folder on the way is one and no link. */
  #list(folder: string): readonly DirectoryEntry[] {
    const known = this.#folders.get(folder);
    if (known !== undefined) return known;
    const cut = folder.lastIndexOf('/');
    const parent = cut < 0 ? '' : folder.slice(0, cut);
    const name = folder.slice(cut + 1);
    const isOwn =
      folder === '' || this.#list(parent).some((one) => one.name === name && one.type === 'directory');
    const entries = isOwn ? this.#read(folder) : [];
    this.#folders.set(folder, entries);
    return entries;
  }

  #read(folder: string): readonly DirectoryEntry[] {
    if (this.names >= mostNames) {
      this.#cut = true;
      return [];
    }
    const path = this.#at(folder);
    // An upper folder that is itself a link would lead out of the storage.
    const type = this.#context.target.readNow({ kind: 'stat', path }).stat?.type;
    if (type !== 'directory') return [];
    const { status, entries, reason } = this.#context.target.readNow({
      kind: 'directory',
      path,
      limit: mostNames,
    });
    if (status !== 'ok' && status !== 'empty' && status !== 'absent') {
      recordStatus(this.#context, id, path, status, reason ?? 'folder');
    }
    const own = entries.slice(0, mostNames);
    if (entries.length > mostNames) recordStatus(this.#context, id, path, 'truncated', 'more than 400 names');
    this.names += own.length;
    return own;
  }

  #files(folder: string): readonly Printable[] {
    return this.#list(folder).flatMap(({ name, type }) => (type === 'file' ? [name] : []));
  }

  /** What is shown: whose it is, and where it lies within. */
  #text(inner: string): Printable {
    return printableText(`${this.#upper.container}: /${inner}`);
  }

  #tables(table: (typeof tables)[number]): readonly PersistenceFact[] {
    return this.#files(table.folder)
      .filter((name) => table.names === undefined || table.names.includes(name))
      .flatMap((name) => {
        const path = joinPath(this.#at(table.folder), name);
        const { bytes } = readFileNow(this.#context, id, path, tableLimit);
        const { entries, noise } = parseCrontab(bytes, { withUser: table.withUser });
        return entries.map((job) => this.#job(path, table.withUser ? job.user : name, job, noise));
      });
  }

  #job(path: PathText, user: Printable, job: CronEntry, noise: boolean): PersistenceFact {
    const marks: readonly PersistenceMark[] = noise || job.refused ? ['binary-noise'] : [];
    return entry({
      source: { source: path, line: job.line },
      mechanism: 'overlay-file',
      user,
      trigger: phrase`${job.schedule} in the container`,
      command: job.command,
      body: job.input === '' ? [] : [{ line: job.line, text: job.input }],
      active: !job.refused,
      marks,
      text: phrase`${printableText(this.#upper.container)}: ${job.text}`,
    });
  }

  #preload(): readonly PersistenceFact[] {
    if (!this.#files('etc').some((name) => name === 'ld.so.preload')) return [];
    const path = this.#at('etc/ld.so.preload');
    const { bytes } = readFileNow(this.#context, id, path, 65_536);
    return [...textLines(bytes, { lines: 1_000, longest: 8192 })].flatMap(({ line, text }) =>
      (text.split('#', 1)[0] ?? '')
        .split(/[\s:]+/)
        .filter((word) => word.startsWith('/'))
        .slice(0, 50)
        .map((library) =>
          entry({
            source: { source: path, line },
            mechanism: 'overlay-file',
            user: phrase`root`,
            trigger: phrase`every program of the container`,
            command: printableLatin1(library),
            language: 'setting',
            marks: ['loads-everywhere'],
            text: printableText(`${this.#upper.container}: ${library}`),
          }),
        ),
    );
  }

  #keys(): readonly PersistenceFact[] {
    const homes = [
      'root',
      ...this.#list('home').flatMap(({ name, type }) => (type === 'directory' ? [`home/${name}`] : [])),
    ].slice(0, 50);
    return homes.flatMap((home) =>
      this.#files(`${home}/.ssh`)
        .filter((name) => /^authorized_keys2?$/.test(name))
        .flatMap((name) => {
          const path = joinPath(this.#at(`${home}/.ssh`), name);
          const { bytes } = readFileNow(this.#context, id, path, tableLimit);
          return [...textLines(bytes, { lines: 500, longest: 16_384 })].flatMap(({ line, text }) =>
            /^\s*(?:#|$)/.test(text)
              ? []
              : [
                  entry({
                    source: { source: path, line },
                    mechanism: 'overlay-file',
                    user: printableText(home.replace(/^home\//, '')),
                    trigger: phrase`login to the container`,
                    language: 'none',
                    marks: ['unusual-place'],
                    text: phrase`${printableText(this.#upper.container)}: ${printableLatin1(text.slice(0, 4096))}`,
                  }),
                ],
          );
        }),
    );
  }

  /** What the container starts was written over: the next start runs it. */
  #started(): readonly PersistenceFact[] {
    const { program } = this.#upper;
    const inner = program.replace(/^\/+/, '');
    if (!program.startsWith('/') || /(?:^|\/)\.{0,2}(?:\/|$)/.test(inner)) return [];
    const cut = inner.lastIndexOf('/');
    const [folder, name] = [cut < 0 ? '' : inner.slice(0, cut), inner.slice(cut + 1)];
    if (!this.#files(folder).some((one) => one === name)) return [];
    return this.#program(folder, printableText(name), 'start of the container', true, ['shadows-package']);
  }

  #hidden(folder: string, depth: number): readonly PersistenceFact[] {
    if (folder === 'root') return this.#programs(folder, depth, 'own');
    return this.#list(folder).flatMap(({ name, type }) => {
      if (!/^\.[^.]/.test(name) || /^\.wh\./.test(name)) return [];
      const inner = folder === '' ? name : `${folder}/${name}`;
      if (type === 'directory') return this.#programs(inner, depth, 'own');
      return type === 'file' ? this.#program(folder, name, 'none', true) : [];
    });
  }

  #programs(folder: string, depth: number, place: 'temporary' | 'own'): readonly PersistenceFact[] {
    return this.#list(folder).flatMap(({ name, type }) => {
      const inner = folder === '' ? name : `${folder}/${name}`;
      if (type === 'directory') {
        const built = place === 'temporary' && builds.test(name);
        return depth > 0 && !built ? this.#programs(inner, depth - 1, place) : [];
      }
      // Libraries are unpacked there by runtimes of every kind.
      if (type !== 'file' || (place === 'temporary' && /\.so(?:\.\d+)*$/.test(name))) return [];
      return this.#program(folder, name, 'none', false);
    });
  }

  /** A file with an execute bit that is a program or a script. Of scripts that only lie there, none is active. */
  #program(
    folder: string,
    name: Printable,
    trigger: string,
    starts: boolean,
    marks: readonly PersistenceMark[] = [],
  ): readonly PersistenceFact[] {
    const path = joinPath(this.#at(folder), name);
    const stat = this.#context.target.readNow({ kind: 'stat', path }).stat;
    if (stat?.type !== 'file') return [];
    const { bytes: head } = this.#context.target.readNow({ kind: 'file', path, limit: 64 });
    const elf = isElf(head);
    // Of a recorded archive no mode may be known: then the first bytes decide.
    if (!elf && !isScript(head)) return [];
    if ((stat.mode & 0o111) === 0 && !elf) return [];
    const inner = folder === '' ? name : `${folder}/${name}`;
    const found = scriptEntry(this.#context, id, path, {
      mechanism: 'overlay-file',
      user: phrase`root`,
      trigger: printableText(trigger),
      command: printableText(`/${inner}`),
      active: elf || starts,
      marks,
      text: this.#text(inner),
    });
    return found === undefined ? [] : [found];
  }
}

export const overlayFiles: PersistenceArtifact = {
  id,
  sources: [
    { kind: 'glob', path: '/var/lib/docker/overlay2/*/diff/**', live: false },
    { kind: 'glob', path: '/var/lib/docker/image/overlay2/layerdb/mounts/*/mount-id', live: false },
    { kind: 'glob', path: '/var/lib/containers/storage/overlay/*/diff/**', live: false },
    {
      kind: 'glob',
      path: '/var/lib/containerd/io.containerd.snapshotter.v1.overlayfs/snapshots/*/fs/**',
      live: false,
    },
  ],
  mechanisms: ['overlay-file'],
  order: 14,
  required: false,
  gather(context) {
    const facts: PersistenceFact[] = [];
    let names = 0;
    for (const upper of uppersOf(context, id)) {
      const reading = new UpperReading(context, upper);
      facts.push(...reading.facts());
      names += reading.names;
      if (names > mostNamesInAll) {
        recordStatus(context, id, upper.path, 'truncated', 'more than 40,000 names');
        break;
      }
    }
    return Promise.resolve(facts);
  },
};
