/**
 * `windows.program-trust`: who vouches for a program that starts by itself: its own signature, or a catalogue of Windows.
 *
 * What stands here for the ownership by packages of other systems. A program is Microsoft's only where its bytes are
 * signed, or listed, by a certificate that leads to one of Microsoft's own roots. Roots of the image's own store are only
 * links on that way: an intruder puts his there. What it is NOT: a judgement; most honest programs of others are signed by
 * roots that are not followed here, and many by none.
 * Catalogues are searched for the digests that are wanted and only those that hold one are decoded, since Windows has
 * thousands. Bounds: 1,000 programs, 256 MiB each, 4 GiB in all; 20,000 catalogues, 1 GiB in all.
 */
import type { X509Certificate } from 'node:crypto';
import { imageDigests, readSignatures, type Signature } from '../../formats/pe/authenticode.ts';
import { readCatalog } from '../../formats/pe/catalog.ts';
import { type PeFile, readPe } from '../../formats/pe/pe-file.ts';
import type { Signer } from '../../formats/pe/signed-data.ts';
import { storedCertificate } from '../../formats/pe/stored-certificate.ts';
import { readVersionInfo } from '../../formats/pe/version-info.ts';
import type { ProgramTrustFact } from '../../model/facts/persistence.ts';
import type { SourceRecord } from '../../model/source.ts';
import { type PathText, type Printable, printableText } from '../../model/text.ts';
import { BlockAccess } from '../../target/block-access.ts';
import type { Target } from '../../target/port.ts';
import type { Registry } from './hives.ts';

export const trustArtifact = 'windows.program-trust';
export const catalogArtifact = 'windows.catalogs';

const mib = 1 << 20;
const mostPrograms = 1_000;
const largestProgram = 256 * mib;
const mostBytes = 4096 * mib;
const mostCatalogs = 20_000;
const largestCatalog = 64 * mib;
const mostCatalogBytes = 1024 * mib;
const mostCertificates = 2_000;
const largestBlob = 64 << 10;

/** The database of catalogues that Windows asks (the GUID of its "system" subsystem). */
const catalogFolder = 'C:\\Windows\\System32\\CatRoot\\{F750E6C3-38EE-11D1-85E5-00C04FC295EE}';
const stores = ['ROOT', 'AuthRoot', 'CA'] as const;

export interface TrustResult {
  readonly facts: readonly ProgramTrustFact[];
  readonly sources: readonly SourceRecord[];
}

function certificatesOf(registry: Registry): readonly X509Certificate[] {
  const found: X509Certificate[] = [];
  for (const store of stores) {
    const at = registry.key('SOFTWARE', `Microsoft\\SystemCertificates\\${store}\\Certificates`);
    for (const key of at?.key.subkeys() ?? []) {
      if (found.length >= mostCertificates) return found;
      const blob = key.value('Blob');
      const certificate = blob === undefined ? undefined : storedCertificate(blob.data(largestBlob).bytes);
      if (certificate !== undefined) found.push(certificate);
    }
  }
  return found;
}

interface Unsigned {
  readonly fact: ProgramTrustFact;
  /** As they stand in a catalogue: SHA-256 and SHA-1. */
  readonly digests: readonly Buffer[];
}

const isVouched = ({ root }: Signer): boolean => root === 'microsoft';

/** The best of several: Windows takes a file where one of its signatures is good. */
function bestOf(signatures: readonly Signature[]): Signature | undefined {
  const valid = signatures.filter(({ state }) => state === 'valid');
  return (
    valid.find(({ signer }) => signer !== undefined && isVouched(signer)) ??
    valid[0] ??
    signatures.find(({ state }) => state === 'altered') ??
    signatures[0]
  );
}

function stateOf(signature: Signature): ProgramTrustFact['state'] {
  if (signature.state !== 'valid') return 'altered';
  return signature.signer !== undefined && isVouched(signature.signer) ? 'microsoft' : 'signed';
}

/** Who signs, for people; the names of a certificate say nothing where nobody is known to vouch for it. */
function nameOf({ subject }: Signer): Printable {
  const [, common] = /(?:^|, )CN=([^,]{1,200})/.exec(subject) ?? [];
  return printableText(common ?? subject.slice(0, 200));
}

/**
 * Digests that are looked for in catalogues, all of them in one pass: a host has 1 GiB of catalogues and as many as 2,000 of
 * these.
 */
class Sought {
  /** By their first three bytes. */
  readonly #begins = new Uint8Array(1 << 24);
  readonly #byBegin = new Map<number, { readonly digest: Buffer; readonly of: Unsigned }[]>();

  constructor(programs: readonly Unsigned[]) {
    for (const of of programs)
      for (const digest of of.digests) {
        const begin = digest.readUIntBE(0, 3);
        this.#begins[begin] = 1;
        const known = this.#byBegin.get(begin);
        if (known === undefined) this.#byBegin.set(begin, [{ digest, of }]);
        else known.push({ digest, of });
      }
  }

  /** Programs of which a digest stands in it. */
  in(content: Buffer): readonly Unsigned[] {
    const found = new Set<Unsigned>();
    let begin = ((content[0] ?? 0) << 8) | (content[1] ?? 0);
    for (let at = 2; at < content.length; at += 1) {
      begin = ((begin << 8) | (content[at] ?? 0)) & 0xff_ffff;
      if (this.#begins[begin] !== 1) continue;
      for (const { digest, of } of this.#byBegin.get(begin) ?? [])
        if (content.compare(digest, 0, digest.length, at - 2, at - 2 + digest.length) === 0) found.add(of);
    }
    return [...found];
  }
}

class Trust {
  readonly #target: Target;
  readonly #store: readonly X509Certificate[];
  readonly sources: SourceRecord[] = [];
  readonly facts = new Map<PathText, ProgramTrustFact>();
  readonly unsigned: Unsigned[] = [];
  /** A catalogue that could not be read has their digest: nobody knows whether it lists them. */
  readonly #doubtful = new Set<PathText>();
  #bytes = 0;

  constructor(target: Target, store: readonly X509Certificate[]) {
    this.#target = target;
    this.#store = store;
  }

  #tell(source: PathText, artifact: string, status: SourceRecord['status'], reason: string, bytes = 0): void {
    this.sources.push({ source, artifact, status, bytes, ...(reason === '' ? {} : { reason }) });
  }

  tellLeftOut(programs: number): void {
    this.#tell(
      printableText('programs of entries'),
      trustArtifact,
      'truncated',
      `${programs} programs: signatures of the first ${mostPrograms} were checked`,
    );
  }

  program(path: PathText): void {
    const { status, stat } = this.#target.readNow({ kind: 'stat', path, follow: true });
    if (status !== 'ok' || stat === undefined || stat.type !== 'file') return;
    const file = new BlockAccess(this.#target, path);
    const pe = readPe(file, stat.size);
    if (pe === undefined) return;
    const version = readVersionInfo(file, pe);
    const told = (text: string | undefined): Printable | undefined =>
      text === undefined || text === '' ? undefined : printableText(text);
    const [company, product, originalName, built] = [
      told(version.company),
      told(version.product),
      told(version.originalName),
      told(version.version),
    ];
    const shared = {
      kind: 'program-trust',
      source: { source: path },
      path,
      role: pe.role,
      ...(company === undefined ? {} : { company }),
      ...(product === undefined ? {} : { product }),
      ...(originalName === undefined ? {} : { originalName }),
      ...(built === undefined ? {} : { version: built }),
    } as const;
    if (stat.size > largestProgram || this.#bytes + stat.size > mostBytes) {
      this.#tell(path, trustArtifact, 'truncated', `${stat.size} bytes: its signature was not checked`);
      this.facts.set(path, { ...shared, state: 'unknown' });
      return;
    }
    this.#bytes += stat.size;
    this.#tell(path, trustArtifact, 'ok', '', stat.size);
    const best = bestOf(readSignatures(file, pe, this.#store));
    const state = best === undefined ? 'unknown' : stateOf(best);
    const signer =
      best?.signer === undefined || best.signer.subject === '' ? {} : { signer: nameOf(best.signer) };
    const fact: ProgramTrustFact = { ...shared, state, ...signer };
    this.facts.set(path, fact);
    // One that carries a signature of other bytes may still be listed.
    if (state === 'unknown' || state === 'altered')
      this.unsigned.push({ fact, digests: this.#digests(file, pe) });
  }

  #digests(file: BlockAccess, pe: PeFile): readonly Buffer[] {
    return [...imageDigests(file, pe, ['sha256', 'sha1']).values()];
  }

  /**
   * Says of those without a good signature whether a catalogue lists them.
   * @param complete the catalogues are those of a whole Windows: what none of them lists is listed nowhere
   */
  catalogs(complete: boolean): void {
    if (this.unsigned.length === 0) return;
    const folder = printableText(catalogFolder);
    const listed = this.#target.readNow({ kind: 'directory', path: folder, limit: mostCatalogs });
    const names = listed.entries.filter(({ name }) => /\.cat$/i.test(name));
    if (names.length === 0) {
      // What a collector did not take is not there to be missed.
      const status = listed.status === 'ok' ? 'empty' : listed.status;
      if (complete || (status !== 'absent' && status !== 'empty'))
        this.#tell(folder, catalogArtifact, status, listed.reason ?? 'no catalogue is known');
      return;
    }
    const sought = new Sought(this.unsigned);
    let whole = complete && listed.status === 'ok';
    let bytes = 0;
    for (const { name } of names) {
      const path = `${catalogFolder}\\${name}` as PathText;
      const { status, bytes: read } = this.#target.readNow({ kind: 'file', path, limit: largestCatalog });
      bytes += read.length;
      if (status !== 'ok' || bytes > mostCatalogBytes) {
        whole = false;
        this.#tell(
          path,
          catalogArtifact,
          status === 'ok' ? 'truncated' : status,
          'not all catalogues were read',
          read.length,
        );
        if (bytes > mostCatalogBytes) break;
        continue;
      }
      const content = Buffer.from(read.buffer, read.byteOffset, read.length);
      const wanted = sought.in(content);
      if (wanted.length > 0) this.#listed(path, wanted, Buffer.from(content));
    }
    const status = listed.status !== 'ok' ? listed.status : whole || !complete ? 'ok' : 'truncated';
    this.#tell(folder, catalogArtifact, status, listed.reason ?? '', bytes);
    if (!whole) return;
    for (const { fact } of this.unsigned) {
      if (this.facts.get(fact.path)?.state === 'unknown' && !this.#doubtful.has(fact.path))
        this.facts.set(fact.path, { ...fact, state: 'unsigned' });
    }
  }

  #listed(path: PathText, wanted: readonly Unsigned[], content: Buffer): void {
    const catalog = readCatalog(content, this.#store);
    if (catalog === undefined || catalog.cut) {
      this.#tell(path, catalogArtifact, 'error', 'not a catalogue that can be read whole', content.length);
      for (const { fact } of wanted) this.#doubtful.add(fact.path);
    }
    // A list that nobody signed vouches for nothing.
    if (catalog?.signer?.holds !== true) return;
    const state = isVouched(catalog.signer) ? 'microsoft' : 'signed';
    for (const { fact, digests } of wanted) {
      const known = this.facts.get(fact.path)?.state;
      if (known === 'microsoft' || (known === 'signed' && state === 'signed')) continue;
      if (digests.some((digest) => catalog.members.has(digest.toString('hex'))))
        this.facts.set(fact.path, { ...fact, state, signer: nameOf(catalog.signer) });
    }
  }
}

/**
 * @param paths programs that start by themselves; what is no PE image is passed over
 * @param complete the image is of a whole Windows, and not what somebody collected of one
 */
export function programTrustOf(
  target: Target,
  registry: Registry,
  paths: readonly PathText[],
  complete: boolean,
): TrustResult {
  const trust = new Trust(target, certificatesOf(registry));
  for (const path of paths.slice(0, mostPrograms)) trust.program(path);
  if (paths.length > mostPrograms) trust.tellLeftOut(paths.length);
  trust.catalogs(complete);
  return { facts: [...trust.facts.values()], sources: trust.sources };
}
