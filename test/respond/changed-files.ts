/**
 * What a running host has changed of its files since it was made: content, type, mode, owner, times of files, extended
 * attributes (access lists, labels and capabilities are among them) and inode flags.
 */
import { createHash } from 'node:crypto';
import { lstatSync, readdirSync, readFileSync, readlinkSync, realpathSync } from 'node:fs';
import { join } from 'node:path';
import { printableBytes } from '../../src/model/text.ts';
import { closeDescriptor } from '../../src/native/file-change.ts';
import { type FileState, stateAt } from '../../src/native/file-state.ts';
import { openRoot, placeInFolder } from '../../src/native/place-in-folder.ts';
import { type LabHost, repository, variable } from '../lab/host.ts';

/** What a running host writes by itself, and folders of the lab. */
export const itself =
  /^\/(?:run|dev|proc|sys|tmp|opt\/standins)?(?:\/|$)|^\/var\/(?:log|lib\/(?:systemd|monit|dbus)|tmp\/systemd|spool\/cron\/at(?:jobs|spool)(?:\/|$)|cache)|^\/root\/?$|^\/etc\/(?:machine-id|hostname|\.updated)$|\/__pycache__/;

/** Folders that were made so that the repository is seen in the host. */
const leadsToRepository = (path: string): boolean => repository.startsWith(`${path}/`);

/** The kernel's own notes on an overlay. */
const ofOverlay = /^(?:trusted|user)\.overlay\./;
/** FS_IMMUTABLE_FL, FS_APPEND_FL, FS_NODUMP_FL, FS_NOATIME_FL: others tell of the file system. */
const keptFlags = 0x10 | 0x20 | 0x40 | 0x80;

/** All that is to come back of a file below a folder. */
function stateIn(root: number, path: string): FileState {
  const place = placeInFolder(root, Buffer.from(path));
  if (place.status !== 'ok') throw new Error(`${path}: ${place.reason}`);
  try {
    const state = stateAt(place.value);
    if (state.status !== 'ok') throw new Error(`${path}: ${state.reason}`);
    return state.value;
  } finally {
    closeDescriptor(place.value.folder);
  }
}

interface Seen {
  /** Content, type, mode, owner, attributes, flags. */
  readonly what: string;
  /** Of a folder none: what lies in it is seen. */
  readonly modified: string;
}

function seenAt(folder: string, root: number, path: string): Seen {
  const full = `${folder}${path}`;
  const state = stateIn(root, path);
  const content =
    state.type === 'file'
      ? createHash('sha256').update(readFileSync(full)).digest('hex')
      : state.type === 'link'
        ? readlinkSync(full)
        : '';
  const attributes = state.attributes
    .map(({ name, value }) => `${printableBytes(name)}=${Buffer.from(value).toString('base64')}`)
    .filter((one) => !ofOverlay.test(one))
    .toSorted();
  const flags = (state.flags ?? 0) & keptFlags;
  return {
    what: [state.type, state.mode, state.uid, state.gid, content, flags, ...attributes].join(' '),
    modified: state.type === 'directory' ? '' : String(state.modifiedNs),
  };
}

function withRoot<T>(folder: string, action: (root: number) => T): T {
  const opened = openRoot(Buffer.from(folder));
  if (opened.status !== 'ok') throw new Error(`${folder}: ${opened.reason}`);
  try {
    return action(opened.value);
  } finally {
    closeDescriptor(opened.value);
  }
}

// The upper folder of the overlay lies beside the root, in the mounts of the host: the kernel is to go up, not we.
const upperOf = (host: LabHost): string => `${host.root}/../upper`;

function each(folder: string, tell: (path: string) => void): void {
  const look = (path: string): void => {
    for (const name of readdirSync(`${folder}${path}`)) {
      const inside = `${path}/${name}`;
      if (itself.test(inside) || inside === repository) continue;
      if (!leadsToRepository(inside)) tell(inside);
      if (lstatSync(`${folder}${inside}`).isDirectory()) look(inside);
    }
  };
  look('');
}

/** Every file that the host has changed since it was made, with all that is to come back. */
export function changes(host: LabHost): ReadonlyMap<string, string> {
  const upper = upperOf(host);
  const found = new Map<string, string>();
  withRoot(upper, (root) =>
    each(upper, (path) => {
      const { what, modified } = seenAt(upper, root, path);
      found.set(path, `${modified} ${what}`);
    }),
  );
  return found;
}

/** Every file that is not as in the root of which the host was made, whatever its times are: changed, new or gone. */
export function unlikeClean(host: LabHost): readonly string[] {
  const upper = upperOf(host);
  const lower = realpathSync(variable('DEMINE_TEST_LAB_ROOT'));
  const found: string[] = [];
  withRoot(upper, (above) =>
    withRoot(lower, (beneath) =>
      each(upper, (path) => {
        const now = seenAt(upper, above, path);
        const there = lstatSync(join(lower, path), { throwIfNoEntry: false }) !== undefined;
        // A whiteout of what was never there is nothing.
        const isGone = now.what.startsWith('other ');
        if (there ? now.what !== seenAt(lower, beneath, path).what : !isGone) found.push(path);
      }),
    ),
  );
  return found;
}

export const differing = (
  a: ReadonlyMap<string, string>,
  b: ReadonlyMap<string, string>,
): readonly string[] =>
  [...new Set([...a.keys(), ...b.keys()])].filter((path) => a.get(path) !== b.get(path));
