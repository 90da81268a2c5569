/** A printable path as node:fs takes it, and pieces of one put together. */
import { bytesOf, type PathText, type Printable, printableBytes } from '../model/text.ts';

/** Without an escape the text is the path itself; else only its bytes are. */
export type SystemPath = string | Buffer;

export function systemPath(path: Printable): SystemPath {
  return path.includes('%') ? Buffer.from(bytesOf(path)) : path;
}

/** `folder` is ours and plain ASCII, and ends with a slash. */
export function systemPathIn(folder: string, name: Printable): SystemPath {
  if (!name.includes('%')) return folder + name;
  return Buffer.concat([Buffer.from(folder, 'latin1'), bytesOf(name)]);
}

/** A slash or a zero byte may not hide in an escape: the first would be a path within a name. */
export function canonicalEscapes(path: PathText): PathText {
  return /%2f/i.test(path) ? printableBytes(bytesOf(path)) : path;
}

export const holdsZero = (path: PathText): boolean => path.includes('%00');
