/**
 * One Windows command read whole: cmd.exe, PowerShell, scripts and the programs of Windows call each other here.
 *
 * Bounds: eight layers in one another (`readingLimit.depth`), and those of the session.
 */
import { commandLineWords, programOfLine } from '../../../formats/command-line-words.ts';
import { windowsName } from '../../../formats/windows-path.ts';
import { minerIn } from '../miner-command.ts';
import { readingLimit } from '../session.ts';
import { clean, fetchIn, isDecoded } from '../value.ts';
import { type CmdCommand, commandsOfLine, expandCmd } from './cmd-text.ts';
import { isStored } from './marks.ts';
import { ranFromWindows } from './places.ts';
import { PowerShellReader } from './powershell.ts';
import { textOf } from './powershell-value.ts';
import { runProgram } from './programs.ts';
import type { WindowsReader } from './reader.ts';
import { readScriptText } from './script-text.ts';
import type { WindowsSession } from './session.ts';

const hidden =
  /^(?:powershell|pwsh|cmd|mshta|certutil|bitsadmin|rundll32|regsvr32|wscript|cscript|wmic|schtasks|curl|net1?|sc|reg|netsh|start|set|call|echo)(?:\.exe)?$/i;

export class CommandReader implements WindowsReader {
  readonly session: WindowsSession;

  constructor(session: WindowsSession) {
    this.session = session;
  }

  cmd(text: string, stdin = ''): string {
    if (this.session.depth >= readingLimit.depth || this.session.exhausted) return '';
    this.session.depth += 1;
    let piped = stdin;
    let printed = '';
    const line = expandCmd(this.session.made(text), this.session);
    if (line !== text && /%[^%\s]{1,64}:[~*\w][^%]*%/.test(text)) this.session.layer(line);
    for (const command of commandsOfLine(line)) {
      if (this.session.exhausted) break;
      this.session.commands -= 1;
      const out = this.#command(command, piped, text);
      if (command.to !== undefined) this.session.write(command.to.path, out, command.to.append);
      piped = command.piped ? out : '';
      if (!command.piped && command.to === undefined && printed.length < 65_536) printed += out;
    }
    this.session.depth -= 1;
    return printed;
  }

  #command(command: CmdCommand, stdin: string, whole: string): string {
    let text = expandCmd(expandCmd(command.text.replace(/^[@\s]+/, ''), this.session, '!'), this.session);
    if (text !== command.text && this.session.ownVariables) this.session.layer(text);
    if (this.session.depth === 1) this.session.shown = command.raw === '' ? whole : command.raw;
    const later = /^(?:call|else|do)\s+(?=\S)/i.exec(text);
    if (later !== null) text = text.slice(later[0].length);
    const branch =
      /^if\s+(?:\/i\s+)?(?:not\s+)?(?:exist\s+(?:"[^"]*"|\S+)|defined\s+\S+|errorlevel\s+\d+|(?:"[^"]*"|\S+?)\s*(?:==|\s(?:equ|neq|lss|leq|gtr|geq)\s)\s*(?:"[^"]*"|\S+))\s+/i.exec(
        text,
      );
    if (branch !== null) return this.cmd(text.slice(branch[0].length), stdin);
    const loop =
      /^for\s+(?:\/\w\s+)?(?:"[^"]*"\s+)?%{1,2}\w\s+in\s*\((.*?)\)\s*do\s+(.*)$/i.exec(text) ??
      /^for\s+\/f.{0,200}?in\s*\('(.*)$/i.exec(text);
    if (loop !== null) {
      const over = (loop[1] ?? '').trim();
      if (/^['`]/.test(over) || loop[2] === undefined) this.cmd(over.replace(/^['`]|['`]$/g, ''));
      return loop[2] === undefined ? '' : this.cmd(loop[2]);
    }
    const set = /^set\s+(?:\/[ap]\s+)?"?([^=\s"][^="]{0,63})=(.*?)"?\s*$/i.exec(text);
    if (set !== null) {
      if (!/^set\s+\/[ap]/i.test(text)) this.session.set(set[1] ?? '', set[2] ?? '');
      return '';
    }
    const echo = /^echo[.:\s]\s?(.*)$/i.exec(text);
    if (echo !== null) return `${echo[1] ?? ''}\n`;
    if (/^(?:rem\b|::|:\w)/i.test(text)) return '';
    const { program } = programOfLine(text);
    const bare = program.replaceAll('"', '');
    const name = windowsName(bare);
    // Letters set apart by carets or quotes, or taken out of variables one by one.
    const parts =
      /[a-z]""?[a-z]/i.test(program) ||
      command.carets >= 2 ||
      /%\w+:~[^%]{1,12}%[^\s]{0,2}(?:%|\w)/.test(whole.slice(0, 4_096));
    if (parts && hidden.test(name)) {
      this.session.sign('disguised-command', name, whole);
      this.session.layer(text);
    }
    return this.invoke([bare, ...commandLineWords(text).slice(1)], stdin, text);
  }

  powershell(text: string): string {
    if (this.session.depth >= readingLimit.depth || this.session.exhausted) return '';
    this.session.depth += 1;
    const value = new PowerShellReader(this.session.made(text), this).run();
    this.session.depth -= 1;
    return textOf(value);
  }

  script(text: string): void {
    if (this.session.depth >= readingLimit.depth || this.session.exhausted) return;
    this.session.depth += 1;
    readScriptText(this.session.made(text), this);
    this.session.depth -= 1;
  }

  invoke(argv: readonly string[], stdin: string, line?: string): string {
    const [given = ''] = argv;
    const program = clean(given);
    if (this.session.depth > readingLimit.depth || this.session.exhausted || program === '') return '';
    this.session.commands -= 1;
    this.#toldOrigin(given);
    minerIn([program.replaceAll('\\', '/').replace(/\.exe$/i, ''), ...argv.slice(1)], this.session);
    return runProgram({
      name: windowsName(program)
        .toLowerCase()
        .replace(/\.(?:exe|com)$/, ''),
      program,
      argv,
      stdin,
      line: line ?? argv.join(' '),
      to: this,
    });
  }

  runText(value: string): string {
    this.#toldOrigin(value);
    const text = clean(value);
    if (text.trim() === '') return '';
    this.session.layer(text);
    return this.powershell(text);
  }

  runFile(path: string, how: 'run' | 'loaded' = 'run'): void {
    this.session.use(path, how);
    const value = this.session.read(path);
    if (value === undefined) return;
    const fetch = fetchIn(value);
    if (fetch !== undefined) {
      const url = this.session.urlOf(fetch);
      this.session.sign(ranFromWindows(this.session.resolve(path) ?? '', url), url);
    }
    if (isDecoded(value)) this.session.sign('decode-and-run', '');
    const text = clean(value);
    if (text.trim() === '' || this.session.depth >= readingLimit.depth) return;
    if (/\.(?:bat|cmd)$/i.test(path)) this.cmd(text);
    else if (/\.ps1$/i.test(path)) this.powershell(text);
    else if (/\.(?:vbs|vbe|js|jse|wsf|hta)$/i.test(path)) this.script(text);
  }

  /** What is run came out of a fetch, an encoding, or the registry. */
  #toldOrigin(value: string): void {
    const fetch = fetchIn(value);
    if (fetch !== undefined) this.session.sign('fetch-and-run', this.session.urlOf(fetch));
    if (isDecoded(value)) this.session.sign('decode-and-run', '');
    if (isStored(value)) this.session.sign('runs-stored-code', '');
  }
}
