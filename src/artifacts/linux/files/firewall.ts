/**
 * `linux.firewall-files`: rules of the firewall that stand in files and come back at every start.
 *
 * Reads: iptables rules.v4 and v6, sysconfig, nftables, ufw user and before rules, firewalld direct rules and zones.
 * Why: droppers close the addresses of cloud agents, shut rivals out of the hole they came through (6379, 2375), close
 * pools of others, and redirect a port to their own host. What it is NOT: the rules in force (`linux.forwards` and the
 * kernel's own tables), and no judgement: closing 6379 is what every handbook asks for, so it is told without a mark.
 * Bounds: 256 files, 4 MiB of one, 500 entries of one file. Sources: iptables-extensions(8), nft(8), ufw-framework(8),
 * firewalld.direct(5), firewalld.zone(5).
 */
import { addressBytes } from '../../../formats/inet-address.ts';
import { printableLatin1, textLines } from '../../../formats/text-lines.ts';
import type { PersistenceFact, PersistenceMark } from '../../../model/facts/persistence.ts';
import { type PathText, phrase, printableText } from '../../../model/text.ts';
import type { ArtifactContext } from '../../artifact.ts';
import { endsIn, entry, filesIn, settingsLimit } from '../entry.ts';
import type { PersistenceArtifact } from '../persistence-artifact.ts';
import { readFileNow } from '../reading.ts';
import { protectorNetworks } from './protectors.ts';

const artifact = 'linux.firewall-files';
const mostOfFile = 500;

const files = [
  ...['/etc/iptables/rules.v4', '/etc/iptables/rules.v6', '/etc/iptables.rules', '/etc/iptables.up.rules'],
  ...[
    '/etc/sysconfig/iptables',
    '/etc/sysconfig/ip6tables',
    '/etc/nftables.conf',
    '/etc/sysconfig/nftables.conf',
  ],
  ...['/etc/ufw/user.rules', '/etc/ufw/user6.rules', '/etc/ufw/before.rules', '/etc/ufw/after.rules'],
  ...['/etc/ufw/before.init', '/etc/firewalld/direct.xml'],
];
const folders: readonly (readonly [folder: string, suffix: string])[] = [
  ['/etc/nftables', '.nft'],
  ['/etc/nftables.d', '.nft'],
  ['/etc/firewalld/zones', '.xml'],
  ['/etc/firewalld/policies', '.xml'],
];

const address = /(?<![\d.])(\d{1,3}(?:\.\d{1,3}){3})(?:\/(\d{1,2}))?(?![\d.])/g;
const closes = /\b(?:DROP|REJECT|drop|reject|BLACKHOLE)\b|<(?:drop|reject)\b/;
const redirects = /\b(?:DNAT|REDIRECT|dnat|redirect|TPROXY|masquerade-to)\b|<forward-port\b/;
/** Ports through which Redis, Docker and kubelet are entered, and those of pools. */
const ports = /\b(?:6379|2375|2376|4243|10250|8088|9200|3333|4444|5555|7777|14444|45700)\b/;

const number = (text: string): number | undefined => {
  const bytes = addressBytes(text);
  return bytes === undefined || bytes.length !== 4 ? undefined : Buffer.from(bytes).readUInt32BE(0);
};

interface Network {
  readonly first: number;
  readonly last: number;
}

function networkOf(text: string, length = 32): Network | undefined {
  const base = number(text);
  if (base === undefined || length > 32) return undefined;
  const size = 2 ** (32 - length);
  const first = Math.floor(base / size) * size;
  return { first, last: first + size - 1 };
}

const guarded = protectorNetworks.flatMap((text): readonly Network[] => {
  const [base = '', length] = text.split('/');
  const network = networkOf(base, Number(length));
  return network === undefined ? [] : [network];
});

/** A rule against a whole country or the world names no agent: only networks of 65,536 addresses or less do. */
const smallest = 65_536;

function networksIn(text: string): readonly Network[] {
  return [...text.matchAll(address)].flatMap(([, base = '', length]) => {
    const network = networkOf(base, length === undefined ? 32 : Number(length));
    return network === undefined ? [] : [network];
  });
}

const closesProtector = (networks: readonly Network[]): boolean =>
  networks.some(
    ({ first, last }) =>
      last - first < smallest && guarded.some((one) => first <= one.last && last >= one.first),
  );

/** Not of this host's own networks: 10/8, 127/8, 169.254/16, 172.16/12, 192.168/16, 0.0.0.0. */
function isForeign({ first }: Network): boolean {
  const a = first >>> 24;
  const b = (first >>> 16) & 255;
  return !(
    a === 0 ||
    a === 10 ||
    a === 127 ||
    a >= 224 ||
    (a === 169 && b === 254) ||
    (a === 172 && b >= 16 && b < 32) ||
    (a === 192 && b === 168)
  );
}

function marksOf(text: string): readonly PersistenceMark[] | undefined {
  const networks = networksIn(text);
  if (redirects.test(text)) {
    const after = text.slice(text.search(redirects));
    return networksIn(after).some(isForeign) ? ['foreign-host'] : [];
  }
  if (!closes.test(text)) return undefined;
  if (closesProtector(networks)) return ['locks-out'];
  return ports.test(text) ? [] : undefined;
}

function rulesIn(context: ArtifactContext, path: PathText): readonly PersistenceFact[] {
  const { bytes } = readFileNow(context, artifact, path, settingsLimit);
  const found: PersistenceFact[] = [];
  for (const { line, text } of textLines(bytes, { lines: 50_000, longest: 8192 })) {
    if (/^\s*(?:#|$)/.test(text) || found.length >= mostOfFile) continue;
    const marks = marksOf(text);
    if (marks === undefined) continue;
    found.push(
      entry({
        mechanism: 'firewall-rules',
        source: { source: path, line },
        trigger: phrase`boot`,
        language: 'setting',
        command: printableLatin1(text.trim()),
        marks,
        text: printableLatin1(text),
      }),
    );
  }
  return found;
}

export const firewallFiles: PersistenceArtifact = {
  id: artifact,
  mechanisms: ['firewall-rules'],
  sources: [
    ...files.map((path) => ({ kind: 'file', path, live: false }) as const),
    ...folders.map(([path, suffix]) => ({ kind: 'glob', path: `${path}/*${suffix}`, live: false }) as const),
  ],
  order: 6,
  required: false,
  gather(context) {
    const listed = folders.flatMap(([folder, suffix]) =>
      filesIn(context, artifact, printableText(folder), endsIn(suffix)).map(({ path }) => path),
    );
    return Promise.resolve(
      [...files.map(printableText), ...listed].flatMap((path) => rulesIn(context, path)),
    );
  },
};
