/**
 * Portable Executable: headers, sections and data directories of a Windows program, library or driver.
 *
 * Why: what a file of a Windows image is, says its header and its signature, not its name. Read where it is wanted,
 * whatever the size of the file. What it is NOT: imports, relocations or code. Offsets and sizes of a hostile file are
 * kept as they stand only where they lie in it. Bounds: 96 sections (the loader's own), 16 directories.
 * Source: Microsoft PE Format (learn.microsoft.com/windows/win32/debug/pe-format), §§3 to 5.
 */
import type { RandomAccess } from '../random-access.ts';

export type PeMachine = 'x86' | 'x64' | 'arm' | 'arm64' | 'other';
export type PeRole = 'program' | 'library' | 'driver' | 'firmware';

export interface PeSection {
  readonly name: string;
  readonly virtualAddress: number;
  readonly virtualSize: number;
  readonly offset: number;
  readonly size: number;
  readonly executable: boolean;
  readonly writable: boolean;
}

export interface PeDirectory {
  /** A virtual address; of the certificates an offset in the file. */
  readonly address: number;
  readonly size: number;
}

export interface PeFile {
  readonly machine: PeMachine;
  readonly role: PeRole;
  /** When it was linked, seconds since 1970 as the linker says; builds that can be repeated put a hash here. */
  readonly linked: number;
  readonly sections: readonly PeSection[];
  readonly resources: PeDirectory | undefined;
  readonly certificates: PeDirectory | undefined;
  /** Made by .NET. */
  readonly managed: boolean;
  /** Offsets that a signature leaves out: the checksum and the entry of the certificates. */
  readonly checksumAt: number;
  readonly certificatesAt: number;
  /** Bytes of the file. */
  readonly size: number;
}

const mostSections = 96;
const machines: Readonly<Record<number, PeMachine>> = {
  332: 'x86',
  34404: 'x64',
  452: 'arm',
  43620: 'arm64',
};
const library = 0x2000;
const native = 1;
const firmware = new Set([10, 11, 12, 13]);
const resourcesIndex = 2;
const certificatesIndex = 4;
const managedIndex = 14;

function roleOf(characteristics: number, subsystem: number): PeRole {
  if (firmware.has(subsystem)) return 'firmware';
  if (subsystem === native) return 'driver';
  return (characteristics & library) === 0 ? 'program' : 'library';
}

function sectionAt(view: DataView, at: number, size: number): PeSection {
  const name = Buffer.from(view.buffer, view.byteOffset + at, 8)
    .toString('latin1')
    .replace(/\0.*$/s, '');
  const flags = view.getUint32(at + 36, true);
  const offset = view.getUint32(at + 20, true);
  const raw = view.getUint32(at + 16, true);
  return {
    name,
    virtualSize: view.getUint32(at + 8, true),
    virtualAddress: view.getUint32(at + 12, true),
    offset,
    size: Math.max(0, Math.min(raw, size - offset)),
    executable: (flags & 0x2000_0000) !== 0,
    writable: (flags & 0x8000_0000) !== 0,
  };
}

/**
 * @param size bytes of the file
 * @returns nothing where it is no PE image
 */
export function readPe(file: RandomAccess, size: number): PeFile | undefined {
  const dos = file.read(0, 64);
  if (dos.length < 64 || dos[0] !== 0x4d || dos[1] !== 0x5a) return undefined;
  const header = new DataView(dos.buffer, dos.byteOffset, dos.length).getUint32(60, true);
  if (header < 4 || header + 24 > size) return undefined;
  // Signature, file header, the longest optional header, and the table of sections.
  const bytes = Uint8Array.from(file.read(header, 24 + 240 + 40 * mostSections));
  if (bytes.length < 24 + 96) return undefined;
  const view = new DataView(bytes.buffer);
  if (view.getUint32(0, true) !== 0x4550) return undefined;
  const count = Math.min(view.getUint16(6, true), mostSections);
  const optionalSize = view.getUint16(20, true);
  const magic = view.getUint16(24, true);
  if (magic !== 0x10b && magic !== 0x20b) return undefined;
  const directoriesAt = 24 + (magic === 0x20b ? 112 : 96);
  if (bytes.length < directoriesAt) return undefined;
  const directories = Math.min(view.getUint32(directoriesAt - 4, true), 16);
  const directory = (index: number): PeDirectory | undefined => {
    const at = directoriesAt + index * 8;
    if (index >= directories || at + 8 > bytes.length || at + 8 > 24 + optionalSize) return undefined;
    const found = { address: view.getUint32(at, true), size: view.getUint32(at + 4, true) };
    return found.address === 0 || found.size === 0 ? undefined : found;
  };
  const table = 24 + optionalSize;
  const sections: PeSection[] = [];
  for (let index = 0; index < count && table + 40 * (index + 1) <= bytes.length; index += 1) {
    sections.push(sectionAt(view, table + 40 * index, size));
  }
  const certificates = directory(certificatesIndex);
  return {
    machine: machines[view.getUint16(4, true)] ?? 'other',
    role: roleOf(view.getUint16(22, true), view.getUint16(24 + 68, true)),
    linked: view.getUint32(8, true),
    sections,
    resources: directory(resourcesIndex),
    certificates:
      certificates !== undefined && certificates.address + certificates.size <= size
        ? certificates
        : undefined,
    managed: directory(managedIndex) !== undefined,
    checksumAt: header + 24 + 64,
    certificatesAt: header + directoriesAt + certificatesIndex * 8,
    size,
  };
}

/** Where a virtual address lies in the file; nothing where no section holds it. */
export function offsetOf({ sections }: PeFile, address: number): number | undefined {
  const section = sections.find(
    (one) => address >= one.virtualAddress && address - one.virtualAddress < one.size,
  );
  return section === undefined ? undefined : section.offset + (address - section.virtualAddress);
}
