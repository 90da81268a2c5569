/** Public keys for tests: well formed, of no pair that anybody has. */
export function publicKey(seed: number, comment = '', type = 'ssh-ed25519'): string {
  const name = Buffer.from(type, 'latin1');
  const body = Buffer.alloc(type === 'ssh-rsa' ? 271 : 32, seed);
  const size = (length: number): Buffer => {
    const field = Buffer.alloc(4);
    field.writeUInt32BE(length);
    return field;
  };
  const blob = Buffer.concat([size(name.length), name, size(body.length), body]);
  return `${type} ${blob.toString('base64')}${comment === '' ? '' : ` ${comment}`}`;
}
