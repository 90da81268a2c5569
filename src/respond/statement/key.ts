/**
 * The responder's key: Ed25519 (RFC 8032), kept as PKCS #8 in PEM (RFC 8410) for its owner alone, its public half beside
 * it as `FILE.pub`. Made new and never written over: statements that it signed are checked with it for years.
 */
import {
  createHash,
  createPrivateKey,
  createPublicKey,
  generateKeyPairSync,
  type KeyObject,
} from 'node:crypto';
import {
  closeSync,
  constants,
  fstatSync,
  fsyncSync,
  linkSync,
  mkdirSync,
  openSync,
  readFileSync,
  rmSync,
  writeSync,
} from 'node:fs';
import { homedir } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import { DemineError, errorText } from '../../model/error.ts';

/** A PEM file of one key has some hundred bytes. */
const mostBytes = 16 << 10;

export const publicPathOf = (path: string): string => `${path}.pub`;

/** `$XDG_CONFIG_HOME/demine/responder.key` (XDG Base Directory Specification), below the home folder without. */
export function presetKeyPath(environment: Readonly<Record<string, string | undefined>>): string {
  const configured = environment['XDG_CONFIG_HOME'];
  const base = configured?.startsWith('/') === true ? configured : join(homedir(), '.config');
  return join(base, 'demine', 'responder.key');
}

/** SubjectPublicKeyInfo, DER. */
export const encodedKey = (key: KeyObject): Uint8Array =>
  new Uint8Array(
    (key.type === 'private' ? createPublicKey(key) : key).export({ type: 'spki', format: 'der' }),
  );

/** SHA-256 of the encoded public key, hexadecimal: what two people compare. */
export const fingerprintOf = (key: KeyObject): string =>
  createHash('sha256').update(encodedKey(key)).digest('hex');

const unusable = (path: string, message: string, cause?: unknown): DemineError =>
  new DemineError('key-unusable', message, { subject: path, ...(cause === undefined ? {} : { cause }) });

const codeOf = (cause: unknown): string =>
  cause instanceof Error && 'code' in cause && typeof cause.code === 'string' ? cause.code : '';

/** The whole of a small plain file; a link is not followed. */
function readSmall(path: string, isOpenToOthers: (mode: number) => boolean): string {
  let descriptor: number;
  try {
    descriptor = openSync(path, constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK);
  } catch (cause) {
    if (codeOf(cause) === 'ENOENT') throw new DemineError('key-missing', 'there is none', { subject: path });
    if (codeOf(cause) === 'ELOOP') throw unusable(path, 'it is a link', cause);
    throw unusable(path, errorText(cause), cause);
  }
  try {
    const status = fstatSync(descriptor);
    if (!status.isFile()) throw unusable(path, 'it is no plain file');
    if (status.size > mostBytes) throw unusable(path, 'it is too large for a key');
    if (isOpenToOthers(status.mode)) throw unusable(path, 'others may read it');
    return readFileSync(descriptor, 'utf8');
  } finally {
    closeSync(descriptor);
  }
}

function ed25519(path: string, make: () => KeyObject, wanted: string): KeyObject {
  let key: KeyObject;
  try {
    key = make();
  } catch (cause) {
    throw unusable(path, wanted, cause);
  }
  if (key.asymmetricKeyType !== 'ed25519') throw unusable(path, wanted);
  return key;
}

/** @throws DemineError `key-missing`, `key-unusable` where it is no Ed25519 key, or others may read it */
export function readPrivateKey(path: string): KeyObject {
  const text = readSmall(path, (mode) => (mode & 0o077) !== 0);
  return ed25519(
    path,
    () => createPrivateKey({ key: text, format: 'pem' }),
    'it holds no Ed25519 private key',
  );
}

/** A public key; the private one in its place is refused, so that nobody gets used to handing it around. */
export function readPublicKey(path: string): KeyObject {
  const text = readSmall(path, () => false);
  const wanted = 'it holds no Ed25519 public key';
  if (!/^-----BEGIN PUBLIC KEY-----/m.test(text)) throw unusable(path, wanted);
  return ed25519(path, () => createPublicKey({ key: text, format: 'pem' }), wanted);
}

/** A new file, whole and on the disk or not there at all. */
function writeNew(path: string, text: string, mode: number): void {
  const draft = `${path}.${process.pid}.new`;
  const descriptor = openSync(draft, 'wx', mode);
  try {
    const bytes = Buffer.from(text);
    for (let at = 0; at < bytes.length; ) at += writeSync(descriptor, bytes, at);
    fsyncSync(descriptor);
  } finally {
    closeSync(descriptor);
  }
  try {
    // A link is made only where nothing is: rename(2) would write over it.
    linkSync(draft, path);
  } finally {
    rmSync(draft, { force: true });
  }
}

/**
 * Makes a key at `path`, with its public half beside it.
 * @throws DemineError `key-exists`, `key-unusable` where it cannot be written
 */
export function makeKey(path: string): KeyObject {
  const file = resolve(path);
  const { privateKey, publicKey } = generateKeyPairSync('ed25519');
  const taken = (subject: string, cause: unknown): DemineError =>
    new DemineError('key-exists', 'there is something already', { subject, cause });
  try {
    mkdirSync(dirname(file), { recursive: true, mode: 0o700 });
  } catch (cause) {
    throw unusable(file, errorText(cause), cause);
  }
  try {
    writeNew(file, privateKey.export({ type: 'pkcs8', format: 'pem' }).toString(), 0o600);
  } catch (cause) {
    throw codeOf(cause) === 'EEXIST' ? taken(file, cause) : unusable(file, errorText(cause), cause);
  }
  try {
    writeNew(publicPathOf(file), publicKey.export({ type: 'spki', format: 'pem' }).toString(), 0o644);
  } catch (cause) {
    rmSync(file, { force: true });
    const subject = publicPathOf(file);
    throw codeOf(cause) === 'EEXIST' ? taken(subject, cause) : unusable(subject, errorText(cause), cause);
  }
  return privateKey;
}
