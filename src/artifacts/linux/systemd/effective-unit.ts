/**
 * The effective unit: its fragment with all drop-ins applied, as systemd would run it.
 *
 * Keys that hold lists gather over all files; an empty value empties the list; of other keys the last one stands.
 * Drop-ins come from `UNIT.d`, for `a-b.service` also from `a-.service.d`, for `a@b.service` also from
 * `a@.service.d`, and for all units of a type from `TYPE.d`; ordered by the name of the file, and of one name only
 * the strongest is taken. Source: systemd.unit(5). What it is NOT: the state of a running manager.
 */
import type { Assignment } from '../../../formats/systemd-unit.ts';
import { baseName, type PathText } from '../../../model/text.ts';
import type { ReadContext } from '../reading.ts';
import { type UnitFile, type UnitFolder, UnitRoom } from './unit-files.ts';

export interface EffectiveAssignment extends Assignment {
  readonly path: PathText;
  readonly fromDropIn: boolean;
}

export interface EffectiveUnit {
  readonly name: string;
  /** Absent where only drop-ins are there. */
  readonly fragment: PathText | undefined;
  readonly masked: boolean;
  readonly assignments: readonly EffectiveAssignment[];
}

/** Names whose drop-in folders apply, the most general first. */
export function dropInNames(unit: string): readonly string[] {
  const dot = unit.lastIndexOf('.');
  const type = unit.slice(dot + 1);
  const bare = unit.slice(0, dot);
  const names = [type];
  const at = bare.indexOf('@');
  const stem = at < 0 ? bare : bare.slice(0, at);
  for (let dash = stem.indexOf('-'); dash >= 0; dash = stem.indexOf('-', dash + 1)) {
    if (dash < stem.length - 1) names.push(`${stem.slice(0, dash + 1)}.${type}`);
  }
  if (at >= 0 && at < bare.length - 1) names.push(`${stem}@.${type}`);
  names.push(unit);
  return names;
}

/** The template of an instance, or nothing: `a@b.service` has `a@.service`. */
export function templateOf(unit: string): string | undefined {
  const match = /^([^@]+)@(.+)\.(\w+)$/.exec(unit);
  return match === null ? undefined : `${match[1]}@.${match[3]}`;
}

function dropInsOf(folders: readonly UnitFolder[], unit: string): readonly PathText[] {
  const byFile = new Map<string, PathText>();
  const names = dropInNames(unit).toReversed();
  for (const name of names) {
    for (const folder of folders) {
      for (const path of folder.dropIns.get(name) ?? []) {
        if (!byFile.has(baseName(path))) byFile.set(baseName(path), path);
      }
    }
  }
  return [...byFile].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, path]) => path);
}

/** Keys that hold one value; of all others of Exec, Environment and the like a list is kept. */
const listKeys =
  /^(?:Exec\w+|Environment|EnvironmentFile|PassEnvironment|On\w+(?:Sec|Calendar)|Path\w+|Directory\w+|Listen\w+|WantedBy|RequiredBy|UpheldBy|Also|Alias)$/;

export class UnitMerger {
  readonly #context: ReadContext;
  readonly #artifact: string;
  readonly #folders: readonly UnitFolder[];
  readonly #files = new Map<PathText, UnitFile>();
  readonly #room = new UnitRoom();

  constructor(context: ReadContext, artifact: string, folders: readonly UnitFolder[]) {
    this.#context = context;
    this.#artifact = artifact;
    this.#folders = folders;
  }

  /** The strongest fragment of a name. */
  fragmentOf(unit: string): { readonly path: PathText | undefined; readonly known: boolean } {
    for (const folder of this.#folders) {
      if (folder.fragments.has(unit)) return { path: folder.fragments.get(unit), known: true };
    }
    return { path: undefined, known: false };
  }

  merge(unit: string, outside?: PathText): EffectiveUnit {
    const own = this.fragmentOf(unit);
    const template = templateOf(unit);
    const found = own.known || template === undefined ? own : this.fragmentOf(template);
    const fragment = found.path ?? outside;
    const masked = found.known && found.path === undefined;
    const files = [
      ...(fragment === undefined ? [] : [{ file: this.#file(fragment), fromDropIn: false }]),
      ...dropInsOf(this.#folders, unit).map((path) => ({ file: this.#file(path), fromDropIn: true })),
    ];
    let sequence = 0;
    const byKey = new Map<string, { readonly at: number; readonly assignment: EffectiveAssignment }[]>();
    for (const { file, fromDropIn } of files) {
      for (const one of file.assignments) {
        const key = `${one.section}\n${one.key}`;
        const before = one.value === '' || !listKeys.test(one.key) ? [] : (byKey.get(key) ?? []);
        byKey.set(key, before);
        sequence += 1;
        if (one.value !== '')
          before.push({ at: sequence, assignment: { ...one, path: file.path, fromDropIn } });
      }
    }
    const assignments = [...byKey.values()]
      .flat()
      .sort((a, b) => a.at - b.at)
      .map(({ assignment }) => assignment);
    return { name: unit, fragment, masked, assignments };
  }

  #file(path: PathText): UnitFile {
    const known = this.#files.get(path);
    if (known !== undefined) return known;
    const file = this.#room.read(this.#context, this.#artifact, path);
    this.#files.set(path, file);
    return file;
  }
}
