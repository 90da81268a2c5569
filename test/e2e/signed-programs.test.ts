/**
 * Windows programs as other people's tools link and sign them, and as we read them: windres and ld of MinGW binutils,
 * osslsigncode, the CMS of OpenSSL, and an image that Debian signed. Nothing of it is ever started.
 */
import { afterAll, beforeAll, describe, expect, test } from 'bun:test';
import { copyFileSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { imageDigests, readSignatures, type Signature } from '../../src/formats/pe/authenticode.ts';
import { readCatalog } from '../../src/formats/pe/catalog.ts';
import { trustList } from '../../src/formats/pe/pe.fixture.ts';
import { type PeFile, readPe } from '../../src/formats/pe/pe-file.ts';
import { storedCertificate } from '../../src/formats/pe/stored-certificate.ts';
import { readVersionInfo } from '../../src/formats/pe/version-info.ts';
import type { RandomAccess } from '../../src/formats/random-access.ts';
import { windowsTool } from '../lab/windows-tools.ts';

const version = `1 VERSIONINFO
FILEVERSION 1,2,3,4
BEGIN
  BLOCK "StringFileInfo"
  BEGIN
    BLOCK "040904b0"
    BEGIN
      VALUE "CompanyName", "Example 公司"
      VALUE "FileDescription", "A program of the tests"
      VALUE "OriginalFilename", "tool.exe"
      VALUE "ProductName", "Tools"
      VALUE "FileVersion", "1.2.3.4"
    END
  END
END
`;

/** The root is named as one of Microsoft's, as an intruder would name his. */
const make = `
cd /srv
x86_64-w64-mingw32-windres -c 65001 --preprocessor=cat v.rc -O coff -o v.o
x86_64-w64-mingw32-ld -e 0 --subsystem windows v.o -o plain.exe
openssl req -x509 -newkey rsa:2048 -nodes -keyout ca.key -out ca.pem -days 30 \
  -subj '/C=US/O=Microsoft Corporation/CN=Microsoft Root Certificate Authority 2010' 2>/dev/null
openssl req -newkey rsa:2048 -nodes -keyout leaf.key -out leaf.csr -subj '/O=Example/CN=Example Signer' 2>/dev/null
openssl x509 -req -in leaf.csr -CA ca.pem -CAkey ca.key -CAcreateserial -days 30 -out leaf.pem 2>/dev/null
cat leaf.pem ca.pem > chain.pem
sign() { osslsigncode sign -certs chain.pem -key leaf.key "$@" >/dev/null; }
sign -h sha256 -in plain.exe -out signed.exe
osslsigncode sign -certs leaf.pem -key leaf.key -h sha256 -in plain.exe -out alone.exe >/dev/null
openssl x509 -in ca.pem -outform DER -out ca.der
sign -nest -h sha1 -in signed.exe -out nested.exe
sign -h sha1 -in plain.exe -out old.exe
cp /usr/lib/shim/fbx64.efi.signed debian.efi
`;

let folder = '';
const bytesOf = (name: string): Buffer => readFileSync(join(folder, name));
const over = (bytes: Uint8Array): RandomAccess => ({
  read: (offset, length) => bytes.subarray(offset, offset + length),
});

function imageOf(bytes: Uint8Array): { readonly file: RandomAccess; readonly pe: PeFile } {
  const file = over(bytes);
  const pe = readPe(file, bytes.length);
  if (pe === undefined) throw new Error('no PE image');
  return { file, pe };
}
function signaturesOf(bytes: Uint8Array): readonly Signature[] {
  const { file, pe } = imageOf(bytes);
  return readSignatures(file, pe);
}
const sha256Of = (bytes: Uint8Array): Buffer => {
  const { file, pe } = imageOf(bytes);
  return imageDigests(file, pe, ['sha256']).get('sha256') ?? Buffer.alloc(0);
};

function run(...command: readonly string[]): string {
  const { code, output, errors } = windowsTool(folder, command);
  if (code !== 0) throw new Error(`${command.join(' ')} ended with ${code}: ${errors}`);
  return Buffer.from(output).toString();
}

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'demine-signed-'));
  writeFileSync(join(folder, 'v.rc'), version);
  run('sh', '-euc', make);
});
afterAll(() => {
  rmSync(folder, { recursive: true });
});

describe('programs that others linked and signed', () => {
  test('the version that windres wrote', () => {
    const { file, pe } = imageOf(bytesOf('plain.exe'));
    expect(readVersionInfo(file, pe)).toEqual({
      company: 'Example 公司',
      description: 'A program of the tests',
      originalName: 'tool.exe',
      product: 'Tools',
      version: '1.2.3.4',
    });
    expect(signaturesOf(bytesOf('plain.exe'))).toEqual([]);
  });

  test('a signature holds, and a root that calls itself Microsoft’s is not', () => {
    const [one, ...more] = signaturesOf(bytesOf('signed.exe'));
    expect(more).toEqual([]);
    expect(one).toMatchObject({ state: 'valid', digest: 'sha256', signer: { holds: true, root: 'unknown' } });
    expect(one?.signer?.subject).toContain('CN=Example Signer');
    expect(one?.signer?.rootSubject).toContain('CN=Microsoft Root Certificate Authority 2010');
  });

  test('an old one by SHA-1, and one within another', () => {
    expect(signaturesOf(bytesOf('old.exe'))).toMatchObject([{ state: 'valid', digest: 'sha1' }]);
    expect(signaturesOf(bytesOf('nested.exe'))).toMatchObject([
      { state: 'valid', digest: 'sha256' },
      { state: 'valid', digest: 'sha1' },
    ]);
  });

  test('the digest is the one that osslsigncode computes', () => {
    const { output } = windowsTool(folder, [
      'osslsigncode',
      'verify',
      '-CAfile',
      '/srv/ca.pem',
      '-in',
      '/srv/signed.exe',
    ]);
    const told = /Calculated message digest\s*:\s*([0-9A-F]{64})/.exec(Buffer.from(output).toString())?.[1];
    expect(sha256Of(bytesOf('signed.exe')).toString('hex').toUpperCase()).toBe(told ?? 'none told');
  });

  test('a root that did not come along is found in the store of the image, and is still not Microsoft’s', () => {
    const { file, pe } = imageOf(bytesOf('alone.exe'));
    expect(readSignatures(file, pe)[0]?.signer?.rootSubject).toContain('CN=Example Signer');
    const property = (id: number, content: Uint8Array): Buffer => {
      const head = Buffer.alloc(12);
      head.writeUInt32LE(id, 0);
      head.writeUInt32LE(1, 4);
      head.writeUInt32LE(content.length, 8);
      return Buffer.concat([head, content]);
    };
    const blob = Buffer.concat([property(3, Buffer.alloc(20)), property(32, bytesOf('ca.der'))]);
    const root = storedCertificate(blob);
    if (root === undefined) throw new Error('no certificate in the value');
    expect(readSignatures(file, pe, [root])[0]?.signer).toMatchObject({
      root: 'unknown',
      rootSubject: expect.stringContaining('Microsoft Root Certificate Authority 2010'),
    });
    for (const cut of [0, 11, 40, 300]) expect(storedCertificate(blob.subarray(0, cut))).toBeUndefined();
    expect(storedCertificate(property(32, Buffer.from('no certificate')))).toBeUndefined();
  });

  test('an image that Debian signed', () => {
    const { pe } = imageOf(bytesOf('debian.efi'));
    expect(pe.role).toBe('firmware');
    const [one] = signaturesOf(bytesOf('debian.efi'));
    expect(one).toMatchObject({ state: 'valid', signer: { holds: true, root: 'unknown' } });
    expect(one?.signer?.subject).toContain('Debian Secure Boot Signer');
  });
});

describe('what an intruder does to them', () => {
  const states = (bytes: Uint8Array): readonly string[] => signaturesOf(bytes).map(({ state }) => state);

  test('a byte of the program is changed, or something is appended', () => {
    const changed = bytesOf('signed.exe');
    const at = changed.indexOf(Buffer.from('tool.exe', 'utf16le'));
    expect(at).toBeGreaterThan(0);
    changed[at] = (changed[at] ?? 0) ^ 1;
    expect(states(changed)).toEqual(['altered']);
    expect(states(Buffer.concat([bytesOf('signed.exe'), Buffer.from('payload!')]))).toEqual(['altered']);
  });

  test('the signature of another program is put on it', () => {
    const other = bytesOf('debian.efi');
    const { pe: lent } = imageOf(other);
    const { address = 0, size = 0 } = lent.certificates ?? {};
    const plain = bytesOf('plain.exe');
    const filled = Buffer.concat([plain, Buffer.alloc((8 - (plain.length % 8)) % 8)]);
    const { pe } = imageOf(plain);
    filled.writeUInt32LE(filled.length, pe.certificatesAt);
    filled.writeUInt32LE(size, pe.certificatesAt + 4);
    const forged = Buffer.concat([filled, other.subarray(address, address + size)]);
    expect(states(forged)).toEqual(['altered']);
  });

  test('every changed byte of a signature is noticed, or changes nothing that is told', () => {
    const whole = bytesOf('signed.exe');
    const [first] = signaturesOf(whole);
    const { address = 0, size = 0 } = imageOf(whole).pe.certificates ?? {};
    let broken = 0;
    for (let at = address + 8; at < address + size; at += 7) {
      const changed = Buffer.from(whole);
      changed[at] = (changed[at] ?? 0) ^ 0x10;
      const [one] = signaturesOf(changed);
      if (one?.state === 'valid') {
        // Bytes that nobody signs; or of a certificate, for which then nobody vouches.
        const { thumbprint, subject, rootSubject } = one.signer ?? {};
        if (thumbprint !== first?.signer?.thumbprint) expect(rootSubject).toBe(subject ?? '');
      } else broken += 1;
    }
    expect(broken).toBeGreaterThan(60);
  });
});

describe('a catalogue that OpenSSL signed (its content is ours: no catalogue of Windows is at hand)', () => {
  const sign = (type: string): Buffer => {
    copyFileSync(join(folder, 'plain.exe'), join(folder, 'listed.exe'));
    writeFileSync(join(folder, 'list.der'), trustList([sha256Of(bytesOf('listed.exe'))]));
    run(
      'sh',
      '-euc',
      `cd /srv && openssl cms -sign -binary -nodetach -econtent_type ${type} -md sha256 -signer leaf.pem -inkey leaf.key -certfile ca.pem -in list.der -outform DER -out list.cat`,
    );
    return bytesOf('list.cat');
  };

  test('a program without a signature of its own is among its members; a changed one is not', () => {
    const catalog = readCatalog(sign('1.3.6.1.4.1.311.10.1'));
    expect(catalog?.signer).toMatchObject({ holds: true, root: 'unknown' });
    expect(catalog?.members.has(sha256Of(bytesOf('plain.exe')).toString('hex'))).toBe(true);
    const changed = bytesOf('plain.exe');
    changed[changed.length - 1] = 1;
    expect(catalog?.members.has(sha256Of(changed).toString('hex'))).toBe(false);
  });

  test('a list whose members were changed is signed by nobody', () => {
    const bytes = sign('1.3.6.1.4.1.311.10.1');
    const at = bytes.indexOf(sha256Of(bytesOf('plain.exe')));
    bytes[at] = (bytes[at] ?? 0) ^ 1;
    expect(readCatalog(bytes)?.signer?.holds).toBe(false);
  });
});
