/** Programs that decode or unpack. Text that nobody can know stays unknown, and is known to be decoded. */
import {
  type Call,
  hasFlag,
  named,
  operands,
  optionValue,
  type Program,
  type ProgramTable,
} from '../call.ts';
import { fromBase32, fromBase64, fromHexDump, fromUuencode, inflated } from '../unpack.ts';
import { clean, decoded, fetchIn, isDecoded, taintOf, unknown } from '../value.ts';
import { contentOf, filter } from './text.ts';

/** The input through a decoder; where its text is not known, what is run of it was encoded all the same. */
function through(call: Call, files: readonly string[], decode: (text: string) => string | undefined): string {
  const text = contentOf(files, call);
  if (fetchIn(text) !== undefined) return taintOf(text);
  const known = clean(text).trim() === '' ? undefined : decode(text);
  return decoded(known ?? unknown, text);
}

const base64: Program = (call) => {
  if (!hasFlag(call.args, 'd', 'decode') && !hasFlag(call.args, 'D')) return filter(call);
  return through(call, operands(call.args, new Set(['-w'])), fromBase64);
};

const base32: Program = (call) =>
  hasFlag(call.args, 'd', 'decode') ? through(call, operands(call.args), fromBase32) : filter(call);

const xxd: Program = (call) =>
  hasFlag(call.args, 'r', 'revert')
    ? through(call, operands(call.args, new Set(['-c', '-s', '-l', '-g'])).slice(0, 1), fromHexDump)
    : filter(call);

/** What is unpacked stands behind the lines of the script itself: `tail -n +9 "$0" | gunzip | sh`. */
const carriesItself = ({ to: { session } }: Call): boolean => {
  const own = session.variables.get('0');
  return own !== undefined && session.pipe.includes(own);
};

/** Packed data alone is no disguise; what it brings was encoded where it stood in the text. */
const gunzip: Program = (call) => {
  const text = contentOf(operands(call.args), call);
  if (fetchIn(text) !== undefined) return taintOf(text);
  const known = clean(text).trim() === '' ? undefined : inflated(text);
  if (known !== undefined) return decoded(known, text);
  return isDecoded(text) || carriesItself(call) ? decoded(unknown, text) : `${taintOf(text)}${unknown}`;
};

const gzip: Program = (call) => (hasFlag(call.args, 'd', 'decompress') ? gunzip(call) : filter(call));

/** Streams that are not unpacked here: bzip2, xz, zstd. */
const otherStream: Program = (call) => {
  const text = contentOf(operands(call.args), call);
  if (fetchIn(text) !== undefined) return taintOf(text);
  return isDecoded(text) || carriesItself(call) ? decoded(unknown, text) : `${taintOf(text)}${unknown}`;
};

const openssl: Program = (call) => {
  const { args, to } = call;
  const [command = ''] = args;
  const input = optionValue(args.slice(1), '', 'in') ?? args[args.indexOf('-in') + 1];
  const files = args.includes('-in') && input !== undefined ? [input] : [];
  if (command === 's_client') {
    const at = args.indexOf('-connect');
    const host = at < 0 ? '' : (args[at + 1] ?? '');
    to.session.remote = host;
    to.session.name = 's_client';
    return filter(call);
  }
  if (args.includes('-d') && /^(?:enc|base64|aes|des|rc4|chacha|bf|camellia)/.test(command)) {
    const plain =
      command === 'base64' ||
      (args.includes('-base64') && !args.some((word) => /^-(?:aes|des|rc4|chacha)/.test(word)));
    const out = args.indexOf('-out');
    const text = through(call, files, plain ? fromBase64 : () => undefined);
    if (out < 0) return text;
    to.session.write(args[out + 1] ?? '', text);
    return '';
  }
  if (/^(?:dgst|verify|cms|smime)$/.test(command) && args.some((word) => word.startsWith('-verify'))) {
    to.session.verified = true;
  }
  return filter(call);
};

const uudecode: Program = (call) => through(call, operands(call.args, new Set(['-o'])), fromUuencode);

export const decodingPrograms: ProgramTable = {
  ...named('base64 gbase64', base64),
  base32,
  xxd,
  uudecode,
  openssl,
  ...named('gzip pigz', gzip),
  ...named('gunzip zcat gzcat zlib-flate pigz-d unpigz', gunzip),
  ...named('bzcat bunzip2 xzcat unxz lzcat unlzma zstdcat unzstd lz4cat', otherStream),
  ...named('bzip2 xz lzma zstd lz4', (call) =>
    hasFlag(call.args, 'd', 'decompress') ? otherStream(call) : filter(call),
  ),
  rot13: (call) => call.to.invoke(['tr', 'A-Za-z', 'N-ZA-Mn-za-m'], call.stdin),
};
