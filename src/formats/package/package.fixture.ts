/**
 * Packages written field by field from the descriptions of their formats, for tests: what dpkg-deb and rpmbuild write of
 * content that is inert. What dpkg-deb itself writes is read in the lab of removals.
 */
import { gzipSync } from 'node:zlib';

export interface PackedFile {
  /** With a first slash. */
  readonly path: string;
  readonly content?: Uint8Array | string;
  readonly mode?: number;
  readonly user?: string;
  readonly group?: string;
  readonly modifiedSeconds?: number;
  /** Path of the entry that has its content. */
  readonly hardLink?: string;
  readonly link?: string;
  /** cpio: entries of one number share the content of the last. */
  readonly inode?: number;
}

const bytesOf = (content: Uint8Array | string = ''): Buffer => Buffer.from(content);

function tarHeader(name: string, type: string, size: number, file: PackedFile): Buffer {
  const header = Buffer.alloc(512);
  const octal = (at: number, width: number, value: number): void => {
    header.write(`${value.toString(8).padStart(width - 1, '0')}\0`, at, 'latin1');
  };
  header.write(name.slice(0, 100), 0, 'latin1');
  octal(100, 8, file.mode ?? 0o755);
  octal(108, 8, 0);
  octal(116, 8, 0);
  octal(124, 12, size);
  octal(136, 12, file.modifiedSeconds ?? 1_600_000_000);
  header.write(type, 156, 'latin1');
  const target = file.link ?? (file.hardLink === undefined ? '' : `.${file.hardLink}`);
  header.write(target.slice(0, 100), 157, 'latin1');
  header.write('ustar  \0', 257, 'latin1');
  header.write(file.user ?? 'root', 265, 'latin1');
  header.write(file.group ?? 'root', 297, 'latin1');
  header.write('        ', 148, 'latin1');
  octal(
    148,
    7,
    header.reduce((sum, byte) => sum + byte, 0),
  );
  return header;
}

const padded = (bytes: Buffer): Buffer => Buffer.concat([bytes, Buffer.alloc(-bytes.length & 511)]);

/** As dpkg-deb writes it, with GNU's entries for names above 100 bytes. */
export function tarOf(files: readonly PackedFile[]): Buffer {
  const parts: Buffer[] = [];
  for (const file of files) {
    const name = `.${file.path}`;
    if (name.length > 100) {
      const long = Buffer.from(`${name}\0`, 'latin1');
      parts.push(tarHeader('././@LongLink', 'L', long.length, file), padded(long));
    }
    const isLink = file.hardLink !== undefined || file.link !== undefined;
    const content = isLink ? Buffer.alloc(0) : bytesOf(file.content);
    const type = file.hardLink !== undefined ? '1' : file.link !== undefined ? '2' : '0';
    parts.push(tarHeader(name, type, content.length, file), padded(content));
  }
  return Buffer.concat([...parts, Buffer.alloc(1024)]);
}

function arMember(name: string, content: Buffer): Buffer {
  const field = (text: string, width: number): string => text.padEnd(width);
  const header = `${field(name, 16)}${field('0', 12)}${field('0', 6)}${field('0', 6)}${field('100644', 8)}${field(String(content.length), 10)}\`\n`;
  return Buffer.concat([Buffer.from(header, 'latin1'), content, Buffer.alloc(content.length % 2, 0x0a)]);
}

export const debOf = (files: readonly PackedFile[], data: Buffer = gzipSync(tarOf(files))): Buffer =>
  Buffer.concat([
    Buffer.from('!<arch>\n'),
    arMember('debian-binary', Buffer.from('2.0\n')),
    arMember('control.tar.gz', gzipSync(tarOf([{ path: '/control', content: 'Package: p\n' }]))),
    arMember('data.tar.gz', data),
  ]);

const hex = (value: number): string => value.toString(16).padStart(8, '0');

function cpioEntry(name: string, content: Buffer, mode: number, inode: number, links: number): Buffer {
  const numbers = [inode, mode, 0, 0, links, 1_600_000_000, content.length, 0, 0, 0, 0, name.length + 1, 0];
  const head = Buffer.from(`070701${numbers.map(hex).join('')}${name}\0`, 'latin1');
  return Buffer.concat([head, Buffer.alloc(-head.length & 3), content, Buffer.alloc(-content.length & 3)]);
}

export function cpioOf(files: readonly PackedFile[]): Buffer {
  const links = (inode: number | undefined): number =>
    inode === undefined ? 1 : files.filter((file) => file.inode === inode).length;
  return Buffer.concat([
    ...files.map((file, at) =>
      cpioEntry(
        `.${file.path}`,
        bytesOf(file.content),
        0o100000 | (file.mode ?? 0o755),
        file.inode ?? at + 1000,
        links(file.inode),
      ),
    ),
    cpioEntry('TRAILER!!!', Buffer.alloc(0), 0, 0, 1),
  ]);
}

const headerMagic = Buffer.from([0x8e, 0xad, 0xe8, 1, 0, 0, 0, 0]);

/** Lead, an empty signature, the header as the database keeps it, and a payload. */
export function rpmOf(header: Uint8Array, payload: Buffer): Buffer {
  const lead = Buffer.alloc(96);
  lead.set([0xed, 0xab, 0xee, 0xdb, 3]);
  const signature = Buffer.concat([headerMagic, Buffer.from([0, 0, 0, 0, 0, 0, 0, 0])]);
  return Buffer.concat([lead, signature, headerMagic, Buffer.from(header), payload]);
}

export const randomAccess = (bytes: Uint8Array) => ({
  read: (offset: number, length: number): Uint8Array => bytes.subarray(offset, offset + length),
});
