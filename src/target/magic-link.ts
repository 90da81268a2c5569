/**
 * The links of /proc that lead to an open file itself (`exe`, `cwd`, `root`, `fd/N`): their text is a name in
 * another mount namespace, so the mount behind them is asked of the kernel by the descriptor's mount id.
 * An O_PATH descriptor touches neither file nor server.
 */
import { closeSync, openSync, readFileSync } from 'node:fs';
import { type Mounted, MountTable } from './mount-table.ts';

/** O_PATH of include/uapi/asm-generic/fcntl.h; the same on x64 and arm64. */
const pathOnly = 0x200000;

const magic =
  /^\/proc\/(\d+|self|thread-self)\/(?:task\/\d+\/)?(?:exe|cwd|root|fd\/\d+|map_files\/[0-9a-f-]+)(\/|$)/;

/** The pid whose magic link a path goes through, and the link itself without what follows. */
export function magicLink(
  path: string,
): { readonly pid: string; readonly link: string; readonly rest: string } | undefined {
  const found = magic.exec(path);
  if (found === null) return undefined;
  const whole = found[0].endsWith('/') ? found[0].slice(0, -1) : found[0];
  return { pid: found[1] ?? '', link: whole, rest: path.slice(whole.length) };
}

const bound = 64;

/** Finds the mount behind a descriptor, also one of another namespace. */
export class MagicMounts {
  readonly #own: MountTable;
  readonly #byPid = new Map<string, MountTable>();

  constructor(own: MountTable) {
    this.#own = own;
  }

  /**
   * Undefined for a mount that no table lists: memory files and detached mounts.
   * @throws the error of open(2) when the link cannot be followed
   */
  behind(pid: string, link: string): Mounted | undefined {
    const descriptor = openSync(link, pathOnly);
    let id: number;
    try {
      const info = readFileSync(`/proc/self/fdinfo/${descriptor}`, 'latin1');
      id = Number(/^mnt_id:\s*(\d+)/m.exec(info)?.[1] ?? -1);
    } finally {
      closeSync(descriptor);
    }
    return this.#own.byId(id) ?? this.#table(pid).byId(id);
  }

  #table(pid: string): MountTable {
    const known = this.#byPid.get(pid);
    if (known !== undefined) return known;
    if (this.#byPid.size >= bound) this.#byPid.clear();
    const table = new MountTable(readFileSync(`/proc/${pid}/mountinfo`));
    this.#byPid.set(pid, table);
    return table;
  }
}
