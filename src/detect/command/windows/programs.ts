/**
 * Programs of Windows that start others, fetch, decode, or change what protects a host.
 *
 * What it is NOT: a list of bad programs: each is of Windows and honest by itself; what it is given is read.
 * Sources: Microsoft, documentation of Windows commands; LOLBAS project for what signed programs can be made to run.
 */
import { fromBase64 } from '../unpack.ts';
import { clean, decoded, fetched } from '../value.ts';
import { decodeBytes } from './powershell-value.ts';
import { optionAfter, type Program, type ProgramCall } from './program-call.ts';
import { changingPrograms } from './programs-changing.ts';
import type { WindowsReader } from './reader.ts';

/** What a program says of itself when nothing is known of it: it is run. */
const other: Program = ({ program, argv, to, name }) => {
  if (/[\\/]/.test(program) || /\.\w{2,4}$/.test(program)) to.runFile(program);
  else if (name !== '') to.session.programs.add(name);
  // `runner.exe "C:\a.ps1"`: what it is given is not known to be run.
  void argv;
  return '';
};

const rest = ({ line, program }: ProgramCall): string => {
  const text = line.trimStart();
  if (text.startsWith('"')) return text.slice(text.indexOf('"', 1) + 1).trim();
  return text.toLowerCase().startsWith(program.toLowerCase())
    ? text.slice(program.length).trim()
    : text.replace(/^\S+\s*/, '');
};

const isOption = (word: string): boolean => /^[-/\u2013\u2014\u2015]/.test(word);
const optionName = (word: string): string => word.slice(1).toLowerCase().replace(/:$/, '');

/** Names of options of powershell.exe; each may be given by its beginning. Source: about_PowerShell_exe. */
const psOptions = [
  'encodedcommand',
  'command',
  'file',
  'windowstyle',
  'executionpolicy',
  'noprofile',
  'nologo',
  'noninteractive',
  'noexit',
  'version',
  'inputformat',
  'outputformat',
  'configurationname',
  'mta',
  'sta',
  'psconsolefile',
  'workingdirectory',
] as const;
const psShort: Readonly<Record<string, (typeof psOptions)[number]>> = {
  ec: 'encodedcommand',
  e: 'encodedcommand',
  ep: 'executionpolicy',
  ex: 'executionpolicy',
  nop: 'noprofile',
  noni: 'noninteractive',
  w: 'windowstyle',
  c: 'command',
  f: 'file',
  wd: 'workingdirectory',
};
const withoutValue = /^(?:no|mta|sta)/;

const powershell: Program = ({ argv, stdin, to, name }) => {
  const words = argv.slice(1);
  for (let at = 0; at < words.length; at += 1) {
    const word = words[at] ?? '';
    if (word === '-') break;
    if (!isOption(word)) {
      // The first word that is no option: a command for Windows PowerShell, a file for PowerShell 6 and later.
      if (name === 'pwsh' && /\.ps1$/i.test(word)) to.runFile(word);
      else runCode(words.slice(at).join(' '), to);
      return '';
    }
    const short = optionName(word).replace(/[`^]/g, '');
    const option = psShort[short] ?? psOptions.find((one) => one.startsWith(short));
    if (option === undefined) continue;
    if (option === 'encodedcommand') {
      to.session.notes.add('encoded-command');
      const text = words[at + 1] ?? '';
      const bytes = fromBase64(text);
      if (bytes !== undefined) runCode(decodeBytes(bytes, 'unicode'), to, true);
      return '';
    }
    if (option === 'command') {
      runCode(words.slice(at + 1).join(' '), to);
      return '';
    }
    if (option === 'file') {
      to.runFile(words[at + 1] ?? '');
      return '';
    }
    if (option === 'windowstyle' && /^h/i.test(words[at + 1] ?? '')) to.session.notes.add('hidden-window');
    if (!withoutValue.test(option)) at += 1;
  }
  if (stdin !== '') to.runText(stdin);
  return '';
};

function runCode(text: string, to: WindowsReader, layer = false): void {
  const code = text.trim().replace(/^&\s*\{([\s\S]*)\}$/, '$1');
  if (code === '' || code === '-') return;
  if (layer) to.session.layer(code);
  to.powershell(code);
}

const cmd: Program = (call) => {
  const { to, stdin } = call;
  const text = rest(call);
  const found = /^((?:\/[a-z](?::\w+)?\s*)*?)\/[ckr]\s*([\s\S]*)$/i.exec(text);
  if (found === null) return stdin === '' ? '' : to.cmd(stdin);
  let inner = (found[2] ?? '').trim();
  if (inner.startsWith('"') && inner.endsWith('"') && inner.length > 1) {
    const body = inner.slice(1, -1);
    if (/\s|[&|<>^]/.test(body)) inner = body;
  }
  return to.cmd(inner, stdin);
};

const webAddress = /\b(?:https?|ftp):\/\/[^\s"'<>|]+/i;

const mshta: Program = (call) => {
  const { to, argv } = call;
  const text = clean(rest(call)).replace(/^"([\s\S]*)"$/, '$1');
  const inline = /^(?:vbscript|javascript|about):([\s\S]*)$/i.exec(text)?.[1];
  const url = webAddress.exec(text)?.[0];
  if (inline !== undefined) to.script(inline);
  else if (url !== undefined) to.session.sign('fetch-and-run', to.session.urlOf(to.session.fetch(url)));
  else to.runFile(argv[1] ?? '');
  return '';
};

const rundll32: Program = (call) => {
  const { to, argv } = call;
  const text = clean(rest(call));
  const inline = /^"?\s*(?:javascript|vbscript):([\s\S]*)$/i.exec(text)?.[1];
  if (inline !== undefined) {
    to.session.sign('disguised-command', 'rundll32');
    to.script(inline);
    return '';
  }
  const file = (argv[1] ?? '').split(',', 1)[0] ?? '';
  if (/^(?:\\\\|https?:)/i.test(file)) to.session.fetch(file);
  else if (file !== '') to.runFile(/[\\/]/.test(file) ? file : `%SystemRoot%\\System32\\${file}`, 'loaded');
  const shell =
    /(?:ShellExec_RunDLL|OpenURL|FileProtocolHandler|RouteTheCall|Control_RunDLL)\w*[\s,]+([\s\S]*)$/i.exec(
      text,
    )?.[1];
  if (shell !== undefined) to.cmd(shell);
  return '';
};

const regsvr32: Program = ({ to, argv, line }) => {
  const url = /\/i:["']?((?:https?|ftp):\/\/[^\s"']+)/i.exec(line)?.[1];
  if (url !== undefined) {
    to.session.sign('fetch-and-run', to.session.urlOf(to.session.fetch(url)));
    return '';
  }
  const file = argv.slice(1).find((word) => !isOption(word));
  if (file !== undefined) to.runFile(file, 'loaded');
  return '';
};

const certutil: Program = ({ to, argv, line }) => {
  const url = webAddress.exec(line)?.[0];
  const words = argv.slice(1).filter((word) => !isOption(word) && !webAddress.test(word));
  if (url !== undefined && /[-/](?:urlcache|verifyctl|url)/i.test(line)) {
    const file = words.at(-1);
    const answer = fetched(to.session.fetch(url));
    if (file !== undefined) to.session.write(file, answer);
    return '';
  }
  if (/[-/]decode(?:hex)?\b/i.test(line) && words.length >= 2) {
    const [from = '', into = ''] = words;
    const held = to.session.read(from);
    const text = held === undefined ? undefined : fromBase64(held.replace(/-----[^-]*-----/g, ''));
    to.session.write(into, decoded(text ?? '', held));
  }
  return '';
};

const bitsadmin: Program = ({ to, line, argv }) => {
  const url = webAddress.exec(line)?.[0];
  if (url !== undefined && /\/(?:transfer|addfile)/i.test(line)) {
    const file = argv.at(-1) ?? '';
    to.session.write(file, fetched(to.session.fetch(url)));
  }
  const run = /\/setnotifycmdline\s+\S+\s+(.*)$/i.exec(line)?.[1];
  if (run !== undefined) to.cmd(run);
  return '';
};

const scriptHost: Program = ({ to, argv }) => {
  const file = argv.slice(1).find((word) => !word.startsWith('//') && !/^\/[a-z]/i.test(word));
  if (file === undefined) return '';
  const url = webAddress.exec(file)?.[0];
  if (url !== undefined) to.session.sign('fetch-and-run', to.session.urlOf(to.session.fetch(url)));
  else to.runFile(file);
  return '';
};

const curl: Program = ({ to, argv, line }) => {
  const url =
    argv.slice(1).find((word) => webAddress.test(word)) ??
    argv.slice(1).find((word) => /^[\w.-]+\.[\w-]+\/\S/.test(word));
  if (url === undefined) return '';
  const answer = fetched(to.session.fetch(url));
  const at = argv.findIndex((word) => /^(?:-[a-zA-Z]*o|--output|-O|--output-document)$/.test(word));
  const file = at < 0 ? undefined : argv[at + 1];
  if (file === undefined || file === '-') return /\s-[a-zA-Z]*O\b/.test(line) ? '' : answer;
  to.session.write(file, answer);
  return '';
};

const msiexec: Program = ({ to, line, argv }) => {
  const url = webAddress.exec(line)?.[0];
  if (url !== undefined) to.session.sign('fetch-then-run', to.session.urlOf(to.session.fetch(url)));
  else {
    const file = argv.slice(1).find((word) => /\.msi$/i.test(word));
    if (file !== undefined) to.runFile(file);
  }
  return '';
};

const start: Program = (call) => {
  const text = rest(call)
    .replace(/^"[^"]*"\s+(?=\S)/, '')
    .replace(/^(?:\/\w+(?::\S+)?\s+)+/i, (options) => {
      if (/\/b\b/i.test(options)) call.to.session.notes.add('hidden-window');
      return '';
    });
  return call.to.cmd(text);
};

const copies: Program = ({ argv, to }) => {
  const words = argv.slice(1).filter((word) => !/^\/\w/.test(word));
  const held = to.session.read(words[0] ?? '');
  if (held !== undefined && words[1] !== undefined) to.session.write(words[1], held);
  return '';
};

const forfiles: Program = ({ to, line }) => {
  const run = /\/c\s+"((?:[^"]|\\")*)"/i.exec(line)?.[1];
  return run === undefined ? '' : to.cmd(run);
};

/** Signed programs that start what they are given. */
const proxies: Program = ({ argv, to, name, line }) => {
  const command =
    name === 'conhost'
      ? line.replace(/^\S+\s*(?:--?\w+\s+)*/, '')
      : name === 'pcalua'
        ? (optionAfter(argv, /^-a$/i) ?? '')
        : '';
  if (command !== '') return to.cmd(command);
  const word = argv.slice(1).find((one) => !isOption(one));
  if (word !== undefined) to.runFile(word, name === 'explorer' ? 'run' : 'loaded');
  return '';
};

const silent: Program = () => '';

const byNames: readonly (readonly [string, Program])[] = [
  ['powershell pwsh powershell_ise', powershell],
  ['cmd', cmd],
  ['mshta', mshta],
  ['rundll32', rundll32],
  ['regsvr32', regsvr32],
  ['certutil', certutil],
  ['bitsadmin', bitsadmin],
  ['wscript cscript', scriptHost],
  ['curl wget', curl],
  ['msiexec', msiexec],
  ['start', start],
  ['copy move ren xcopy', copies],
  ['type', ({ argv, to }) => to.session.read(argv[1] ?? '') ?? ''],
  ...changingPrograms,
  ['forfiles', forfiles],
  ['pcalua conhost explorer cmstp odbcconf installutil msbuild hh', proxies],
  [
    'cd pushd popd exit cls color title mode chcp del erase md mkdir rd rmdir ping timeout sleep choice find findstr sort more pause ver whoami hostname ipconfig query quser tasklist systeminfo nslookup',
    silent,
  ],
];

const table: Readonly<Record<string, Program>> = Object.fromEntries(
  byNames.flatMap(([names, program]) => names.split(' ').map((name) => [name, program] as const)),
);

/** @returns what it would print, as far as that can be told */
export function runProgram(call: ProgramCall): string {
  const { name, program, to } = call;
  const known = Object.hasOwn(table, name) ? table[name] : undefined;
  if (known === undefined) return other(call);
  // A program that only has the name of one of Windows: it is a file of somebody's.
  const path = to.session.resolve(program);
  const own =
    path === undefined ||
    !/[\\/]/.test(program) ||
    /^[A-Z]:\\windows\\/i.test(path) ||
    /^[A-Z]:\\program files\\powershell\\/i.test(path);
  if (!own) to.runFile(program);
  return known(call);
}
