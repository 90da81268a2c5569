/**
 * Functions of scripting languages that decode, fetch, write, or run what they are given.
 *
 * By their last name, because modules are renamed (`import base64 as b`): the combination with what is run decides.
 */
import type { CommandLanguage } from '../../../model/facts/persistence.ts';
import type { Runner } from '../call.ts';
import { fromBase32, fromBase64, fromHex, fromUuencode, inflated, reversed, rot13 } from '../unpack.ts';
import {
  clean,
  decoded,
  fetched,
  fetchIn,
  isDecoded,
  isRequest,
  taintOf,
  unknown,
  withoutDecoded,
} from '../value.ts';

export interface SourceCall {
  /** The whole name, `base64.b64decode`. */
  readonly path: string;
  /** Its last part in lower case. */
  readonly name: string;
  readonly args: readonly string[];
  readonly language: CommandLanguage;
  readonly to: Runner;
}

const through =
  (decode: (value: string) => string | undefined) =>
  ({ args }: SourceCall): string => {
    const [value = ''] = args;
    if (fetchIn(value) !== undefined || isRequest(value)) return taintOf(value);
    return decoded((clean(value) === '' ? undefined : decode(value)) ?? unknown, value);
  };

const base64 = through(fromBase64);
const hex = through(fromHex);
const inflate = through(inflated);
const reverse = through((value) => reversed(clean(value)));
const rot = through((value) => rot13(clean(value)));

/** Numbers that are the bytes of a text: `101 118 97 108`. */
export function fromNumbers(value: string): string | undefined {
  const found = /(?:\b\d{1,3}[ ,]+){5,}\d{1,3}\b/.exec(clean(value));
  if (found === null) return undefined;
  return found[0]
    .split(/[ ,]+/)
    .map((digits) => String.fromCharCode(Number(digits) & 0xff))
    .join('');
}

const numbers = ({ args }: SourceCall): string => {
  const value = args.join(' ');
  const text = fromNumbers(value);
  return text === undefined ? value : decoded(text, value);
};

const same = ({ args }: SourceCall): string => args[0] ?? '';

const codec: Readonly<Record<string, (call: SourceCall) => string>> = {
  base64,
  base64url: base64,
  base_64: base64,
  hex,
  rot13: rot,
  rot_13: rot,
  zlib: inflate,
  uu: through(fromUuencode),
};

/** `codecs.decode(x, 'rot13')`, `Buffer.from(x, 'base64')`. */
const byCodec = (call: SourceCall): string => {
  const own = codec[clean(call.args[1] ?? '').toLowerCase()];
  return own === undefined ? same(call) : own(call);
};

const packed = (call: SourceCall): string => {
  const [format = '', value = ''] = call.args;
  const inner = { ...call, args: [value] };
  if (/^H/i.test(clean(format))) return hex(inner);
  if (/^u/.test(clean(format))) return through(fromUuencode)(inner);
  if (/^[cC]/.test(clean(format))) return numbers({ ...call, args: call.args.slice(1) });
  return value;
};

function fetching({ args, to }: SourceCall): string {
  const url = args.find((value) => /^(?:https?|ftp):\/\//i.test(clean(value)));
  if (url === undefined) {
    const path = clean(args[0] ?? '');
    return path.startsWith('/') ? (to.session.read(path) ?? unknown) : unknown;
  }
  return fetched(to.session.fetch(url));
}

/** A response of the network whatever its address: `urlopen(x)`. */
const answering = (call: SourceCall): string => {
  const out = fetching(call);
  return fetchIn(out) === undefined ? fetched(call.to.session.fetch('')) : out;
};

/** A connection, whose answers come from a network. */
function connecting({ args, to }: SourceCall): string {
  return fetched(
    to.session.fetch(
      `tcp://${clean(args.join(' '))
        .trim()
        .replace(/[\s,]+/, ':')}`,
    ),
  );
}

/** Whether a call opens a connection by its whole name: `IO::Socket::INET->new`, `TCPSocket.open`. */
export const connects = (path: string): boolean =>
  /Socket\w*(?:\.\w+)*\.(?:new|open|connect)$|^(?:\w+\.)?(?:create_connection|fsockopen|stream_socket_client)$/.test(
    path,
  );

export { connecting };

function saving({ args, to }: SourceCall): string {
  const [url = '', path = ''] = args;
  to.session.write(path, fetched(to.session.fetch(url)));
  return path;
}

function writing({ args, to }: SourceCall): string {
  to.session.write(args[0] ?? '', args[1] ?? '');
  return '';
}

/** Run by the same language. */
function evaluated(call: SourceCall, value: string): string {
  const { to, language } = call;
  const fetch = fetchIn(value);
  if (fetch !== undefined) {
    to.session.sign('fetch-and-run', to.session.urlOf(fetch));
    return taintOf(value);
  }
  if (isRequest(value)) to.session.sign('web-shell');
  if (clean(value) === '') to.session.blind += 1;
  if (isDecoded(value)) return to.source(language, decoded(withoutDecoded(value)));
  return clean(value).length > 8 ? to.source(language, value) : unknown;
}

/** Run by a shell or by itself. */
function shelled({ to, args }: SourceCall): string {
  const text = args.filter((value) => value !== '').join(' ');
  if (clean(args[0] ?? '').trim() === '') to.session.blind += 1;
  if (isRequest(text.trimStart().slice(0, 1))) to.session.sign('web-shell');
  return to.shell(isDecoded(text) ? decoded(withoutDecoded(text)) : text);
}

const evaluating = (call: SourceCall): string => evaluated(call, call.args[0] ?? '');

/** PHP before 8 ran what it was to assert; elsewhere it is a test. */
const asserting = (call: SourceCall): string => (call.language === 'php' ? evaluating(call) : unknown);

function replacing(call: SourceCall): string {
  const [pattern = '', by = '', subject = ''] = call.args;
  // The modifier e of PHP before 7 ran the replacement.
  if (/^(.)[\s\S]*\1[a-z]*e[a-z]*$/i.test(clean(pattern)) && call.language === 'php')
    return evaluated(call, by);
  return subject;
}

/** `run`, `call` and `execute` are anybody's names but in one language each. */
const onlyIn =
  (own: CommandLanguage) =>
  (call: SourceCall): string =>
    call.language === own ? shelled(call) : `${taintOf(call.args.join(''))}${unknown}`;

/** `exec` is the language's own in Python, and a shell's elsewhere. */
const execNamed = (call: SourceCall): string =>
  call.language === 'python' && !call.path.includes('.') ? evaluating(call) : shelled(call);

function including({ args, to, language, name }: SourceCall): string {
  if (name === 'do' && language !== 'perl') return unknown;
  const [path = ''] = args;
  const fetch = fetchIn(path);
  if (fetch !== undefined || /^https?:\/\//.test(clean(path))) {
    to.session.sign('fetch-and-run', fetch === undefined ? clean(path) : to.session.urlOf(fetch));
  } else if (isRequest(path)) to.session.sign('web-shell');
  else if (clean(path).startsWith('/')) to.file(path, 'sourced', language);
  return unknown;
}

/** `call_user_func('system', …)`: the first argument is the name of what is called. */
function callingBack(call: SourceCall): string {
  const [first = '', ...args] = call.args;
  const own = clean(first).toLowerCase();
  const run = own === call.name ? undefined : functions.get(own);
  return run?.({ ...call, path: own, name: own, args }) ?? `${taintOf(args.join(''))}${unknown}`;
}

const list = (names: string, run: (call: SourceCall) => string) =>
  names.split(' ').map((name) => [name, run] as const);

export const functions: ReadonlyMap<string, (call: SourceCall) => string> = new Map([
  ...list(
    'b64decode base64_decode decode_base64 a2b_base64 urlsafe_b64decode standard_b64decode decodebytes decodestring atob decode64 strict_decode64 urlsafe_decode64',
    base64,
  ),
  ...list('b32decode', through(fromBase32)),
  ...list('fromhex unhexlify a2b_hex hex2bin b16decode', hex),
  ...list(
    'decompress gzinflate gzuncompress gzdecode zlib_decode inflatesync gunzipsync inflaterawsync unzipsync uncompress memgunzip',
    inflate,
  ),
  ...list('str_rot13', rot),
  ...list('strrev', reverse),
  ...list('convert_uudecode', through(fromUuencode)),
  ...list('pack unpack', packed),
  ...list('decode from', byCodec),
  ...list('chr fromcharcode bytes bytearray map join implode', numbers),
  ...list(
    'compile loads bytes_ uri url parse str string tostring encode strip trim rtrim ltrim read text body rawurldecode urldecode unquote unescape decodeuricomponent stripslashes',
    same,
  ),
  ...list('urlopen curl_exec getcontent request_get geturl', answering),
  ...list('get post open file_get_contents file fopen fetch request readfile curl_init', fetching),
  ...list('urlretrieve getstore wget_download mirror copy', saving),
  ...list('file_put_contents writefilesync writefile', writing),
  ...list('assert', asserting),
  ...list(
    'call_user_func call_user_func_array array_map array_walk array_filter register_shutdown_function',
    callingBack,
  ),
  ...list(
    'eval instance_eval class_eval runinthiscontext runinnewcontext runincontext loadstring function execscript',
    evaluating,
  ),
  ...list('run call check_output check_call getoutput getstatusoutput', onlyIn('python')),
  ['execute', onlyIn('lua')],
  ['create_function', (call: SourceCall) => evaluated(call, call.args[1] ?? '')],
  ['preg_replace', replacing],
  ['exec', execNamed],
  ...list(
    'system popen popen2 popen3 shell_exec passthru proc_open pcntl_exec execsync spawn spawnsync execfile execfilesync execv execve execl execlp execvp qx capture2 capture3 posix_spawn startprocess',
    shelled,
  ),
  ...list('include include_once require require_once do', including),
]);
