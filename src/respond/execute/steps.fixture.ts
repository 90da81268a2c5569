/** Steps for files of a real folder, and what all of its files are, for comparing. */

import type { Change, FileIdentity, Step } from '../../model/plan.ts';
import { isPrintable, type PathText, printableText } from '../../model/text.ts';
import { closeDescriptor } from '../../native/file-change.ts';
import { openRoot } from '../../native/place-in-folder.ts';
import { editedBytes } from './edited-bytes.ts';
import { pathsBelow } from './infected-root.fixture.ts';
import { atPath, isStop, lookAt, sha256Of } from './look.ts';

/** A path in printable form. */
export function pathOf(text: string): PathText {
  if (!isPrintable(text)) throw new Error(`${text} is not in printable form`);
  return text;
}

function onRoot<T>(root: string, action: (descriptor: number) => T): T {
  const opened = openRoot(Buffer.from(root));
  if (opened.status !== 'ok') throw new Error(opened.reason);
  try {
    return action(opened.value);
  } finally {
    closeDescriptor(opened.value);
  }
}

const look = (root: string, path: PathText) =>
  onRoot(root, (descriptor) => atPath(descriptor, path, (place) => lookAt(place, path)));

export function identityOf(root: string, path: PathText): FileIdentity {
  const now = look(root, path);
  if (isStop(now)) throw new Error(`${path}: ${now.id} ${now.detail}`);
  const { type, inode, size } = now.state;
  if (type === 'other') throw new Error(`${path} is no file`);
  return { path, type, inode, size, sha256: now.sha256 };
}

export function stepFor(id: string, root: string, change: Extract<Change, { readonly path: unknown }>): Step {
  return {
    id,
    phase: 'persistence',
    findings: [],
    change,
    preconditions: [{ kind: 'file', file: identityOf(root, change.path) }],
    reversibility: 'reversible',
    breaks: [],
    verify: 'content',
  };
}

export const quarantineStep = (id: string, root: string, path: string): Step =>
  stepFor(id, root, { kind: 'quarantine', path: pathOf(path) });

/** Lines that go, by their numbers. */
export function editStep(
  id: string,
  root: string,
  path: string,
  content: string,
  lines: readonly number[],
): Step {
  const edits = lines.map((line) => ({ line, before: printableText(content.split('\n')[line - 1] ?? '') }));
  const after = editedBytes(new TextEncoder().encode(content), edits);
  if (after === undefined) throw new Error('no such line');
  return stepFor(id, root, {
    kind: 'edit-file',
    path: pathOf(path),
    edits,
    after: sha256Of(after),
    unlock: false,
  });
}

/** Everything that an undo promises, of every file of a root: content, type, mode, owner, times, attributes, flags. */
export function pictureOf(
  root: string,
  options: { readonly folderTimes: boolean },
): ReadonlyMap<string, string> {
  const picture = new Map<string, string>();
  for (const path of pathsBelow(root)) {
    const now = look(root, path);
    if (isStop(now)) {
      picture.set(path, now.id);
      continue;
    }
    const { type, mode, uid, gid, modifiedNs, flags, attributes } = now.state;
    const time = type === 'directory' && !options.folderTimes ? '' : modifiedNs;
    picture.set(
      path,
      JSON.stringify([now.sha256, now.target, type, mode, uid, gid, time, flags, attributes]),
    );
  }
  return picture;
}

/** What differs, by path. */
export function differences(
  before: ReadonlyMap<string, string>,
  after: ReadonlyMap<string, string>,
): readonly string[] {
  return [...new Set([...before.keys(), ...after.keys()])]
    .filter((path) => before.get(path) !== after.get(path))
    .sort();
}
