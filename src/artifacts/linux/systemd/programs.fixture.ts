/**
 * Cases of services whose program has an innocent name in a place of owners: what tells it is what stands in it, how it
 * is packed, and where the same bytes lie. The programs are headers with words behind them; nothing in them runs.
 */
import { type Files, inertProgram, type MechanismCase } from '../../../../test/persistence/case.ts';

const etc = '/etc/systemd/system';

function service(name: string, exec: string, rest = ''): Files {
  const unit = `${etc}/${name}.service`;
  return {
    [unit]: `[Unit]\nDescription=${name}\n\n[Service]\n${rest}ExecStart=${exec}\n\n[Install]\nWantedBy=multi-user.target\n`,
    [`${etc}/multi-user.target.wants/${name}.service`]: { link: unit },
  };
}

/** A header with words behind it, each ended as strings of a program are. */
function programWith(size: number, ...words: readonly string[]): Uint8Array {
  const bytes = inertProgram(size);
  bytes.set(Buffer.from(words.map((word) => `${word}\0`).join('')), 512);
  return bytes;
}

/** Two segments without content, an entry in the last, no sections: the shape that an altered UPX leaves. */
function alteredPack(size: number): Uint8Array {
  const bytes = inertProgram(size);
  const view = new DataView(bytes.buffer);
  const segment = (index: number, address: number, fileSize: number, memorySize: number): void => {
    const at = 64 + index * 56;
    view.setUint32(at, 1, true);
    view.setBigUint64(at + 16, BigInt(address), true);
    view.setBigUint64(at + 32, BigInt(fileSize), true);
    view.setBigUint64(at + 40, BigInt(memorySize), true);
  };
  view.setBigUint64(24, 0x900100n, true);
  view.setBigUint64(32, 64n, true);
  view.setUint16(56, 2, true);
  segment(0, 0x400000, 0, 0x500000);
  segment(1, 0x900000, 0x1000, 0x1000);
  return bytes;
}

const options = ['donate-over-proxy', 'huge-pages-jit', 'randomx-1gb-pages', 'cpu-max-threads-hint'];
const algorithms = ['rx/wow', 'rx/arq', 'cn-heavy/xhv', 'cn-pico/tlo', 'argon2/chukwav2'];

export const programCases: readonly MechanismCase[] = [
  {
    mechanism: 'systemd-service',
    dress: 'unowned-binary',
    what: 'a program in /opt that takes a miner’s options, without name, pool or wallet',
    planted: {
      ...service('netcached', '/opt/netcache/netcached --daemon', 'Restart=always\n'),
      '/opt/netcache/netcached': programWith(20_000, ...options, ...algorithms),
    },
  },
  {
    mechanism: 'systemd-service',
    dress: 'unowned-binary',
    what: 'a program in /usr/local, of which a copy lies hidden under another name',
    planted: {
      ...service('mailq-sync', '/usr/local/lib/mailq/sync'),
      '/usr/local/lib/mailq/sync': programWith(21_000, 'copy'),
      '/var/lib/.fonts-cache/ttf': { content: programWith(21_000, 'copy'), mode: 0o755 },
    },
  },
  {
    mechanism: 'systemd-service',
    dress: 'unowned-binary',
    what: 'a program in /opt that was packed and altered so that it is not unpacked',
    planted: { ...service('agentd', '/opt/agent/agentd'), '/opt/agent/agentd': alteredPack(22_000) },
  },
  {
    mechanism: 'systemd-service',
    dress: 'unowned-binary',
    what: 'a program of an account with the name of one of systemd’s own',
    planted: {
      ...service('logins', '/home/ada/bin/systemd-logind'),
      '/home/ada/bin/systemd-logind': { content: programWith(23_000), mode: 0o755, uid: 1000 },
    },
  },
  {
    mechanism: 'systemd-service',
    dress: 'honest',
    what: 'a scanner that knows many miners, a silent tool packed by its makers, a program that an account keeps',
    planted: {
      ...service('scanner', '/opt/scanner/scanner serve', 'Restart=always\n'),
      '/opt/scanner/scanner': programWith(
        30_000,
        ...['XMRig/6.21.0', 'cpuminer/2.5.1', 'ccminer/2.3', 't-rex/0.26', 'stratum+tcp://'],
        ...options,
        ...algorithms,
      ),
      ...service('frpc', '/usr/local/bin/frpc', 'Restart=always\nStandardOutput=null\n'),
      '/usr/local/bin/frpc': programWith(31_000, '', 'UPX!'),
      ...service('app', '/home/ada/app/server', 'Restart=on-failure\n'),
      '/home/ada/app/server': { content: programWith(32_000), mode: 0o755, uid: 1000 },
    },
  },
  {
    mechanism: 'systemd-service',
    dress: 'honest',
    what: 'one program twice: releases, a backup, a build, environments, what an installer left, a library of RandomX',
    planted: {
      ...service('shop', '/opt/shop/releases/2/bin/shop'),
      '/opt/shop/releases/1/bin/shop': programWith(40_000, 'shop'),
      '/opt/shop/releases/2/bin/shop': programWith(40_000, 'shop'),
      '/var/backups/opt/shop/releases/2/bin/shop': { content: programWith(40_000, 'shop'), mode: 0o755 },
      ...service('prometheus', '/usr/local/bin/prometheus'),
      '/usr/local/bin/prometheus': programWith(41_000, 'prometheus'),
      '/tmp/prometheus-2.53.0.linux-amd64/prometheus': {
        content: programWith(41_000, 'prometheus'),
        mode: 0o755,
      },
      '/tmp/tmp.Xa8kQ2': { content: programWith(41_000, 'prometheus'), mode: 0o755 },
      ...service('worker', '/srv/worker/.venv/bin/python3 /srv/worker/main.py'),
      '/srv/worker/.venv/bin/python3': programWith(42_000, 'python'),
      '/home/ada/.cache/pre-commit/py/bin/python': { content: programWith(42_000, 'python'), mode: 0o755 },
      ...service('wallet-node', '/opt/node/node-daemon'),
      '/opt/node/node-daemon': programWith(43_000, 'rx/wow', 'rx/arq', 'failed to allocate RandomX memory'),
    },
  },
];
