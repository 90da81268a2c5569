/**
 * `linux.known-hosts`: hosts that accounts of this one have logged in to, by their known_hosts.
 *
 * Why: miners that spread read exactly these lists, and so does the attacker: whoever stands in them is at risk
 * (families, "lateral movement"). What it is NOT: a finding; public places for code are left out, since nobody mines
 * there. Hashed names (Debian's preset) are told where they are those of this host's own subnets, of /etc/hosts or of a
 * connection, by the same hash; the others are told as lines without a name. Not read on hosts where nothing was found.
 * Sources: sshd(8), "SSH_KNOWN_HOSTS FILE FORMAT"; ssh_config(5), UserKnownHostsFile, GlobalKnownHostsFile. Bounds: 4 MiB
 * of a file, 5,000 hosts, 100,000 hashes.
 */
import { addressBytes, addressText } from '../../formats/inet-address.ts';
import { isHashOf, type KnownHostLine, parseKnownHosts } from '../../formats/known-hosts.ts';
import type { FactSet } from '../../model/fact.ts';
import type { KnownHostFact } from '../../model/facts/network.ts';
import { joinPath, type PathText, type Printable, printableText } from '../../model/text.ts';
import type { Artifact, ArtifactContext } from '../artifact.ts';
import { homesOf } from './homes.ts';
import { readFileNow } from './reading.ts';

const id = 'linux.known-hosts';
const limit = 4 << 20;
const mostHosts = 5_000;
const mostHashes = 100_000;
const mostNets = 4;

const global = ['/etc/ssh/ssh_known_hosts', '/etc/ssh/ssh_known_hosts2'].map((path) => printableText(path));
const ofHome = ['known_hosts', 'known_hosts2'].map((name) => printableText(name));
const sshFolder = printableText('.ssh');
const root = printableText('root');

const codeHosts: ReadonlySet<string> = new Set([
  'github.com',
  'ssh.github.com',
  'gitlab.com',
  'altssh.gitlab.com',
  'bitbucket.org',
  'altssh.bitbucket.org',
  'ssh.dev.azure.com',
  'vs-ssh.visualstudio.com',
  'gitee.com',
  'codeup.aliyun.com',
  'e.coding.net',
  'codeberg.org',
  'git.sr.ht',
]);

interface Place {
  readonly path: PathText;
  readonly account: Printable;
}

function placesOf({ target }: ArtifactContext): readonly Place[] {
  const homes = homesOf(target).flatMap(({ path, user }) =>
    ofHome.map((name) => ({ path: joinPath(joinPath(path, sshFolder), name), account: user })),
  );
  return [...global.map((path) => ({ path, account: root })), ...homes];
}

/** Names that a hashed line may be of: neighbours by number, and whoever is known by name. */
function candidatesOf(facts: FactSet): readonly string[] {
  const names = new Set<string>();
  const nets = new Set<string>();
  for (const { local, remote } of facts.of('socket')) {
    if (remote.address !== '') names.add(remote.address);
    const [, net] = /^((?:10|172|192)\.\d+\.\d+)\.\d+$/.exec(local.address) ?? [];
    if (net !== undefined && nets.size < mostNets) nets.add(net);
  }
  for (const { address, names: own } of facts.of('hosts-entry')) {
    names.add(address);
    for (const name of own) names.add(name);
  }
  for (const net of nets) for (let last = 1; last < 255; last += 1) names.add(`${net}.${last}`);
  return [...names];
}

const addressIn = (names: readonly string[]): string | undefined =>
  names.flatMap((name) => {
    const bytes = addressBytes(name);
    return bytes === undefined ? [] : [addressText(bytes)];
  })[0];

class Finder {
  readonly #candidates: readonly string[];
  #left = mostHashes;

  constructor(facts: FactSet) {
    this.#candidates = candidatesOf(facts);
  }

  namesOf({ names, hashed }: KnownHostLine): readonly string[] {
    if (hashed === undefined) return names;
    for (const candidate of this.#candidates) {
      if (this.#left <= 0) return [];
      this.#left -= 1;
      if (isHashOf(hashed, candidate)) return [candidate];
    }
    return [];
  }
}

export const knownHosts: Artifact = {
  id,
  sources: [
    ...global.map((path) => ({ kind: 'file', path, live: false }) as const),
    { kind: 'glob', path: '/home/*/.ssh/known_hosts', live: false },
    { kind: 'file', path: '/root/.ssh/known_hosts', live: false },
  ],
  order: 6,
  required: false,
  gather(context) {
    const finder = new Finder(context.facts);
    const found: KnownHostFact[] = [];
    for (const { path, account } of placesOf(context)) {
      // Most homes have none: that is no news.
      if (context.target.readNow({ kind: 'stat', path, follow: true }).status === 'absent') continue;
      const { bytes } = readFileNow(context, id, path, limit);
      // What is read next takes the place of what was.
      for (const line of [...parseKnownHosts(bytes)]) {
        if (found.length >= mostHosts) break;
        const names = finder.namesOf(line);
        if (names.some((name) => codeHosts.has(name))) continue;
        const address = addressIn(names);
        const name = names.find((one) => addressBytes(one) === undefined);
        found.push({
          kind: 'known-host',
          source: { source: path, line: line.line },
          account,
          ...(name === undefined ? {} : { name: printableText(name) }),
          ...(address === undefined ? {} : { address }),
        });
      }
    }
    return Promise.resolve(found);
  },
};
