/**
 * `linux.name-settings`: lines of /etc/hosts that name protectors, pools or package hosts, and the resolvers.
 *
 * Reads: /etc/hosts, the cloud-init template of it, /etc/resolv.conf, /etc/systemd/resolved.conf and its drop-ins.
 * Why: droppers send agents and the pools of rivals to nowhere, point a pool at their own proxy, or a package host at
 * their own; a resolver of theirs does all of it at once. What it is NOT: the answer of a resolver, and no alarm about
 * block lists: a list of hundreds of names against advertising is a defence, and its lines carry no mark.
 * Bounds: 250,000 lines, 16 MiB, 500 entries. Sources: hosts(5), resolv.conf(5), resolved.conf(5).
 */
import { knownPool } from '../../../coins/pools.ts';
import { type HostsEntry, parseHosts } from '../../../formats/hosts-file.ts';
import { printableLatin1, textLines } from '../../../formats/text-lines.ts';
import type { PersistenceFact, PersistenceMark } from '../../../model/facts/persistence.ts';
import { type PathText, phrase, printableText } from '../../../model/text.ts';
import type { ArtifactContext } from '../../artifact.ts';
import { endsIn, entry, filesIn, settingsLimit } from '../entry.ts';
import type { PersistenceArtifact } from '../persistence-artifact.ts';
import { readFileNow } from '../reading.ts';
import { packageHosts, protectors } from './protectors.ts';

const artifact = 'linux.name-settings';
const hostsLimit = 16 << 20;
const mostEntries = 500;
/** From so many names that lead nowhere on, it is a list that somebody installed. */
const listSize = 300;

const hostsFiles = [
  '/etc/hosts',
  '/etc/cloud/templates/hosts.debian.tmpl',
  '/etc/cloud/templates/hosts.redhat.tmpl',
];
const resolverFiles = ['/etc/resolv.conf', '/etc/systemd/resolved.conf'];
const resolverDropIns = ['/etc/systemd/resolved.conf.d', '/run/systemd/resolved.conf.d'];

const nowhere = /^(?:0\.0\.0\.0|127\.[\d.]+|::1?|255\.255\.255\.255)$/;

const belongsTo = (name: string, domains: readonly string[]): boolean =>
  domains.some((domain) => name === domain || name.endsWith(`.${domain}`));

type Kind = 'protector' | 'pool' | 'packages';

function kindOf({ names }: HostsEntry): Kind | undefined {
  if (names.some((name) => belongsTo(name, protectors))) return 'protector';
  if (names.some((name) => knownPool(name) !== undefined)) return 'pool';
  return names.some((name) => belongsTo(name, packageHosts)) ? 'packages' : undefined;
}

function marksOf(kind: Kind, blocked: boolean, list: boolean): readonly PersistenceMark[] {
  if (blocked) return list || kind === 'packages' ? [] : ['locks-out'];
  return kind === 'protector' ? ['locks-out', 'foreign-host'] : ['foreign-host'];
}

function hostsEntries(context: ArtifactContext, path: PathText): readonly PersistenceFact[] {
  const all = parseHosts(readFileNow(context, artifact, path, hostsLimit).bytes);
  const blockedNames = all
    .filter(({ address }) => nowhere.test(address))
    .flatMap(({ names }) => names).length;
  const found: PersistenceFact[] = [];
  for (const one of all) {
    const kind = kindOf(one);
    if (kind === undefined) continue;
    if (found.length >= mostEntries) break;
    found.push(
      entry({
        mechanism: 'hosts-file',
        source: { source: path, line: one.line },
        trigger: phrase`event`,
        language: 'setting',
        command: phrase`${printableText(one.address)} ${printableText(one.names.join(' '))}`,
        marks: marksOf(kind, nowhere.test(one.address), blockedNames >= listSize),
        text: one.text,
      }),
    );
  }
  return found;
}

/** `nameserver` of resolv.conf, `DNS=` and `FallbackDNS=` of resolved. */
const resolverLine = /^\s*(?:nameserver\s+|(?:DNS|FallbackDNS)\s*=\s*)(\S.*)$/;

function resolverEntries(context: ArtifactContext, path: PathText): readonly PersistenceFact[] {
  const { bytes } = readFileNow(context, artifact, path, settingsLimit);
  const found: PersistenceFact[] = [];
  for (const { line, text } of textLines(bytes, { lines: 2000 })) {
    const server = resolverLine.exec(text)?.[1];
    if (server === undefined || found.length >= mostEntries) continue;
    found.push(
      entry({
        mechanism: 'resolver',
        source: { source: path, line },
        trigger: phrase`event`,
        language: 'setting',
        command: printableLatin1(server.trim()),
        text: printableLatin1(text),
      }),
    );
  }
  return found;
}

export const nameSettings: PersistenceArtifact = {
  id: artifact,
  mechanisms: ['hosts-file', 'resolver'],
  sources: [
    ...[...hostsFiles, ...resolverFiles].map((path) => ({ kind: 'file', path, live: false }) as const),
    ...resolverDropIns.map((path) => ({ kind: 'glob', path: `${path}/*.conf`, live: false }) as const),
  ],
  order: 6,
  required: false,
  gather(context) {
    const dropIns = resolverDropIns.flatMap((folder) =>
      filesIn(context, artifact, printableText(folder), endsIn('.conf')).map(({ path }) => path),
    );
    return Promise.resolve([
      ...hostsFiles.flatMap((path) => hostsEntries(context, printableText(path))),
      ...[...resolverFiles.map(printableText), ...dropIns].flatMap((path) => resolverEntries(context, path)),
    ]);
  },
};
