/**
 * Settings of sshd as they are in effect: the main file with all that it includes, and which value wins.
 *
 * The first value of a keyword wins, so a drop-in that is included at the top overrides the main file; lines below a
 * `Match` hold for some and override both. What it is NOT: `sshd -T`, which would run a program of the target; a
 * second sshd started with another file is seen by its command line.
 * Sources: sshd_config(5); OpenSSH servconf.c. Bounds: 256 files, 16 levels deep (as sshd), 40,000 lines.
 */
import { matchesPatterns, parseSshSettings, type SshSetting } from '../../../formats/ssh-settings.ts';
import { printableLatin1 } from '../../../formats/text-lines.ts';
import { folderOf, joinPath, type PathText, printableText } from '../../../model/text.ts';
import { filesIn, settingsLimit } from '../entry.ts';
import { type ReadContext, readFileNow } from '../reading.ts';

export interface PlacedSetting extends SshSetting {
  readonly path: PathText;
}

const serverFiles = [
  '/etc/ssh/sshd_config',
  '/usr/etc/ssh/sshd_config',
  '/usr/local/etc/ssh/sshd_config',
].map((path) => printableText(path));
const serverFolder = printableText('/etc/ssh/sshd_config.d');
const settingsFolder = printableText('/etc/ssh');
const mostFiles = 256;
const mostSettings = 40_000;
const deepest = 16;

export const sshdSources = [
  ...serverFiles.map((path) => ({ kind: 'file' as const, path, live: false })),
  { kind: 'glob' as const, path: `${serverFolder}/*.conf`, live: false },
];

/** Follows includes; used for the client's files too. */
export class SshFiles {
  readonly settings: PlacedSetting[] = [];
  readonly #context: ReadContext;
  readonly #artifact: string;
  /** Folder of relative includes. */
  readonly #folder: PathText;
  #files = 0;

  constructor(context: ReadContext, artifact: string, folder: PathText = settingsFolder) {
    this.#context = context;
    this.#artifact = artifact;
    this.#folder = folder;
  }

  /** `path` are the files that led here: one of them again is a circle. */
  read(file: PathText, condition?: SshSetting['condition'], path: readonly PathText[] = []): void {
    if (path.includes(file) || path.length > deepest || this.#files >= mostFiles) return;
    this.#files += 1;
    const { bytes } = readFileNow(this.#context, this.#artifact, file, settingsLimit);
    for (const setting of parseSshSettings(bytes, condition)) {
      if (this.settings.length >= mostSettings) return;
      this.settings.push({ ...setting, path: file });
      if (setting.keyword !== 'include') continue;
      for (const pattern of setting.args) {
        for (const included of this.#filesOf(pattern))
          this.read(included, setting.condition, [...path, file]);
      }
    }
  }

  /** Files of a pattern in the order of their names; a pattern of the last name is followed. */
  #filesOf(pattern: string): readonly PathText[] {
    const name = printableLatin1(pattern.replace(/^~\//, ''));
    const full = pattern.startsWith('/') ? name : joinPath(this.#folder, name);
    const last = full.slice(full.lastIndexOf('/') + 1);
    if (!/[*?[]/.test(last)) return [full];
    const glob = new Bun.Glob(last);
    const found = filesIn(this.#context, this.#artifact, folderOf(full), (one) => glob.match(one));
    // A name that begins with a dot is matched by no star, as glob(7) says.
    return found
      .filter((one) => !one.name.startsWith('.') || last.startsWith('.'))
      .map(({ path }) => path)
      .sort();
  }
}

export interface SshdSettings {
  readonly all: readonly PlacedSetting[];
  /** The value in effect for everybody; nothing where the default holds. */
  first(keyword: string): PlacedSetting | undefined;
  /** Whether a setting is in effect, for everybody or for some. */
  isEffective(setting: PlacedSetting): boolean;
  /** Of a switch, for everybody, or for anybody below a `Match`. */
  isEver(keyword: string, value: RegExp, byDefault: boolean): boolean;
}

/** All of these add up, line by line. */
const addsUp: ReadonlySet<string> = new Set(
  'port listenaddress hostkey hostcertificate acceptenv allowusers denyusers allowgroups denygroups include match permitopen permitlisten setenv'.split(
    ' ',
  ),
);

const keyOf = ({ keyword, args }: PlacedSetting): string =>
  keyword === 'subsystem' ? `${keyword} ${args[0]}` : keyword;

export function readSshd(context: ReadContext, artifact: string): SshdSettings {
  const files = new SshFiles(context, artifact);
  for (const path of serverFiles) {
    if (context.target.readNow({ kind: 'stat', path }).status === 'absent') continue;
    files.read(path);
    break;
  }
  const all = files.settings;
  const firsts = new Map<string, PlacedSetting>();
  for (const setting of all) {
    const key = keyOf(setting);
    if (setting.condition === undefined && !firsts.has(key)) firsts.set(key, setting);
  }
  return {
    all,
    first: (keyword) => firsts.get(keyword),
    isEffective: (setting) =>
      setting.condition !== undefined ||
      addsUp.has(setting.keyword) ||
      firsts.get(keyOf(setting)) === setting,
    isEver(keyword, value, byDefault) {
      const global = firsts.get(keyword);
      if (global === undefined ? byDefault : value.test(global.args[0] ?? '')) return true;
      return all.some(
        (one) => one.keyword === keyword && one.condition !== undefined && value.test(one.args[0] ?? ''),
      );
    },
  };
}

/** Whether a `Match` may hold for a user: only names are decided, all else may hold. */
export function mayHoldFor(setting: SshSetting, user: string): boolean {
  const { condition } = setting;
  if (condition === undefined) return true;
  const { args } = condition;
  for (let at = 0; at < args.length; at += 1) {
    const [word = '', inline] = (args[at] ?? '').split('=', 2);
    if (word.toLowerCase() !== 'user') continue;
    const list = inline ?? args[at + 1] ?? '';
    if (!matchesPatterns(user, list)) return false;
  }
  return true;
}
