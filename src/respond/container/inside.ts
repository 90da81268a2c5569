/**
 * Takes files out of a mount namespace other than ours, where no engine does it: by a descriptor of the root of that
 * namespace (`native/mount-root.ts`), below which no link is followed, and with the vault and the care of any other file.
 *
 * A namespace lives as long as a process in it, and its number is given away again. So it is found by one process that
 * lived there when the plan was made and, where the file is to be put back, is not ended by it. When that one has ended,
 * the copy in the case is what is left.
 */
import { readlinkSync } from 'node:fs';
import type { Before } from '../../model/ledger.ts';
import type { ChangeOf, Precondition } from '../../model/plan.ts';
import { closeDescriptor } from '../../native/file-change.ts';
import { openMountRoot } from '../../native/mount-root.ts';
import type { Answer, Native } from '../../native/port.ts';
import { FolderExecutor } from '../execute/folder.ts';
import { type Boundary, type Performed, type Prepared, stopped } from '../execute/port.ts';
import { statOf } from '../execute/running.ts';
import type { Vault } from '../vault/vault.ts';

type Change = ChangeOf<'take-inside'>;
type Inside = Change['inside'];

function namespaceOf(pid: number | 'thread-self'): number | undefined {
  try {
    const link = readlinkSync(`/proc/${pid}/ns/mnt`);
    const number = Number(/^mnt:\[(\d+)\]$/.exec(link)?.[1] ?? Number.NaN);
    return Number.isSafeInteger(number) ? number : undefined;
  } catch {
    // It ended, or is none of those that may be looked at.
    return undefined;
  }
}

/** A descriptor of the namespace's root, which the caller closes. */
export async function rootInside(
  { namespace, pid, startTicks, bootId }: Inside,
  world: { readonly native: Native; readonly bootId: string },
): Promise<Answer<number>> {
  const lives = (): boolean =>
    statOf(world.native, pid)?.startTicks === startTicks && namespaceOf(pid) === namespace;
  // Ours is that of the host, whatever a plan calls it.
  if (namespace === namespaceOf('thread-self')) return { status: 'denied', reason: 'not another' };
  if (bootId !== world.bootId || !lives()) return { status: 'absent', reason: 'nobody lives there' };
  const answer = await openMountRoot(pid);
  // The same process all the time: what was opened was its own.
  if (answer.status !== 'ok' || lives()) return answer;
  closeDescriptor(answer.value);
  return { status: 'absent', reason: 'it ended' };
}

export interface InsideWorld {
  readonly native: Native;
  readonly bootId: string;
  readonly vault: Vault;
  readonly boundary?: Boundary;
}

export class InsideWork {
  readonly #world: InsideWorld;

  constructor(world: InsideWorld) {
    this.#world = world;
  }

  prepare(change: Change, preconditions: readonly Precondition[]): Promise<Prepared> {
    return this.#there(change, (folder) =>
      folder.prepare({ kind: 'quarantine', path: change.file }, preconditions),
    );
  }

  perform(change: Change, before: Before, token: string): Promise<Performed> {
    return this.#there(change, (folder) =>
      folder.perform({ kind: 'quarantine', path: change.file }, before, token),
    );
  }

  revert(change: Change, before: Before, token: string): Promise<Performed> {
    return this.#there(change, (folder) =>
      folder.revert({ kind: 'quarantine', path: change.file }, before, token),
    );
  }

  async #there<T>(
    { inside, file }: Change,
    action: (folder: FolderExecutor) => Promise<T>,
  ): Promise<T | ReturnType<typeof stopped>> {
    const { vault, boundary } = this.#world;
    const root = await rootInside(inside, this.#world);
    if (root.status !== 'ok') return stopped('namespace-gone', file, root.reason);
    try {
      const folder = new FolderExecutor(`/proc/self/fd/${root.value}`, vault, boundary);
      try {
        return await action(folder);
      } finally {
        folder.close();
      }
    } finally {
      closeDescriptor(root.value);
    }
  }
}
