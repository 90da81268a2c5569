/**
 * Spellings of one path on a host whose /bin, /sbin and /lib* are links into /usr.
 *
 * Why: the kernel names an executable /usr/bin/x and the package that owns it may have listed /bin/x, or the
 * other way round. What it is NOT: a resolver of all links; only the merged folders are looked at, and only
 * where the host really has the link: on an unmerged host /bin/x and /usr/bin/x are two files.
 * Source: file-hierarchy(7); Debian's usrmerge, Fedora's and Arch's merge of sbin into bin.
 */
import { printableText } from '../../model/text.ts';
import type { Target } from '../../target/port.ts';

const mergeable = [
  '/bin',
  '/sbin',
  '/lib',
  '/lib32',
  '/lib64',
  '/libx32',
  '/usr/sbin',
  '/usr/lib64',
  '/usr/lib32',
];
const targets = ['/usr/bin', '/usr/sbin', '/usr/lib', '/usr/lib32', '/usr/lib64', '/usr/libx32'];

export class MergedFolders {
  /** Folder to where it leads, for folders that are links. */
  readonly #leads = new Map<string, string>();

  constructor(target: Target) {
    for (const folder of mergeable) {
      const link = target.readNow({ kind: 'link', path: printableText(folder) });
      if (link.status !== 'ok') continue;
      const parent = folder.slice(0, folder.lastIndexOf('/'));
      const leads = link.target.startsWith('/') ? link.target : `${parent}/${link.target}`;
      if (targets.includes(leads)) this.#leads.set(folder, leads);
    }
  }

  /** All spellings of a path, itself first. Paths are strings of any one-to-one coding of bytes. */
  spellings(path: string): readonly string[] {
    const folders = [...mergeable, ...targets].filter((folder) => path.startsWith(`${folder}/`));
    const [folder] = folders;
    if (folder === undefined) return [path];
    const rest = path.slice(folder.length);
    const home = this.#resolve(folder);
    const same = [...mergeable, ...targets].filter(
      (other) => other !== folder && this.#resolve(other) === home,
    );
    return [path, ...same.map((other) => other + rest)];
  }

  #resolve(folder: string): string {
    const once = this.#leads.get(folder) ?? folder;
    return this.#leads.get(once) ?? once;
  }
}
