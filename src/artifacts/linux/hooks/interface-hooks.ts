/**
 * `linux.interface-hooks`: commands and scripts that run as root when an interface goes up or down.
 *
 * Reads /etc/network/interfaces with what it takes in, if-up.d and kin, PostUp and kin of WireGuard, ifcfg files (which
 * the old scripts of Red Hat source as shell text) and ifup-local. Why: `post-up` at boot is as good as a unit.
 * What it is NOT: addresses, routes, keys. Sources: interfaces(5), ifup(8), wg-quick(8), ifcfg(5) of SUSE,
 * /usr/share/doc/initscripts/sysconfig.txt of Red Hat. Bounds: 256 files, 8 includes deep.
 */
import { type InterfaceCommand, parseInterfaces, parseWgQuick } from '../../../formats/ifupdown.ts';
import { printableLatin1 } from '../../../formats/text-lines.ts';
import type { PersistenceFact } from '../../../model/facts/persistence.ts';
import {
  folderOf,
  joinPath,
  type PathText,
  type Printable,
  phrase,
  printableText,
} from '../../../model/text.ts';
import type { ArtifactContext } from '../../artifact.ts';
import { endsIn, entry, filesIn, settingsLimit } from '../entry.ts';
import type { PersistenceArtifact } from '../persistence-artifact.ts';
import { readFileNow } from '../reading.ts';
import { hookFiles, hookScripts, isThere, leftOver, pathsOf, unmerged } from './hook-folder.ts';

const id = 'linux.interface-hooks';
const main = printableText('/etc/network/interfaces');
const mainFolder = printableText('/etc/network/interfaces.d');
const folders = pathsOf(`
  /etc/network/if-pre-up.d /etc/network/if-up.d /etc/network/if-down.d /etc/network/if-post-down.d
  /usr/libexec/ifupdown-ng
`);
const files = pathsOf(`
  /sbin/ifup-local /sbin/ifup-pre-local /sbin/ifdown-local /sbin/ifdown-pre-local
  /usr/sbin/ifup-local /usr/sbin/ifup-pre-local /usr/sbin/ifdown-local /usr/sbin/ifdown-pre-local
`);
const wireguard = printableText('/etc/wireguard');
const sourced = pathsOf('/etc/sysconfig/network-scripts /etc/sysconfig/network');
const mostFiles = 256;
const deepest = 8;
const given = { mechanism: 'interface-hook', user: phrase`root` } as const;

const factOf = (path: PathText, one: InterfaceCommand, active: boolean): PersistenceFact =>
  entry({
    ...given,
    source: { source: path, line: one.line },
    trigger: printableLatin1(`${one.when} ${one.name}`.trim()),
    command: printableLatin1(one.command),
    active,
    text: one.text,
  });

/** The settings of ifupdown with all that they take in, each file once. */
class Interfaces {
  readonly facts: PersistenceFact[] = [];
  readonly #context: ArtifactContext;
  readonly #seen = new Set<string>();

  constructor(context: ArtifactContext) {
    this.#context = context;
  }

  read(path: PathText, depth: number, active: boolean): void {
    if (depth > deepest || this.#seen.size >= mostFiles || this.#seen.has(path)) return;
    this.#seen.add(path);
    const { commands, sources } = parseInterfaces(readFileNow(this.#context, id, path, settingsLimit).bytes);
    for (const command of commands) this.facts.push(factOf(path, command, active));
    for (const { kind, pattern } of sources) {
      const full = printableLatin1(pattern);
      const at = full.startsWith('/') ? full : joinPath(folderOf(path), full);
      if (kind === 'folder') this.#readFolder(at, () => true, depth + 1, active);
      else if (/[*?[]/.test(at.slice(at.lastIndexOf('/')))) {
        const glob = new Bun.Glob(at.slice(at.lastIndexOf('/') + 1));
        this.#readFolder(folderOf(at), (name) => glob.match(name), depth + 1, active);
      } else this.read(at, depth + 1, active);
    }
  }

  #readFolder(folder: PathText, matches: (name: Printable) => boolean, depth: number, active: boolean): void {
    for (const { path } of filesIn(this.#context, id, folder, matches)) this.read(path, depth, active);
  }

  /** Files that nothing takes in as things stand. */
  readRest(): void {
    this.#readFolder(mainFolder, () => true, deepest, false);
  }
}

export const interfaceHooks: PersistenceArtifact = {
  id,
  sources: [
    { kind: 'file', path: main, live: false },
    ...[mainFolder, ...folders].map((folder) => ({
      kind: 'glob' as const,
      path: `${folder}/*`,
      live: false,
    })),
    { kind: 'glob', path: `${wireguard}/*.conf`, live: false },
    ...sourced.map((folder) => ({ kind: 'glob' as const, path: `${folder}/ifcfg-*`, live: false })),
    ...files.map((path) => ({ kind: 'file' as const, path, live: false })),
  ],
  mechanisms: ['interface-hook'],
  order: 12,
  required: false,
  gather(context) {
    const interfaces = new Interfaces(context);
    interfaces.read(main, 0, true);
    interfaces.readRest();
    const hooks = folders.flatMap((folder) =>
      hookScripts(context, id, {
        folder,
        given: { ...given, trigger: phrase`network` },
        // run-parts leaves out names with a dot.
        names: (name) => /^[\w-]+$/.test(name),
      }),
    );
    const tunnels = filesIn(context, id, wireguard, endsIn('.conf')).flatMap(({ path, name }) =>
      parseWgQuick(readFileNow(context, id, path, settingsLimit).bytes, name.replace(/\.conf$/, '')).map(
        (command) => factOf(path, command, true),
      ),
    );
    const configured = sourced.flatMap((folder) =>
      hookFiles(
        context,
        id,
        filesIn(context, id, folder, (name) => name.startsWith('ifcfg-') && !leftOver.test(name)).map(
          ({ path }) => path,
        ),
        { ...given, trigger: phrase`network`, language: 'shell' },
        true,
      ),
    );
    const local = hookFiles(
      context,
      id,
      unmerged(context, files).filter((path) => isThere(context, path)),
      { ...given, trigger: phrase`network`, marks: ['unusual-place'] },
    );
    return Promise.resolve([...interfaces.facts, ...hooks, ...tunnels, ...configured, ...local]);
  },
};
