/**
 * What starts a watch again when its host was started: one unit of systemd, or one line of cron where there is none. The
 * only thing that a watch writes outside of its case, so it is shown before, recorded in the ledger of the case before it
 * is written, and taken away at the end, by `--stop` and by `demine undo`.
 *
 * It starts once and never again: a watch that is ended stays ended, and says so when it is next asked. Nothing in it
 * names the tool but the path of the program.
 * Sources: systemd.service(5) (`@` before a program gives it another first argument), systemd.unit(5), crontab(5).
 */
import {
  closeSync,
  constants,
  fsyncSync,
  lstatSync,
  openSync,
  readFileSync,
  readlinkSync,
  symlinkSync,
  unlinkSync,
  writeSync,
} from 'node:fs';
import { dirname, join } from 'node:path';
import { DemineError, errorText } from '../../model/error.ts';
import type { LedgerEntry } from '../../model/ledger.ts';
import { bytesOf, type Printable, printableText } from '../../model/text.ts';
import { mayChange } from '../../native/apart.ts';
import type { Ledger } from '../ledger/ledger-file.ts';

export interface StarterFile {
  readonly path: Printable;
  readonly content?: string | undefined;
  readonly target?: Printable | undefined;
}

export interface StarterWish {
  /** Of the watch: what the unit is called too. */
  readonly name: string;
  readonly caseFolder: string;
  /** The program and its first arguments, without the task. */
  readonly command: readonly string[];
  readonly until: string;
  readonly init: 'systemd' | 'cron' | 'none';
}

/** As systemd.service(5) reads it: `%` and `$` stand for themselves when they are doubled. */
const systemdWord = (word: string): string =>
  `"${word.replace(/[\\"]/g, '\\$&').replaceAll('%', '%%').replaceAll('$', '$$$$')}"`;
/** A path for a setting that is no command: only `%` means something. */
const systemdPath = (path: string): string => path.replaceAll('%', '%%');
/** sh(1p); a `%` ends the command of a crontab unless it is escaped. */
const cronWord = (word: string): string => `'${word.replaceAll("'", "'\\''")}'`.replaceAll('%', '\\%');

const isOneLine = (text: string): boolean => !/[\n\r\0]/.test(text);

/** What is to be written. @throws DemineError where nothing of this host would start it */
export function starterFiles(wish: StarterWish): readonly StarterFile[] {
  const { name, caseFolder, command, until } = wish;
  if (![caseFolder, ...command].every(isOneLine))
    throw new DemineError('watch-unavailable', 'a path has a line break', { subject: caseFolder });
  const [program = '', ...rest] = [...command, '--internal', 'watch'];
  if (wish.init === 'none')
    throw new DemineError('watch-unavailable', 'neither systemd nor cron', { subject: name });
  if (wish.init === 'cron') {
    const line = `cd ${cronWord(caseFolder)} && exec ${[program, ...rest].map(cronWord).join(' ')}`;
    return [
      {
        path: printableText(`/etc/cron.d/${name}`),
        content: `# A watch over this host until ${until}; it takes this file away at its end.\n@reboot root ${line} >/dev/null 2>&1\n`,
      },
    ];
  }
  const unit = `/etc/systemd/system/${name}.service`;
  return [
    {
      path: printableText(unit),
      content: [
        '[Unit]',
        `Description=Watch over this host until ${until}; takes itself away then`,
        '[Service]',
        // A name of its own in front of the arguments: a guard that knows the names of tools finds none.
        `ExecStart=@${[program, name, ...rest].map(systemdWord).join(' ')}`,
        `WorkingDirectory=${systemdPath(caseFolder)}`,
        'Restart=no',
        'StandardInput=null',
        'StandardOutput=null',
        'StandardError=null',
        '[Install]',
        'WantedBy=multi-user.target',
        '',
      ].join('\n'),
    },
    {
      path: printableText(`/etc/systemd/system/multi-user.target.wants/${name}.service`),
      target: printableText(unit),
    },
  ];
}

const at = (path: Printable): string => Buffer.from(bytesOf(path)).toString();

function put({ path, content, target }: StarterFile): void {
  if (target !== undefined) symlinkSync(at(target), at(path));
  else {
    const flags = constants.O_WRONLY | constants.O_CREAT | constants.O_EXCL | constants.O_NOFOLLOW;
    const descriptor = openSync(at(path), flags, 0o644);
    try {
      writeSync(descriptor, content ?? '');
      fsyncSync(descriptor);
    } finally {
      closeSync(descriptor);
    }
  }
  const folder = openSync(dirname(at(path)), constants.O_RDONLY | constants.O_DIRECTORY);
  try {
    fsyncSync(folder);
  } finally {
    closeSync(folder);
  }
}

/** `other`: somebody changed it, so it is not ours to take. */
function stateOf({ path, content, target }: StarterFile): 'ours' | 'gone' | 'other' {
  const status = lstatSync(at(path), { throwIfNoEntry: false });
  if (status === undefined) return 'gone';
  if (target !== undefined)
    return status.isSymbolicLink() && readlinkSync(at(path)) === at(target) ? 'ours' : 'other';
  return status.isFile() && readFileSync(at(path), 'utf8') === content ? 'ours' : 'other';
}

/** What stands on the host by the word of a ledger. */
export function starterOf(entries: readonly LedgerEntry[]): readonly StarterFile[] {
  let files: readonly StarterFile[] = [];
  for (const { record } of entries) {
    if (record.kind === 'starter-adding') files = record.files;
    if (record.kind === 'starter' && record.result === 'removed') files = [];
  }
  return files;
}

function refuse(subject: string): void {
  const may = mayChange();
  if (may.status !== 'ok') throw new DemineError('executor-refused', may.reason, { subject });
}

/** @throws DemineError `watch-unavailable` where it could not be written; what was is taken away again */
export function addStarter(ledger: Ledger, files: readonly StarterFile[]): void {
  refuse(files[0]?.path ?? '');
  ledger.append({ kind: 'starter-adding', files: files.map((one) => ({ ...one })) });
  try {
    for (const file of files) put(file);
  } catch (cause) {
    removeStarter(ledger);
    throw new DemineError('watch-unavailable', errorText(cause), { subject: files[0]?.path ?? '', cause });
  }
  ledger.append({ kind: 'starter', result: 'added', detail: '' });
}

export interface StarterRemoval {
  readonly removed: readonly Printable[];
  /** What somebody changed stays, and is told. */
  readonly stays: readonly Printable[];
}

/** Takes away what a watch wrote and what is still as it wrote it. Nothing where nothing stands. */
export function removeStarter(ledger: Ledger): StarterRemoval {
  const files = starterOf(ledger.entries);
  if (files.length === 0) return { removed: [], stays: [] };
  refuse(files[0]?.path ?? '');
  ledger.append({ kind: 'starter-removing' });
  const removed: Printable[] = [];
  const stays: Printable[] = [];
  // The link first: a unit that is wanted and not there is told at each start.
  for (const file of [...files].reverse()) {
    const state = stateOf(file);
    if (state === 'other') stays.push(file.path);
    if (state !== 'ours') continue;
    try {
      unlinkSync(at(file.path));
      removed.push(file.path);
    } catch (cause) {
      ledger.append({ kind: 'starter', result: 'failed', detail: errorText(cause) });
      throw new DemineError('watch-unavailable', errorText(cause), { subject: file.path, cause });
    }
  }
  ledger.append({ kind: 'starter', result: 'removed', detail: stays.join(' ') });
  return { removed, stays };
}

/** By whom something is started on this host. */
export function initOf(root = '/'): StarterWish['init'] {
  const isFolder = (path: string): boolean =>
    lstatSync(join(root, path), { throwIfNoEntry: false })?.isDirectory() === true;
  // sd_booted(3).
  if (isFolder('run/systemd/system') && isFolder('etc/systemd/system')) return 'systemd';
  return isFolder('etc/cron.d') ? 'cron' : 'none';
}
