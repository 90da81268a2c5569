/**
 * `linux.name-service`: libraries that every program loads when it asks for an account, a host or a group.
 *
 * Reads nsswitch.conf and finds the library of each service it names. Why: a service that an attacker adds is loaded
 * into sshd, cron and sudo without any preload, sees passwords, and can make accounts that no file shows. What it is
 * NOT: the services that are built into the C library (files, dns). A service without a library is told too.
 * Sources: nsswitch.conf(5), nss(5); glibc nss/nss_module.c: libnss_NAME.so.2.
 */
import { printableLatin1, textLines } from '../../../formats/text-lines.ts';
import { joinPath, type PathText, phrase, printableText } from '../../../model/text.ts';
import type { ArtifactContext } from '../../artifact.ts';
import { entry } from '../entry.ts';
import type { PersistenceArtifact } from '../persistence-artifact.ts';
import { readFileNow } from '../reading.ts';

const id = 'linux.name-service';
const settings = printableText('/etc/nsswitch.conf');
const limit = 1 << 20;
/** In the C library itself since glibc 2.34. */
const builtIn: ReadonlySet<string> = new Set(['files', 'dns']);
const mostServices = 64;

const folders = [
  ...[
    '/usr/lib/x86_64-linux-gnu',
    '/usr/lib/aarch64-linux-gnu',
    '/lib/x86_64-linux-gnu',
    '/lib/aarch64-linux-gnu',
  ],
  ...['/usr/lib64', '/lib64', '/usr/lib', '/lib', '/usr/local/lib', '/usr/local/lib64'],
].map((path) => printableText(path));

function libraryOf(context: ArtifactContext, service: string): PathText | undefined {
  const name = printableLatin1(`libnss_${service}.so.2`);
  return folders
    .map((folder) => joinPath(folder, name))
    .find((path) => context.target.readNow({ kind: 'stat', path, follow: true }).status === 'ok');
}

interface Named {
  readonly line: number;
  readonly text: string;
  readonly databases: string[];
}

function servicesOf(bytes: Uint8Array): ReadonlyMap<string, Named> {
  const services = new Map<string, Named>();
  for (const { line, text } of textLines(bytes, { lines: 1_000, longest: 4096 })) {
    const match = /^\s*([a-z_]+):\s*([^#]*)/.exec(text);
    if (match === null) continue;
    const [, database = '', list = ''] = match;
    for (const word of list.replace(/\[[^\]]*\]/g, ' ').split(/\s+/)) {
      if (!/^[A-Za-z0-9_-]{1,64}$/.test(word) || builtIn.has(word)) continue;
      const known = services.get(word);
      if (known !== undefined) known.databases.push(database);
      else if (services.size < mostServices) services.set(word, { line, text, databases: [database] });
    }
  }
  return services;
}

export const nameService: PersistenceArtifact = {
  id,
  sources: [
    { kind: 'file', path: settings, live: false },
    ...folders.map((folder) => ({ kind: 'glob' as const, path: `${folder}/libnss_*.so.2`, live: false })),
  ],
  mechanisms: ['nss-module'],
  order: 12,
  required: false,
  gather(context) {
    const services = servicesOf(readFileNow(context, id, settings, limit).bytes);
    const facts = [...services].map(([service, { line, text, databases }]) => {
      const target = libraryOf(context, service);
      return entry({
        source: { source: settings, line },
        mechanism: 'nss-module',
        user: phrase`every user`,
        trigger: printableLatin1(databases.join(' ')),
        command: printableLatin1(service),
        language: 'setting',
        ...(target === undefined ? {} : { target }),
        active: target !== undefined,
        text: printableLatin1(text),
      });
    });
    return Promise.resolve(facts);
  },
};
