/**
 * `linux.tmpfiles-rule`: files, links and copies that systemd-tmpfiles makes at every boot, and flags that it sets.
 *
 * Reads the rules of /etc, /run, /usr/local and /usr/lib, and those of users. Why: a rule of type f, w, L or C brings
 * back a job or a key that was removed, and z gives a program its setuid bit again, with no service to be seen. What
 * it is NOT: rules that make folders or clean them. A file in /etc takes the place of one of the same name in
 * /usr/lib; a link to /dev/null switches it off. Sources: tmpfiles.d(5), systemd-tmpfiles(8).
 */
import { parseCrontab } from '../../../formats/crontab.ts';
import { printableLatin1 } from '../../../formats/text-lines.ts';
import { parseTmpfiles, type TmpfilesRule } from '../../../formats/tmpfiles.ts';
import type { PersistenceFact, PersistenceMark } from '../../../model/facts/persistence.ts';
import {
  bytesOf,
  joinPath,
  type PathText,
  type Printable,
  phrase,
  printableBytes,
  printableText,
} from '../../../model/text.ts';
import type { ArtifactContext } from '../../artifact.ts';
import { endsIn, entry, filesIn } from '../entry.ts';
import type { PersistenceArtifact } from '../persistence-artifact.ts';
import { readFileNow } from '../reading.ts';
import { ownHomes } from './projects.ts';

const id = 'linux.tmpfiles-rule';
const limit = 1 << 20;

/** The first takes the place of the others. */
const ofSystem = [
  '/etc/tmpfiles.d',
  '/run/tmpfiles.d',
  '/usr/local/lib/tmpfiles.d',
  '/usr/lib/tmpfiles.d',
  '/lib/tmpfiles.d',
].map((path) => printableText(path));
const userFolders = ['/etc/xdg/user-tmpfiles.d', '/usr/share/user-tmpfiles.d'].map((path) =>
  printableText(path),
);
const ofHomes = ['.config/user-tmpfiles.d', '.local/share/user-tmpfiles.d'].map((path) =>
  printableText(path),
);

/** Where others look for jobs, code and keys. */
const readByOthers =
  /^(?:\/etc\/(?:cron[\w.]*|anacrontab|systemd|rc\.local|rc\d?\.d|init\.d|ld\.so[\w.]*|profile[\w.]*|pam\.d|sudoers[\w.]*|passwd|shadow|udev|modules-load\.d|update-motd\.d|ssh|apt|xdg\/autostart)(?:\/|$)|\/var\/spool\/cron\/|\/usr\/lib\/systemd\/|\/lib\/systemd\/|\/run\/systemd\/(?:system|transient|generator))|\/\.ssh\/|\/\.(?:bashrc|profile|bash_profile|zshrc)$/;
/** Where programs, libraries and settings lie. */
const holdsPrograms = /^\/(?:etc|usr|bin|sbin|lib\d*|opt|root|home|boot)\//;
const table = /^(?:\/etc\/cron\.d\/|\/etc\/crontab$)/;
const tableOfUser = /^\/(?:var\/spool\/cron|etc\/crontabs)\//;

/** The C escapes that the argument may have, and `%%`. */
function unescaped(argument: Printable): string {
  return Buffer.from(bytesOf(argument))
    .toString('latin1')
    .replace(/\\(?:x([0-9a-fA-F]{2})|([0-7]{3})|([nrt\\"' ]))/g, (whole, hex, octal, plain) => {
      if (typeof hex === 'string') return String.fromCharCode(Number.parseInt(hex, 16));
      if (typeof octal === 'string') return String.fromCharCode(Number.parseInt(octal, 8) & 0xff);
      return { n: '\n', r: '\r', t: '\t' }[String(plain)] ?? (plain === undefined ? whole : String(plain));
    })
    .replaceAll('%%', '%');
}

type Read = Pick<PersistenceFact, 'command' | 'language'> & { readonly target?: PathText };

/** What is written, read as the one who will read the file reads it. */
function written(path: Printable, argument: Printable): Read {
  const content = unescaped(argument);
  const whole = printableLatin1(content);
  if (table.test(path) || tableOfUser.test(path)) {
    const jobs = parseCrontab(Buffer.from(content, 'latin1'), { withUser: table.test(path) }).entries;
    const commands = jobs.map(({ command }) => Buffer.from(bytesOf(command)).toString('latin1'));
    if (commands.length > 0) return { command: printableLatin1(commands.join('\n')), language: 'shell' };
  }
  const pipe = /^\|(\/\S+)/.exec(content)?.[1];
  if (pipe !== undefined) return { command: printableLatin1(content.slice(1)), language: 'argv' };
  if (/\/ld\.so\.preload$/.test(path) && content.startsWith('/'))
    return { command: whole, language: 'setting', target: printableLatin1(content.split(/\s/, 1)[0] ?? '') };
  const run = /^ExecStart(?:Pre|Post)?=[-@:+!]*(.*)$/m.exec(content)?.[1];
  if (run !== undefined) return { command: printableLatin1(run), language: 'argv' };
  return { command: whole, language: readByOthers.test(path) ? 'shell' : 'none' };
}

function readRule({ type, path, argument, text }: TmpfilesRule): Read | undefined {
  switch (type[0]) {
    case 'f':
    case 'F':
    case 'w':
      if (argument === '') return undefined;
      // With `^` it is the name of a credential, with `~` the content in base64.
      if (type.includes('^')) return { command: argument, language: 'none' };
      return written(path, type.includes('~') ? printableBytes(Buffer.from(argument, 'base64')) : argument);
    case 'L':
    case 'C': {
      const from = argument === '' ? phrase`/usr/share/factory${path}` : argument;
      // What the early system leaves for systemd itself; on most hosts nothing.
      if (from.startsWith('/.extra/') && path.startsWith('/run/systemd/')) return undefined;
      // A link below /run or /var to data says nothing by where it leads.
      const telling = from.startsWith('/') && (readByOthers.test(path) || holdsPrograms.test(path));
      return { command: from, language: 'none', ...(telling ? { target: from } : {}) };
    }
    case 'z':
    case 'Z':
    case 'm':
      // The third field: a mode with the setuid bit.
      return /^[zZm]\S*\s+(?:"[^"]*"|\S+)\s+[:~]*0?[4567]\d{3}\s/.test(`${text} `)
        ? {
            command: phrase`setuid ${path}`,
            language: 'setting',
            ...(path.startsWith('/') ? { target: path } : {}),
          }
        : undefined;
    case 'h':
    case 'H':
      return /^[+=]?[A-Za-z]*[ai]/.test(argument)
        ? { command: phrase`chattr ${argument} ${path}`, language: 'shell' }
        : undefined;
    default:
      return undefined;
  }
}

interface RuleFile {
  readonly path: PathText;
  readonly user: Printable;
  readonly active: boolean;
  readonly shadows: boolean;
}

function readOne(
  context: ArtifactContext,
  { path, user, active, shadows }: RuleFile,
): readonly PersistenceFact[] {
  const rules = parseTmpfiles(readFileNow(context, id, path, limit).bytes);
  return rules.flatMap((rule) => {
    const read = readRule(rule);
    if (read === undefined) return [];
    const marks: PersistenceMark[] = shadows ? ['shadows-package'] : [];
    if (readByOthers.test(rule.path)) marks.push('unusual-place');
    return [
      entry({
        source: { source: path, line: rule.line },
        mechanism: 'tmpfiles-rule',
        user,
        trigger: phrase`boot, ${printableLatin1(rule.type)} ${rule.path}`,
        active,
        marks,
        text: rule.text,
        ...read,
      }),
    ];
  });
}

/** Files of several folders of which the first with a name counts. */
function layered(
  context: ArtifactContext,
  folders: readonly PathText[],
  user: Printable,
): readonly RuleFile[] {
  const { target } = context;
  const found: { readonly path: PathText; readonly name: Printable; readonly off: boolean }[] = [];
  const usrLib = target.readNow({ kind: 'link', path: printableText('/lib') }).status === 'ok';
  for (const folder of folders) {
    if (usrLib && folder.startsWith('/lib/')) continue;
    if (target.readNow({ kind: 'stat', path: folder }).status === 'absent') continue;
    for (const { path, name, type } of filesIn(context, id, folder, endsIn('.conf'))) {
      const link = type === 'link' ? target.readNow({ kind: 'link', path }).target : '';
      found.push({ path, name, off: link === '/dev/null' });
    }
  }
  return found.flatMap(({ path, name, off }, at) => {
    if (off) return [];
    const active = !found.slice(0, at).some((one) => one.name === name);
    const shadows = active && found.slice(at + 1).some((one) => one.name === name);
    return [{ path, user, active, shadows }];
  });
}

export const tmpfilesRule: PersistenceArtifact = {
  id,
  sources: [
    ...[...ofSystem, ...userFolders].map((path) => ({
      kind: 'glob' as const,
      path: `${path}/*.conf`,
      live: false,
    })),
    ...ofHomes.map((path) => ({ kind: 'glob' as const, path: `/home/*/${path}/*.conf`, live: false })),
  ],
  mechanisms: ['tmpfiles-rule'],
  order: 13,
  required: false,
  gather(context) {
    const homes = ownHomes(context.target).flatMap(({ path, user }) =>
      layered(
        context,
        ofHomes.map((name) => joinPath(path, name)),
        user,
      ),
    );
    const system = layered(context, ofSystem, phrase`root`);
    const users = layered(context, userFolders, phrase`every user`);
    return Promise.resolve([...system, ...users, ...homes].flatMap((file) => readOne(context, file)));
  },
};
