/** A root file system in a folder, with inert stand-ins of what droppers leave: an ELF header and words, no code. */
import { chmodSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { keccak_256 } from '@noble/hashes/sha3.js';
import { base58xmr } from '@scure/base';

/** Keys of nobody (bytes 1, 2, 3 …) with a right checksum. */
export const wallet = ((): string => {
  const body = Uint8Array.from([18, ...Array.from({ length: 64 }, (_, at) => at + 1)]);
  return base58xmr.encode(Uint8Array.from([...body, ...keccak_256(body).subarray(0, 4)]));
})();

export const settings = JSON.stringify(
  {
    autosave: true,
    cpu: { enabled: true, 'huge-pages': true, 'max-threads-hint': 75 },
    'donate-level': 0,
    pools: [{ algo: 'rx/0', url: 'pool.example.net:3333', user: wallet, pass: 'hunter2', 'rig-id': null }],
  },
  null,
  2,
);

export const log = [
  '[2024-03-01 10:00:05.117]  net      use pool pool.example.net:3333  192.0.2.7',
  '[2024-03-01 10:00:09.001]  cpu      accepted (1/0) diff 100 (284 ms)',
  '[2024-03-01 10:01:05.117]  miner    speed 10s/60s/15m 901.1 899.3 n/a H/s max 905.0 H/s',
].join('\n');

const elfHead = [0x7f, 0x45, 0x4c, 0x46, 2, 1, 1, 0, 0, 0, 0, 0, 0, 0, 0, 0, 2, 0, 0x3e, 0, 1, 0, 0, 0];

/** No machine code: a header that names no segment, and words. */
export function inertElf(...words: readonly string[]): Uint8Array {
  const text = words.flatMap((word) => [...Buffer.from(word, 'latin1'), 0, 0]);
  return Uint8Array.from([...elfHead, ...Array.from({ length: 512 }, () => 0), ...text, 0, 0]);
}

export const minerElf = (): Uint8Array =>
  inertElf(
    'XMRig/6.21.0',
    'FAILED TO APPLY MSR MOD, HASHRATE WILL BE LOW',
    'speed 10s/60s/15m',
    '"algo": "rx/0"',
  );

export interface PlantedFile {
  readonly content: string | Uint8Array;
  readonly mode?: number;
}

export interface FolderImage {
  readonly root: string;
  put(path: string, content: string | Uint8Array, mode?: number): string;
  remove(): void;
}

/** The folders that make a target, and a package database in which only /usr/bin/owned and /opt/owned/xmrig stand. */
export function folderImage(): FolderImage {
  const root = mkdtempSync(join(tmpdir(), 'demine-image-'));
  const put = (path: string, content: string | Uint8Array, mode = 0o644): string => {
    const full = join(root, path);
    mkdirSync(dirname(full), { recursive: true });
    writeFileSync(full, content);
    chmodSync(full, mode);
    return full;
  };
  for (const folder of ['etc', 'usr/bin', 'var/lib', 'tmp', 'root'])
    mkdirSync(join(root, folder), { recursive: true });
  put('/etc/os-release', 'ID=debian\nPRETTY_NAME="Debian GNU/Linux 12"\n');
  put('/etc/hostname', 'image\n');
  put('/etc/machine-id', `${'0'.repeat(31)}1\n`);
  put('/var/lib/dpkg/status', 'Package: owned\nStatus: install ok installed\n');
  put('/var/lib/dpkg/info/owned.list', '/.\n/usr/bin/owned\n/opt/owned/xmrig\n/opt/owned/config.json\n');
  return { root, put, remove: () => rmSync(root, { recursive: true, force: true }) };
}
