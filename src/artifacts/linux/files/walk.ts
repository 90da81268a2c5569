/**
 * The shared walk: all files of a target once, for every artifact that looks for files and not at places.
 *
 * How: places where things are dropped come first, then the rest of the root, so that a bound cuts where least is
 * lost. Left out by the type of their file system: remote and FUSE mounts, the kernel's own files, read-only images
 * (squashfs, iso9660: snaps carry whole systems), and overlays, whose upper layers are walked where they lie on the
 * disk. Lower layers of containers are images of others and are left out; so is what a snapshot tool keeps.
 * What it is NOT: a reader of files, nor a look behind links.
 * Bounds: 2,000,000 names, 250,000 of one folder, 200 folders deep, 5,000 files of one topic, 60 s. A live host is
 * walked whole with `--thorough` only: else the places where things are dropped, each for so many names and so long
 * that all of them fit into the interval of a scan. When it is cut, the log says so.
 * Measured against `find / -xdev`: see bench/walk.ts.
 */
import { fileCapabilityText } from '../../../formats/file-capability.ts';
import type { SourceStatus } from '../../../model/source.ts';
import { type PathText, phrase, printableBytes, printableText } from '../../../model/text.ts';
import type { InodeFlag, Target, WalkBounds, WalkEntry, WalkVisitor } from '../../../target/port.ts';
import { targetBehind } from '../../../target/thrifty.ts';
import type { ArtifactContext } from '../../artifact.ts';
import { walkByRequests } from './walk-by-requests.ts';
import {
  busyFolders,
  mayBeNamed,
  nameTopics,
  placeOf,
  programTopics,
  type WalkFolder,
  type WalkTopic,
  walkTopics,
} from './walk-topics.ts';

export const walkArtifact = 'linux.file-walk';
export const walkSource = printableText('walk:files');

const mostOfTopic = 5_000;
const mostProblems = 200;

export interface WalkedFile {
  readonly path: PathText;
  readonly isFolder: boolean;
  readonly mode: number;
  readonly uid: number;
  readonly gid: number;
  readonly size: number;
  readonly modifiedUs: number;
  readonly changedUs: number;
  readonly bornUs?: number;
  readonly flags: readonly InodeFlag[];
  /** As getcap writes them; empty for none. Read only for programs. */
  readonly capabilities: string;
  readonly folder: WalkFolder;
}

export interface SharedWalk {
  /** Files that the topic asked for, in the order they were met. */
  of(topic: WalkTopic): readonly WalkedFile[];
  readonly entries: number;
  readonly folders: number;
  /** Why it ended before the end. */
  readonly cut?: string;
}

const wholeMs = 60_000;
const mostEntries = 2_000_000;
const perFolder = 250_000;

/** Where things are dropped first; each is walked once. */
const starts = [
  '/tmp',
  '/var/tmp',
  '/dev',
  '/run',
  '/etc',
  '/root',
  '/home',
  '/usr',
  '/opt',
  '/srv',
  '/var',
  '/',
];

/** On a live host without `--thorough`: names and milliseconds of each place. */
const quick = { entries: 12_000, perFolder: 6_000, ms: 80 } as const;
const quickStarts = [
  ...[
    '/tmp',
    '/var/tmp',
    '/dev',
    '/run',
    '/usr/local',
    '/usr/bin',
    '/usr/sbin',
    '/bin',
    '/sbin',
    '/etc',
    '/root',
  ],
  ...['/var/www', '/www/wwwroot', '/srv', '/opt', '/var/spool', '/home', '/var/lib'],
];

/** Images that nobody writes to, and views of what lies elsewhere. */
const leftOutFileSystems: ReadonlySet<string> = new Set([
  'squashfs',
  'iso9660',
  'udf',
  'erofs',
  'cramfs',
  'romfs',
  'overlay',
]);

/** Folders of snapshots and backups of whole systems, by their path. */
const snapshots = /^\/(?:\.snapshots|timeshift\/snapshots|run\/timeshift|proc|sys|snap|lost\+found)$/;

/** `overlay2/ID/diff` of docker, `overlay/ID/diff` of podman, `snapshots/N/fs` of containerd. */
const layer =
  /\/(?:overlay2|overlay)\/[^/]+\/diff$|\/io\.containerd\.snapshotter\.v1\.[a-z]+\/snapshots\/\d+\/fs$/;

/** Upper layers that the mount tables name. */
function upperLayers(context: ArtifactContext): ReadonlySet<string> {
  const found = new Set<string>();
  for (const { fileSystem, options } of context.facts.of('mount')) {
    if (fileSystem !== 'overlay') continue;
    for (const option of options) if (option.startsWith('upperdir=')) found.add(option.slice(9));
  }
  return found;
}

class Collector implements WalkVisitor<WalkFolder> {
  readonly found = new Map<WalkTopic, WalkedFile[]>();
  readonly problems: { readonly path: PathText; readonly status: SourceStatus; readonly reason: string }[] =
    [];
  readonly full = new Set<WalkTopic>();
  readonly #target: Target;
  readonly #uppers: ReadonlySet<string>;
  readonly #walked = new Set<string>();

  constructor(target: Target, uppers: ReadonlySet<string>) {
    this.#target = target;
    this.#uppers = uppers;
  }

  /** A place that was walked is not entered again from above. */
  start(path: string): WalkFolder | undefined {
    if (this.#walked.has(path)) return undefined;
    this.#walked.add(path);
    const own = path === '/' ? '' : path;
    return {
      path: own,
      place: placeOf(own),
      hidden: false,
      busy: false,
      upper: false,
      nestedRoot: undefined,
    };
  }

  entry(entry: WalkEntry, folder: WalkFolder): string | undefined {
    if (entry.immutable || entry.appendOnly) this.#take('flagged', entry, folder);
    if ((entry.mode & 0o111) !== 0 && entry.isFile) {
      for (const topic of programTopics)
        if (walkTopics[topic](entry, folder)) this.#take(topic, entry, folder);
    }
    if (mayBeNamed(entry, folder)) {
      for (const topic of nameTopics) if (walkTopics[topic](entry, folder)) this.#take(topic, entry, folder);
    }
    return undefined;
  }

  enter(entry: WalkEntry, folder: WalkFolder): WalkFolder | undefined {
    const path = `${folder.path}/${entry.name}`;
    if (this.#walked.has(path) || snapshots.test(path)) return undefined;
    const upper = folder.upper || this.#isUpper(path);
    if (!upper && layer.test(path)) return undefined;
    const nested = folder.nestedRoot ?? (rootParents.some((parent) => parent.test(path)) ? path : undefined);
    return {
      path,
      place: folder.place === 'other' || folder.place === 'device' ? placeOf(path) : folder.place,
      hidden: folder.hidden || entry.name.startsWith('.'),
      busy: folder.busy || busyFolders.has(entry.name),
      upper,
      nestedRoot: upper && nested === undefined ? path : nested,
    };
  }

  problem(path: PathText, status: SourceStatus, reason: string): void {
    // It may be gone since its folder was listed, and a start need not be there.
    if (status === 'absent' || this.problems.length >= mostProblems) return;
    this.problems.push({ path, status, reason });
  }

  #isUpper(path: string): boolean {
    if (!layer.test(path)) return false;
    if (this.#uppers.has(path)) return true;
    // Docker makes ID-init beside the upper layer of each container, also of one that is stopped.
    if (!path.endsWith('/diff')) return false;
    const init = printableBytes(Buffer.from(`${path.slice(0, -'/diff'.length)}-init`, 'latin1'));
    return this.#target.readNow({ kind: 'stat', path: init }).status === 'ok';
  }

  #take(topic: WalkTopic, entry: WalkEntry, folder: WalkFolder): void {
    let files = this.found.get(topic);
    if (files === undefined) {
      files = [];
      this.found.set(topic, files);
    }
    if (files.length >= mostOfTopic) {
      this.full.add(topic);
      return;
    }
    const capability = entry.isFile && (entry.mode & 0o111) !== 0 ? entry.capability() : undefined;
    const flags: InodeFlag[] = [];
    if (entry.immutable) flags.push('immutable');
    if (entry.appendOnly) flags.push('append-only');
    const { isFolder, mode, uid, gid, size, modifiedUs, changedUs, bornUs } = entry;
    files.push({
      path: printableBytes(Buffer.from(`${folder.path}/${entry.name}`, 'latin1')),
      ...{ isFolder, mode, uid, gid, size, modifiedUs, changedUs, flags, folder },
      ...(bornUs === undefined ? {} : { bornUs }),
      capabilities: capability === undefined ? '' : fileCapabilityText(capability),
    });
  }
}

/** Where people and programs keep whole systems. */
const rootParents = [
  /^\/var\/lib\/(?:machines|lxc|lxd|incus|schroot\/unions|mock|pbuilder|docker\/(?:overlay2|aufs|vfs)|containers)\/.+$/,
  /^\/srv\/(?:chroot|chroots|jail|lxc)\/[^/]+$/,
  /^\/(?:chroot|chroots|jail|mnt)\/[^/.][^/]*$/,
  /^\/var\/(?:chroot|named\/chroot)$/,
  /\/\.cache\/[^/]+\/root-[^/]+$/,
];

/** On a crowded host most of the time is others': so many times as long as its CPU a part of the scan may take. */
const mostWaiting = 8;

/** Wall time for each second of CPU, by what this process got so far. */
function waitFactor(): number {
  const { user, system } = process.cpuUsage();
  return Math.min(mostWaiting, Math.max(1, (process.uptime() * 1e6) / Math.max(1, user + system)));
}

function walk(context: ArtifactContext): SharedWalk {
  const { target, log } = context;
  const collector = new Collector(target, upperLayers(context));
  const whole = target.kind !== 'live' || context.thorough;
  const deadline = performance.now() + wholeMs;
  const boundsAfter = (done: number): WalkBounds => ({
    entries: whole ? mostEntries - done : quick.entries,
    perFolder: whole ? perFolder : quick.perFolder,
    deadline: whole ? deadline : performance.now() + quick.ms * waitFactor(),
    takesMount: (fileSystem) => !leftOutFileSystems.has(fileSystem),
  });
  let entries = 0;
  let folders = 0;
  let cut: string | undefined;
  for (const start of whole ? starts : quickStarts) {
    const folder = collector.start(start);
    if (folder === undefined || (whole && cut !== undefined)) continue;
    const path = printableText(start);
    // A place that is a link leads to one that is walked under its own name.
    if (start !== '/' && target.readNow({ kind: 'stat', path }).stat?.type !== 'directory') continue;
    const left = boundsAfter(entries);
    const outcome =
      target.walkNow?.(path, folder, collector, left) ??
      walkByRequests(target, path, folder, collector, left);
    entries += outcome.entries;
    folders += outcome.folders;
    cut ??= outcome.cut === undefined ? undefined : `${start}: ${outcome.cut}`;
  }
  for (const { path, status, reason } of collector.problems) {
    log.record({ source: path, artifact: walkArtifact, status, reason, bytes: 0 });
  }
  for (const topic of collector.full) {
    const source = phrase`${walkSource} ${printableText(topic)}`;
    const reason = `more than ${mostOfTopic} files`;
    log.record({ source, artifact: walkArtifact, status: 'truncated', reason, bytes: 0 });
  }
  log.record({
    source: walkSource,
    artifact: walkArtifact,
    status: whole && cut === undefined ? 'ok' : 'truncated',
    bytes: 0,
    ...(cut === undefined
      ? whole
        ? {}
        : { reason: 'the places where things are dropped; all of it with --thorough' }
      : { reason: `${cut}, after ${entries} names in ${folders} folders` }),
  });
  return {
    of: (topic) => collector.found.get(topic) ?? [],
    entries,
    folders,
    ...(cut === undefined ? {} : { cut }),
  };
}

const remembered = new WeakMap<Target, SharedWalk>();

/** The walk of the target, done by whoever asks first. */
export function sharedWalk(context: ArtifactContext): SharedWalk {
  const target = targetBehind(context.target);
  const known = remembered.get(target);
  if (known !== undefined) return known;
  const walked = walk(context);
  remembered.set(target, walked);
  return walked;
}
