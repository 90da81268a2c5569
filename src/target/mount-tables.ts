/**
 * The mount tables that a target needs: our own, and those of other mount namespaces whose processes' files
 * are read. Reading a table touches no file system in it.
 *
 * Mounts come and go while we look, so a table is read again when it is older than half a second; one that takes long
 * to read less often, and whenever a mount is met that it does not know.
 */
import { closeSync, openSync, readFileSync, readlinkSync, readSync } from 'node:fs';
import { type Mounted, MountTable } from './mount-table.ts';

const freshness = 500;
/** A table of a hundred thousand mounts is not worth more of our time than a small one. */
const shareOfTime = 20;
const haste = 20;
/** Namespaces kept: as many as a host runs containers, by far. */
const mostNamespaces = 1024;

export class FreshTable {
  readonly #path: string;
  #bytes: Buffer = Buffer.alloc(0);
  #table: MountTable | undefined;
  #readAt = Number.NEGATIVE_INFINITY;
  /** Milliseconds that it took to read and to understand. */
  #cost = 0;

  constructor(path: string) {
    this.#path = path;
  }

  /** @throws what readFileSync throws, the first time; later the last table stands */
  get(): MountTable {
    const now = performance.now();
    if (this.#table !== undefined && now - this.#readAt < Math.max(freshness, this.#cost * shareOfTime))
      return this.#table;
    return this.#read(now);
  }

  /** Reads it before its time: something was met that the table does not know. */
  again(): MountTable {
    const now = performance.now();
    return this.#table !== undefined && now - this.#readAt < Math.max(haste, this.#cost)
      ? this.#table
      : this.#read(now);
  }

  #read(now: number): MountTable {
    this.#readAt = now;
    const bytes = readFileSync(this.#path);
    if (this.#table === undefined || !bytes.equals(this.#bytes)) {
      this.#bytes = bytes;
      this.#table = new MountTable(bytes);
    }
    this.#cost = performance.now() - now;
    return this.#table;
  }
}

export const ownTablePath = '/proc/self/mountinfo';

export class MountTables {
  readonly own = new FreshTable(ownTablePath);
  readonly #others = new Map<string, FreshTable>();
  #home: string | undefined;

  /** The table in whose words the links of a process are written. @throws when the kernel refuses */
  of(pid: string): FreshTable {
    return this.inNamespace(readlinkSync(`/proc/${pid}/ns/mnt`), pid);
  }

  /** The same, where the text of the link to the mount namespace is known. */
  inNamespace(namespace: string, pid: string): FreshTable {
    this.#home ??= readlinkSync('/proc/self/ns/mnt');
    return namespace === this.#home ? this.own : this.#kept(namespace, pid);
  }

  /** The table as a process sees it from its own root. @throws when the kernel refuses */
  fromRootOf(pid: string): FreshTable {
    const namespace = readlinkSync(`/proc/${pid}/ns/mnt`);
    const root = readlinkSync(`/proc/${pid}/root`, 'latin1');
    return this.#kept(`${namespace} ${root}`, pid);
  }

  #kept(key: string, pid: string): FreshTable {
    let table = this.#others.get(key);
    if (table === undefined) {
      if (this.#others.size >= mostNamespaces) this.#others.clear();
      table = new FreshTable(`/proc/${pid}/mountinfo`);
      this.#others.set(key, table);
    }
    return table;
  }
}

const scratch = Buffer.alloc(512);

/** The mount that an O_PATH descriptor stands on: asked of the kernel, which asks nobody else. */
export function mountOf(descriptor: number, table: FreshTable): Mounted | undefined {
  const info = openSync(`/proc/self/fdinfo/${descriptor}`, 'r');
  let text: string;
  try {
    text = scratch.toString('latin1', 0, readSync(info, scratch, 0, scratch.length, null));
  } finally {
    closeSync(info);
  }
  const id = Number(/^mnt_id:\s*(\d+)/m.exec(text)?.[1] ?? Number.NaN);
  return table.get().byId(id) ?? table.again().byId(id);
}
