/**
 * A small root with what makes files hard to remove and to put back: immutable files in an immutable folder, access
 * lists, attributes, a capability, setuid, odd names, times in nanoseconds, links. Everything in it is inert text.
 */
import {
  chmodSync,
  chownSync,
  lstatSync,
  mkdirSync,
  mkdtempSync,
  rmSync,
  symlinkSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { bytesOf, joinPath, type PathText, printableBytes } from '../../model/text.ts';
import { listDirectory } from '../../native/dirents.ts';
import { closeDescriptor, lock, setRights } from '../../native/file-change.ts';
import { openAt, stateOf } from '../../native/file-state.ts';
import { openRoot, placeInFolder } from '../../native/place-in-folder.ts';

export const crontab = `SHELL=/bin/sh
17 *	* * *	root	run-parts /etc/cron.hourly
* * * * * root /tmp/.x/kdump -o pool.example.test:3333
# end
`;

function onFile(root: string, path: string | Uint8Array, action: (descriptor: number) => void): void {
  const folder = openRoot(Buffer.from(root));
  if (folder.status !== 'ok') throw new Error(folder.reason);
  const place = placeInFolder(folder.value, Buffer.from(path));
  if (place.status !== 'ok') throw new Error(place.reason);
  const opened = openAt(place.value);
  if (opened.status !== 'ok') throw new Error(opened.reason);
  action(opened.value);
  for (const one of [opened.value, place.value.folder, folder.value]) closeDescriptor(one);
}

/** Every name below a root, by the kernel's own listing: names may be no text. */
export function* pathsBelow(root: string, folder = ''): Generator<PathText> {
  const list = listDirectory(Buffer.concat([Buffer.from(root), bytesOf(folder as PathText)]));
  if (list.status !== 'ok') throw new Error(`${folder}: ${list.reason}`);
  for (const { name, type } of list.value) {
    const path = joinPath(folder as PathText, printableBytes(name));
    yield path;
    // DT_DIR
    if (type === 4) yield* pathsBelow(root, path);
  }
}

export const makeImmutable = (root: string, path: string, on = true): void =>
  onFile(root, path, (descriptor) => {
    const set = lock(descriptor, on ? 0x10 : 0);
    if (set.status !== 'ok') throw new Error(`${path}: ${set.reason}`);
  });

/** posix_acl_xattr of include/uapi/linux/posix_acl_xattr.h: version 2, then tag, permissions and id of each entry. */
function accessList(): Uint8Array {
  const rows = [
    [0x01, 6, 0xffffffff],
    [0x02, 4, 1000],
    [0x04, 4, 0xffffffff],
    [0x10, 4, 0xffffffff],
    [0x20, 0, 0xffffffff],
  ] as const;
  const view = new DataView(new ArrayBuffer(4 + rows.length * 8));
  view.setUint32(0, 2, true);
  rows.forEach(([tag, permissions, id], at) => {
    view.setUint16(4 + at * 8, tag, true);
    view.setUint16(6 + at * 8, permissions, true);
    view.setUint32(8 + at * 8, id, true);
  });
  return new Uint8Array(view.buffer);
}

/** vfs_cap_data of include/uapi/linux/capability.h, revision 2: cap_setuid, effective and permitted. */
const capability = Uint8Array.of(1, 0, 0, 2, 0x80, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0);

function attributes(root: string, path: string, values: Readonly<Record<string, Uint8Array>>): void {
  onFile(root, path, (descriptor) => {
    const state = stateOf(descriptor);
    if (state.status !== 'ok') throw new Error(state.reason);
    const wanted = Object.entries(values).map(([name, value]) => ({ name: Buffer.from(name), value }));
    const lost = setRights(descriptor, { ...state.value, attributes: wanted });
    if (lost.length > 0) throw new Error(JSON.stringify(lost));
  });
}

export interface InfectedRoot {
  readonly root: string;
  /** Outside the root. */
  readonly caseFolder: string;
  remove(): void;
}

export function infectedRoot(): InfectedRoot {
  const base = mkdtempSync(join(tmpdir(), 'demine-respond-'));
  const root = join(base, 'root');
  const caseFolder = join(base, 'case');
  mkdirSync(caseFolder, { mode: 0o700 });
  const put = (path: string, content: string | Uint8Array, mode: number, owner = 0): void => {
    const at = join(root, path);
    mkdirSync(join(at, '..'), { recursive: true });
    writeFileSync(at, content);
    chownSync(at, owner, owner);
    chmodSync(at, mode);
  };
  put('/etc/crontab', crontab, 0o644);
  put('/etc/hostname', 'case\n', 0o644);
  put('/var/spool/cron/crontabs/root', '@reboot /tmp/.x/kdump\n', 0o600);
  put('/tmp/.x/kdump', new Uint8Array(3_000_000).fill(0x41), 0o4755, 33);
  put('/tmp/.x/list', 'inert\n', 0o640, 1000);
  put('/etc/ld.so.preload', '/usr/local/lib/libx.so\n', 0o644);
  mkdirSync(join(root, 'tmp/.x/empty'));
  symlinkSync('/tmp/.x/kdump', join(root, 'etc/rc-link'));
  writeFileSync(
    Buffer.concat([Buffer.from(`${root}/etc/odd-`), Buffer.from([0xff, 0x0a]), Buffer.from('%')]),
    'odd\n',
  );
  attributes(root, '/tmp/.x/list', {
    'user.note': Buffer.from('kept'),
    'user.empty': new Uint8Array(0),
    'trusted.mark': Uint8Array.of(0, 255, 10),
    'security.selinux': Buffer.from('system_u:object_r:tmp_t:s0\0'),
    'system.posix_acl_access': accessList(),
  });
  attributes(root, '/tmp/.x/kdump', { 'security.capability': capability });
  utimesSync(join(root, 'tmp/.x/list'), 1_600_000_000.5, 1_600_000_001.123456);
  utimesSync(join(root, 'etc'), 1_500_000_000, 1_500_000_000);
  for (const path of ['/var/spool/cron/crontabs/root', '/etc/ld.so.preload', '/tmp/.x/kdump', '/tmp/.x']) {
    makeImmutable(root, path);
  }
  return {
    root,
    caseFolder,
    remove: () => {
      for (const path of pathsBelow(root)) {
        const type = lstatSync(Buffer.concat([Buffer.from(root), bytesOf(path)]));
        if (type.isFile() || type.isDirectory())
          onFile(root, bytesOf(path), (descriptor) => lock(descriptor, 0));
      }
      rmSync(base, { recursive: true, force: true });
    },
  };
}
