/**
 * What methods and types of .NET give, of those in which commands are carried: text, base64, streams, web clients.
 *
 * What it is NOT: .NET. A method that nobody here knows gives what its object held: so a value that was fetched stays
 * fetched through any number of them.
 * Sources: Microsoft, .NET API (System.String, System.Convert, System.Text.Encoding, System.IO.Compression, System.Net).
 */
import { fromBase64, fromHex, inflated } from '../unpack.ts';
import { clean, decoded, fetched, taintOf, unknown } from '../value.ts';
import { isStored, stored } from './marks.ts';
import {
  cast,
  decodeBytes,
  itemsOf,
  joined,
  listValue,
  numberOf,
  numberValue,
  type PsValue,
  textOf,
  textValue,
  unknownValue,
} from './powershell-value.ts';
import type { WindowsReader } from './reader.ts';

const arg = (args: readonly PsValue[], at: number): PsValue => args[at] ?? unknownValue;
const shortName = (name: string): string => name.toLowerCase().slice(name.lastIndexOf('.') + 1);

const bytes = (text: string): PsValue => ({ kind: 'bytes', text });
const object = (name: string, text = ''): PsValue => ({ kind: 'object', name, text });

/** `[Convert]::FromBase64String(…)` and the like. */
export function staticMember(
  type: string,
  name: string,
  args: readonly PsValue[],
  to: WindowsReader,
): PsValue {
  const one = shortName(type);
  const method = name.toLowerCase();
  const first = arg(args, 0);
  if (one === 'convert') {
    if (method === 'frombase64string') {
      const text = textOf(first);
      return bytes(decoded(fromBase64(text) ?? unknown, text) + (isStored(text) ? stored() : ''));
    }
    if (method === 'fromhexstring') return bytes(decoded(fromHex(textOf(first)) ?? unknown, textOf(first)));
    if (method === 'tochar') return cast('char', first);
    if (/^to(?:int(?:16|32|64)|byte)$/.test(method)) {
      const base = numberOf(arg(args, 1)) ?? 10;
      const number =
        args.length > 1 ? Number.parseInt(clean(textOf(first)).replace(/^0x/i, ''), base) : numberOf(first);
      return number === undefined || Number.isNaN(number) ? unknownValue : numberValue(number);
    }
    return textValue(textOf(first));
  }
  if (one === 'string') {
    const rest = args.length === 2 && args[1]?.kind === 'list' ? args[1].items : args.slice(1);
    if (method === 'join') return joined(rest, textOf(first));
    if (method === 'concat') return textValue(args.map((item) => textOf(item, '')).join(''));
    if (method === 'format') return textValue(formatted(textOf(first), rest));
    if (method === 'new') return textValue(textOf(first, ''));
  }
  if (one === 'array' && method === 'reverse') return first;
  if (one === 'regex') {
    if (
      method === 'matches' &&
      /\.\$?.*righttoleft|^\.$/i.test(`${textOf(arg(args, 1))}${textOf(arg(args, 2))}`)
    ) {
      const letters = [...textOf(first)].map(textValue);
      return listValue(/righttoleft/i.test(textOf(arg(args, 2))) ? letters.reverse() : letters);
    }
    if (method === 'replace')
      return textValue(replaced(textOf(first), textOf(arg(args, 1)), textOf(arg(args, 2)), to));
    if (method === 'split')
      return listValue(
        textOf(first)
          .split(textOf(arg(args, 1)))
          .map(textValue),
      );
    if (method === 'unescape') return textValue(textOf(first).replace(/\\(.)/g, '$1'));
  }
  if (one === 'encoding' || /^(?:ascii|utf8|unicode)encoding$/.test(one))
    return object('encoding', method === 'getencoding' ? textOf(first) : method);
  if (one === 'environment') {
    if (method === 'getenvironmentvariable') return variable(textOf(first), to);
    if (method === 'expandenvironmentvariables') return textValue(to.session.expand(textOf(first)));
    if (method === 'getfolderpath') return unknownValue;
  }
  if (one === 'file') {
    if (/^readall|^readlines|^openread/.test(method))
      return textValue(to.session.read(textOf(first)) ?? unknown);
    if (/^(?:write|append)all/.test(method)) {
      to.session.write(textOf(first), textOf(arg(args, 1), '\n'), method.startsWith('append'));
      return unknownValue;
    }
  }
  if (one === 'webrequest' || one === 'httpwebrequest')
    return object('stream', fetched(to.session.fetch(textOf(first))));
  if (one === 'assembly' || one === 'appdomain') {
    if (/^load/.test(method) && args.length > 0) {
      told(textOf(first), to);
      return object('assembly');
    }
    return object('assembly');
  }
  if (one === 'scriptblock' && method === 'create') return { kind: 'block', text: textOf(first) };
  if (one === 'marshal' && /^ptrtostring/.test(method)) return textValue(textOf(first));
  if (one === 'process' && method === 'start') {
    to.invoke([textOf(first), ...args.slice(1).map((item) => textOf(item))], '');
    return unknownValue;
  }
  if (one === 'math') return numberValue(numberOf(first) ?? 0);
  if (one === 'registry' && method === 'getvalue') return textValue(stored());
  if (one === 'servicepointmanager') return object('');
  // `[char]::ToString(73)`, `[string]::new(…)`: as a cast does.
  if (method === 'new' && args.length > 0) return newObject(type, args, to);
  if (one === 'char') return cast('char', first);
  return object('', args.map((item) => taintOf(textOf(item))).join(''));
}

function variable(name: string, to: WindowsReader): PsValue {
  const value = to.session.variables.get(name.toLowerCase());
  return value === undefined ? unknownValue : textValue(value);
}

/** Bytes become a program without a file: told where they came from. */
function told(value: string, to: WindowsReader): void {
  const fetch = /[\ue000-\ue0ff]/.exec(value)?.[0];
  if (fetch !== undefined) to.session.sign('fetch-and-run', to.session.urlOf(fetch.charCodeAt(0) - 0xe000));
  if (value.includes('\ue800')) to.session.sign('decode-and-run', '');
  if (isStored(value)) to.session.sign('runs-stored-code', '');
}

function formatted(pattern: string, args: readonly PsValue[]): string {
  return pattern
    .replace(/\{(\d{1,3})(?:,-?\d{1,3})?(?::([^}]{0,32}))?\}/g, (whole, index: string, form?: string) => {
      const value = args[Number(index)];
      if (value === undefined) return whole;
      const number = numberOf(value);
      return form !== undefined && /^x\d?$/i.test(form) && number !== undefined
        ? number.toString(16)
        : textOf(value);
    })
    .replaceAll('{{', '{')
    .replaceAll('}}', '}');
}

export const formatText = (pattern: string, args: PsValue): PsValue =>
  textValue(formatted(pattern, itemsOf(args)));

/** Patterns that only name characters are replaced; what else a pattern may do is left. */
export function replaced(text: string, pattern: string, by: string, to: WindowsReader): string {
  if (pattern === '' || pattern.length > 200) return text;
  const plain = pattern.replace(/\\(.)/g, '$1');
  const simple = !/[\\^$.*+?()[\]{}|]/.test(pattern.replace(/\\[^\w\s]/g, ''));
  if (simple) return to.session.made(text.replace(new RegExp(escaped(plain), 'gi'), () => by));
  const set = /^\(?\[([^\]\\^-]{1,60})\]\)?\+?$/.exec(pattern) ?? undefined;
  if (set !== undefined) {
    const letters = new Set(set[1] ?? '');
    return to.session.made([...text].map((letter) => (letters.has(letter) ? by : letter)).join(''));
  }
  const choice = /^\(?([^()[\]{}\\^$.*+?]{1,100}\|[^()[\]{}\\^$.*+?]{1,100})\)?$/.exec(pattern);
  if (choice !== null)
    return to.session.made(
      text.replace(new RegExp((choice[1] ?? '').split('|').map(escaped).join('|'), 'gi'), () => by),
    );
  return text;
}

const escaped = (text: string): string => text.replace(/[\\^$.*+?()[\]{}|]/g, '\\$&');

/** `New-Object Net.WebClient`, `[IO.MemoryStream]::new(…)`. */
export function newObject(type: string, args: readonly PsValue[], to: WindowsReader): PsValue {
  const name = shortName(type);
  const first = arg(args, 0);
  const held = args.length === 0 ? '' : textOf(first, '');
  switch (name) {
    case 'gzipstream':
    case 'deflatestream':
    case 'zlibstream':
    case 'brotlistream': {
      const content = inflated(held);
      to.session.made(content ?? '');
      return object('stream', decoded(content ?? unknown, held));
    }
    case 'memorystream':
    case 'bufferedstream':
    case 'cryptostream':
      return object('stream', held);
    case 'streamreader':
      return object('reader', held);
    case 'tcpclient':
    case 'socket':
      return object('tcpclient', args.map((item) => textOf(item)).join(':'));
    case 'string':
      return textValue(held);
    case 'uri':
      return textValue(held);
    case 'processstartinfo':
      return object('startinfo', held);
    default:
      return object(
        name === 'winhttprequest.5.1' || name === 'xmlhttp' || name === 'serverxmlhttp' ? 'xmlhttp' : name,
        held,
      );
  }
}

const readers =
  /^(?:readtoend|readall|read|readline|toarray|getbuffer|copyto|getresponse|getresponsestream|getstream|content|responsetext|responsebody|result|send|open|basestream|getawaiter)$/;

/** `$x.Name(args)`. */
export function member(value: PsValue, name: string, args: readonly PsValue[], to: WindowsReader): PsValue {
  const method = name.toLowerCase();
  const text = textOf(value, '');
  if (method === 'invoke' && value.kind === 'block') {
    to.powershell(value.text);
    return unknownValue;
  }
  if (
    /^(?:downloadstring|downloaddata|uploadstring|openread|getstringasync|getbytearrayasync|downloadstringtaskasync|downloadfile|downloadfileasync)$/.test(
      method,
    )
  ) {
    const answer = fetched(to.session.fetch(textOf(arg(args, 0))));
    if (!method.startsWith('downloadfile'))
      return method.includes('data') || method.includes('byte') ? bytes(answer) : textValue(answer);
    to.session.write(textOf(arg(args, 1)), answer);
    return unknownValue;
  }
  if (value.kind === 'object' && value.name === 'xmlhttp' && method === 'open')
    return object('xmlhttp', fetched(to.session.fetch(textOf(arg(args, 1)))));
  if (value.kind === 'type' && method === 'assembly') return object('assembly');
  if (value.kind === 'object' && value.name === 'encoding') {
    if (method === 'getstring')
      return textValue(decodeBytes(textOf(cast('byte[]', arg(args, 0)), ''), value.text));
    if (method === 'getbytes') return bytes(textOf(arg(args, 0)));
    return object('encoding', method);
  }
  if (value.kind === 'object' && value.name === 'assembly') {
    // What the scanner of scripts (AMSI) is switched off by.
    if (/amsi/i.test(args.map((item) => textOf(item)).join(' '))) to.session.sign('stops-protection', 'AMSI');
    return value;
  }
  if (value.kind === 'object' && /^(?:shell|wscript\.shell|shell\.application)$/.test(value.name)) {
    if (/^(?:run|exec|shellexecute)$/.test(method))
      to.cmd(
        args
          .slice(0, method === 'shellexecute' ? 2 : 1)
          .map((item) => textOf(item))
          .join(' '),
      );
    return unknownValue;
  }
  if (value.kind === 'object' && value.name === 'tcpclient') return value;
  if (value.kind === 'object' && value.name === 'wmiclass') {
    if (method === 'create') to.cmd(textOf(arg(args, 0)));
    else if (/^(?:properties|value|item)$/.test(method)) return textValue(stored());
    return value;
  }
  if (/^(?:invokescript|invokecommand|newscriptblock)$/.test(method))
    return textValue(to.runText(textOf(arg(args, 0))));
  if (value.kind === 'object' && readers.test(method))
    return value.name === 'reader' || method.startsWith('read') ? textValue(value.text) : value;
  switch (method) {
    case 'replace':
      return textValue(
        to.session.made(text.replaceAll(textOf(arg(args, 0)) || '\ue900', () => textOf(arg(args, 1)))),
      );
    case 'substring': {
      const start = numberOf(arg(args, 0)) ?? 0;
      const length = args.length > 1 ? numberOf(arg(args, 1)) : undefined;
      return textValue(text.slice(start, length === undefined ? undefined : start + length));
    }
    case 'remove': {
      const start = numberOf(arg(args, 0)) ?? 0;
      const length = args.length > 1 ? (numberOf(arg(args, 1)) ?? 0) : text.length;
      return textValue(text.slice(0, start) + text.slice(start + length));
    }
    case 'insert': {
      const at = numberOf(arg(args, 0)) ?? 0;
      return textValue(to.session.made(text.slice(0, at) + textOf(arg(args, 1)) + text.slice(at)));
    }
    case 'split': {
      const by = itemsOf(arg(args, 0))
        .map((item) => textOf(item))
        .join('');
      if (by === '') return listValue(text.split(/\s+/).map(textValue));
      const letters = new Set(by);
      const parts: string[] = [''];
      for (const letter of text) {
        if (letters.has(letter)) parts.push('');
        else parts[parts.length - 1] = `${parts.at(-1) ?? ''}${letter}`;
      }
      to.session.made(text);
      return listValue(parts.map(textValue));
    }
    case 'tochararray':
      return listValue([...text].map(textValue));
    case 'trim':
      return textValue(text.trim());
    case 'trimstart':
      return textValue(text.trimStart());
    case 'trimend':
      return textValue(text.trimEnd());
    case 'tolower':
    case 'tolowerinvariant':
      return textValue(text.toLowerCase());
    case 'toupper':
    case 'toupperinvariant':
      return textValue(text.toUpperCase());
    case 'padleft':
    case 'padright':
    case 'tostring':
    case 'normalize':
      return textValue(text);
    case 'length':
    case 'count':
      return numberValue(value.kind === 'list' ? value.items.length : clean(text).length);
    case 'name':
    case 'value':
      return value.kind === 'text' ? value : textValue(text === '' ? unknown : text);
    case 'create':
      return value.kind === 'type' ? object('stream', textOf(arg(args, 0))) : value;
    default:
      return value.kind === 'object' || value.kind === 'text' ? object('', text) : unknownValue;
  }
}
