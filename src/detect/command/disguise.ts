/**
 * Names of programs that are written so that a search for them finds nothing: `c"ur"l`, `w\get`, `$a$b`.
 *
 * What it is NOT: `\cd` and `"curl"`, which go round an alias or quote a path; nor `${PYTHON}3`.
 */
import type { Word } from '../../formats/shell/syntax.ts';
import type { Session } from './session.ts';
import { clean } from './value.ts';

const programs =
  /^(?:curl|wget|fetch|lynx|bash|sh|dash|zsh|ksh|busybox|python[\d.]*|perl|php[\d.]*|ruby|node|base64|eval|exec|source|chattr|crontab|nohup|nc|ncat|socat|chmod|xxd|openssl|systemctl|pkill|killall|echo|cat)$/;

/** The name that a disguised word comes to. */
export function disguisedName(word: Word, value: string, session: Session): string | undefined {
  const { parts } = word;
  if (parts.length < 2 || !programs.test(value)) return undefined;
  if (parts.every((part) => part.kind === 'text')) {
    const [first] = parts;
    const backslash = parts.length === 2 && first?.kind === 'text' && first.quoted && first.text.length === 1;
    return backslash ? undefined : value;
  }
  const pieces = parts.map((part) =>
    part.kind === 'text'
      ? part.text
      : part.kind === 'variable'
        ? (session.variables.get(part.name) ?? '')
        : '',
  );
  if (
    parts.some((part) => part.kind === 'variable') &&
    !pieces.some((piece) => programs.test(clean(piece)))
  ) {
    return value;
  }
  return undefined;
}

const folders = ['/bin', '/usr/bin', '/sbin', '/usr/sbin'];
/** In the order in which a shell would list them. */
const sought =
  'awk base64 bash busybox cat chattr chmod crontab curl dash echo nc ncat nohup openssl perl php python python3 ruby sh socat wget xxd'.split(
    ' ',
  );

/** The program that a pattern of file names finds, and the sign that it was written as one: `/???/b?n/c?rl`. */
export function globbedName(word: string, session: Session): string | undefined {
  if (!/[*?[]/.test(word) || !word.startsWith('/') || word.length > 100 || /\*.*\*.*\*/.test(word))
    return undefined;
  const body = word.replace(/[\\^$.*+?()[\]{}|]/g, (sign) =>
    sign === '*' ? '[^/]*' : sign === '?' ? '[^/]' : /[[\]]/.test(sign) ? sign : `\\${sign}`,
  );
  let pattern: RegExp;
  try {
    pattern = new RegExp(`^${body}$`);
  } catch {
    return undefined;
  }
  for (const folder of folders) {
    const found = sought.find((name) => pattern.test(`${folder}/${name}`));
    if (found === undefined) continue;
    session.layer(`${folder}/${found}`);
    session.sign('disguised-command', found);
    return `${folder}/${found}`;
  }
  return undefined;
}
