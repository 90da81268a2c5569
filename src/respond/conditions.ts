/**
 * What stands in the way of carrying a plan out, as far as it can be seen without changing anything. Each is found out
 * again, and stops the step, when it is carried out.
 */
import { accessSync, constants } from 'node:fs';
import type { Plan } from '../model/plan.ts';
import { bytesOf, folderOf, type PathText, type Printable, printableText } from '../model/text.ts';
import { closeDescriptor, lockWhole } from '../native/file-change.ts';
import { openRoot } from '../native/place-in-folder.ts';
import type { Answer } from '../native/port.ts';
import type { Signals } from '../native/process-signal.ts';
import { exportBound } from './container/container-export.ts';
import { roomAt } from './vault/room.ts';

export const conditionIds = [
  'not-root',
  'read-only',
  'no-right',
  'little-room',
  'no-room-to-export',
  'in-use',
  'no-pidfd',
  'no-firewall',
] as const;

export interface Condition {
  readonly id: (typeof conditionIds)[number];
  readonly subject: Printable;
}

export interface ConditionWorld {
  /** `/` of the running host. */
  readonly root: Uint8Array;
  readonly vault: string;
  /** Bytes of a container's file system that are kept at most, where the responder set it. */
  readonly exportLimit?: number | undefined;
  /** Undefined where no process is planned. */
  readonly signals: Signals | undefined;
  /** What cuts the host off; undefined of a folder. */
  readonly firewall: (() => Answer<unknown>) | undefined;
  /** Effective uid. */
  readonly uid: number;
  readonly self: number;
}

const codeOf = (thrown: unknown): string =>
  thrown instanceof Error && 'code' in thrown ? String(thrown.code) : '';

function writing(folder: Uint8Array): 'read-only' | 'no-right' | undefined {
  try {
    accessSync(Buffer.from(folder), constants.W_OK);
    return undefined;
  } catch (thrown) {
    const code = codeOf(thrown);
    if (code === 'EROFS') return 'read-only';
    // What is not there is told when the step looks for it.
    return code === 'EACCES' || code === 'EPERM' ? 'no-right' : undefined;
  }
}

function isInUse(root: Uint8Array): boolean {
  const opened = openRoot(root);
  if (opened.status !== 'ok') return false;
  try {
    const locked = lockWhole(opened.value);
    return locked.status === 'ok' && !locked.value;
  } finally {
    closeDescriptor(opened.value);
  }
}

function hasPidfd(signals: Signals, self: number): boolean {
  const opened = signals.open(self);
  if (opened.status !== 'ok') return true;
  signals.close(opened.value);
  return opened.value.descriptor !== undefined;
}

const join = (root: Uint8Array, path: PathText): Uint8Array =>
  Buffer.concat([root.length === 1 ? new Uint8Array(0) : root, bytesOf(path)]);

export function conditionsOf(plan: Plan, world: ConditionWorld): readonly Condition[] {
  const files = plan.steps.flatMap(({ change }) => ('path' in change ? [change.path] : []));
  const processes = plan.steps.some(({ change }) => change.kind === 'freeze' || change.kind === 'kill');
  const exports = plan.steps.flatMap(({ change }) =>
    change.kind === 'container' && change.action === 'export' ? [change] : [],
  );
  if (files.length === 0 && !processes && exports.length === 0) return [];
  const found: Condition[] = [];
  const name = plan.target.name;
  if (world.uid !== 0) found.push({ id: 'not-root', subject: name });
  for (const folder of new Set(files.map(folderOf))) {
    const problem = writing(join(world.root, folder));
    if (problem !== undefined) found.push({ id: problem, subject: folder });
  }
  const needed = plan.steps
    .filter(({ change }) => 'path' in change)
    .flatMap(({ preconditions }) => preconditions)
    .reduce((sum, one) => sum + (one.kind === 'file' ? one.file.size : 0), 0);
  // What is kept as evidence is kept once more when it is changed.
  const copies = plan.steps.some(({ change }) => change.kind === 'keep-evidence') ? 2 : 1;
  const room = roomAt(world.vault);
  if (room !== undefined && room.free < needed * copies) {
    found.push({ id: 'little-room', subject: printableText(world.vault) });
  }
  let usable = room === undefined ? undefined : room.usable - needed * copies;
  for (const { container, size = 0 } of exports) {
    if (size > exportBound(usable, world.exportLimit)) {
      const subject = container.name === '' ? printableText(container.id.slice(0, 12)) : container.name;
      found.push({ id: 'no-room-to-export', subject });
    } else if (usable !== undefined) {
      // It takes the room of those after it.
      usable -= size;
    }
  }
  if (isInUse(world.root)) found.push({ id: 'in-use', subject: name });
  if (processes && world.signals !== undefined && !hasPidfd(world.signals, world.self)) {
    found.push({ id: 'no-pidfd', subject: name });
  }
  const cuts = plan.steps.some(({ change }) => change.kind === 'contain');
  // That root's rights are missing is told already, and of the kernel nothing is known then.
  if (cuts && world.firewall !== undefined && world.firewall().status === 'absent') {
    found.push({ id: 'no-firewall', subject: name });
  }
  return found;
}
