/**
 * What a container runs and how far it reaches, in one form for Docker, Compose, podman and Kubernetes.
 *
 * Why: the words are written differently everywhere, and mean the same: a command, folders of the host, privileges.
 * `hostReach` names what lets a container see or change the whole host; `hostTarget` finds the file of the host that
 * a program inside is, where a folder of the host is bound over it or the command changes its root to the host's.
 * What it is NOT: a judgement. Monitoring agents see / by design, and their reach is told all the same.
 * Bounds: 4,096 words, 64 KiB of command, 256 binds. Sources: docker-run(1), "Runtime privilege and Linux
 * capabilities"; capabilities(7); knowledge on entry (Docker API 2375).
 */
import type { PathText, Printable } from '../model/text.ts';
import { printableText } from '../model/text.ts';
import { quotedWord } from './shell-quoting.ts';

export interface Bind {
  readonly source: string;
  readonly destination: string;
  readonly readOnly: boolean;
}

export interface ContainerRun {
  readonly name: string;
  readonly image: string;
  /** Empty where nothing is said: the image's own. */
  readonly user: string;
  /** Entrypoint and arguments; empty where the image alone says it. */
  readonly words: readonly string[];
  readonly environment: ReadonlyMap<string, string>;
  readonly privileged: boolean;
  /** Namespaces of the host that it shares: `pid`, `network`, `ipc`, `user`. */
  readonly shares: readonly string[];
  readonly capabilities: readonly string[];
  /** Device files of the host. */
  readonly devices: readonly string[];
  readonly binds: readonly Bind[];
  readonly restarts: boolean;
}

export const emptyRun: ContainerRun = {
  name: '',
  image: '',
  user: '',
  words: [],
  environment: new Map(),
  privileged: false,
  shares: [],
  capabilities: [],
  devices: [],
  binds: [],
  restarts: false,
};

export const mostBinds = 256;
const mostWords = 4096;
const longestCommand = 65_536;
const mostVariables = 1024;
/** Variables that the owner would not like to see in a report. */
const secretName = /PASS|PWD|SECRET|TOKEN|KEY|CRED|AUTH/i;

const isText = (value: unknown): value is string => typeof value === 'string';
const wordOf = (value: unknown): readonly string[] =>
  isText(value)
    ? [value.slice(0, longestCommand)]
    : typeof value === 'number' || typeof value === 'boolean'
      ? [String(value)]
      : [];

/** Words of a list; numbers and truth values of YAML are words too. */
export const wordsOf = (value: unknown): readonly string[] =>
  Array.isArray(value) ? value.slice(0, mostWords).flatMap(wordOf) : [];

/**
 * What checks the health of a container, again and again: `CMD` and words, `CMD-SHELL` and a text, or a bare text,
 * which a shell is given.
 */
export function healthWords(value: unknown): readonly string[] {
  if (isText(value))
    return value.trim() === '' || value === 'NONE' ? [] : ['sh', '-c', value.slice(0, longestCommand)];
  const [kind, ...rest] = wordsOf(value);
  if (kind === 'CMD') return rest;
  return kind === 'CMD-SHELL' && rest.length > 0 ? ['sh', '-c', rest.join(' ')] : [];
}

/** `NAME=value` texts. */
export function assignments(words: readonly string[]): ReadonlyMap<string, string> {
  const found = new Map<string, string>();
  for (const word of words.slice(0, mostVariables)) {
    const at = word.indexOf('=');
    if (at > 0) found.set(word.slice(0, at), word.slice(at + 1));
  }
  return found;
}

/** `source:destination:options`, as `-v` takes it; a named volume is none. */
export function bindOf(text: string): Bind | undefined {
  const [source = '', destination = '', options = ''] = text.slice(0, 8192).split(':', 3);
  if (!/^(?:[/.~]|%h)/.test(source) || !destination.startsWith('/')) return undefined;
  return { source, destination, readOnly: options.split(',').includes('ro') };
}

function shellText({ words, environment }: ContainerRun): string {
  const text = words.map(quotedWord).join(' ').slice(0, longestCommand);
  if (!text.includes('$')) return text;
  const asked = [...environment].filter(
    ([name]) => /^\w+$/.test(name) && !secretName.test(name) && new RegExp(`\\$\\{?${name}\\b`).test(text),
  );
  const before = asked.map(([name, value]) => quotedWord(`${name}=${value}`)).join(' ');
  return (before === '' ? text : `env ${before} ${text}`).slice(0, longestCommand);
}

/**
 * The command as a shell would be given it. Variables that the command itself asks for stand before it: what is
 * hidden in one is run by it.
 */
export const commandOf = (run: ContainerRun): Printable => printableText(shellText(run));

const escaped = (text: string): string => text.replace(/[\\^$.*+?()[\]{}|]/g, '\\$&');

/**
 * The same with paths below binds as the host has them: `>> /e/crontab` with /etc at /e writes /etc/crontab, and
 * `/tmp/init.sh` may be an honest file of the owner. Paths within the image stay as they are.
 */
export function hostCommandOf(run: ContainerRun): Printable {
  const command = shellText(run);
  const folders = new Map(
    run.binds.flatMap(({ source, destination }): readonly [string, string][] => {
      const [from, to] = [source.replace(/\/+$/, ''), destination.replace(/\/+$/, '')];
      // A source that a shell would split is left alone.
      const plain = to.length > 1 && to.length < 512 && /^(?:\/[\w@+=:,.-]+){0,32}$/.test(from);
      return plain && source.startsWith('/') && from !== to ? [[to, from]] : [];
    }),
  );
  if (folders.size === 0) return printableText(command);
  const longest = [...folders.keys()].toSorted((a, b) => b.length - a.length).map(escaped);
  const inCommand = new RegExp(`(?<![\\w./~-])(${longest.join('|')})(?=/|$|[\\s'";|&)<>])`, 'g');
  const seen = command.replace(inCommand, (whole, folder: string, at: number) => {
    const from = folders.get(folder) ?? whole;
    return from === '' && command[at + whole.length] !== '/' ? '/' : from;
  });
  return printableText(seen.slice(0, longestCommand));
}

const reachingCapabilities =
  /^(?:CAP_)?(?:ALL|SYS_ADMIN|SYS_PTRACE|SYS_MODULE|SYS_RAWIO|DAC_READ_SEARCH|BPF)$/i;
/** Disks, memory, registers of the processor, the whole folder. */
const reachingDevices =
  /^\/dev(?:\/?$|\/(?:mem|kmem|port|kmsg|msr|cpu|sd|vd|xvd|nvme\d|mmcblk|dm-|mapper|md\d|disk)\b|\/(?:sd|vd|xvd)[a-z])/;
/** Whose sockets start further containers, as root. */
const runtimeSocket =
  /\/(?:docker|podman|crio|containerd|buildkitd|k3s\/containerd\/containerd)(?:\/\w+)?\.sock$|^\/(?:var\/)?run\/?$/;
/** Where a writer of the host has himself started by it. Single files beside (localtime, certificates) are not. */
const startingFolders =
  /^\/(?:etc|root|home|usr|usr\/s?bin|usr\/local|usr\/local\/s?bin|s?bin|lib|usr\/lib|boot|var|var\/spool|proc|lib\/modules|var\/lib\/(?:docker|kubelet|containerd))\/?$|^\/etc\/(?:cron|systemd|ssh\b|sshd|ld\.so|profile|pam\.d|sudoers|init\.d|rc|kubernetes|environment|bash|passwd|shadow)|^\/var\/spool\/(?:cron|at)|^\/(?:root|home\/[^/]+)\/\.(?:ssh|bash|profile|config\/systemd)|^\/(?:usr\/)?lib\/systemd|^\/proc\/(?:1|sys|sysrq)/;

const isRoot = (path: string): boolean => /^\/+$/.test(path.replaceAll('/./', '/'));

/** What of it reaches the whole host, in a few words each; empty for a plain container. */
export function hostReach(run: ContainerRun): readonly string[] {
  return [
    ...(run.privileged ? ['privileged'] : []),
    ...run.shares.filter((one) => one !== 'ipc').map((one) => `${one} of the host`),
    ...run.capabilities.filter((one) => reachingCapabilities.test(one)),
    ...run.devices.filter((one) => reachingDevices.test(one)),
    ...run.binds
      .filter(
        ({ source, readOnly }) =>
          isRoot(source) || runtimeSocket.test(source) || (!readOnly && startingFolders.test(source)),
      )
      .map(({ source, destination }) => `${source} at ${destination}`),
  ].slice(0, 32);
}

const interpreters =
  /(?:^|\/)(?:ba|da|a|z|k)?sh$|(?:^|\/)(?:busybox|python[\d.]*|perl|php|node|env|tini|exec)$/;
const inText = /(?:^|[;&|(]\s*|\b(?:exec|nohup|setsid|then|do)\s+)(\/[^\s;&|()'"<>$`]+)/g;

/** Absolute paths at places where programs stand. */
function programsOf(words: readonly string[]): readonly string[] {
  const [first = '', ...rest] = words;
  if (!interpreters.test(first)) return first.startsWith('/') ? [first] : [];
  const next = rest.find((word) => !word.startsWith('-')) ?? '';
  if (/\s/.test(next) || rest.includes('-c')) {
    return [...next.slice(0, 8192).matchAll(inText)].slice(0, 16).map((match) => match[1] ?? '');
  }
  return next.startsWith('/') ? [next] : programsOf(rest.slice(rest.indexOf(next)).slice(0, 16));
}

function throughBind(path: string, binds: readonly Bind[]): string | undefined {
  const over = binds
    .filter(({ source, destination }) => {
      const folder = destination.replace(/\/+$/, '');
      return source.startsWith('/') && (path === folder || path.startsWith(`${folder}/`));
    })
    .toSorted((a, b) => b.destination.length - a.destination.length)[0];
  if (over === undefined) return undefined;
  const rest = path.slice(over.destination.replace(/\/+$/, '').length);
  return `${over.source.replace(/\/+$/, '')}${rest}`;
}

/** The file of the host that the command starts; none where it lies in the image. */
export function hostTarget({ words, binds }: ContainerRun): PathText | undefined {
  const text = words.join(' ').slice(0, longestCommand);
  const entered = /(?:^|[\s;&|'"(])chroot\s+(?:-\S+\s+)*(\/\S*)\s+['"]?(\/[^\s'";&|]+)/.exec(text);
  const candidates = [
    ...(entered === null ? [] : [`${entered[1]?.replace(/\/+$/, '')}${entered[2]}`]),
    ...programsOf(words),
  ];
  for (const path of candidates) {
    const found = throughBind(path, binds);
    if (found?.startsWith('/') === true && !/(?:^|\/)\.\.(?:\/|$)/.test(found)) {
      return printableText(found.slice(0, 4096));
    }
  }
  return undefined;
}
