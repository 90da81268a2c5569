/**
 * `linux.systemd-linger` and `linux.systemd-extensions`: users whose units run without a login, and images laid
 * over the system.
 *
 * Why linger: with it the user unit of an account that never logs in runs from boot on, no root needed. Why
 * extensions: a folder or image below /var/lib/extensions is merged over /usr, units and all, and no package knows
 * it. What it is NOT: a look into images (`.raw`); units of extensions that are folders are read where they are
 * merged. Sources: loginctl(1) enable-linger; systemd-sysext(8), systemd-confext(8), systemd-portabled(8).
 */
import { parsePasswd } from '../../../formats/passwd.ts';
import { joinPath, type PathText, type Printable, phrase, printableText } from '../../../model/text.ts';
import type { Target } from '../../../target/port.ts';
import { entry, namesIn } from '../entry.ts';
import type { PersistenceArtifact } from '../persistence-artifact.ts';

const lingerFolder = printableText('/var/lib/systemd/linger');
const extensionFolders = [
  ...[
    '/etc/extensions',
    '/run/extensions',
    '/var/lib/extensions',
    '/usr/lib/extensions',
    '/usr/local/lib/extensions',
  ],
  ...['/run/confexts', '/var/lib/confexts', '/usr/lib/confexts', '/usr/local/lib/confexts'],
  ...['/etc/portables', '/run/portables', '/var/lib/portables', '/usr/lib/portables'],
].map((path): PathText => printableText(path));

/** Accounts that the system allocates itself (Debian policy §9.2.2: 0–99, 65534), root left out: none has units. */
const serviceAccounts = (target: Target): ReadonlySet<Printable> => {
  const { bytes } = target.readNow({ kind: 'file', path: printableText('/etc/passwd'), limit: 8 << 20 });
  return new Set(
    parsePasswd(bytes)
      .filter(({ uid }) => (uid > 0 && uid < 100) || uid === 65534)
      .map(({ name }) => name),
  );
};

export const systemdLinger: PersistenceArtifact = {
  id: 'linux.systemd-linger',
  sources: [{ kind: 'directory', path: lingerFolder, live: false }],
  mechanisms: ['systemd-linger'],
  order: 12,
  required: false,
  gather(context) {
    const entries = namesIn(context, this.id, lingerFolder);
    const services = serviceAccounts(context.target);
    const facts = entries.map(({ name }) =>
      entry({
        source: { source: joinPath(lingerFolder, name) },
        mechanism: 'systemd-linger',
        user: name,
        trigger: phrase`boot`,
        language: 'none',
        marks: services.has(name) ? ['of-system-account'] : [],
        text: phrase`units of ${name} run without a login`,
      }),
    );
    return Promise.resolve(facts);
  },
};

export const systemdExtensions: PersistenceArtifact = {
  id: 'linux.systemd-extensions',
  sources: extensionFolders.map((path) => ({ kind: 'directory', path, live: path.startsWith('/run/') })),
  mechanisms: ['systemd-extension'],
  order: 12,
  required: false,
  gather(context) {
    const facts = extensionFolders.flatMap((folder) =>
      namesIn(context, this.id, folder).map(({ name }) => {
        const path = joinPath(folder, name);
        return entry({
          source: { source: path },
          mechanism: 'systemd-extension',
          user: phrase`root`,
          trigger: phrase`boot`,
          language: 'setting',
          target: path,
          text: phrase`${path} is laid over the system`,
        });
      }),
    );
    return Promise.resolve(facts);
  },
};
