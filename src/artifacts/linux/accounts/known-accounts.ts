/**
 * Accounts and groups that systems bring themselves, and what is usual for them.
 *
 * Why: a key, a shell or a sudo rule means one thing for a person and another for `games`. What it is NOT: a list of
 * all services; accounts that owners give shells and keys (git, postgres, jenkins, gitlab-runner, backup agents) are
 * left out of it on purpose. Names only: whether this host has them, passwd says.
 * Sources: base-passwd of Debian, setup and systemd of Red Hat, baselayout of Alpine, system-user-* of SUSE.
 */
import type { Printable } from '../../../model/text.ts';

const words = (text: string): ReadonlySet<string> => new Set(text.split(/\s+/));

/** Made by the base of a distribution or by a daemon; nobody logs in as one of them. */
const base = words(
  'daemon bin sys sync games man lp mail news uucp proxy www-data backup list irc gnats nobody nfsnobody adm ' +
    'operator shutdown halt ftp gopher messagebus dbus sshd syslog ntp chrony rpc rpcuser statd polkitd polkituser ' +
    'avahi avahi-autoipd colord usbmux dnsmasq tss uuidd landscape pollinate tcpdump kernoops pulse rtkit saned ' +
    'lightdm gdm sddm speech-dispatcher hplip geoclue cups-pk-helper lxd whoopsie bind named postfix postdrop ' +
    'exim dovecot dovenull squid apache nginx httpd wwwrun haproxy memcached memcache redis mongodb mongod ' +
    'elasticsearch kibana logstash ntpd smmsp smmta mailnull abrt oprofile pcap xfs vcsa distcache nscd unbound ' +
    'saslauth stapunpriv sssd libstoragemgmt cockpit-ws cockpit-wsinstance setroubleshoot clevis radvd qemu ' +
    'libvirt-qemu libvirt-dnsmasq rngd flatpak pesign pipewire dhcpd dhcp cyrus vpopmail guest at cron fwupd-refresh',
);

export function isBaseAccount(name: Printable): boolean {
  return base.has(name) || /^(?:systemd-|_[a-z]|debian-|Debian-)/.test(name);
}

/** Base accounts to which a package gives a shell: amanda works as `backup` on Debian. */
export const mayHaveShell = (name: Printable): boolean => name === 'backup';

/** Shells that let in, where distributions put them. */
const usual =
  /^(?:\/usr(?:\/local)?)?\/bin\/(?:sh|ash|bash|rbash|dash|zsh|ksh|ksh93|mksh|csh|tcsh|fish|yash|pwsh|tmux|screen)$/;
/** Programs in the place of a shell that do one thing and end. */
const refusing =
  /^(?:(?:\/usr(?:\/local)?)?\/s?bin\/(?:nologin|false|true|noshell|sync|shutdown|halt|poweroff|reboot)|\/dev\/null|\/nonexistent|\/usr\/local\/cpanel\/bin\/noshell)$/;

export const isUsualShell = (shell: string): boolean => shell === '' || usual.test(shell);
export const isRefusingShell = (shell: string): boolean => refusing.test(shell);
/** A blank or a control character: the name only looks like that of another program. */
export const hasBlank = (shell: string): boolean =>
  /\s|%(?:[01][0-9A-F]|7F|C2%8|C2%9|E2%80|E2%81|EF%BB%BF)/.test(shell);

/** Groups whose members become root, or read what root reads. */
const powerful = words('root sudo wheel admin docker lxd lxc incus incus-admin podman disk shadow kmem adm');
/** Of those, the ones that let their members do nothing but read logs. */
const readers = words('adm');

export const isPowerfulGroup = (name: Printable): boolean => powerful.has(name);
export const readsOnly = (name: Printable): boolean => readers.has(name);
/** Groups in which everybody is, or every service. */
export const isWideGroup = (name: string): boolean =>
  /^(?:users|nogroup|nobody|everyone)$/.test(name) || base.has(name);

const letters: Readonly<Record<string, string>> = {
  '0': 'o',
  '1': 'l',
  '3': 'e',
  '5': 's',
  I: 'l',
  '|': 'l',
};

/** A name with letters that look alike made one, doubled letters and what joins words left out. */
function shape(name: string): string {
  return name
    .replace(/[013I5|](?=.)/g, (letter) => letters[letter] ?? letter)
    .toLowerCase()
    .replace(/rn/g, 'm')
    .replace(/vv/g, 'w')
    .replace(/[-_. ]/g, '')
    .replace(/(.)\1+/g, '$1');
}

/** Of names that are long enough: `man` and `bin` are too close to names of people. */
const shapes: ReadonlySet<string> = new Set([...base, 'root'].filter(({ length }) => length > 3).map(shape));

/** Two letters that stand next to each other changed places; short names are too close to names of people. */
function isTransposed(name: string): boolean {
  if (name.length < 6) return false;
  for (let at = 0; at + 1 < name.length; at += 1) {
    const other = `${name.slice(0, at)}${name[at + 1]}${name[at]}${name.slice(at + 2)}`;
    if (other !== name && base.has(other)) return true;
  }
  return false;
}

/** Not the name of a system account, and hard to tell from one: `r00t`, `deamon`, `www_data`, `nobodyy`. */
export function looksLikeBaseAccount(name: Printable): boolean {
  if (name === 'root' || isBaseAccount(name)) return false;
  return (name.length > 3 && shapes.has(shape(name))) || isTransposed(name);
}

/** A folder that everybody writes to or nobody looks into; `.ssh` and its like are usual. */
export function isUnusualPlace(path: string): boolean {
  // The usual way to say that there is no file.
  if (path === '/dev/null') return false;
  if (/^\/(?:tmp|var\/tmp|dev|proc|run\/shm|run\/lock|var\/lock)(?:\/|$)/.test(path)) return true;
  return path
    .split('/')
    .some((name) => /^\.[^.]/.test(name) && !/^\.(?:ssh|config|local|shosts|rhosts)$/.test(name));
}
