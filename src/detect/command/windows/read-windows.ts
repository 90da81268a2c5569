/**
 * What a Windows entry does: the counterpart of `../read-entry.ts` for commands of cmd, PowerShell and scripts.
 *
 * What it is NOT: a verdict, and nothing is run. Never throws for what the command is; bounds: those of the session.
 */

import { isMiningScheme } from '../../../coins/pools.ts';
import { tracesOfText } from '../../../coins/text-traces.ts';
import { programOfLine } from '../../../formats/command-line-words.ts';
import { windowsKey } from '../../../formats/windows-path.ts';
import type { CommandLanguage, PersistenceFact } from '../../../model/facts/persistence.ts';
import { type Printable, printableText } from '../../../model/text.ts';
import type { EntryReading } from '../entry-reading.ts';
import { readingLimit, type Scripts } from '../session.ts';
import { wholeUrlsIn } from '../whole-url.ts';
import { CommandReader } from './command-reader.ts';
import { ranFromWindows } from './places.ts';
import { WindowsSession, windowsText } from './session.ts';

const mostText = 262_144;

const languages: ReadonlySet<CommandLanguage> = new Set([
  'cmd',
  'powershell',
  'windows-script',
  'windows-path',
  'web-page',
]);
export const isWindowsLanguage = (language: CommandLanguage): boolean => languages.has(language);

/** Pools and wallets in what came out, whatever program it is given to. */
function minesIn(session: WindowsSession, texts: readonly string[]): void {
  for (const text of texts) {
    if (!/stratum|pool|wallet|xmr|\b[48][0-9AB][1-9A-HJ-NP-Za-km-z]{93}|0x[0-9a-f]{40}|bc1/i.test(text))
      continue;
    const traces = tracesOfText(text.slice(0, 65_536)).map(({ found }) => found);
    const pool = traces.find((one) => one.kind === 'pool' && (isMiningScheme(one.scheme) || one.known));
    const wallet = traces.find((one) => one.kind === 'wallet' && one.verified);
    const other = traces.some(({ kind }) => kind === 'config' || kind === 'algorithm' || kind === 'program');
    if (pool?.kind === 'pool' && (isMiningScheme(pool.scheme) || wallet !== undefined || other))
      session.sign('miner-command', `${pool.host}:${pool.port}`, text);
    else if (wallet?.kind === 'wallet' && other) session.sign('miner-command', wallet.address, text);
  }
}

/** A program that was saved and is run in one command, whichever stands first. */
function ranAfterFetch(session: WindowsSession): void {
  const run = new Map(session.uses.map(({ path }) => [path.toLowerCase(), path]));
  for (const { path, url } of session.saved()) {
    const used = run.get(path.toLowerCase());
    if (used !== undefined) session.sign(ranFromWindows(path, url), url);
  }
}

const sent = String.raw`request(?:\.(?:item|form|querystring|params|headers|cookies|binaryread|inputstream|getparameter|getheader))?\s*[([]`;
/** What runs text or bytes, with what a client sent in its brackets. */
const runsSent = new RegExp(
  String.raw`\b(?:eval|execute(?:global)?|assert|load|createinstance|exec|start)\s*\(?[^;\n]{0,200}?${sent}`,
  'i',
);
const starts =
  /\b(?:process\.start|new\s+(?:[\w.]+\.)?process(?:startinfo)?\b|wscript\.shell|getruntime\(\)\.exec|new\s+processbuilder)/i;

/** A page runs what was sent, or starts a shell and has what was sent in the same line or in a variable of it. */
function readPage(session: WindowsSession, text: string): void {
  const lines = text.split('\n');
  const line = lines.find((one) => runsSent.test(one.slice(0, 8_192)));
  if (line !== undefined) {
    session.sign('web-shell', '', line);
    return;
  }
  const assigned = new RegExp(String.raw`\b(\w{1,64})\s*=\s*[^;\n]{0,200}?${sent}`, 'gi');
  const names = new Set([...text.matchAll(assigned)].slice(0, 50).map(([, name = '']) => name));
  if (!starts.test(text) || names.size === 0) return;
  const shell = /\b(?:cmd(?:\.exe)?|powershell(?:\.exe)?|\/bin\/(?:ba)?sh)\b/i.test(text);
  const used = lines.find(
    (one) =>
      /arguments|filename|exec|run|start/i.test(one) &&
      (one.slice(0, 8_192).match(/\b\w{1,64}\b/g) ?? []).some((word) => names.has(word)),
  );
  if (used !== undefined && (shell || /\.(?:filename|exec)\b/i.test(used)))
    session.sign('web-shell', '', used);
}

function read(session: WindowsSession, fact: PersistenceFact, text: string): void {
  const reader = new CommandReader(session);
  session.shown = text.split('\n', 1)[0] ?? '';
  switch (fact.language) {
    case 'cmd': {
      // A program is started without cmd between: its line is no line of cmd, unless it is a batch file's.
      if (fact.body.length > 0) reader.cmd(text);
      else {
        const line = session.expand(text);
        const { program } = programOfLine(line);
        if (/\s/.test(program)) session.use(program, 'run');
        reader.cmd(line === text ? text : line);
      }
      break;
    }
    case 'powershell':
      reader.powershell(text);
      break;
    case 'windows-script':
      reader.script(text);
      break;
    case 'web-page':
      readPage(session, text);
      break;
    case 'windows-path':
      session.use(text, 'loaded');
      break;
    default:
      break;
  }
}

const lowered = new WeakMap<Scripts, ReadonlyMap<string, string>>();

/** Texts of scripts by their paths as Windows compares them. */
function textsOf(scripts: Scripts): ReadonlyMap<string, string> {
  const known = lowered.get(scripts);
  if (known !== undefined) return known;
  const texts = new Map<string, string>();
  for (const [path, body] of scripts)
    texts.set(windowsKey(path), body.map(({ text }) => windowsText(text)).join('\n'));
  lowered.set(scripts, texts);
  return texts;
}

/** @param scripts of the host that entries run */
export function readWindows(
  fact: PersistenceFact,
  scripts: Scripts,
  shallow = false,
): { readonly reading: EntryReading; readonly cost: number } {
  const session = new WindowsSession(fact.environment, textsOf(scripts), shallow);
  session.line = fact.source.line;
  if (fact.target !== undefined)
    session.use(windowsText(fact.target), fact.language === 'windows-path' ? 'loaded' : 'run');
  const lines =
    fact.body.length > 0
      ? fact.body.map(({ text }) => windowsText(text)).join('\n')
      : windowsText(fact.command);
  const text = lines.slice(0, mostText);
  read(session, fact, text);
  ranAfterFetch(session);
  const layers = session.layers.map((layer) => windowsText(layer));
  const socket = [...session.notes].find((note) => note.startsWith('socket '));
  if (
    socket !== undefined &&
    [text, ...layers].some(
      (one) => /getstream/i.test(one) && /\biex\b|invoke-expression|cmd\.exe|-f\s*\$|iex\b/i.test(one),
    )
  )
    session.sign('reverse-shell', socket.slice(7));
  minesIn(session, [text, ...layers]);
  for (const note of ['encoded-command', 'hidden-window'] as const)
    if (session.notes.has(note)) session.sign(note, '', text);
  for (const one of [text, ...layers]) {
    for (const url of wholeUrlsIn(one.slice(0, 65_536)))
      if (session.urls.size < 100) session.urls.add(printableText(url));
  }
  return {
    reading: {
      decoded: session.layers,
      targets: [...new Set(session.uses.map(({ path }) => path))].slice(0, readingLimit.targets),
      uses: session.uses,
      programs: [...session.programs].map((name): Printable => printableText(name)),
      candidates: [],
      urls: [...session.urls],
      saved: session.saved(),
      signs: session.signs,
    },
    cost: session.cost,
  };
}
