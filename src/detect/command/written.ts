/**
 * Files that a command writes and variables that it sets, where they are places from which something comes back:
 * tables of cron, units, profiles, keys, the preload list; or where emptying them hides.
 *
 * What is written there is read as it would be run.
 */
import { readWords } from '../../formats/shell/read-argv.ts';
import type { Runner } from './call.ts';
import { ranFrom } from './ran-from.ts';
import { clean, fetchIn, isDecoded, taintOf, unknown } from './value.ts';

const cronPlace = /^\/etc\/(?:cron[^/]*(?:\/|$)|anacrontab)|^\/var\/spool\/(?:cron|anacron|at)\b/;
const startPlace =
  /^\/etc\/(?:rc\.local|rc\d?\.d\/|init\.d\/|init\/|inittab|profile|bash\.bashrc|bashrc|zsh|environment|udev\/rules\.d\/|update-motd\.d\/|modules-load\.d\/|xdg\/autostart\/)|^\/(?:etc|usr\/lib|lib|run)\/systemd\/|\/\.(?:bashrc|bash_profile|profile|zshrc|bash_aliases|bash_logout|config\/(?:systemd|autostart))/;
/** Of those, what shells read line by line. */
const shellPlace =
  /^\/etc\/(?:rc\.local$|profile|bash\.bashrc|bashrc|zsh)|\/\.(?:bashrc|bash_profile|profile|zshrc|bash_aliases|bash_logout)$/;
const keyPlace = /\/authorized_keys2?$|^\/etc\/(?:passwd|shadow|sudoers|sudoers\.d\/.*|ssh\/sshd_config.*)$/;
const logPlace =
  /^\/var\/log\/(?:wtmp|btmp|lastlog|secure|auth\.log|messages|syslog|cron)\b|history$|^\/var\/mail\//;
const preload = /^\/etc\/ld\.so\.preload$/;

const oddFolder = /^\/(?:tmp|var\/tmp|dev|run)(?:\/|$)|^\/.*\/\.[^./]/;

const times = /^\s*(?:@\w+|(?:[\d*][\d*,/-]*|[a-zA-Z]{3})(?:\s+(?:[\d*][\d*,/-]*|[a-zA-Z]{3}[\w,-]*)){4})\s+/;

/** Lines of a cron table, a unit or a script, each as the command in it. */
export function readWrittenCommands(content: string, to: Runner): void {
  for (const line of content.split('\n').slice(0, 200)) {
    const unit = /^\s*Exec(?:Start|StartPre|StartPost|Stop|StopPost|Reload)\s*=\s*[-@:+!|]*(.*)$/.exec(
      line,
    )?.[1];
    if (unit !== undefined) {
      to.invoke(
        readWords(unit).map(({ parts }) =>
          parts.map((part) => (part.kind === 'text' ? part.text : '')).join(''),
        ),
        '',
      );
    } else if (times.test(line)) to.shell(line.replace(times, '').replace(/^root\s+(?=\S)/, ''));
  }
}

/** A library or module is loaded: what was fetched is run by that. */
export function loaded(path: string, to: Runner): void {
  const { session } = to;
  session.use(path, 'loaded');
  const fetch = fetchIn(session.read(path) ?? '');
  if (fetch === undefined || session.verified) return;
  session.sign(ranFrom(path, session.urlOf(fetch)), session.urlOf(fetch));
}

/** A file is written with what is known of its content. */
export function written(
  path: string,
  content: string,
  append: boolean,
  argv: readonly string[],
  to: Runner,
): void {
  const { session } = to;
  if (session.name === 'tar' && content === '') return;
  const at = session.resolve(path);
  session.write(path, content, append);
  const fetch = fetchIn(content);
  const place = cronPlace.test(at) || startPlace.test(at);
  if (preload.test(at)) {
    if (clean(content).trim() !== '' || content.includes(unknown)) {
      session.sign('hides', at);
      for (const library of clean(content).split(/[\s:]+/)) if (library !== '') loaded(library, to);
    }
  } else if (keyPlace.test(at)) session.sign('opens-account', at);
  else if (place) {
    session.sign(
      fetch === undefined ? 'writes-persistence' : 'fetch-and-run',
      fetch === undefined ? at : session.urlOf(fetch),
    );
    if (isDecoded(content)) session.layer(content);
    if (shellPlace.test(at)) to.shell(clean(content));
    else readWrittenCommands(clean(content), to);
  } else if (logPlace.test(at) && !append) {
    const empty = argv.length === 0 || /^(?::|true|echo|cat|printf)$/.test(session.name);
    if (empty && clean(content).trim() === '' && taintOf(content) === '') session.sign('clears-traces', at);
  }
}

/** A variable is set whose value is loaded or run later. */
export function assigned(name: string, value: string, to: Runner): void {
  const { session } = to;
  switch (name) {
    case 'LD_PRELOAD':
    case 'LD_AUDIT':
      for (const library of clean(value).split(/[\s:]+/)) if (library.startsWith('/')) loaded(library, to);
      break;
    case 'PATH':
      // Folders before the system's own in which no owner keeps programs.
      for (const folder of clean(value).split(':').slice(0, 64)) {
        if (oddFolder.test(folder) && !/^\/(?:root|home)\//.test(folder)) session.use(folder, 'run');
      }
      break;
    case 'BASH_ENV':
    case 'ENV':
    case 'PYTHONSTARTUP':
      if (/^[/~]/.test(value)) session.use(value, 'sourced');
      break;
    case 'PROMPT_COMMAND':
      to.shell(value);
      break;
    // Run by the programs that know them, with whatever they are given.
    case 'LESSOPEN':
    case 'LESSCLOSE':
    case 'PAGER':
    case 'GIT_PAGER':
    case 'GIT_SSH_COMMAND':
    case 'GIT_EXTERNAL_DIFF':
    case 'EDITOR':
    case 'VISUAL':
    case 'BROWSER':
    case 'MANPAGER':
      if (/[|;&$`\s]/.test(clean(value).trim())) to.shell(value.replace(/^\s*\|{1,2}-?/, ''));
      break;
    case 'HISTFILE':
      if (value === '/dev/null' || value === '') session.sign('clears-traces', `HISTFILE=${value}`);
      break;
    case 'HISTSIZE':
    case 'HISTFILESIZE':
      if (value === '0') session.sign('clears-traces', `${name}=0`);
      break;
    default:
  }
}
