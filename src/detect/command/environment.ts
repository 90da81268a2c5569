/**
 * What an entry runs with: variables that its mechanism gives it, the folder it begins in, and where its programs lie.
 *
 * Why: `X=/tmp/.x` on one line of a table and `$X/run` on another, or a PATH whose first folder is /dev/shm, name no
 * program where anybody looks. Cron hands variables on as they stand and the shell of the job expands them; systemd
 * itself expands `${X}` in words and `$X` where it is a word, which is split then.
 * Sources: crontab(5); systemd.service(5) COMMAND LINES; POSIX.1-2024 XBD 8.3 (PATH).
 */
import { unitWords } from '../../formats/systemd-exec.ts';
import type { EntryVariable, PersistenceFact } from '../../model/facts/persistence.ts';
import { isHidden, isTemporary } from '../persistence/places.ts';
import { latin1Of } from './latin1.ts';
import type { Session } from './session.ts';
import { clean } from './value.ts';

/** `PWD` is the folder in which it begins; a script of a shell knows its own path. */
export function begin(session: Session, { environment = [], body, language, source }: PersistenceFact): void {
  if (body.length > 0 && language === 'shell') session.set('0', latin1Of(source.source));
  for (const { name, value } of environment) {
    const text = latin1Of(value);
    session.set(name, text);
    if (name === 'PWD' && text.startsWith('/')) session.folder = session.resolve(text);
  }
}

const whole = /^\$(?:\{(\w+)\}|(\w+))$/;
const mostWords = 4_096;

/** The words that systemd executes. */
export function withVariables(
  argv: readonly string[],
  environment: readonly EntryVariable[],
): readonly string[] {
  const values = new Map(environment.map(({ name, value }) => [name, latin1Of(value)]));
  return argv.slice(0, mostWords).flatMap((word) => {
    if (!word.includes('$')) return [word];
    const bare = whole.exec(word)?.[2];
    const split = bare === undefined ? undefined : values.get(bare);
    if (split !== undefined) return unitWords(split);
    return [
      word.replace(/\$(?:\$|\{(\w+)\})/g, (all, name?: string) =>
        name === undefined ? '$' : (values.get(name) ?? all),
      ),
    ];
  });
}

const usualFolders = ['/usr/local/sbin', '/usr/local/bin', '/usr/sbin', '/usr/bin', '/sbin', '/bin'];
const mostFolders = 16;

export interface SearchFolders {
  readonly all: readonly string[];
  /** Of those, where nobody installs anything: a program of the system found there is none of it. */
  readonly odd: readonly string[];
}

/** Where programs without a path are looked for, as PATH stands when all is read. */
export function searchFolders(session: Session): SearchFolders {
  const given = clean(session.variables.get('PATH') ?? '')
    .split(':')
    .filter((folder) => folder.startsWith('/') && folder.length < 512)
    .map((folder) => session.resolve(folder));
  const own = given.filter((folder) => !usualFolders.includes(folder)).slice(0, mostFolders);
  const odd = own.filter((folder) => isTemporary(`${folder}/x`) || isHidden(`${folder}/x`));
  return { all: [...own, ...usualFolders], odd };
}
