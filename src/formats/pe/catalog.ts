/**
 * Security catalogues (`*.cat` of CatRoot): which files Windows or a driver's maker vouches for, by their digests.
 *
 * Most programs of Windows carry no signature of their own; a catalogue names them. What it is NOT: a list of paths;
 * whoever renames a file of Windows has one that a catalogue names. Bounds: 64 MiB, 400,000 members.
 * Sources: CTL_INFO of wincrypt.h (szOID_CTL), whose encoding Microsoft's CAB and driver catalogues use; the member
 * attribute SPC_INDIRECT_DATA of the Authenticode format. No catalogue of Windows was at hand: experimental.
 */
import type { X509Certificate } from 'node:crypto';
import { type Asn1, isSequence, octetsOf, oidOf } from '../asn1.ts';
import { readSignedData, type Signer } from './signed-data.ts';

const trustList = '1.3.6.1.4.1.311.10.1';
const indirectData = '1.3.6.1.4.1.311.2.1.4';
const mostMembers = 400_000;
/** Some 40 values a member. */
const mostNodes = 16_000_000;

export interface Catalog {
  readonly signer: Signer | undefined;
  /** Digests of members, small hex: of SHA-1 and SHA-256, as they stand. */
  readonly members: ReadonlySet<string>;
  /** More members than are kept. */
  readonly cut: boolean;
}

/** A member's name is its digest, as bytes or as hex in UTF-16. */
function digestOfName(bytes: Uint8Array): string | undefined {
  if (bytes.length === 20 || bytes.length === 32) return Buffer.from(bytes).toString('hex');
  const text = Buffer.from(bytes).toString('utf16le').replace(/\0+$/, '');
  return /^(?:[0-9A-Fa-f]{40}|[0-9A-Fa-f]{64})$/.test(text) ? text.toLowerCase() : undefined;
}

function digestOfMember(member: Asn1): string | undefined {
  for (const attribute of member.children[1]?.children ?? []) {
    if (oidOf(attribute.children[0]) !== indirectData) continue;
    const info = attribute.children[1]?.children[0]?.children[1];
    const digest = octetsOf(info?.children[1]);
    if (digest?.length === 20 || digest?.length === 32) return Buffer.from(digest).toString('hex');
  }
  return undefined;
}

/** Nothing where the bytes are no catalogue. */
export function readCatalog(bytes: Uint8Array, store: readonly X509Certificate[] = []): Catalog | undefined {
  const data = readSignedData(bytes, store, { nodes: mostNodes });
  if (data?.contentType !== trustList) return undefined;
  // The last SEQUENCE OF whose members begin with an octet string; those before it are usage, identifier and algorithm.
  const list = data.value.children.findLast(
    (one) => isSequence(one) && one.children.every((member) => octetsOf(member.children[0]) !== undefined),
  );
  const members = new Set<string>();
  let cut = false;
  for (const member of list?.children ?? []) {
    if (members.size >= mostMembers) {
      cut = true;
      break;
    }
    const name = octetsOf(member.children[0]);
    for (const digest of [name === undefined ? undefined : digestOfName(name), digestOfMember(member)]) {
      if (digest !== undefined) members.add(digest);
    }
  }
  return { signer: data.signers[0], members, cut };
}
