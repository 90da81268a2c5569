/**
 * `linux.privileged-files`: setuid and setgid programs and file capabilities that no package accounts for.
 *
 * Reads: the shared walk; the package database for what it found; dpkg's statoverride; modes of rpm.
 * Why: a setuid copy of a shell, or cap_setuid on an interpreter, is root for whoever knows of it, without a password
 * and without a process that runs. What it is NOT: a list of all setuid programs; those that a package brought with
 * that bit give no entry, and neither do those of a container's image or a chroot at the paths where systems have them.
 * A program that a package owns but that is not known to be setuid is told: dpkg's database keeps no modes.
 * Bounds: 2,000 entries. Sources: capabilities(7), execve(2), dpkg-statoverride(1), rpm's FILEMODES.
 */

import { textLines } from '../../../formats/text-lines.ts';
import type { PersistenceFact, PersistenceMark } from '../../../model/facts/persistence.ts';
import { baseName, bytesOf, type PathText, phrase, printableText } from '../../../model/text.ts';
import type { ArtifactContext } from '../../artifact.ts';
import { entry } from '../entry.ts';
import { ownersOf } from '../file-owners.ts';
import type { PersistenceArtifact } from '../persistence-artifact.ts';
import { readFileNow } from '../reading.ts';
import { rpmFilesOf } from '../rpm-database.ts';
import { sharedWalk, type WalkedFile } from './walk.ts';

const artifact = 'linux.privileged-files';
const mostEntries = 2_000;
const statoverride = printableText('/var/lib/dpkg/statoverride');
const setBits = 0o6000;

/** Programs that packages of distributions bring setuid or setgid, by name. */
const knownSetuid: ReadonlySet<string> = new Set([
  ...[
    'su',
    'sudo',
    'sudoedit',
    'passwd',
    'chsh',
    'chfn',
    'gpasswd',
    'newgrp',
    'newuidmap',
    'newgidmap',
    'chage',
  ],
  ...[
    'expiry',
    'mount',
    'umount',
    'fusermount',
    'fusermount3',
    'ping',
    'ping6',
    'arping',
    'traceroute6.iputils',
  ],
  ...[
    'pkexec',
    'polkit-agent-helper-1',
    'dbus-daemon-launch-helper',
    'ssh-keysign',
    'ssh-agent',
    'crontab',
    'at',
  ],
  ...[
    'wall',
    'write',
    'write.ul',
    'bsd-write',
    'unix_chkpwd',
    'pam_extrausers_chkpwd',
    'pam_timestamp_check',
  ],
  ...[
    'mount.nfs',
    'mount.cifs',
    'mount.ecryptfs_private',
    'mount.davfs',
    'ntfs-3g',
    'mtr-packet',
    'exim4',
    'exim',
  ],
  ...[
    'postdrop',
    'postqueue',
    'sendmail.sendmail',
    'sendmail',
    'procmail',
    'lockfile',
    'mlocate',
    'locate',
    'plocate',
  ],
  ...[
    'chrome-sandbox',
    'Xorg.wrap',
    'VBoxNetAdpCtl',
    'VBoxNetDHCP',
    'VBoxHeadless',
    'VirtualBoxVM',
    'snap-confine',
  ],
  ...[
    'staprun',
    'usernetctl',
    'netreport',
    'userhelper',
    'kismet_capture',
    'dumpcap',
    'lxc-user-nic',
    'bwrap',
  ],
  ...[
    'grub2-set-bootflag',
    'cockpit-session',
    'utempter',
    'utmp',
    'screen',
    'dotlockfile',
    'mail-lock',
    'mail-unlock',
  ],
  ...[
    'mail-touchlock',
    'abrt-action-install-debuginfo-to-abrt-cache',
    'qemu-bridge-helper',
    'spice-client-glib-usb-acl-helper',
  ],
  ...[
    'doas',
    'ksu',
    'sg',
    'vmware-user-suid-wrapper',
    'bbsuid',
    'gnome-keyring-daemon',
    'pppd',
    'camel-lock-helper-1.2',
  ],
  ...[
    'suexec',
    'cgiwrap',
    'nullmailer-queue',
    'ecryptfs',
    'singularity-suid',
    'starter-suid',
    'firejail',
    'pmount',
    'pumount',
  ],
]);

/** Programs that packages give capabilities to. */
const knownCapable: ReadonlySet<string> = new Set([
  ...[
    'ping',
    'arping',
    'clockdiff',
    'mtr-packet',
    'dumpcap',
    'newuidmap',
    'newgidmap',
    'gst-ptp-helper',
    'traceroute6',
  ],
  ...[
    'suexec',
    'rsh',
    'rlogin',
    'rcp',
    'systemd-detect-virt',
    'kwin_wayland',
    'gnome-keyring-daemon',
    'caddy',
    'snap-confine',
  ],
  ...[
    'i3status',
    'gamescope',
    'sunshine',
    'vault',
    'consul',
    'coredns',
    'node_exporter',
    'blackbox_exporter',
    'btop',
    'nethogs',
  ],
]);

/** Setuid, these are a shell for everybody: GTFOBins calls them so. */
const opens: ReadonlySet<string> = new Set([
  ...[
    'bash',
    'sh',
    'dash',
    'ash',
    'zsh',
    'ksh',
    'fish',
    'csh',
    'tcsh',
    'busybox',
    'env',
    'find',
    'vim',
    'vi',
    'nano',
  ],
  ...[
    'python',
    'python2',
    'python3',
    'perl',
    'ruby',
    'php',
    'node',
    'lua',
    'awk',
    'gawk',
    'mawk',
    'tar',
    'cp',
    'mv',
  ],
  ...[
    'dd',
    'tee',
    'less',
    'more',
    'nmap',
    'gdb',
    'strace',
    'docker',
    'rsync',
    'ssh',
    'xargs',
    'make',
    'openssl',
    'curl',
  ],
]);

const opensAccess = (path: PathText): boolean => opens.has(baseName(path).replace(/[-.]?\d+(?:\.\d+)*$/, ''));
const powerful =
  /cap_(?:setuid|setgid|dac_override|dac_read_search|sys_admin|sys_ptrace|sys_module|chown|fowner|setfcap|sys_rawio)|^=/;

/** Below a chroot or a container's own files, what a system has there. */
const standardPath = /^\/(?:usr\/)?(?:s?bin|lib(?:32|64|exec)?)\//;

function isOfNestedRoot({ path, folder }: WalkedFile): boolean {
  const root = folder.nestedRoot;
  if (root === undefined) return false;
  const inside = Buffer.from(bytesOf(path)).toString('latin1').slice(root.length);
  return standardPath.test(inside) && (knownSetuid.has(baseName(path)) || knownCapable.has(baseName(path)));
}

function overridden(context: ArtifactContext): ReadonlySet<string> {
  const { bytes } = readFileNow(context, artifact, statoverride, 1 << 20);
  const paths = new Set<string>();
  for (const { text } of textLines(bytes, { lines: 10_000 })) {
    const [, mode = '', path = ''] = /^\S+ \S+ (\d+) (\/.*)$/.exec(text) ?? [];
    if (Number.parseInt(mode, 8) & setBits) paths.add(path);
  }
  return paths;
}

function marksOf(file: WalkedFile, opensDoor: boolean): readonly PersistenceMark[] {
  const odd = file.folder.place !== 'other' || file.folder.hidden || baseName(file.path).startsWith('.');
  return [...(opensDoor ? (['opens-access'] as const) : []), ...(odd ? (['unusual-place'] as const) : [])];
}

interface Ownership {
  readonly owner: ReadonlyMap<string, string>;
  /** Modes that the package database tells. */
  readonly modes: ReadonlyMap<string, number>;
}

async function ownership(context: ArtifactContext, files: readonly WalkedFile[]): Promise<Ownership> {
  const paths = [...new Set(files.map(({ path }) => path))];
  const { facts, sources } = await ownersOf(context.target, paths);
  for (const source of sources) if (source.status !== 'ok') context.log.record(source);
  const modes = new Map<string, number>();
  if (facts.some(({ manager }) => manager === 'rpm')) {
    const asked = new Set(paths.map((path) => Buffer.from(bytesOf(path)).toString('latin1')));
    for (const [path, { file }] of rpmFilesOf(context.target, asked)?.owned ?? []) modes.set(path, file.mode);
  }
  return { owner: new Map(facts.map(({ path, package: name }) => [path, name])), modes };
}

const whose = (owner: string | undefined): string =>
  owner === undefined ? 'owner not known' : owner === '' ? 'no package owns it' : `of package ${owner}`;

const octal = (mode: number): string => (mode & 0o7777).toString(8).padStart(4, '0');

function told(
  file: WalkedFile,
  mechanism: 'setuid-file' | 'capability-file',
  what: string,
  opensDoor: boolean,
): PersistenceFact {
  return entry({
    mechanism,
    source: { source: file.path },
    user: phrase`uid ${file.uid}`,
    trigger: phrase`event`,
    language: 'none',
    target: file.path,
    marks: marksOf(file, opensDoor),
    text: phrase`${file.path}: ${printableText(what)}`,
  });
}

export const privilegedFiles: PersistenceArtifact = {
  id: artifact,
  mechanisms: ['setuid-file', 'capability-file'],
  sources: [
    { kind: 'walk', path: '/', live: false },
    { kind: 'file', path: statoverride, live: false },
  ],
  order: 8,
  required: false,
  async gather(context) {
    const walk = sharedWalk(context);
    const own = (topic: 'setuid' | 'capability'): readonly WalkedFile[] =>
      walk.of(topic).filter((file) => !isOfNestedRoot(file));
    const setuid = own('setuid');
    const capable = own('capability');
    const { owner, modes } = await ownership(context, [...setuid, ...capable]);
    const statoverrides = overridden(context);
    const entries: PersistenceFact[] = [];
    for (const file of setuid) {
      const { path, mode, uid, gid } = file;
      const name = owner.get(path);
      const listed = modes.get(path);
      const asBrought =
        listed === undefined ? knownSetuid.has(baseName(path)) : (listed & setBits) === (mode & setBits);
      if (name !== undefined && name !== '' && (asBrought || statoverrides.has(path))) continue;
      const bits = (mode & 0o4000) === 0 ? `setgid ${gid}` : `setuid ${uid}`;
      entries.push(
        told(
          file,
          'setuid-file',
          `${bits}, mode ${octal(mode)}, ${whose(name)}`,
          opensAccess(path) && uid === 0,
        ),
      );
    }
    for (const file of capable) {
      const { path, capabilities } = file;
      const name = owner.get(path);
      if (name !== undefined && name !== '' && knownCapable.has(baseName(path))) continue;
      const door = powerful.test(capabilities);
      entries.push(
        told(
          file,
          'capability-file',
          `${capabilities}, ${whose(name)}`,
          door && (opensAccess(path) || name === ''),
        ),
      );
    }
    return entries.slice(0, mostEntries);
  },
};
