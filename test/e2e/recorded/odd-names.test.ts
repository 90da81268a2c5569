/**
 * Names that an attacker chose, of all that has one: control groups, units, sockets, containers, mounts, accounts,
 * modules, tables of packet rules, interfaces. Nothing of it acts on whoever reads, and no byte of it is lost.
 */
import { describe, expect, test } from 'bun:test';
import { dockerFiles, idOf } from '../../../src/artifacts/linux/containers/docker.fixture.ts';
import { attribute } from '../../../src/formats/netlink.fixture.ts';
import { resultSchema } from '../../../src/model/result.ts';
import { bytesOf, printableBytes } from '../../../src/model/text.ts';
import { type HostParts, scanRecorded } from '../../../src/scan/recorded-host.fixture.ts';
import type { Recorded } from '../../recorded-target.ts';
import { allOf, saidOf } from './said.ts';

/** None holds a newline, which a control group may not have and which ends lines elsewhere: mount points have theirs below. */
const odd: Readonly<Record<string, string>> = {
  'terminal escapes': '\x1b[2J\x1b]0;owned\x07\x1b[31m',
  'a carriage return and a tab': 'a\rok\tb',
  markup: '"><img src=x onerror=alert(1)><script>alert(1)</script>&lt;',
  'bidirectional text': '\u202egpj.\u2066exe\u200b\u2028\u061c',
  'C1 controls': '\u009b2J\u0085\u0090',
  percent: '100%25%1B%',
  backslashes: '\\x1b\\u001b\\n\\',
  template: ['$', '{1+1}`{{7*7}}$(id)'].join(''),
  'invisible tags': '\u{e0041}\ufeff\u00ad',
};
const acting =
  /[\x00-\x1f\x7f-\x9f\u061c\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufeff\u00ad\u{e0000}-\u{e007f}]/u;

/** Every text of a value, keys too. */
function textsOf(value: unknown): readonly string[] {
  if (typeof value === 'string') return [value];
  if (Array.isArray(value)) return value.flatMap(textsOf);
  if (typeof value !== 'object' || value === null) return [];
  return Object.entries(value).flatMap(([key, one]) => [key, ...textsOf(one)]);
}

/** Octal, as mountinfo writes what would part fields or lines. */
const octal = (name: string): string =>
  Array.from(Buffer.from(name, 'utf8'), (byte) =>
    byte === 0x20 || byte === 0x09 || byte === 0x0a || byte === 0x5c
      ? `\\${byte.toString(8).padStart(3, '0')}`
      : String.fromCharCode(byte),
  ).join('');
const raw = (text: string): Uint8Array => Uint8Array.from(Buffer.from(text, 'latin1'));
/** The bytes of a name as characters, for files that are put together in latin1. */
const plain = (name: string): string => Buffer.from(name, 'utf8').toString('latin1');
const shown = (name: string): string => printableBytes(Buffer.from(name, 'utf8'));
const worker = (name: string) => ({
  pid: 4300,
  exe: `/var/tmp/.x/${name}`,
  argv: [name, '-o', '192.0.2.7:3333'],
  cpu: 95,
  samples: [0x9fe0, 0xbfe0, 0xdfe0, 0xdfc0, 0xffe0, 0x1fa0, 0x9fe0, 0xbfe0, 0xdfe0, 0x9fe0],
});

const container = (name: string): string => `pod ${name}`;

function filesOf(name: string): Record<string, Recorded> {
  const id = idOf(container(name));
  const line = plain(name).replaceAll('\n', '');
  const files = dockerFiles({
    id,
    image: `registry.example/${name}:latest`,
    name: container(name),
    path: `/usr/bin/${name}`,
    args: ['-c', name],
    env: [`NAME=${name}`],
    labels: { [name]: name, 'io.kubernetes.pod.name': name, 'io.kubernetes.pod.namespace': name },
    host: { Binds: [`/srv/${name}:/data`], RestartPolicy: { Name: 'always' }, Privileged: true },
  });
  return {
    ...Object.fromEntries(
      Object.entries(files).flatMap(([path, file]) => (typeof file === 'string' ? [[path, file]] : [])),
    ),
    '/proc/4300/cgroup': raw(
      `12:cpu:/user.slice/${line}\n0::/system.slice/${line}/docker-${id}.scope/${line}.service\n`,
    ),
    '/proc/4300/stat': raw(
      `4300 (${line.slice(0, 15)}) R 0 4300 4300 0 -1 4194304 1 2 3 4 900000 0 0 0 20 0 1 0 100000 9000000 2500 9 ${'0 '.repeat(27)}\n`,
    ),
    '/proc/1/net/unix': raw(
      'Num       RefCount Protocol Flags    Type St Inode Path\n' +
        `0: 00000002 00000000 00010000 0001 01 777 @${line}@${line}\n` +
        `0: 00000002 00000000 00010000 0001 01 778 /run/${line}\n`,
    ),
    '/proc/1/mountinfo': raw(
      '20 1 8:1 / / rw - ext4 /dev/sda1 rw\n21 20 0:5 / /proc rw - proc proc rw\n' +
        `30 20 0:9 /${octal(name)} /mnt/${octal(name)} rw,${octal(name)} ${octal(name)} - fuse.${octal(name)} ${octal(name)} rw,user=${octal(name)}\n` +
        `31 21 8:1 /${octal(name)} /proc/4300 rw - ext4 ${octal(name)} rw\n`,
    ),
    '/proc/modules': raw(`ext4 100 1 - Live 0x0\n${line.replaceAll(' ', '_')} 100 1 - Live 0x0 (OE)\n`),
    '/proc/kallsyms': raw(`0 T _stext\n0 t a\t[ext4]\n0 t b\t[${line.replaceAll(']', '')}]\n`),
    '/etc/passwd': raw(
      `root:x:0:0::/root:/bin/bash\n${line.replaceAll(':', '')}:x:0:0:${line.replaceAll(':', '')}:/home/${line.replaceAll(':', '')}:/bin/sh\n`,
    ),
    '/etc/hosts': raw(`127.0.0.1 localhost\n0.0.0.0 ${line} xmr.pool.example\n`),
    '/etc/cron.d/job': raw(`*/5 * * * * root /var/tmp/${line}/x # ${line}\n`),
    [`/etc/systemd/system/${shown(name).replaceAll('/', '_')}.service`]: raw(
      `[Unit]\nDescription=${line}\n[Service]\nExecStart=/var/tmp/.x/${line}\nUser=${line}\n[Install]\nWantedBy=multi-user.target\n`,
    ),
    '/etc/network/interfaces': raw(`auto ${line}\niface ${line} inet manual\n up /var/tmp/.x/${line}\n`),
    '/etc/os-release': raw(`PRETTY_NAME="${line}"\nID=debian\n`),
    '/proc/sys/kernel/hostname': raw(`${line}\n`),
  };
}

/** A rule that redirects, in a table and a chain of that name; and a unix socket. */
function nativeOf(name: string): HostParts['native'] {
  const text = (type: number, value: string): Uint8Array => attribute(type, Buffer.from(`${value}\0`));
  const rule = Buffer.concat([
    Uint8Array.of(2, 0, 0, 0),
    ...[text(1, name), text(2, name)],
    attribute(4, attribute(1, text(1, 'masq'))),
  ]);
  const socket = Buffer.concat([
    Uint8Array.of(1, 1, 10, 0, 9, 3, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0),
    attribute(0, Buffer.from(`\0${name}\0${name}`)),
  ]);
  const bpfName = new Uint8Array(16);
  bpfName.set(Buffer.from(name).subarray(0, 15));
  return {
    netlink: (dump) => {
      if (dump.kind === 'nftables') return { status: 'ok', value: [{ type: 0x0a06, payload: rule }] };
      return { status: 'ok', value: dump.kind === 'unix-diag' ? [{ type: 20, payload: socket }] : [] };
    },
    bpfPrograms: () => ({
      status: 'ok',
      value: [{ id: 7, type: 5, name: bpfName, createdByUid: 0, loadTimeNs: 0, tag: new Uint8Array(8) }],
    }),
  };
}

for (const [what, name] of Object.entries(odd)) {
  describe(what, () => {
    const scanned = scanRecorded({
      processes: [worker(name)],
      files: filesOf(name),
      ...{ native: nativeOf(name) ?? {} },
    });

    test('acts neither on a screen nor in a page, in either language', async () => {
      const said = await saidOf(await scanned);
      for (const [where, text] of Object.entries({ ...said.screens, ...said.pages })) {
        const bad = text.split('\n').filter((line) => acting.test(line));
        expect(bad.slice(0, 3), where).toEqual([]);
      }
      for (const [where, page] of Object.entries(said.pages)) {
        expect(page, where).not.toMatch(/<img|<script>alert|onerror=alert\(1\)>/);
      }
    });

    test('leaves valid UTF-8 and JSON of the published form, with the miner in it', async () => {
      const outcome = await scanned;
      const said = await saidOf(outcome);
      for (const [where, text] of allOf(said)) {
        if (where === 'case.sqlite') continue;
        expect(Buffer.from(text, 'utf8').toString('utf8'), where).toBe(text);
        expect(text, where).not.toContain('\ufffd');
      }
      const result = resultSchema.parse(JSON.parse(said.json));
      expect(textsOf(result).filter((text) => acting.test(text))).toEqual([]);
      expect(result.miners.map(({ pid }) => pid)).toEqual([4300]);
    });

    test('is kept byte for byte', async () => {
      const { result, facts } = await scanned;
      const holds = (text: string | undefined): boolean => text?.includes(shown(name)) === true;
      const process = facts.process(4300);
      expect(Buffer.from(bytesOf(printableBytes(Buffer.from(name))))).toEqual(Buffer.from(name));
      expect({
        cgroup: process?.cgroups.every(holds),
        mount: facts.of('mount').filter((one) => holds(one.mountPoint) && holds(one.root)).length,
        socket: facts.of('socket').some(({ path }) => path?.startsWith('/run/') === true && holds(path)),
        container: facts.of('container').every(({ container: one }) => holds(one.name) && holds(one.image)),
        forward: facts.of('forward').every(({ where }) => holds(where)),
        argument: holds(result.processes.find(({ pid }) => pid === 4300)?.commandLine),
        program: holds(result.miners[0]?.exe),
      }).toEqual({
        cgroup: true,
        mount: 1,
        socket: true,
        container: true,
        forward: true,
        argument: true,
        program: true,
      });
    });
  });
}

test('mount points with newlines, octal escapes that are none, and halves of a surrogate pair in JSON', async () => {
  const id = idOf('half');
  const [config = ''] = Object.entries(dockerFiles({ id, image: 'i', name: 'a@b', path: '/x' })).flatMap(
    ([path, file]) => (path.endsWith('config.v2.json') && typeof file === 'string' ? [file] : []),
  );
  const { result, facts } = await scanRecorded({
    files: {
      '/proc/1/mountinfo': raw(
        '20 1 8:1 / / rw - ext4 /dev/sda1 rw\n' +
          `30 20 0:9 / /mnt/${octal('a\nb c\\d#')} rw - ext4 /dev/sda1 rw\n` +
          '31 20 0:9 / /mnt/\\999\\04\\477 rw - ext4 /dev/sda1 rw\n',
      ),
      [`/var/lib/docker/containers/${id}/config.v2.json`]: config.replace('a@b', 'a\\ud800b\\u001b'),
    },
  });
  expect(facts.of('mount').map(({ mountPoint }) => String(mountPoint))).toEqual([
    '/',
    '/mnt/a%0Ab c\\d#',
    '/mnt/\\999\\04\\477',
  ]);
  expect(facts.of('container').map(({ container: one }) => String(one.name))).toEqual(['a%ED%A0%80b%1B']);
  expect(textsOf(result).filter((text) => acting.test(text))).toEqual([]);
});
