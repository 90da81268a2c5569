/**
 * Marks of known families: exact names of files, paths, and words that are no language (a key's comment).
 *
 * What it is NOT: a part of a name. Security agents of vendors have names near those of miners; only whole names,
 * whole paths and whole words count. Source: packs/family-marks.json, from knowledge on families §2.1.
 */
import pack from '../../../packs/family-marks.json' with { type: 'json' };

interface Family {
  readonly family: string;
  readonly names: readonly string[];
  readonly paths: readonly string[];
  /** Hidden folders of a home. */
  readonly folders?: readonly string[];
  readonly words: readonly string[];
}

export interface FamilyMark {
  readonly family: string;
  readonly mark: string;
}

const families: readonly Family[] = pack;
const byName = new Map(families.flatMap(({ family, names }) => names.map((name) => [name, family] as const)));
const byPath = new Map(families.flatMap(({ family, paths }) => paths.map((path) => [path, family] as const)));
const byFolder = new Map(
  families.flatMap(({ family, folders = [] }) => folders.map((folder) => [folder, family] as const)),
);
const words = families.flatMap(({ family, words: own }) => own.map((word) => [word, family] as const));
/** Names that honest software has too in the folders of packages. */
const ordinary: ReadonlySet<string> = new Set(['libsystemd.so', 'bioset', 'ldr.sh', 'pty3', 'sysupdate.sh']);

/** The family that a path belongs to. */
export function familyOfPath(path: string): FamilyMark | undefined {
  const own = byPath.get(path);
  if (own !== undefined) return { family: own, mark: path };
  const parts = path.split('/').filter((part) => part !== '');
  const name = parts.at(-1) ?? '';
  const named = byName.get(name);
  if (named !== undefined && !(ordinary.has(name) && path.startsWith('/usr/')))
    return { family: named, mark: name };
  let at = '';
  for (const part of parts) {
    at += `/${part}`;
    const above = byPath.get(at);
    if (above !== undefined && at !== path) return { family: above, mark: at };
    const folder = byFolder.get(part);
    if (folder !== undefined) return { family: folder, mark: part };
  }
  return undefined;
}

/** The family whose word stands in a text. */
export function familyOfText(text: string): FamilyMark | undefined {
  for (const [word, family] of words) {
    const at = text.indexOf(word);
    if (at < 0) continue;
    const around = `${text[at - 1] ?? ' '}${text[at + word.length] ?? ' '}`;
    if (!/\w/.test(around)) return { family, mark: word };
  }
  return undefined;
}
