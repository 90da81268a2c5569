/**
 * Whether files that packages own are still what the packages brought.
 *
 * Why: a replaced ps, ss or sshd is owned, stands in its place, and differs in nothing but its content. What it is
 * NOT: proof of honesty; whoever replaced a file may have changed its sum in the database too, and a file that no
 * package owns is not told at all (`file-owners.ts` tells that). Edits of settings that owners are meant to edit are
 * `conffile-changed`, files of a package that is being updated `unknown`.
 * A file counts as being updated where dpkg says so, where its next version lies beside it (`.dpkg-new`), or where it
 * changed within the last hour while a package manager holds its lock.
 * Bounds: 5,000 paths, 2 GiB of a file (a larger one is `changed`, unless the database says that it is so large), 1 GiB (or one file more) and 60 s in all.
 */
import { isScript } from '../../formats/elf.ts';
import type { IntegrityFact } from '../../model/facts/persistence.ts';
import type { SourceRecord, SourceStatus } from '../../model/source.ts';
import { baseName, bytesOf, type PathText, type Printable, phrase, printableText } from '../../model/text.ts';
import type { FileStatus, Target } from '../../target/port.ts';
import { type Expected, expectedOf } from './integrity/expected.ts';
import { compiledTools } from './integrity/tools.ts';
import { heldLock } from './integrity/update-lock.ts';

const artifact = 'linux.file-integrity';
/** Bytes read at once: what fits into the buffer that a target uses again and again. */
const piece = 768 << 10;
const fileLimit = 2 ** 31;

export interface IntegrityBounds {
  readonly bytes: number;
  readonly ms: number;
}

export const integrityBounds: IntegrityBounds = { bytes: 1 << 30, ms: 60_000 };

type State = IntegrityFact['state'];
type Judged = { readonly state: State; readonly text: Printable; readonly bytes: number };

interface Hashed {
  readonly status: SourceStatus;
  readonly reason?: string;
  readonly size: number;
  readonly digest: string;
  readonly script: boolean;
}

const hourUs = 3_600_000_000;

const hashOf = (algorithm: Bun.SupportedCryptoAlgorithms, bytes: string | Uint8Array): string =>
  new Bun.CryptoHasher(algorithm).update(bytes).digest('hex');

/** Readings of a file that somebody writes to, until one is of one version. */
const mostReadings = 3;

const sameVersion = (a: FileStatus, b: FileStatus): boolean =>
  a.inode === b.inode && a.device === b.device && a.size === b.size && a.changedUs === b.changedUs;

class Check {
  readonly #target: Target;
  #lock: ReturnType<typeof heldLock> | undefined;

  constructor(target: Target) {
    this.#target = target;
  }

  of(expected: Expected): Judged {
    const { path, sum } = expected;
    const { status, reason, stat } = this.#target.readNow({ kind: 'stat', path });
    const said = (state: State, text: Printable, bytes = 0): Judged => ({ state, text, bytes });
    if (status === 'absent') return this.#missing(expected);
    if (stat === undefined) return said('unknown', phrase`${path}: ${printableText(reason ?? status)}`);
    if (sum === undefined) {
      // Every plain file has a sum: what has none was brought as a link.
      return expected.broughtAsLink && stat.type === 'file'
        ? said('replaced', phrase`${path}: a file in place of a link of package ${expected.package}`)
        : said('unknown', phrase`${path}: the package keeps no sum of it`);
    }
    if (stat.type === 'link' && this.#isListedLink(expected)) return said('unchanged', path);
    if (stat.type !== 'file' && stat.type !== 'link') {
      return said('replaced', phrase`${path}: a ${printableText(stat.type)} in place of a file`);
    }
    const read = this.#hashSteady(path, sum.algorithm);
    if (read.status === 'truncated') {
      // Padding must not keep a program from being compared: no package brings one of this size without saying so.
      const asSaid = expected.size !== undefined && expected.size === stat.size;
      if (read.size < fileLimit)
        return said('changed', phrase`${path}: a hole behind ${read.size} bytes`, read.size);
      return said(asSaid ? 'unknown' : 'changed', phrase`${path}: larger than 2 GiB`, read.size);
    }
    // In the place of a program that is as good as none: nothing would run.
    if (stat.type === 'link' && (read.status === 'absent' || read.reason === 'ELOOP')) {
      return said(
        'missing',
        phrase`${path}: a link that leads nowhere, package ${expected.package} brought a file`,
      );
    }
    if (read.status !== 'ok' && read.status !== 'empty') {
      return said('unknown', phrase`${path}: ${printableText(read.reason ?? read.status)}`);
    }
    const found = read.digest;
    if (found === sum.digest) return said('unchanged', path, read.size);
    const text = phrase`${path}: ${printableText(sum.algorithm)} ${printableText(found)}, package ${expected.package} brought ${printableText(sum.digest)}`;
    if (expected.conffile) return said('conffile-changed', text, read.size);
    const replaced = stat.type === 'link' || (read.script && compiledTools.has(baseName(path)));
    const updating = this.#updating(expected, stat);
    if (updating !== undefined) return said('unknown', phrase`${path}: ${updating}`, read.size);
    return said(replaced ? 'replaced' : 'changed', text, read.size);
  }

  /** It is read in pieces, by its name: what is swapped in between must not be told as a program that was changed. */
  #hashSteady(path: PathText, algorithm: Bun.SupportedCryptoAlgorithms): Hashed {
    const behind = (): FileStatus | undefined =>
      this.#target.readNow({ kind: 'stat', path, follow: true }).stat;
    for (let readings = 1; ; readings += 1) {
      const before = behind();
      const read = this.#hash(path, algorithm);
      const after = behind();
      if (before === undefined || (after !== undefined && sameVersion(before, after))) return read;
      if (readings === mostReadings) {
        return { ...read, status: 'error', reason: 'it changed while it was read' };
      }
    }
  }

  #hash(path: PathText, algorithm: Bun.SupportedCryptoAlgorithms): Hashed {
    const hasher = new Bun.CryptoHasher(algorithm);
    let size = 0;
    let script = false;
    for (;;) {
      const { status, reason, bytes } = this.#target.readNow({
        kind: 'file',
        path,
        limit: piece,
        offset: size,
      });
      if (size === 0) script = isScript(bytes);
      hasher.update(bytes);
      size += bytes.length;
      // The last piece of a file whose size is a multiple of one is empty.
      const ended = status === 'empty' && size > 0 ? 'ok' : status;
      if (ended !== 'truncated' || size >= fileLimit || bytes.length === 0) {
        const told = reason === undefined ? {} : { reason };
        return { status: ended, ...told, size, script, digest: hasher.digest('hex') };
      }
    }
  }

  /** The sum of a link in apk's database is that of where it leads. */
  #isListedLink({ path, sum, manager }: Expected): boolean {
    if (manager !== 'apk' || sum === undefined) return false;
    const link = this.#target.readNow({ kind: 'link', path });
    return link.status === 'ok' && hashOf(sum.algorithm, bytesOf(link.target)) === sum.digest;
  }

  #missing(expected: Expected): Judged {
    const { path, package: name } = expected;
    if (expected.leftOut) return { state: 'unknown', text: phrase`${path}: left out on purpose`, bytes: 0 };
    if (expected.conffile) {
      return { state: 'conffile-changed', text: phrase`${path}: a setting that was removed`, bytes: 0 };
    }
    const updating = this.#updating(expected, undefined);
    if (updating !== undefined) return { state: 'unknown', text: phrase`${path}: ${updating}`, bytes: 0 };
    return { state: 'missing', text: phrase`${path}: package ${name} brought it, and it is gone`, bytes: 0 };
  }

  #updating({ path, package: name, between }: Expected, stat: FileStatus | undefined): Printable | undefined {
    if (between) return phrase`package ${name} is not installed whole, an update runs or broke`;
    for (const suffix of ['.dpkg-new', '.apk-new']) {
      const next = phrase`${path}${printableText(suffix)}`;
      if (this.#target.readNow({ kind: 'stat', path: next }).status === 'ok')
        return phrase`its next version lies beside it`;
    }
    this.#lock ??= heldLock(this.#target);
    const recent = stat === undefined || stat.changedUs > Date.now() * 1000 - hourUs;
    return this.#lock.held && recent ? phrase`a package manager holds ${this.#lock.path}` : undefined;
  }
}

export interface IntegrityAnswer {
  readonly facts: readonly IntegrityFact[];
  readonly sources: readonly SourceRecord[];
}

/** The fact of each path that a package owns. */
export async function integrityOf(
  target: Target,
  paths: readonly PathText[],
  bounds: IntegrityBounds = integrityBounds,
): Promise<IntegrityAnswer> {
  const { expected, sources } = await expectedOf(target, paths);
  const checked = checkAll(target, expected, bounds);
  return { facts: checked.facts, sources: [...sources, ...checked.sources] };
}

/** The check alone, for whoever has what is expected. */
export function checkAll(
  target: Target,
  expected: Iterable<Expected>,
  bounds: IntegrityBounds = integrityBounds,
  keep: (state: State, expected: Expected) => boolean = () => true,
): IntegrityAnswer {
  const check = new Check(target);
  const facts: IntegrityFact[] = [];
  const sources: SourceRecord[] = [];
  const deadline = performance.now() + bounds.ms;
  let read = 0;
  let compared = 0;
  let cut = false;
  for (const one of expected) {
    if (read >= bounds.bytes || performance.now() > deadline) {
      cut = true;
      break;
    }
    const { state, text, bytes } = check.of(one);
    read += bytes;
    compared += 1;
    if (!keep(state, one)) continue;
    facts.push({
      kind: 'integrity',
      source: { source: one.source },
      path: one.path,
      package: one.package,
      manager: one.manager,
      state,
      text,
    });
  }
  const source = printableText('hashes of owned files');
  sources.push({
    source,
    artifact,
    status: cut ? 'truncated' : 'ok',
    bytes: read,
    ...(cut ? { reason: `${compared} files were compared` } : {}),
  });
  return { facts, sources };
}
