/**
 * What is known of the files that entries rest on, by path: owner, state, content, with the two spellings of a
 * merged /usr (`/bin/x`, `/usr/bin/x`) as one.
 */
import { isWindowsPath, windowsKey } from '../../formats/windows-path.ts';
import type { FactSet } from '../../model/fact.ts';
import type { AccountHistoryFact } from '../../model/facts/account.ts';
import type { FileOwnerFact } from '../../model/facts/host.ts';
import type {
  FileContentFact,
  FileFact,
  IntegrityFact,
  ProgramTrustFact,
} from '../../model/facts/persistence.ts';
import type { Evidence } from '../../model/finding.ts';
import { folderOf, type PathText, phrase, printableText } from '../../model/text.ts';
import type { Scripts } from '../command/read-entry.ts';

/** `unknown` where no package database could be asked. */
export type Owned = 'package' | 'none' | 'unknown';

/** Scripts of packages make their files within the hour in which the packages come. */
const installingUs = 3600e6;
const merged = /^\/(bin|sbin|lib|lib64|lib32|libx32)\//;

export class FilesKnown {
  readonly #owners = new Map<string, FileOwnerFact>();
  readonly #files = new Map<string, FileFact>();
  readonly #integrity = new Map<string, IntegrityFact>();
  readonly #contents = new Map<string, FileContentFact>();
  readonly #trust = new Map<string, ProgramTrustFact>();
  readonly #accounts: ReadonlyMap<string, AccountHistoryFact>;
  /** Scripts that entries run and no package owns. */
  readonly scripts: Scripts;
  readonly #folders: ReadonlyMap<string, readonly FileFact[]>;
  readonly #installed: readonly number[];

  constructor(facts: FactSet) {
    for (const fact of facts.of('file-owner')) this.#owners.set(fact.path, fact);
    for (const fact of facts.of('file')) this.#files.set(fact.path, fact);
    for (const fact of facts.of('program-trust')) this.#trust.set(windowsKey(fact.path), fact);
    this.#accounts = new Map(facts.of('account-history').map((fact) => [fact.sid, fact]));
    for (const fact of facts.of('integrity')) this.#integrity.set(fact.path, fact);
    for (const fact of facts.of('file-content')) {
      if (fact.pid === undefined) this.#contents.set(fact.path, fact);
    }
    this.scripts = new Map(facts.of('script').map(({ path, body }) => [path, body]));
    this.#installed = facts.of('package-times')[0]?.times ?? [];
    this.#folders = Map.groupBy(facts.of('file'), (fact) => folderOf(fact.path));
  }

  #of<T>(map: ReadonlyMap<string, T>, path: PathText): T | undefined {
    const own = map.get(path);
    if (own !== undefined) return own;
    if (merged.test(path)) return map.get(`/usr${path}`);
    return path.startsWith('/usr/') ? map.get(path.slice(4)) : undefined;
  }

  file(path: PathText): FileFact | undefined {
    return this.#of(this.#files, path);
  }

  /** Of a program that was read; of a link, of what it leads to. */
  content(path: PathText): FileContentFact | undefined {
    return this.#of(this.#contents, path);
  }

  /** Of a link that no package owns, of what it leads to. */
  integrity(path: PathText): IntegrityFact | undefined {
    const own = this.#of(this.#integrity, path);
    const leads = this.file(path)?.leadsTo;
    return own ?? (leads === undefined ? undefined : this.#of(this.#integrity, leads));
  }

  /** Of a program of Windows. */
  trust(path: PathText): ProgramTrustFact | undefined {
    return this.#trust.size === 0 ? undefined : this.#trust.get(windowsKey(path));
  }

  /** What logs tell of an account of Windows. */
  historyOf(sid: string | undefined): AccountHistoryFact | undefined {
    return sid === undefined ? undefined : this.#accounts.get(sid);
  }

  packageOf(path: PathText): string {
    return this.#of(this.#owners, path)?.package ?? this.integrity(path)?.package ?? '';
  }

  /** Whose a file is; of a link, whose what it leads to is. */
  owned(path: PathText): Owned {
    if (this.integrity(path) !== undefined) return 'package';
    const owner = this.#of(this.#owners, path);
    if (owner?.package !== undefined && owner.package !== '') return 'package';
    const leads = this.file(path)?.leadsTo;
    if (leads !== undefined && leads !== path) {
      if (this.integrity(leads) !== undefined) return 'package';
      const behind = this.#of(this.#owners, leads);
      if (behind !== undefined && behind.package !== '') return 'package';
    }
    return owner === undefined ? 'unknown' : 'none';
  }

  /** As the package brought it. */
  unchanged(path: PathText): boolean {
    const state = this.integrity(path)?.state;
    return state === 'unchanged' || (state === undefined && this.packageOf(path) !== '');
  }

  /** The package database tells when each package came. */
  get installingKnown(): boolean {
    return this.#installed.length > 0;
  }

  /** Whether it was written at about that time. */
  whileInstalling(us: number): boolean {
    return this.#installed.some((time) => Math.abs(time - us) <= installingUs);
  }

  /** Files of packages beside it. */
  neighbours(path: PathText): readonly FileFact[] {
    return (this.#folders.get(folderOf(path)) ?? []).filter(
      (fact) => fact.path !== path && this.packageOf(fact.path) !== '',
    );
  }
}

const time = (us: number): string => {
  const date = new Date(us / 1000);
  return Number.isNaN(date.getTime()) ? 'unknown' : date.toISOString();
};

/** The line that shows a file. */
export function fileEvidence(path: PathText, files: FilesKnown): Evidence {
  const file = files.file(path);
  const owner = files.packageOf(path);
  const whose = printableText(owner === '' ? 'no package' : owner);
  if (file === undefined) return { source: path, text: phrase`${path}: ${whose}` };
  if (file.status === 'absent') return { source: path, text: phrase`${path}: not there` };
  if (isWindowsPath(path)) {
    const what = file.format === 'pe' ? 'program' : file.type === 'directory' ? 'folder' : 'file';
    return {
      source: path,
      text: phrase`${path}: ${printableText(what)}, ${file.size} bytes, modified ${printableText(time(file.modifiedUs))}`,
    };
  }
  const mode = printableText((file.mode & 0o7777).toString(8).padStart(4, '0'));
  const kind = printableText(file.format);
  const when = printableText(time(file.changedUs));
  return {
    source: path,
    text: phrase`${path}: ${kind}, mode ${mode}, uid ${file.uid}, changed ${when}, of ${whose}`,
  };
}
