/**
 * Authenticode: the digest of a PE image and the signatures that stand in it.
 *
 * The digest leaves out the checksum, the entry of the certificates and the certificates themselves; all else counts,
 * also what was appended behind the last section. What it is NOT: page hashes, or whether Windows would run it.
 * Bounds: 16 certificates in the table, 8 signatures, 1 MiB each.
 * Source: Windows Authenticode Portable Executable Signature Format, "Calculating the PE Image Hash".
 */
import type { X509Certificate } from 'node:crypto';
import { createHash } from 'node:crypto';
import { octetsOf, oidOf } from '../asn1.ts';
import type { RandomAccess } from '../random-access.ts';
import type { PeFile } from './pe-file.ts';
import { type DigestName, digests, readSignedData, type Signer } from './signed-data.ts';

const indirectData = '1.3.6.1.4.1.311.2.1.4';
const mostEntries = 16;
const mostSignatures = 8;
const largestSignature = 1 << 20;
const piece = 1 << 20;
/** WIN_CERT_TYPE_PKCS_SIGNED_DATA of wintrust.h. */
const pkcs = 2;

/**
 * - `valid` the file is the one that was signed, by the key of that certificate
 * - `altered` the signature holds, and is of another file
 * - `broken` the signature does not hold, or cannot be read
 */
export type SignatureState = 'valid' | 'altered' | 'broken';

export interface Signature {
  readonly state: SignatureState;
  readonly digest: DigestName | undefined;
  readonly signer: Signer | undefined;
}

/** Digest of the image in each of the algorithms, in one pass. */
export function imageDigests(
  file: RandomAccess,
  pe: PeFile,
  algorithms: readonly DigestName[],
): ReadonlyMap<DigestName, Buffer> {
  const hashes = algorithms.map((name) => ({ name, hash: createHash(name) }));
  const take = (from: number, to: number): void => {
    for (let at = from; at < to; ) {
      const bytes = file.read(at, Math.min(piece, to - at));
      if (bytes.length === 0) return;
      for (const { hash } of hashes) hash.update(bytes);
      at += bytes.length;
    }
  };
  const end = pe.certificates?.address ?? pe.size;
  take(0, pe.checksumAt);
  take(pe.checksumAt + 4, pe.certificatesAt);
  take(pe.certificatesAt + 8, end);
  if (pe.certificates !== undefined) take(end + pe.certificates.size, pe.size);
  else {
    // Signed files are filled to eight bytes; the digest of one that a catalogue names is made as if it were.
    const fill = Buffer.alloc((8 - (pe.size % 8)) % 8);
    for (const { hash } of hashes) hash.update(fill);
  }
  return new Map(hashes.map(({ name, hash }) => [name, hash.digest()]));
}

/** SpcIndirectDataContent: { type and value, { { algorithm }, digest } }. */
function signedDigest(
  data: NonNullable<ReturnType<typeof readSignedData>>,
): { readonly name: DigestName; readonly digest: Uint8Array } | undefined {
  if (data.contentType !== indirectData) return undefined;
  const info = data.value.children[1];
  const name = digests[oidOf(info?.children[0]?.children[0]) ?? ''];
  const digest = octetsOf(info?.children[1]);
  return name === undefined || digest === undefined ? undefined : { name, digest };
}

/** Bytes of the table's signatures, each on eight bytes with length, revision and type before it. */
function tableOf(file: RandomAccess, pe: PeFile): readonly Uint8Array[] {
  if (pe.certificates === undefined) return [];
  const { address, size } = pe.certificates;
  const found: Uint8Array[] = [];
  for (let at = address, row = 0; at + 8 <= address + size && row < mostEntries; row += 1) {
    const head = file.read(at, 8);
    if (head.length < 8) break;
    const view = new DataView(head.buffer, head.byteOffset, 8);
    const length = view.getUint32(0, true);
    const type = view.getUint16(6, true);
    if (length < 8 || at + length > address + size) break;
    if (type === pkcs) found.push(Uint8Array.from(file.read(at + 8, Math.min(length - 8, largestSignature))));
    at += (length + 7) & ~7;
  }
  return found;
}

/** Every signature, the first one first; those within others follow them. */
export function readSignatures(
  file: RandomAccess,
  pe: PeFile,
  store: readonly X509Certificate[] = [],
): readonly Signature[] {
  const waiting = [...tableOf(file, pe)];
  const found: Signature[] = [];
  const known = new Map<DigestName, Buffer>();
  const digestOf = (name: DigestName): Buffer | undefined => {
    if (!known.has(name)) for (const [key, value] of imageDigests(file, pe, [name])) known.set(key, value);
    return known.get(name);
  };
  while (waiting.length > 0 && found.length < mostSignatures) {
    const bytes = waiting.shift() ?? new Uint8Array(0);
    const data = readSignedData(bytes, store);
    const [signer] = data?.signers ?? [];
    const told = data === undefined ? undefined : signedDigest(data);
    waiting.push(...(signer?.nested ?? []));
    const holds = signer?.holds === true && told !== undefined;
    const same = told !== undefined && digestOf(told.name)?.equals(Buffer.from(told.digest)) === true;
    found.push({ state: !holds ? 'broken' : same ? 'valid' : 'altered', digest: told?.name, signer });
  }
  return found;
}
