/**
 * `linux.dpkg-script`: scripts that packages of dpkg run when they are installed, updated and removed.
 *
 * Reads every preinst, postinst, prerm, postrm and config script of dpkg's database, and tells those that show
 * something: a fetcher, a decoder, a temporary or hidden place, something that outlives its caller; a program that is
 * there and that no package of the host has; or a change after the package itself was put there. Why: the scripts are
 * in no list of checksums, run as root at the next update, and bring back what was removed. What it is NOT: the
 * scripts of rpm and apk, which stand inside their databases. The rest is read, counted and not told.
 * Bounds: 50,000 scripts, 256 KiB of each and 64 paths of one script. Sources: dpkg(1), deb-preinst(5)
 * and kin; Debian policy §6. dpkg writes a package's list anew whenever it writes its scripts.
 */
import { printableLatin1 } from '../../../formats/text-lines.ts';
import type { PersistenceFact } from '../../../model/facts/persistence.ts';
import { joinPath, type PathText, type Printable, phrase, printableText } from '../../../model/text.ts';
import type { ArtifactContext } from '../../artifact.ts';
import { bodyOf, entry, languageOf, settingsLimit } from '../entry.ts';
import { ownersOf } from '../file-owners.ts';
import type { PersistenceArtifact } from '../persistence-artifact.ts';
import { listNow } from '../reading.ts';
import { commandsShow, namedPaths, withoutComments } from './script-sieve.ts';

const id = 'linux.dpkg-script';
const folder = printableText('/var/lib/dpkg/info');
const form = /^(.+)\.(preinst|postinst|prerm|postrm|config)$/;
const mostNames = 400_000;
const mostScripts = 50_000;
const mostPaths = 64;
const scriptBytes = 256 << 10;
/** An unpacked package is written in one go; an hour is a slow one. */
const later = 3_600e6;

interface Script {
  readonly path: PathText;
  readonly owner: string;
  readonly kind: string;
  readonly shows: boolean;
  readonly named: ReadonlySet<string>;
}

const latin1 = ({ buffer, byteOffset, byteLength }: Uint8Array): string =>
  Buffer.from(buffer, byteOffset, byteLength).toString('latin1');

class Scripts {
  readonly #context: ArtifactContext;
  readonly #names: ReadonlyMap<string, Printable>;
  #read = 0;
  #bytes = 0;

  constructor(context: ArtifactContext, names: readonly Printable[]) {
    this.#context = context;
    this.#names = new Map(names.map((name) => [name, name]));
  }

  #file(path: PathText, limit: number): Uint8Array {
    const { status, reason, bytes } = this.#context.target.readNow({ kind: 'file', path, limit });
    if (status === 'ok' || status === 'empty') {
      this.#read += 1;
      this.#bytes += bytes.length;
      return bytes;
    }
    const why = reason === undefined ? {} : { reason };
    this.#context.log.record({ source: path, artifact: id, status, bytes: bytes.length, ...why });
    return status === 'truncated' ? bytes : new Uint8Array(0);
  }

  look(name: Printable): Script | undefined {
    const match = form.exec(name);
    if (match === null) return undefined;
    const [, owner = '', kind = ''] = match;
    const path = joinPath(folder, name);
    const bytes = this.#file(path, scriptBytes);
    // No packager writes one of that size by hand.
    const cut = bytes.length >= scriptBytes;
    const text = withoutComments(latin1(bytes));
    const shows = cut || commandsShow(text) || text.startsWith('\x7fELF') || this.#changedLater(path, owner);
    return { path, owner, kind, shows, named: shows ? new Set() : namedPaths(text, mostPaths) };
  }

  /** Written after the package was: by somebody else than dpkg. */
  #changedLater(path: PathText, owner: string): boolean {
    const name = this.#names.get(`${owner}.list`);
    if (name === undefined) return false;
    const { target } = this.#context;
    const own = target.readNow({ kind: 'stat', path }).stat;
    const list = target.readNow({ kind: 'stat', path: joinPath(folder, name) }).stat;
    return own !== undefined && list !== undefined && own.modifiedUs > list.modifiedUs + later;
  }

  /** Of the paths that are named, those that are there as programs and that no package has. */
  async unowned(scripts: readonly Script[]): Promise<ReadonlySet<string>> {
    const { target, log } = this.#context;
    const there = new Map<PathText, string>();
    for (const named of new Set(scripts.flatMap((script) => [...script.named]))) {
      const path = printableLatin1(named);
      const { stat } = target.readNow({ kind: 'stat', path, follow: true });
      if (stat?.type === 'file' && (stat.mode & 0o111) !== 0) there.set(path, named);
    }
    const { facts, sources } = await ownersOf(target, [...there.keys()]);
    for (const source of sources) log.record({ ...source, artifact: id });
    const open = facts.filter(({ path, package: owner }) => {
      if (owner !== '') return false;
      // A name that update-alternatives keeps is no package's, and leads to one.
      const link = target.readNow({ kind: 'link', path });
      return !(link.status === 'ok' && link.target.startsWith('/etc/alternatives/'));
    });
    return new Set(open.map(({ path }) => there.get(path) ?? path));
  }

  factOf({ path, owner, kind }: Script): PersistenceFact {
    const bytes = this.#file(path, settingsLimit);
    return entry({
      source: { source: path },
      mechanism: 'dpkg-script',
      user: phrase`root`,
      trigger: kind === 'prerm' || kind === 'postrm' ? phrase`remove` : phrase`install`,
      target: path,
      language: languageOf(bytes),
      body: bodyOf(bytes),
      // dpkg runs scripts of packages that it knows.
      active: this.#names.has(`${owner}.list`),
      text: path,
    });
  }

  done(): void {
    this.#context.log.countOk(id, this.#read, this.#bytes);
  }
}

export const dpkgScript: PersistenceArtifact = {
  id,
  sources: [
    { kind: 'glob', path: `${folder}/*.{preinst,postinst,prerm,postrm,config}`, live: false },
    { kind: 'glob', path: `${folder}/*.list`, live: false },
  ],
  mechanisms: ['dpkg-script'],
  order: 14,
  required: false,
  async gather(context) {
    if (context.target.readNow({ kind: 'stat', path: folder }).status === 'absent') return [];
    const names = listNow(context, id, folder, mostNames).entries.map(({ name }) => name);
    const scripts = new Scripts(context, names);
    const wanted = names.filter((name) => form.test(name));
    if (wanted.length > mostScripts) {
      const reason = `${wanted.length} scripts`;
      context.log.record({ source: folder, artifact: id, status: 'truncated', reason, bytes: 0 });
    }
    const all = wanted.slice(0, mostScripts).flatMap((name) => scripts.look(name) ?? []);
    const unowned = await scripts.unowned(all);
    const told = all.filter(({ shows, named }) => shows || [...named].some((path) => unowned.has(path)));
    const facts = told.map((script) => scripts.factOf(script));
    scripts.done();
    return facts;
  },
};
