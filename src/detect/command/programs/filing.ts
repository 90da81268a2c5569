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
import { readWrittenCommands, written } from '../written.ts';

const temporary = /^\/(?:tmp|var\/tmp|dev|run|var\/run)\/|\/\.[^./]/;

const move: Program = ({ args, to }) => {
  const paths = operands(args, new Set(['-t', '-S', '-m', '-o', '-g']));
  const target = paths.at(-1);
  if (target === undefined || paths.length < 2) return '';
  for (const from of paths.slice(0, -1)) {
    const value = to.session.read(from);
    if (value === undefined) continue;
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

const tar: Program = ({ args, stdin, to }) => {
  const [first = ''] = args;
  const extracts = /^-?[a-zA-Z]*x/.test(first) || args.includes('-x') || args.includes('--extract');
  if (!extracts) return '';
  const folder = optionValue(args, 'C', 'directory') ?? (to.session.folder === '' ? '.' : to.session.folder);
  const at = args.findIndex((word) => /^-?[a-zA-Z]*f$/.test(word));
  const archive = at >= 0 ? (args[at + 1] ?? '') : '';
  const value = archive === '' || archive === '-' ? stdin : (to.session.read(archive) ?? '');
  if (taintOf(value) !== '' || isDecoded(value))
    to.session.unpack(folder, taintOf(value) === '' ? value : taintOf(value));
  return '';
};

const unzip: Program = ({ args, to }) => {
  const [archive = ''] = operands(args, new Set(['-d', '-P', '-x']));
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
    /^\/proc\/[^/]+/.test(clean(target)) &&
    !/^\/proc\/(?:sys|bus|fs|self\/ns)\b/.test(clean(target)) &&
    (bind || /-t|tmpfs/.test(args.join(' ')))
  ) {
    to.session.sign('hides', target);
  }
  return '';
};

const loadModule: Program = ({ args, to }) => {
  for (const path of operands(args))
    if (path.includes('/') || path.endsWith('.ko')) to.session.use(path, 'loaded');
  return '';
};

const dd: Program = (call: Call) => {
  const value = (key: string): string | undefined =>
    call.args.find((word) => word.startsWith(`${key}=`))?.slice(key.length + 1);
  const input = value('if');
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
  return `${taintOf(stdin)}${unknown}`;
};

const makeDirectory: Program = () => '';

export const filingPrograms: ProgramTable = {
  ...named('mv cp install ln', move),
  chmod,
  ...named('tar bsdtar', tar),
  ...named('unzip 7z 7za', unzip),
  crontab,
  tee,
  ...named('chattr lockr tntrecht', chattr),
  mount,
  ...named('insmod modprobe', loadModule),
  dd,
  ...named('sha256sum sha512sum sha1sum md5sum shasum b2sum', checksum),
  ...named('gpg gpgv gpg2 cosign minisign signify', gpg),
  ...named('mkdir touch stat ls chown chgrp truncate', makeDirectory),
};
