import { expect, test } from 'bun:test';
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { recordedNative } from '../../native/recorded.ts';
import { hasNetworkDisks, networkMounts, tunnelsOf } from './cut-off.ts';

test('mounts of other hosts are told, those of this one are not', () => {
  const table = `22 1 8:1 / / rw - ext4 /dev/sda1 rw
23 22 0:40 / /srv/data rw - nfs4 nas:/data rw
24 22 0:41 / /mnt/a\\040b rw - fuse.sshfs x:/ rw
25 22 0:42 / /tmp rw - tmpfs tmpfs rw
`;
  const native = recordedNative({ readFile: () => ({ status: 'ok', value: Buffer.from(table) }) });
  const found = networkMounts(native).map(({ path, fileSystem }) => `${path} ${fileSystem}`);
  expect(found).toEqual(['/srv/data nfs4', '/mnt/a b fuse.sshfs']);
  expect(networkMounts(recordedNative())).toEqual([]);
});

test('disks over the network are sessions of iSCSI', () => {
  const folder = mkdtempSync(join(tmpdir(), 'demine-iscsi-'));
  expect(hasNetworkDisks(folder)).toBe(false);
  mkdirSync(join(folder, 'session1'));
  expect(hasNetworkDisks(folder)).toBe(true);
  rmSync(folder, { recursive: true });
  expect(hasNetworkDisks(folder)).toBe(false);
});

test('a connection that ends on a tunnel is noticed', () => {
  const at = (address: string) => [
    { address, netmask: '', mac: '', internal: false, cidr: null, family: 'IPv4' as const },
  ];
  const interfaces = { eth0: at('203.0.113.2'), wg0: at('10.8.0.1'), gone: at('10.9.0.1') };
  const types: Record<string, string> = { eth0: '1', wg0: '65534' };
  const on = (address: string) =>
    tunnelsOf(
      [{ local: { address, port: 22 }, remote: { address: '198.51.100.7', port: 50_000 } }],
      interfaces,
      (name) => types[name],
    );
  expect(on('10.8.0.1')).toEqual(['wg0']);
  expect(on('203.0.113.2')).toEqual([]);
  expect(on('10.9.0.1')).toEqual([]);
});
