/** Programs that print, and filters that pass on what they are given. */
import { hasNumericEscape, unescapeText } from '../../../formats/shell/quoting.ts';
import { type Call, hasFlag, named, operands, optionValue, type ProgramTable } from '../call.ts';
import { reversed } from '../unpack.ts';
import { clean, decoded, isDecoded, isUnknown, taintOf, unknown, withoutDecoded } from '../value.ts';
import { written } from '../written.ts';

function echo({ args }: Call): string {
  let at = 0;
  let escapes = false;
  for (; /^-[neE]+$/.test(args[at] ?? ''); at += 1) if ((args[at] ?? '').includes('e')) escapes = true;
  const text = args.slice(at).join(' ');
  const numeric = hasNumericEscape(text);
  // dash reads escapes without -e.
  if (!escapes && !numeric) return `${text}\n`;
  const out = `${unescapeText(text)}\n`;
  return numeric ? decoded(out) : out;
}

function printf({ args, to }: Call): string {
  const [option, ...more] = args;
  if (option === '-v') {
    const [name = '', ...rest] = more;
    to.session.set(name, printf({ name: 'printf', args: rest, stdin: '', to }));
    return '';
  }
  const [format = '', ...values] = option === '--' ? more : args;
  const numeric = hasNumericEscape(format);
  let out = '';
  let used = 0;
  let coded = numeric;
  do {
    const before = used;
    out += unescapeText(format.replace(/%%/g, '\x00')).replace(
      /\x00|%[-+ #0-9.*]*([a-zA-Z])/g,
      (all, kind?: string) => {
        if (kind === undefined) return '%';
        const value = values[used] ?? '';
        used += 1;
        if (kind === 'b') {
          coded = coded || hasNumericEscape(value);
          return unescapeText(value);
        }
        return all === '%c' ? value.slice(0, 1) : value;
      },
    );
    if (used === before) break;
  } while (used < values.length && out.length < 65_536);
  return coded ? decoded(out) : out;
}

/** Contents of the files that are named, or the standard input. */
export function contentOf(paths: readonly string[], { stdin, to }: Call): string {
  if (paths.length === 0) return stdin;
  if (paths.length === 1 && paths[0] !== '-') to.session.pipe = [paths[0] ?? ''];
  return paths.map((path) => (path === '-' ? stdin : (to.session.read(path) ?? unknown))).join('');
}

const cat = (call: Call): string => contentOf(operands(call.args), call);

/** What it makes of its input nobody knows; where that came from is kept. */
export const filter = (call: Call): string => {
  const { stdin, args } = call;
  const from = `${taintOf(stdin)}${taintOf(args.join(''))}`;
  return isDecoded(stdin) && clean(stdin).trim() !== '' ? `${from}${stdin}` : `${from}${unknown}`;
};

function tr(call: Call): string {
  const { args, stdin } = call;
  const [from = '', to = ''] = operands(args).map((set) => ranges(unescapeText(set)));
  const text = withoutDecoded(stdin);
  if (hasFlag(args, 'd', 'delete')) {
    const gone = new Set(from);
    const out = hasFlag(args, 'c') ? text : [...text].filter((letter) => !gone.has(letter)).join('');
    return isDecoded(stdin) ? decoded(out, '') : out;
  }
  if (to === '' || from === '') return stdin;
  const map = new Map([...from].map((letter, at) => [letter, to[Math.min(at, to.length - 1)] ?? letter]));
  const out = [...text].map((letter) => map.get(letter) ?? letter).join('');
  // Upper to lower case and line ends are no encoding.
  const encodes =
    [...map].filter(([a, b]) => /[A-Za-z0-9]/.test(a) && a.toLowerCase() !== b.toLowerCase()).length > 4;
  return encodes || isDecoded(stdin) ? decoded(out) : out;
}

const sets: Readonly<Record<string, string>> = {
  upper: 'ABCDEFGHIJKLMNOPQRSTUVWXYZ',
  lower: 'abcdefghijklmnopqrstuvwxyz',
  digit: '0123456789',
  space: ' \t\n\r\v\f',
};

function ranges(set: string): string {
  return set
    .slice(0, 512)
    .replace(/\[:(\w+):\]/g, (_, name: string) => sets[name] ?? '')
    .replace(/([\s\S])-([\s\S])/g, (all, a: string, b: string) => {
      const [start, end] = [a.charCodeAt(0), b.charCodeAt(0)];
      if (end < start || end - start > 256) return all;
      return String.fromCharCode(...Array.from({ length: end - start + 1 }, (_, at) => start + at));
    });
}

/** Dots and letters only: each match is as long as the pattern, so none costs more than the text is long. */
const fixedPattern = /^[\w.]{1,40}$/;

function substituted(text: string, from: string, by: string, flags: string): string {
  if (!fixedPattern.test(from)) return text;
  const written = by.replace(/\\(.)|&/g, (all, escaped?: string) => (all === '&' ? '\0' : (escaped ?? '')));
  const replace = (match: string): string => written.replaceAll('\0', () => match);
  return text.replace(new RegExp(from, flags.includes('g') ? 'g' : ''), replace);
}

/** `s/a/b/g` with plain text; other programs of sed pass on what they got. */
function sed(call: Call): string {
  const { args, to } = call;
  const inPlace = hasFlag(args, 'i', 'in-place');
  const [program = '', ...files] = operands(args, new Set(['-e', '-f']));
  const script = optionValue(args, 'e', 'expression') ?? program;
  if (inPlace) {
    // A line that is put into a file from which shells start.
    const added = /^(?:\d+|\$|\/[^/\n]{0,200}\/)?\s*[aic]\\?\s*(\S[\s\S]*)$/.exec(script)?.[1];
    const paths = script === program ? files : [program, ...files];
    if (added !== undefined) for (const path of paths) written(path, `${added}\n`, true, ['sed'], to);
    return '';
  }
  const text = contentOf(
    script === program ? files : [program, ...files].filter((path) => path !== ''),
    call,
  );
  // GNU sed runs what stands behind `e`, and with that flag what a line was replaced by.
  const run =
    /^(?:\d+|\$|\/[^/\n]{0,200}\/)?\s*e\s+([\s\S]+)$/.exec(script)?.[1] ??
    /^s([/|,#@!:])(?:\\[\s\S]|(?!\1)[^\\])*\1((?:\\[\s\S]|(?!\1)[^\\])+)\1[gI0-9]*e[gI0-9]*$/s.exec(
      script,
    )?.[2];
  if (run !== undefined) return to.shell(run);
  const parts = script.split(';').slice(0, 64);
  let out = text;
  for (const part of parts) {
    const found =
      /^\s*s([/|,#@!:])((?:\\[\s\S]|(?!\1)[^\\])*)\1((?:\\[\s\S]|(?!\1)[^\\])*)\1([gI0-9]*)\s*$/.exec(part);
    if (found === null) return parts.length === 1 ? filter({ ...call, stdin: text }) : out;
    const [, , from = '', by = '', flags = ''] = found;
    const plain = from.replace(/\\(.)/g, '$1');
    if (/[[\]*^$.+?(){}]/.test(from) || plain === '') {
      out = substituted(out, from, by, flags);
      continue;
    }
    out = flags.includes('g') ? out.replaceAll(plain, () => by) : out.replace(plain, () => by);
  }
  return out;
}

function rev(call: Call): string {
  const text = contentOf(operands(call.args), call);
  if (clean(text) === '') return text;
  return decoded(withoutDecoded(text).split('\n').map(reversed).join('\n'), text);
}

function read({ args, stdin, to }: Call): string {
  const names = operands(args, new Set(['-p', '-t', '-n', '-d', '-u', '-N', '-i']));
  const [line = ''] = stdin.split('\n');
  const words = line.split(/[ \t]+/);
  names.forEach((name, at) => {
    to.session.set(
      name,
      at === names.length - 1 ? words.slice(at).join(' ') || unknown : (words[at] ?? unknown),
    );
  });
  return '';
}

/** Each line is an item of an array. */
function mapLines({ args, stdin, to }: Call): string {
  const [name = 'MAPFILE'] = operands(args, new Set(['-d', '-n', '-O', '-s', '-u', '-C', '-c']));
  to.session.set(name, stdin.replace(/\n+$/, '').replaceAll('\n', ' '));
  return '';
}

/** Whatever it is called, this entry made it: a name that is looked for nowhere. */
const makeTemporary = ({ args, to }: Call): string => {
  const last = operands(args, new Set(['-p', '--suffix'])).at(-1) ?? '';
  return `/?/mktemp/${clean(last).replaceAll('/', '-')}${to.session.madeTemporary()}`;
};

const folderName = ({ args }: Call): string => {
  const [path = ''] = operands(args);
  const at = clean(path).lastIndexOf('/');
  return isUnknown(path) ? unknown : at < 0 ? '.' : clean(path).slice(0, at) || '/';
};

const fileName = ({ args }: Call): string => {
  const [path = '', suffix = ''] = operands(args, new Set(['-s']));
  const name = clean(path).slice(clean(path).lastIndexOf('/') + 1);
  return isUnknown(path)
    ? unknown
    : suffix !== '' && name.endsWith(suffix)
      ? name.slice(0, -suffix.length)
      : name;
};

const sameName = ({ args }: Call): string => operands(args)[0] ?? unknown;

export const textPrograms: ProgramTable = {
  mktemp: makeTemporary,
  tempfile: makeTemporary,
  dirname: folderName,
  basename: fileName,
  ...named('realpath readlink', sameName),
  echo,
  printf,
  cat,
  tac: cat,
  rev,
  tr,
  sed,
  read,
  ...named('mapfile readarray', mapLines),
  tee: (call) => call.stdin,
  ...named('sort uniq nl fold fmt tail head dos2unix pv unbuffer sponge buffer iconv', (call) => {
    const text = contentOf(
      operands(call.args, new Set(['-n', '-c', '-k', '-t', '-w', '-f'])).filter(
        (word) => !/^\+?\d+$/.test(word),
      ),
      call,
    );
    return text;
  }),
  ...named('grep egrep fgrep zgrep cut jq yq column paste join wc od strings comm diff', filter),
  ...named(
    'true false : test [ [[ exit return break continue shift wait umask ulimit set shopt hash let',
    () => '',
  ),
};
