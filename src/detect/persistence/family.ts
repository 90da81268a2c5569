/**
 * Marks of known families: exact names of files, paths, and words that are no language (a key's comment).
 *
 * A mark tells malware, not whose: names are copied, so who did it is for `incident/family.ts`.
 * What it is NOT: a part of a name. Security agents of vendors have names near those of miners; only whole names,
 * whole paths and whole words count. Source: the indicators of packs/families/ that are a `mark`.
 */
import type { FamilyIndicator, IndicatorKind } from '../../model/family.ts';
import { familyProfiles } from '../families.ts';

export interface FamilyMark {
  readonly family: string;
  readonly mark: string;
}

interface Marked extends FamilyIndicator {
  readonly family: string;
}

function marked(...kinds: readonly IndicatorKind[]): readonly Marked[] {
  return familyProfiles.flatMap(({ name, indicators }) =>
    kinds.flatMap((kind) =>
      (indicators[kind] ?? [])
        .filter(({ mark }) => mark === true)
        .map((one) => ({ ...one, family: name.en })),
    ),
  );
}

const byValue = (...kinds: readonly IndicatorKind[]): ReadonlyMap<string, Marked> =>
  new Map(marked(...kinds).map((one) => [one.value, one]));

const byName = byValue('file-name');
const byPath = byValue('file-path');
const byFolder = byValue('folder');
const words = marked('ssh-key-comment', 'script-comment', 'string', 'environment', 'user-agent');

/** The family that a path belongs to. */
export function familyOfPath(path: string): FamilyMark | undefined {
  const own = byPath.get(path);
  if (own !== undefined) return { family: own.family, mark: path };
  const parts = path.split('/').filter((part) => part !== '');
  const name = parts.at(-1) ?? '';
  const named = byName.get(name);
  if (named !== undefined && !(named.ordinary === true && path.startsWith('/usr/')))
    return { family: named.family, mark: name };
  let at = '';
  for (const part of parts) {
    at += `/${part}`;
    const above = byPath.get(at);
    if (above !== undefined && at !== path) return { family: above.family, mark: at };
    const folder = byFolder.get(part);
    if (folder !== undefined) return { family: folder.family, mark: part };
  }
  return undefined;
}

/** The family whose word stands in a text. */
export function familyOfText(text: string): FamilyMark | undefined {
  for (const { value, family } of words) {
    const at = text.indexOf(value);
    if (at < 0) continue;
    const around = `${text[at - 1] ?? ' '}${text[at + value.length] ?? ' '}`;
    if (!/\w/.test(around)) return { family, mark: value };
  }
  return undefined;
}
