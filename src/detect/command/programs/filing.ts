/** Programs that move, unpack, mark or mount files, and that write tables of cron. */
import {
  type Call,
  hasFlag,
  named,
  operands,
  optionValue,
  type Program,
  type ProgramTable,
} from '../call.ts';
import { clean, fetchIn, isDecoded, taintOf, unknown } from '../value.ts';
import { loaded, readWrittenCommands, written } from '../written.ts';

const temporary = /^\/(?:tmp|var\/tmp|dev|run|var\/run)\/|\/\.[^./]/;

const move: Program = ({ args, to }) => {
  const paths = operands(args, new Set(['-t', '-S', '-m', '-o', '-g']));
  const target = paths.at(-1);
  if (target === undefined || paths.length < 2) return '';
  for (const from of paths.slice(0, -1)) {
    const value = to.session.read(from);
    if (value === undefined) {
      to.session.copy(from, target);
      continue;
    }
    const name = target.endsWith('/') ? `${target}${from.slice(from.lastIndexOf('/') + 1)}` : target;
    written(name, value, false, [], to);
  }
  return '';
};

const chmod: Program = ({ args, to }) => {
  const [mode = '', ...paths] = args.filter(
    (word) => !/^-[a-zA-Z]$|^--/.test(word) || /^-[rwxst]/.test(word),
  );
  if (!/x|[1357]/.test(mode)) return '';
  for (const path of paths) {
    const value = to.session.read(path);
    const fetch = value === undefined ? undefined : fetchIn(value);
    if (fetch === undefined || to.session.verified) continue;
    // Fetched, made executable, and lying where droppers lie: whoever runs it later.
    if (temporary.test(to.session.resolve(path))) to.session.sign('fetch-then-run', to.session.urlOf(fetch));
  }
  return '';
};

/** What an archive gives to the standard output: of its text nothing is known but where it came from. */
function unpacked(archive: string, { stdin, to }: Call): string {
  if (archive === '' || archive === '-') return `${taintOf(stdin)}${unknown}`;
  to.session.pipe = [archive];
  return `${taintOf(to.session.read(archive) ?? '')}${unknown}`;
}

const tar: Program = (call) => {
  const { args, stdin, to } = call;
  const [first = ''] = args;
  // Commands that tar itself runs.
  for (const word of args) {
    const run = /^--(?:checkpoint-action=exec|to-command|use-compress-program|rsh-command)=([\s\S]+)$/.exec(
      word,
    );
    if (run !== null) to.shell(run[1] ?? '', stdin);
  }
  const extracts = /^-?[a-zA-Z]*x/.test(first) || args.includes('-x') || args.includes('--extract');
  if (!extracts) return '';
  const folder = optionValue(args, 'C', 'directory') ?? (to.session.folder === '' ? '.' : to.session.folder);
  const at = args.findIndex((word, index) =>
    (index === 0 ? /^-?[a-zA-Z]*f[a-zA-Z]*$/ : /^-[a-zA-Z]*f$/).test(word),
  );
  const archive = at >= 0 ? (args[at + 1] ?? '') : '';
  if (/^-?[a-zA-Z]*O[a-zA-Z]*$/.test(first) || args.includes('-O') || args.includes('--to-stdout'))
    return unpacked(archive, call);
  const value = archive === '' || archive === '-' ? stdin : (to.session.read(archive) ?? '');
  if (taintOf(value) !== '' || isDecoded(value))
    to.session.unpack(folder, taintOf(value) === '' ? value : taintOf(value));
  return '';
};

const unzip: Program = (call) => {
  const { args, to } = call;
  const [archive = ''] = operands(
    args[0] === 'e' || args[0] === 'x' ? args.slice(1) : args,
    new Set(['-d', '-P', '-x']),
  );
  if (hasFlag(args, 'p') || args.includes('-so')) return unpacked(archive, call);
  const value = to.session.read(archive) ?? '';
  const folder = optionValue(args, 'd') ?? (to.session.folder === '' ? '.' : to.session.folder);
  if (taintOf(value) !== '') to.session.unpack(folder, taintOf(value));
  return '';
};

const crontab: Program = (call) => {
  const { args, stdin, to } = call;
  const paths = operands(args, new Set(['-u']));
  if (hasFlag(args, 'l')) return unknown;
  if (hasFlag(args, 'r')) return '';
  const [path] = paths;
  const content = path === undefined || path === '-' ? stdin : (to.session.read(path) ?? '');
  if (content === '') return '';
  const fetch = fetchIn(content);
  if (fetch !== undefined) to.session.sign('fetch-and-run', to.session.urlOf(fetch));
  else to.session.sign('writes-persistence', 'crontab');
  if (isDecoded(content)) to.session.layer(content);
  readWrittenCommands(clean(content), to);
  return '';
};

const tee: Program = ({ args, stdin, to }) => {
  for (const path of operands(args)) written(path, stdin, hasFlag(args, 'a', 'append'), ['tee'], to);
  return stdin;
};

const chattr: Program = ({ args, to }) => {
  const set = args.find((word) => /^\+[a-zA-Z]*[ia]/.test(word));
  if (set !== undefined) to.session.sign('hides', `chattr ${set}`);
  return '';
};

const mount: Program = ({ args, to }) => {
  const bind =
    args.some((word) => word === '--bind' || word === '-B' || word === '--rbind') ||
    /(?:^|,)r?bind(?:,|$)/.test(optionValue(args, 'o') ?? '');
  const target = operands(args, new Set(['-o', '-t', '-O'])).at(-1) ?? '';
  if (
    // A number that nobody can know is one all the same: `/proc/$(pidof x)`.
    /^\/proc\/[^/]/.test(target) &&
    !/^\/proc\/(?:sys|bus|fs|self\/ns)\b/.test(clean(target)) &&
    (bind || /-t|tmpfs/.test(args.join(' ')))
  ) {
    to.session.sign('hides', target);
  }
  return '';
};

const loadModule: Program = ({ args, to }) => {
  for (const path of operands(args)) if (path.includes('/') || path.endsWith('.ko')) loaded(path, to);
  return '';
};

const dd: Program = (call: Call) => {
  const value = (key: string): string | undefined =>
    call.args.find((word) => word.startsWith(`${key}=`))?.slice(key.length + 1);
  const input = value('if');
  if (input !== undefined) call.to.session.pipe = [input];
  const text = input === undefined ? call.stdin : (call.to.session.read(input) ?? unknown);
  const output = value('of');
  if (output === undefined) return text;
  written(output, text, false, ['dd'], call.to);
  return '';
};

const checksum: Program = ({ args, to }) => {
  if (hasFlag(args, 'c', 'check')) to.session.verified = true;
  return unknown;
};

const gpg: Program = ({ args, stdin, to }) => {
  if (args.some((word) => /^(?:--verify|verify|verify-blob)$/.test(word)) || /verify/.test(args[0] ?? ''))
    to.session.verified = true;
  const paths = operands(
    args,
    new Set(['--passphrase', '--passphrase-file', '--homedir', '-o', '--output', '-r', '-u']),
  );
  const [path] = paths;
  // Secrets of owners are encrypted too: who runs the text of a file runs that file, no more is told.
  if (path === undefined || !args.some((word) => /^(?:-[a-zA-Z]*d|--decrypt)$/.test(word)))
    return `${taintOf(stdin)}${unknown}`;
  to.session.pipe = [path];
  return `${taintOf(to.session.read(path) ?? '')}${unknown}`;
};

const makePipe: Program = ({ args, to }) => {
  for (const path of operands(args, new Set(['-m']))) to.session.write(path, unknown);
  return '';
};

const makeDirectory: Program = () => '';

export const filingPrograms: ProgramTable = {
  ...named('mv cp install ln', move),
  chmod,
  ...named('tar bsdtar', tar),
  ...named('unzip 7z 7za 7zz', unzip),
  funzip: (call) => unpacked('', call),
  crontab,
  tee,
  ...named('chattr lockr tntrecht', chattr),
  mount,
  ...named('insmod modprobe', loadModule),
  dd,
  ...named('sha256sum sha512sum sha1sum md5sum shasum b2sum', checksum),
  ...named('gpg gpgv gpg2 cosign minisign signify', gpg),
  mkfifo: makePipe,
  ...named('mkdir touch stat ls chown chgrp truncate', makeDirectory),
};
