/**
 * PKCS #7 SignedData as Windows signs with it: what is signed, by whom, and whether that holds.
 *
 * A signer's certificate is found by issuer and serial number; its attributes hold the digest of the content; its
 * signature is over the attributes as a SET. What it is NOT: a judgement of when a certificate was good; a signature
 * that was stamped outlives it, and the stamp is told as it stands. Bounds: 32 certificates, 4 signers, 8 levels.
 * Sources: RFC 2315, RFC 5652 §5; Windows Authenticode Portable Executable Signature Format (2008).
 */
import { createHash, verify, X509Certificate } from 'node:crypto';
import {
  type Asn1,
  type Asn1Bounds,
  isContext,
  isSequence,
  isSet,
  octetsOf,
  oidOf,
  readAsn1,
} from '../asn1.ts';
import { microsoftRoots } from './microsoft-roots.ts';

const oid = {
  signedData: '1.2.840.113549.1.7.2',
  messageDigest: '1.2.840.113549.1.9.4',
  signingTime: '1.2.840.113549.1.9.5',
  counterSignature: '1.2.840.113549.1.9.6',
  /** A whole SignedData of a time stamping authority (RFC 3161). */
  timeStamp: '1.3.6.1.4.1.311.3.3.1',
} as const;

export const digests: Readonly<Record<string, DigestName>> = {
  '1.2.840.113549.2.5': 'md5',
  '1.3.14.3.2.26': 'sha1',
  '2.16.840.1.101.3.4.2.1': 'sha256',
  '2.16.840.1.101.3.4.2.2': 'sha384',
  '2.16.840.1.101.3.4.2.3': 'sha512',
};
export type DigestName = 'md5' | 'sha1' | 'sha256' | 'sha384' | 'sha512';

const mostCertificates = 32;
const mostSigners = 4;
const longestChain = 8;

export interface Signer {
  /** `CN=…, O=…` in one line. */
  readonly subject: string;
  readonly issuer: string;
  /** SHA-1 of the certificate, as Windows shows it; capital letters. */
  readonly thumbprint: string;
  readonly digest: DigestName | undefined;
  /** The signature is of this certificate's key, and over this content. */
  readonly holds: boolean;
  /** The certificates lead, each signed by the next, to a root that is Microsoft's own. */
  readonly root: 'microsoft' | 'unknown';
  /** Subject of the last certificate that was found on that way. */
  readonly rootSubject: string;
  /** RFC 3339, as the stamp says. */
  readonly stamped?: string;
  /** SignedData within the attributes that nobody signed: further signatures. */
  readonly nested: readonly Uint8Array[];
}

export interface SignedData {
  readonly contentType: string;
  /** What is signed, without tag and length. */
  readonly content: Uint8Array;
  /** The same as a value. */
  readonly value: Asn1;
  readonly signers: readonly Signer[];
}

const nestedSignature = '1.3.6.1.4.1.311.2.4.1';

function certificatesOf(field: Asn1 | undefined): readonly X509Certificate[] {
  return (field?.children ?? []).slice(0, mostCertificates).flatMap(({ bytes }) => {
    try {
      return [new X509Certificate(Buffer.from(bytes))];
    } catch {
      // Not a certificate that the library knows (attribute certificates, curves of no use here): it signs nothing.
      return [];
    }
  });
}

const oneLine = (name: string): string => name.split('\n').reverse().join(', ').slice(0, 300);
const hex = (bytes: Uint8Array): string => Buffer.from(bytes).toString('hex');
const serialOf = (bytes: Uint8Array): string =>
  hex(bytes)
    .replace(/^(?:00)+(?=.)/, '')
    .toUpperCase();
const thumbprintOf = ({ fingerprint }: X509Certificate): string => fingerprint.replaceAll(':', '');

function isIssuedBy(certificate: X509Certificate, issuer: X509Certificate): boolean {
  try {
    return certificate.checkIssued(issuer) && certificate.verify(issuer.publicKey);
  } catch {
    // A key or algorithm that is not known: nothing is proven by it.
    return false;
  }
}

/** Follows issuers among the certificates that came along and those of the image's own store. */
function rootOf(
  leaf: X509Certificate,
  pool: readonly X509Certificate[],
): { readonly root: Signer['root']; readonly subject: string } {
  let current = leaf;
  for (let level = 0; level < longestChain; level += 1) {
    if (microsoftRoots.has(thumbprintOf(current)))
      return { root: 'microsoft', subject: oneLine(current.subject) };
    const issuer = pool.find((one) => one !== current && isIssuedBy(current, one));
    if (issuer === undefined) break;
    current = issuer;
  }
  return { root: 'unknown', subject: oneLine(current.subject) };
}

const attribute = (attributes: Asn1 | undefined, id: string): readonly Asn1[] =>
  (attributes?.children ?? [])
    .filter((one) => oidOf(one.children[0]) === id)
    .flatMap((one) => one.children[1]?.children ?? []);

/** UTCTime or GeneralizedTime to RFC 3339. */
function timeOf(value: Asn1 | undefined): string | undefined {
  const text = Buffer.from(value?.content ?? []).toString('latin1');
  const match = /^(\d{2}|\d{4})(\d{2})(\d{2})(\d{2})(\d{2})(\d{2})(?:\.\d+)?Z$/.exec(text);
  if (match === null) return undefined;
  const [, year = '', month, day, hour, minute, second] = match;
  // RFC 5280 §4.1.2.5.1: two digits below 50 are of this century.
  const full = year.length === 4 ? year : `${Number(year) < 50 ? '20' : '19'}${year}`;
  return `${full}-${month}-${day}T${hour}:${minute}:${second}Z`;
}

function stampOf(unsigned: Asn1 | undefined): string | undefined {
  const [counter] = attribute(unsigned, oid.counterSignature);
  const signed = counter?.children.find((one) => isContext(one, 0));
  const [time] = attribute(signed, oid.signingTime);
  if (time !== undefined) return timeOf(time);
  const [token] = attribute(unsigned, oid.timeStamp);
  const body = token === undefined ? undefined : bodyOf(token);
  const info = octetsOf(body?.encapsulated.children[1]?.children[0]);
  // TSTInfo: version, policy, imprint, serial number, time (RFC 3161 §2.4.2).
  const stamp = info === undefined ? undefined : readAsn1(info)?.value.children[4];
  return timeOf(stamp);
}

interface Body {
  readonly encapsulated: Asn1;
  readonly certificates: Asn1 | undefined;
  readonly signers: readonly Asn1[];
}

/** ContentInfo { oid, [0] SignedData { version, digests, encapsulated, [0] certificates, [1] crls, signers } }. */
function bodyOf(info: Asn1): Body | undefined {
  if (!isSequence(info) || oidOf(info.children[0]) !== oid.signedData) return undefined;
  const fields = info.children[1]?.children[0]?.children ?? [];
  const encapsulated = fields[2];
  const signers = fields.findLast(isSet);
  if (encapsulated === undefined || !isSequence(encapsulated) || signers === undefined) return undefined;
  return {
    encapsulated,
    certificates: fields.find((one) => isContext(one, 0)),
    signers: signers.children.slice(0, mostSigners),
  };
}

const asSet = (attributes: Asn1): Buffer => {
  // Signed as a SET (RFC 5652 §5.4); it stands here under the tag [0], of one byte both.
  const bytes = Buffer.from(attributes.bytes);
  bytes[0] = 0x31;
  return bytes;
};

function signatureHolds(
  fields: readonly Asn1[],
  signer: X509Certificate,
  content: Uint8Array,
  digest: DigestName | undefined,
): boolean {
  if (digest === undefined) return false;
  const signature = octetsOf(fields.findLast((one) => octetsOf(one) !== undefined));
  const attributes = fields.find((one) => isContext(one, 0));
  if (signature === undefined) return false;
  const hash = createHash(digest).update(content).digest();
  if (attributes !== undefined) {
    const [told] = attribute(attributes, oid.messageDigest);
    const stated = octetsOf(told);
    if (stated === undefined || !hash.equals(Buffer.from(stated))) return false;
  }
  try {
    return verify(
      digest,
      attributes === undefined ? content : asSet(attributes),
      signer.publicKey,
      signature,
    );
  } catch {
    // A key that does not fit the algorithm verifies nothing.
    return false;
  }
}

function signerOf(info: Asn1, body: Body, content: Uint8Array, store: readonly X509Certificate[]): Signer {
  const fields = info.children;
  const issuer = fields[1]?.children[0];
  const serial = serialOf(fields[1]?.children[1]?.content ?? new Uint8Array(0));
  const certificates = certificatesOf(body.certificates);
  const digest = digests[oidOf(fields[2]?.children[0]) ?? ''];
  const unsigned = fields.find((one) => isContext(one, 1));
  const nested = attribute(unsigned, nestedSignature).map(({ bytes }) => bytes);
  const stamped = stampOf(unsigned);
  const found = certificates.find(
    (one) =>
      one.serialNumber.replace(/^(?:00)+(?=.)/, '').toUpperCase() === serial &&
      (issuer === undefined || hex(one.raw).includes(hex(issuer.bytes))),
  );
  const rest = { digest, nested, ...(stamped === undefined ? {} : { stamped }) };
  if (found === undefined) {
    return {
      subject: '',
      issuer: '',
      thumbprint: '',
      holds: false,
      root: 'unknown',
      rootSubject: '',
      ...rest,
    };
  }
  const { root, subject: rootSubject } = rootOf(found, [...certificates, ...store]);
  return {
    subject: oneLine(found.subject),
    issuer: oneLine(found.issuer),
    thumbprint: thumbprintOf(found),
    holds: signatureHolds(fields, found, content, digest),
    root,
    rootSubject,
    ...rest,
  };
}

/**
 * @param store certificates of the image, where a root may lie that did not come along
 * @returns nothing where the bytes are no SignedData
 */
export function readSignedData(
  bytes: Uint8Array,
  store: readonly X509Certificate[] = [],
  bounds?: Asn1Bounds,
): SignedData | undefined {
  const read = readAsn1(bytes, bounds);
  const body = read === undefined ? undefined : bodyOf(read.value);
  const contentType = oidOf(body?.encapsulated.children[0]);
  const value = body?.encapsulated.children[1]?.children[0];
  if (body === undefined || contentType === undefined || value === undefined) return undefined;
  const { content } = value;
  // PKCS #7 puts the content here as it is, CMS within an octet string; the digest is over the same bytes.
  const within = octetsOf(value) === undefined ? value : readAsn1(content, bounds)?.value;
  return {
    contentType,
    content,
    value: within ?? value,
    signers: body.signers.map((info) => signerOf(info, body, content, store)),
  };
}
