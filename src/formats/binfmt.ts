/**
 * Formats of programs that the kernel hands to an interpreter: lines of binfmt.d, the state of the kernel, and the
 * files of Debian's binfmt-support.
 *
 * What it is NOT: a registration. Sources: binfmt.d(5); Documentation/admin-guide/binfmt-misc.rst (the fields, flags
 * P O C F, \x escapes); update-binfmts(8) for files of /usr/share/binfmts and /var/lib/binfmts.
 */
import type { Printable } from '../model/text.ts';
import { printableLatin1, textLines } from './text-lines.ts';

export interface BinaryFormat {
  readonly name: string;
  readonly kind: 'magic' | 'extension';
  readonly offset: number;
  /** Bytes as `\x` escapes stand for them, one character a byte; or the extension. */
  readonly magic: string;
  readonly interpreter: string;
  readonly flags: string;
  /** False where the kernel says disabled. */
  readonly enabled: boolean;
  readonly line: number;
  readonly text: Printable;
}

const mostFormats = 500;

const unescaped = (text: string): string =>
  text.replace(/\\x([0-9A-Fa-f]{2})/g, (_, digits: string) =>
    String.fromCharCode(Number.parseInt(digits, 16)),
  );

/** `:name:type:offset:magic:mask:interpreter:flags`, where the first character is the separator. */
export function parseBinfmtLines(bytes: Uint8Array): readonly BinaryFormat[] {
  const found: BinaryFormat[] = [];
  for (const { line, text } of textLines(bytes, { lines: 5_000, longest: 8192 })) {
    if (found.length >= mostFormats) break;
    const trimmed = text.trim();
    if (trimmed === '' || /^[#;]/.test(trimmed)) continue;
    const [, name = '', type = '', offset = '', magic = '', , interpreter = '', flags = ''] = trimmed.split(
      trimmed[0] ?? ':',
    );
    if (interpreter === '' || !/^[ME]$/.test(type)) continue;
    found.push({
      name,
      kind: type === 'E' ? 'extension' : 'magic',
      offset: Number.parseInt(offset, 10) || 0,
      magic: unescaped(magic),
      interpreter,
      flags,
      enabled: true,
      line,
      text: printableLatin1(trimmed.slice(0, 4096)),
    });
  }
  return found;
}

/** One file below /proc/sys/fs/binfmt_misc. */
export function parseBinfmtState(name: string, bytes: Uint8Array): BinaryFormat | undefined {
  const values = new Map<string, string>();
  let first = '';
  for (const { line, text } of textLines(bytes, { lines: 32, longest: 4096 })) {
    if (line === 1) first = text;
    const [key = '', ...rest] = text.split(/[:\s]+/);
    values.set(key, rest.join(' '));
  }
  const interpreter = values.get('interpreter');
  if (interpreter === undefined || interpreter === '') return undefined;
  const extension = values.get('extension');
  const flags = values.get('flags') ?? '';
  return {
    name,
    kind: extension === undefined ? 'magic' : 'extension',
    offset: Number.parseInt(values.get('offset') ?? '0', 10) || 0,
    magic: extension ?? Buffer.from(values.get('magic') ?? '', 'hex').toString('latin1'),
    interpreter,
    flags,
    enabled: first === 'enabled',
    line: 2,
    text: printableLatin1(`interpreter ${interpreter} flags: ${flags}`),
  };
}

/** A file of binfmt-support: lines of key and value, or the bare values of /var/lib/binfmts in their order. */
export function parseBinfmtSupport(name: string, bytes: Uint8Array): BinaryFormat | undefined {
  const lines = [...textLines(bytes, { lines: 64, longest: 4096 })];
  const keyed = lines.find(({ text }) => /^\s*interpreter\s+\//.test(text));
  const fieldOf = (key: string): string =>
    lines
      .map(({ text }) => text.trim())
      .find((text) => text.startsWith(`${key} `))
      ?.slice(key.length + 1)
      .trim() ?? '';
  const bare = lines.length >= 6 && /^(?:magic|extension)$/.test(lines[1]?.text ?? '') ? lines[5] : undefined;
  const held = keyed ?? bare;
  if (held === undefined) return undefined;
  const extension = keyed === undefined ? lines[1]?.text === 'extension' : fieldOf('extension') !== '';
  return {
    name,
    kind: extension ? 'extension' : 'magic',
    offset: Number.parseInt(keyed === undefined ? (lines[2]?.text ?? '') : fieldOf('offset'), 10) || 0,
    magic: unescaped(
      keyed === undefined ? (lines[3]?.text ?? '') : fieldOf(extension ? 'extension' : 'magic'),
    ),
    interpreter: held.text.replace(/^\s*interpreter\s+/, '').trim(),
    flags: '',
    enabled: true,
    line: held.line,
    text: printableLatin1(held.text.trim()),
  };
}

/**
 * Whether a format takes every program of a machine, and not one strange kind.
 * @param machine e_machine of the host's own programs; nothing where it is not known
 */
export function takesEverything({ kind, magic, offset }: BinaryFormat, machine: number | undefined): boolean {
  if (kind === 'extension' || offset !== 0) return false;
  if (magic.startsWith('#')) return /^#!?(?:\s*\/bin\/(?:ba|da)?sh)?$/.test(magic);
  if (!magic.startsWith('\x7fELF')) return false;
  // A magic that ends before e_machine is true of every ELF file.
  if (magic.length < 19) return true;
  return machine !== undefined && magic.charCodeAt(18) === (machine & 0xff);
}
