/**
 * Programs and libraries that intruders replace, and the names under which they put the originals aside.
 *
 * Why: a miner that is to stay wraps ps, top and netstat so that it does not show, takes curl and wget away from
 * rivals and from the administrator, and keeps its own copy under another name. What it is NOT: a list of what must
 * be there; most hosts have a part of it. Sources: knowledge on families §2 ("tools replaced") and linux-hiding §2.
 */

/** Compiled on every distribution: found as a script, it was put there by somebody. */
export const compiledTools: ReadonlySet<string> = new Set([
  ...['ps', 'top', 'htop', 'ss', 'netstat', 'ls', 'lsof', 'find', 'kill', 'pkill', 'pgrep', 'pidof', 'free'],
  ...[
    'uptime',
    'w',
    'who',
    'last',
    'dir',
    'du',
    'stat',
    'file',
    'strings',
    'strace',
    'fuser',
    'vmstat',
    'iotop',
  ],
  ...['curl', 'wget', 'chattr', 'lsattr', 'crontab', 'ip', 'ifconfig', 'iptables', 'nft', 'tcpdump', 'nc'],
  ...['login', 'sshd', 'ssh', 'scp', 'sudo', 'su', 'passwd', 'bash', 'sh', 'dash', 'cron', 'crond', 'atd'],
  ...[
    'systemctl',
    'journalctl',
    'rm',
    'cp',
    'mv',
    'cat',
    'chmod',
    'chown',
    'touch',
    'grep',
    'sed',
    'awk',
    'gawk',
  ],
  ...[
    'mawk',
    'md5sum',
    'sha256sum',
    'sha1sum',
    'echo',
    'env',
    'id',
    'date',
    'mount',
    'umount',
    'modprobe',
    'insmod',
  ],
  ...[
    'rmmod',
    'lsmod',
    'kmod',
    'dpkg',
    'dpkg-query',
    'rpm',
    'apk',
    'dmesg',
    'base64',
    'xxd',
    'tar',
    'gzip',
    'bzip2',
  ],
  ...[
    'sysctl',
    'nohup',
    'setsid',
    'taskset',
    'renice',
    'nice',
    'docker',
    'dockerd',
    'redis-server',
    'redis-cli',
  ],
]);

/** Scripts on some distributions; only their content is compared. */
const scriptTools = ['ldd', 'which', 'service', 'egrep', 'fgrep', 'zgrep', 'run-parts', 'debsums', 'unhide'];

export const tools: readonly string[] = [...compiledTools, ...scriptTools];

export const toolFolders = ['/bin', '/sbin', '/usr/bin', '/usr/sbin'] as const;

/** Where a library stands that every login or every program loads. */
export const libraryFolders = [
  ...['/lib', '/lib64', '/usr/lib', '/usr/lib64'],
  ...['/lib/x86_64-linux-gnu', '/usr/lib/x86_64-linux-gnu'],
  ...['/lib/aarch64-linux-gnu', '/usr/lib/aarch64-linux-gnu'],
] as const;

export const libraries = [
  ...['libc.so.6', 'libpam.so.0', 'libcrypto.so.3', 'libcrypto.so.1.1', 'libkeyutils.so.1', 'liblzma.so.5'],
  ...['libnss_files.so.2', 'libnss_systemd.so.2', 'libproc2.so.0', 'libprocps.so.8', 'libselinux.so.1'],
  ...['ld-linux-x86-64.so.2', 'ld-linux-aarch64.so.1', 'libdl.so.2', 'libpthread.so.0', 'libsystemd.so.0'],
  ...['security/pam_unix.so', 'security/pam_deny.so', 'security/pam_permit.so', 'security/pam_env.so'],
  ...['security/pam_succeed_if.so', 'security/pam_systemd.so', 'security/pam_limits.so'],
] as const;

/** What is hung on the name of a tool that was put aside: `ps.original`, `top.lanigiro`, `curl.bak`. */
const aside = /^(.+?)[._-](?:orig|original|lanigiro|real|bak|backup|back|old|bk|save|saved|copy|ori|1|2)$/i;

/** Names that families gave to curl and wget when they took them away. */
const familyNames: Readonly<Record<string, string>> = {
  cd1: 'curl',
  cur: 'curl',
  curlx: 'curl',
  url: 'curl',
  lurc: 'curl',
  crl: 'curl',
  TNTcurl: 'curl',
  wd1: 'wget',
  wdl: 'wget',
  wge: 'wget',
  get: 'wget',
  tegw: 'wget',
  wgettnt: 'wget',
  TNTwget: 'wget',
  wget1: 'wget',
};

/** The tool that a name in a program folder stands in for, if it is that of one put aside. */
export function toolPutAside(name: string): string | undefined {
  const family = Object.hasOwn(familyNames, name) ? familyNames[name] : undefined;
  if (family !== undefined) return family;
  const plain = name.startsWith('.') ? name.slice(1) : name;
  const base = aside.exec(plain)?.[1] ?? (plain === name ? undefined : plain);
  return base !== undefined && compiledTools.has(base) ? base : undefined;
}
