/**
 * `linux.host`: which machine this is, how far we can see of it, and whether its clock is to be trusted.
 *
 * Why: every fact belongs to a host and a boot; a scan from inside a container sees a part and must say so;
 * a shifted clock moves every timeline; the SMBIOS vendor tells which cloud agent ought to run here.
 * What it is NOT: an inventory. Vendor texts come from the firmware or hypervisor and may say anything.
 * Units: bytes, milliseconds. Sources: machine-id(5), proc(5), namespaces(7), os-release(5);
 * include/linux/proc_ns.h for the inode numbers of the first namespaces; include/uapi/linux/capability.h;
 * systemd's container interface (`container=` of pid 1), podman's /run/.containerenv, docker's /.dockerenv.
 */
import { parseOsRelease } from '../../formats/os-release.ts';
import { parseProcStatus } from '../../formats/proc-pid-status.ts';
import { parseMemoryInfo, parseUptime } from '../../formats/proc-system.ts';
import { parseSystemStat } from '../../formats/proc-system-stat.ts';
import type { HostFact } from '../../model/facts/host.ts';
import { type PathText, type Printable, phrase, printableBytes, printableText } from '../../model/text.ts';
import type { Artifact, ArtifactContext } from '../artifact.ts';
import { hostReach } from './host-reach.ts';

const artifact = 'linux.host';
const none = printableText('');

/** ELF e_machine (elf.h) of a library of the image, in our words and the kernel's. */
const machines: Readonly<Record<number, string>> = {
  62: 'x86_64',
  183: 'aarch64',
  243: 'riscv64',
  22: 's390x',
};

class HostFiles {
  readonly #context: ArtifactContext;

  constructor(context: ArtifactContext) {
    this.#context = context;
  }

  /** The bytes, valid until the next read. What is absent is no gap here: every file has a fallback. */
  bytes(path: string, limit = 65_536): Uint8Array | undefined {
    const source = printableText(path);
    const file = this.#context.target.readNow({ kind: 'file', path: source, limit });
    const { status, reason } = file;
    if (status !== 'absent') {
      this.#context.log.record({
        source,
        artifact,
        status,
        bytes: file.bytes.length,
        ...(reason === undefined ? {} : { reason }),
      });
    }
    return status === 'ok' || status === 'truncated' ? file.bytes : undefined;
  }

  /** The first line without blanks around it; empty where there is none. */
  line(path: string): Printable {
    const bytes = this.bytes(path, 4096);
    if (bytes === undefined) return none;
    const end = bytes.indexOf(0x0a);
    return printableBytes(trimmed(end < 0 ? bytes : bytes.subarray(0, end)));
  }

  names(path: string): readonly Printable[] {
    const listing = this.#context.target.readNow({
      kind: 'directory',
      path: printableText(path),
      limit: 4096,
    });
    return listing.entries.map((entry) => entry.name);
  }
}

function trimmed(bytes: Uint8Array): Uint8Array {
  const blank = (byte: number | undefined): boolean =>
    byte === 0x20 || byte === 0x09 || byte === 0x0d || byte === 0;
  let [start, end] = [0, bytes.length];
  while (start < end && blank(bytes[start])) start += 1;
  while (end > start && blank(bytes[end - 1])) end -= 1;
  return bytes.subarray(start, end);
}

/** Version order of kernel folder names: numbers as numbers. */
const byVersion = new Intl.Collator('en', { numeric: true });

function newestKernel(files: HostFiles): Printable {
  const names = [...files.names('/lib/modules'), ...files.names('/usr/lib/modules')];
  return (
    names
      .filter((name) => /^\d/.test(name))
      .sort(byVersion.compare)
      .at(-1) ?? none
  );
}

function architecture(files: HostFiles, live: boolean, context: ArtifactContext): string {
  if (live) return context.target.native?.architecture === 'arm64' ? 'aarch64' : 'x86_64';
  for (const path of ['/usr/bin/env', '/bin/busybox', '/bin/sh', '/usr/bin/bash', '/usr/bin/dash']) {
    const head = files.bytes(path, 64);
    // \x7fELF, then e_machine at offset 18, little endian for all of ours but s390x.
    if (head === undefined || head[0] !== 0x7f || head[1] !== 0x45 || head.length < 20) continue;
    const [low = 0, high = 0] = head.subarray(18, 20);
    const machine = head[5] === 2 ? low * 256 + high : high * 256 + low;
    return machines[machine] ?? `elf-${machine}`;
  }
  return '';
}

/**
 * Milliseconds that the wall clock is ahead of boot time plus uptime. The kernel corrects the boot time when
 * the clock is set, so this is about zero on an honest host and tells of a boot time or uptime that is faked.
 * Boot time is cut to the second: what is below counts as none.
 */
function clockOffset(nowUs: number, bootSeconds: number, uptime: number | undefined): number {
  if (bootSeconds === 0 || uptime === undefined) return 0;
  const offset = Math.round(nowUs / 1000 - (bootSeconds + uptime) * 1000);
  return offset >= -1000 && offset <= 2000 ? 0 : offset;
}

function vendorOf(files: HostFiles): Printable | undefined {
  const texts = ['sys_vendor', 'product_name', 'bios_vendor', 'chassis_asset_tag']
    .map((name) => files.line(`/sys/class/dmi/id/${name}`))
    .filter(
      (text) => text !== '' && !/^(?:not specified|to be filled|default string|none|unknown)/i.test(text),
    );
  const [first, ...rest] = [...new Set(texts)];
  return first === undefined ? undefined : rest.reduce((all, text) => phrase`${all}, ${text}`, first);
}

function nameOf(files: HostFiles, live: boolean): Printable {
  const running = live ? files.line('/proc/sys/kernel/hostname') : none;
  return running === '' ? files.line('/etc/hostname') : running;
}

const hexId = (text: Printable, form: RegExp): string => (form.test(text) ? text : '');

export const host: Artifact = {
  id: artifact,
  order: 1,
  required: true,
  sources: [
    { kind: 'file', path: '/proc/sys/kernel/{hostname,osrelease}', live: true },
    { kind: 'file', path: '/proc/sys/kernel/random/boot_id', live: true },
    { kind: 'file', path: '/proc/{stat,uptime,meminfo}', live: true },
    { kind: 'link', path: '/proc/self/ns/{pid,user,cgroup}', live: true },
    { kind: 'file', path: '/proc/1/{cgroup,environ}', live: true },
    {
      kind: 'file',
      path: '/sys/class/dmi/id/{sys_vendor,product_name,bios_vendor,chassis_asset_tag}',
      live: true,
    },
    { kind: 'file', path: '/etc/{hostname,machine-id,os-release}', live: false },
    { kind: 'directory', path: '/lib/modules', live: false },
  ],
  gather(context) {
    const { target, nowUs } = context;
    const files = new HostFiles(context);
    const live = target.kind === 'live';
    const stat = live
      ? parseSystemStat(files.bytes('/proc/stat', 4 * 1024 * 1024) ?? new Uint8Array(0))
      : undefined;
    const readAtUs = live ? Math.max(nowUs, Date.now() * 1000) : nowUs;
    const uptime = live ? parseUptime(files.bytes('/proc/uptime') ?? new Uint8Array(0)) : undefined;
    const memory = live ? parseMemoryInfo(files.bytes('/proc/meminfo') ?? new Uint8Array(0)) : undefined;
    const osBytes = files.bytes('/etc/os-release') ?? files.bytes('/usr/lib/os-release') ?? new Uint8Array(0);
    const os = parseOsRelease(osBytes);
    const self = live ? parseProcStatus(files.bytes('/proc/self/status') ?? new Uint8Array(0)) : undefined;
    const reach = hostReach(target, self);
    const machineId = files.line('/etc/machine-id');
    const vendor = live ? vendorOf(files) : undefined;
    const source: PathText = live ? printableText('/proc') : printableText('/etc');
    const bootSeconds = stat?.bootSeconds ?? 0;
    const fact: HostFact = {
      kind: 'host',
      source: { source },
      name: nameOf(files, live),
      machineId: hexId(machineId, /^[0-9a-f]{32}$/),
      bootId: live ? hexId(files.line('/proc/sys/kernel/random/boot_id'), /^[0-9a-f-]{36}$/) : '',
      os: os.get('PRETTY_NAME') ?? os.get('NAME') ?? none,
      osId: os.get('ID') ?? '',
      kernel: live ? files.line('/proc/sys/kernel/osrelease') : newestKernel(files),
      architecture: architecture(files, live, context),
      cores: stat?.cpus ?? 0,
      memory: memory?.total ?? 0,
      ...(bootSeconds === 0
        ? {}
        : {
            bootTime: {
              us: bootSeconds * 1e6,
              precision: 'second',
              source: 'kernel boot time',
              certain: true,
            },
          }),
      clockOffsetMs: live ? clockOffset(readAtUs, bootSeconds, uptime) : 0,
      ...(vendor === undefined ? {} : { vendor }),
      live,
      ...reach,
    };
    return Promise.resolve([fact]);
  },
};
