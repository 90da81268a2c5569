/**
 * VBScript and JScript as far as commands are carried in them: texts put together, then run or fetched.
 *
 * How: joined texts, character codes and reversals are folded; what `Run`, `Exec`, `ShellExecute`, `Create` and
 * `GetObject("script:…")` get is read as what it is.
 * What it is NOT: an interpreter; a variable is known only where it is set to a text.
 * Sources: Microsoft, VBScript and JScript language references; Windows Script Host reference.
 */
import type { WindowsReader } from './reader.ts';

const mostPasses = 8;

/** Texts that are put together become one; variables that hold a text stand for it. */
function folded(given: string): string {
  let text = given.slice(0, 262_144);
  for (let pass = 0; pass < mostPasses; pass += 1) {
    const before = text;
    text = text
      .replace(
        /\b(?:ChrW?|String\.fromCharCode)\(\s*((?:&H[0-9a-f]{1,4}|0x[0-9a-f]{1,4}|\d{1,5})(?:\s*,\s*\d{1,5})*)\s*\)/gi,
        (_, codes: string) =>
          quoted(
            codes
              .split(',')
              .map((code) => character(code.trim()))
              .join(''),
          ),
      )
      .replace(/StrReverse\(\s*"([^"]*)"\s*\)/gi, (_, value: string) => `"${[...value].reverse().join('')}"`)
      .replace(
        /Replace\(\s*"([^"]*)"\s*,\s*"([^"]+)"\s*,\s*"([^"]*)"\s*\)/gi,
        (_, value: string, from: string, to: string) => `"${value.replaceAll(from, () => to)}"`,
      )
      .replace(/"([^"\n]*)"\s*[&+]\s*"([^"\n]*)"/g, '"$1$2"')
      .replace(/'([^'\n]*)'\s*\+\s*'([^'\n]*)'/g, "'$1$2'");
    if (text === before) break;
    if (text.length > 262_144) break;
  }
  const values = new Map<string, string>();
  for (const [, name = '', value = ''] of text.matchAll(
    /(?:^|[\n:;]|\bvar\s|\bset\s)[^\S\n]*(\w{1,64})\s*=\s*("(?:[^"\n]|"")*")(?=\s*(?:$|[\n:;]))/gi,
  )) {
    if (values.size < 200 && value.length < 8_192) values.set(name.toLowerCase(), value);
  }
  if (values.size === 0) return text;
  return text
    .replace(
      /(?<=[(,&+]\s*|\b(?:Run|Exec|Execute|ExecuteGlobal)\s+)(\w{1,64})(?=\s*(?:[),&+]|$|\n|:))/gi,
      (whole: string) => values.get(whole.toLowerCase()) ?? whole,
    )
    .replace(/"([^"\n]*)"\s*[&+]\s*"([^"\n]*)"/g, '"$1$2"');
}

const quoted = (text: string): string => `"${text.replaceAll('"', '""')}"`;

function character(code: string): string {
  const number = Number(code.replace(/^&H/i, '0x'));
  return Number.isInteger(number) && number < 0xe000 ? String.fromCharCode(number) : '?';
}

const textIn = String.raw`(?:"((?:[^"\n]|"")*)"|'([^'\n]*)')`;
const runs = new RegExp(
  String.raw`\.(?:Run|Exec|ShellExecute|Create)\s*(?:\(\s*)?${textIn}(?:\s*,\s*${textIn})?`,
  'gi',
);
const evaluated = new RegExp(String.raw`\b(?:Execute(?:Global)?|eval)\s*(?:\(\s*)?${textIn}`, 'gi');
const fetches = new RegExp(
  String.raw`(?:\.open\s*(?:\(\s*)?["'](?:GET|POST)["']\s*,\s*|GetObject\s*\(\s*)${textIn}`,
  'gi',
);

const unquoted = (double: string | undefined, single: string | undefined): string =>
  (double ?? single ?? '').replaceAll('""', '"');

export function readScriptText(given: string, to: WindowsReader): void {
  const text = folded(given);
  if (text !== given) to.session.layer(text);
  for (const [, a, b, c, d] of text.matchAll(runs)) {
    to.session.commands -= 1;
    if (to.session.exhausted) return;
    to.cmd([unquoted(a, b), unquoted(c, d)].join(' ').trim());
  }
  let index: number | undefined;
  for (const [, a, b] of text.matchAll(fetches)) {
    const value = unquoted(a, b);
    const script = /^script(?:let)?:(.*)$/i.exec(value)?.[1];
    if (script !== undefined) to.session.sign('fetch-and-run', to.session.urlOf(to.session.fetch(script)));
    else if (/^https?:/i.test(value)) index = to.session.fetch(value);
    else if (/^winmgmts:/i.test(value) && /win32_process/i.test(text)) to.session.notes.add('wmi');
  }
  if (index !== undefined && /\b(?:Execute(?:Global)?|eval)\b\s*\(?/i.test(text))
    to.session.sign('fetch-and-run', to.session.urlOf(index));
  for (const [, path = ''] of text.matchAll(/\.SaveToFile\s*(?:\(\s*)?"([^"\n]+)"/gi)) {
    if (index !== undefined) to.session.write(path, String.fromCharCode(0xe000 + index));
  }
  // Saved and run in one script: the second look knows what was saved.
  if (index !== undefined)
    for (const [, a, b] of text.matchAll(runs)) to.runFile(unquoted(a, b).split(/\s/, 1)[0] ?? '');
  for (const [, a, b] of text.matchAll(evaluated)) to.script(unquoted(a, b));
}
