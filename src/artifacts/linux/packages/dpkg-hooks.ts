/**
 * `linux.dpkg-hook`: what dpkg and apk run around every installation, and folders that packages' scripts run.
 *
 * Reads dpkg.cfg, dpkg.cfg.d and the settings in homes; commit hooks of apk; hooks of kernels and of certificates. Why:
 * each runs as root at the next update, whatever is updated. What it is NOT: scripts of single packages.
 * Sources: dpkg(1) (pre-invoke, post-invoke, status-logger; names of dpkg.cfg.d), apk(8) commit_hooks.d,
 * update-ca-certificates(8), Debian kernel handbook §8 (kernel hooks), run-parts(8) (names).
 */
import { printableLatin1, textLines } from '../../../formats/text-lines.ts';
import type { PersistenceFact } from '../../../model/facts/persistence.ts';
import { joinPath, type PathText, phrase, printableText } from '../../../model/text.ts';
import type { ArtifactContext } from '../../artifact.ts';
import { entry, filesIn, scriptEntry } from '../entry.ts';
import type { PersistenceArtifact } from '../persistence-artifact.ts';
import { readFileNow } from '../reading.ts';
import { ownHomes } from './projects.ts';

const id = 'linux.dpkg-hook';
const main = printableText('/etc/dpkg/dpkg.cfg');
const folder = printableText('/etc/dpkg/dpkg.cfg.d');
const ofHome = printableText('.dpkg.cfg');
const limit = 1 << 20;

const scriptFolders = [
  ...['/etc/apk/commit_hooks.d', '/lib/apk/commit_hooks.d', '/usr/lib/apk/commit_hooks.d'],
  ...['/etc/kernel/preinst.d', '/etc/kernel/postinst.d', '/etc/kernel/prerm.d', '/etc/kernel/postrm.d'],
  ...['/etc/kernel/header_postinst.d', '/etc/kernel/install.d', '/etc/ca-certificates/update.d'],
].map((path) => printableText(path));

function readSettings(context: ArtifactContext, path: PathText, active: boolean): readonly PersistenceFact[] {
  const { bytes } = readFileNow(context, id, path, limit);
  return [...textLines(bytes, { lines: 20_000, longest: 16_384 })].flatMap(({ line, text }) => {
    const match = /^\s*(?:--)?(pre-invoke|post-invoke|status-logger)(?:\s*=\s*|\s+)(\S.*)$/.exec(text.trim());
    if (match === null) return [];
    const [, trigger = '', value = ''] = match;
    return [
      entry({
        source: { source: path, line },
        mechanism: 'dpkg-hook',
        user: phrase`root`,
        trigger: printableLatin1(trigger),
        command: printableLatin1(value.replace(/^(["'])(.*)\1$/, '$2')),
        active,
        text: printableLatin1(text),
      }),
    ];
  });
}

export const dpkgHook: PersistenceArtifact = {
  id,
  sources: [
    { kind: 'file', path: main, live: false },
    { kind: 'glob', path: `${folder}/*`, live: false },
    { kind: 'glob', path: `/home/*/${ofHome}`, live: false },
    ...scriptFolders.map((path) => ({ kind: 'glob' as const, path: `${path}/*`, live: false })),
  ],
  mechanisms: ['dpkg-hook'],
  order: 13,
  required: false,
  gather(context) {
    const there = (path: PathText): boolean =>
      context.target.readNow({ kind: 'stat', path }).status !== 'absent';
    const settings = [
      ...[main].filter(there).map((path) => ({ path, active: true })),
      ...filesIn(context, id, folder).map(({ path, name }) => ({ path, active: /^[\w-]+$/.test(name) })),
      ...ownHomes(context.target)
        .map(({ path }) => ({ path: joinPath(path, ofHome), active: true }))
        .filter(({ path }) => there(path)),
    ].flatMap(({ path, active }) => readSettings(context, path, active));
    const scripts = scriptFolders
      .filter(there)
      .flatMap((one) => filesIn(context, id, one))
      .flatMap(({ path, name }) => {
        const { stat } = context.target.readNow({ kind: 'stat', path, follow: true });
        const active = ((stat?.mode ?? 0o111) & 0o111) !== 0 && !/(?:~|\.(?:dpkg|bak|rpm)\w*)$/.test(name);
        const given = {
          mechanism: 'dpkg-hook',
          user: phrase`root`,
          trigger: phrase`install`,
          active,
        } as const;
        return scriptEntry(context, id, path, given) ?? [];
      });
    return Promise.resolve([...settings, ...scripts]);
  },
};
