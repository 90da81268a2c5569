/**
 * A public key of OpenSSH as it stands in a line: type, base64, comment.
 *
 * Public keys are no secrets: type and fingerprint name them as `ssh-keygen -l` and the log of sshd do. What it is
 * NOT: a check of the key itself. Sources: sshd(8), AUTHORIZED_KEYS FILE FORMAT; RFC 4253 §6.6; OpenSSH PROTOCOL.
 * Bound: 16 KiB of one key.
 */

export interface PublicKey {
  /** `ssh-ed25519`, `ssh-rsa`, … */
  readonly type: string;
  /** `SHA256:` with base64 of the hash, without padding. */
  readonly fingerprint: string;
  /** One character a byte. */
  readonly comment: string;
}

const types =
  'ssh-(?:rsa|dss|ed25519|ed448)|ecdsa-sha2-nistp(?:256|384|521)|sk-(?:ssh-ed25519|ecdsa-sha2-nistp256)@openssh\\.com|(?:ssh-(?:rsa|dss|ed25519)|ecdsa-sha2-nistp(?:256|384|521))-cert-v01@openssh\\.com';
const whole = new RegExp(`^(${types})[ \\t]+([A-Za-z0-9+/=]{16,16384})(?:[ \\t]+(.*))?$`, 's');
const within = new RegExp(`(?:${types})[ \\t]+AAAA[A-Za-z0-9+/]{16,16384}`);

/** The key that begins the text; nothing where none does or where its bytes are of another type. */
export function parsePublicKey(text: string): PublicKey | undefined {
  const found = whole.exec(text);
  if (found === null) return undefined;
  const [, type = '', base64 = '', comment = ''] = found;
  const blob = Buffer.from(base64, 'base64');
  const length = blob.length < 4 ? 0 : blob.readUInt32BE(0);
  if (length !== type.length || blob.toString('latin1', 4, 4 + length) !== type) return undefined;
  const hash = new Bun.CryptoHasher('sha256').update(blob).digest('base64').replace(/=+$/, '');
  return { type, fingerprint: `SHA256:${hash}`, comment: comment.trim() };
}

/** Where something like a key stands in noise; -1 for nowhere. */
export function keyWithin(text: string): number {
  return text.search(within);
}
