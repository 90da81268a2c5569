/** Programs that run another: what they run is read as if it stood alone. */
import {
  afterOptions,
  type Call,
  hasFlag,
  named,
  operands,
  optionValue,
  type Program,
  type ProgramTable,
  type Runner,
} from '../call.ts';
import { clean, isUnknown } from '../value.ts';
import { assigned } from '../written.ts';

const set = (names: string): ReadonlySet<string> => new Set(names.split(' '));

/** `count` words stand before the command. */
const wrapper =
  (values: string, count = 0): Program =>
  ({ args, stdin, to }) =>
    to.invoke(afterOptions(args, set(values)).slice(count), stdin);

const assignment = /^([A-Za-z_]\w*)=([\s\S]*)$/;

/** Assignments before the command, as `env`, `sudo` and `export` take them. */
function assigning({ to }: Call, words: readonly string[]): readonly string[] {
  let at = 0;
  for (; at < words.length; at += 1) {
    const found = assignment.exec(words[at] ?? '');
    if (found === null) break;
    to.session.set(found[1] ?? '', found[2] ?? '');
    assigned(found[1] ?? '', found[2] ?? '', to);
  }
  return words.slice(at);
}

const env: Program = (call) => {
  const text = optionValue(call.args, 'S', 'split-string');
  if (text !== undefined) return call.to.shell(text, call.stdin);
  return call.to.invoke(assigning(call, afterOptions(call.args, set('-u -C --unset --chdir'))), call.stdin);
};

const sudo: Program = (call) =>
  call.to.invoke(
    assigning(
      call,
      afterOptions(call.args, set('-u -g -p -C -h -r -t -U -D -R -T --user --group --prompt --chdir')),
    ),
    call.stdin,
  );

const su: Program = ({ args, stdin, to }) => {
  const text = optionValue(args, 'c', 'command') ?? optionValue(args, '', 'session-command');
  if (text !== undefined) return to.shell(text, stdin);
  const rest = afterOptions(args, set('-u -g -G -s -w --user --group --shell'));
  return args.some((word) => word === '-u' || word === '--user') ? to.invoke(rest, stdin) : '';
};

const flock: Program = ({ args, stdin, to }) => {
  const text = optionValue(args, 'c', 'command');
  if (text !== undefined) return to.shell(text, stdin);
  const rest = afterOptions(args, set('-w -E --timeout --wait --conflict-exit-code')).slice(1);
  return rest[0] === '-c' ? to.shell(rest[1] ?? '', stdin) : to.invoke(rest, stdin);
};

const xargs: Program = ({ args, stdin, to }) => {
  const rest = afterOptions(
    args,
    set('-I -n -P -L -d -a -E -s --max-args --max-procs --delimiter --replace'),
  );
  // Zeros end the items: blanks do not.
  if (hasFlag(args, '0', 'null') || optionValue(args, 'd', 'delimiter') !== undefined) {
    const items = stdin.split('\0').filter((item) => item !== '');
    if (rest.length > 0 && optionValue(args, 'I') === undefined)
      return to.invoke([...rest, ...items.slice(0, 64)], '');
  }
  const mark = optionValue(args, 'I') ?? (hasFlag(args, 'i') ? '{}' : undefined);
  const input = stdin.trim();
  if (rest.length === 0) return stdin;
  if (mark !== undefined && mark !== '')
    return to.invoke(
      rest.map((word) => word.replaceAll(mark, () => input)),
      '',
    );
  return to.invoke([...rest, ...input.split(/\s+/).slice(0, 64)], '');
};

/** `parallel ::: 'command' …`; else as xargs. */
const parallel: Program = (call) => {
  const { args, to } = call;
  const at = args.indexOf(':::');
  if (at < 0) return xargs(call);
  const own = args.slice(0, at).filter((word) => !word.startsWith('-'));
  for (const value of args.slice(at + 1).slice(0, 64)) {
    if (own.length === 0) to.shell(value);
    else
      to.shell(
        own.some((word) => word.includes('{}'))
          ? own.join(' ').replaceAll('{}', () => value)
          : [...own, value].join(' '),
      );
  }
  return '';
};

const find: Program = ({ args, to }) => {
  for (let at = 0; at < args.length; at += 1) {
    if (!/^-(?:exec|execdir|ok|okdir)$/.test(args[at] ?? '')) continue;
    const rest = args.slice(at + 1);
    const end = rest.findIndex((word) => word === ';' || word === '+');
    to.invoke(end < 0 ? rest : rest.slice(0, end), '');
    at += end < 0 ? rest.length : end;
  }
  return '';
};

const startStop: Program = ({ args, stdin, to }) => {
  const program = optionValue(args, 'a', 'startas') ?? optionValue(args, 'x', 'exec');
  const at = args.indexOf('--');
  const starts = args.some((word) => word === '--start' || word === '-S' || /^-[a-z]*S/.test(word));
  return program === undefined || !starts
    ? ''
    : to.invoke([program, ...(at < 0 ? [] : args.slice(at + 1))], stdin);
};

const screen: Program = ({ args, stdin, to }) =>
  to.invoke(afterOptions(args, set('-S -t -s -c -L -Logfile -p -X -h -T -e -dmS -DmS')), stdin);

const tmux: Program = ({ args, to }) => {
  const at = args.findIndex((word) =>
    /^(?:new|new-session|neww|new-window|send-keys|send|run|run-shell)$/.test(word),
  );
  if (at < 0) return '';
  const rest = afterOptions(args.slice(at + 1), set('-s -n -t -c -x -y -F -e')).filter(
    (word) => !/^(?:C-m|Enter)$/.test(word),
  );
  return rest.length === 1 ? to.shell(rest[0] ?? '') : to.invoke(rest, '');
};

/** Names that only threads of the kernel show. */
const kernelName = /^\[[\w:/.-]+\]$|^(?:kworker|ksoftirqd|kswapd|migration|rcu_\w+)[/:\d]/;

const exec: Program = ({ args, stdin, to }) => {
  const shown = optionValue(args, 'a');
  if (shown !== undefined && kernelName.test(clean(shown))) to.session.sign('disguised-command', shown);
  return to.invoke(afterOptions(args, set('-a')), stdin);
};

/** `command -v NAME` and `which NAME` only say where it lies. */
const command: Program = ({ args, stdin, to }) =>
  /^-[a-z]*[vV]/.test(args[0] ?? '')
    ? `${operands(args).join('\n')}\n`
    : to.invoke(afterOptions(args), stdin);

const which: Program = ({ args }) => `${operands(args).join('\n')}\n`;

/** The text of `trap`: run later, read now. */
const trap: Program = ({ args, to }) => {
  const [text = ''] = operands(args);
  return args.length < 2 || text === '' ? '' : to.shell(text);
};

/** What an alias stands for is read as run, and again with its words wherever it stands as a command. */
const alias: Program = ({ args, to }) => {
  const { aliases } = to.session;
  for (const word of args) {
    const [, name = '', text = ''] = /^([^=]{1,200})=([\s\S]+)$/.exec(word) ?? [];
    if (text === '') continue;
    to.shell(text);
    if (aliases.size < 500 || aliases.has(name)) aliases.set(name, text);
  }
  return '';
};

const unalias: Program = ({ args, to }) => {
  for (const name of args) {
    if (name === '-a') to.session.aliases.clear();
    else to.session.aliases.delete(name);
  }
  return '';
};

const exporting: Program = (call) => {
  for (const word of call.args) {
    const found = assignment.exec(word);
    if (found === null) continue;
    call.to.session.set(found[1] ?? '', found[2] ?? '');
    assigned(found[1] ?? '', found[2] ?? '', call.to);
  }
  return '';
};

const unset: Program = ({ args, to }) => {
  for (const name of args) {
    if (name === 'HISTFILE') to.session.sign('clears-traces', 'unset HISTFILE');
    to.session.variables.delete(name);
  }
  return '';
};

const later: Program = ({ args, stdin, to }) => {
  const file = optionValue(args, 'f');
  if (file !== undefined) return to.file(file, 'run');
  if (stdin !== '') to.shell(stdin);
  return '';
};

const changeFolder: Program = ({ args, to }) => {
  const [folder] = operands(args);
  if (folder !== undefined && /^[/~.\w]/.test(clean(folder))) {
    const at = to.session.resolve(folder);
    to.session.folder = at.startsWith('/?') ? '' : at;
  }
  return '';
};

/** `eval "$(cat FILE)"` reads that file. */
export function ranUnknown(text: string, { session }: Runner): void {
  if (isUnknown(text) && clean(text).trim() === '')
    for (const path of session.pipe) session.use(path, 'sourced');
}

const shellText: Program = ({ args, stdin, to }) => {
  const text = args.join(' ');
  const { session } = to;
  ranUnknown(text, to);
  const joined = clean(text).trim() !== '' && !session.shown.includes(clean(text));
  const before = session.signs.length;
  const out = to.shell(text, stdin);
  // What was put together is shown as it came out, where it says something.
  if (joined && session.signs.length > before) session.layer(text);
  return out;
};

const scriptProgram: Program = ({ args, stdin, to }) => {
  const text = optionValue(args, 'c', 'command');
  return text === undefined ? '' : to.shell(text, stdin);
};

/** Commands of a makefile that this entry itself has written. */
const make: Program = ({ args, to }) => {
  const path = optionValue(args, 'f', 'file') ?? optionValue(args, '', 'makefile');
  const text = path === undefined ? undefined : to.session.read(path);
  for (const line of (text ?? '').split('\n').slice(0, 500)) {
    const command = /^(?:\t|[^\t#=]{1,80}:[^=;]{0,200};)[-@+\s]*(\S[\s\S]*)$/.exec(line)?.[1];
    if (command !== undefined) to.shell(command.replaceAll('$$', '$'));
  }
  return '';
};

/** Tcl: its `exec` and `spawn` run a program. */
const tcl: Program = ({ args, stdin, to }) => {
  const text = optionValue(args, 'c');
  const [path] = operands(args, set('-c -b -f'));
  if (text === undefined && path !== undefined) to.session.use(path, 'run');
  return to.shell(text ?? stdin);
};

const runParts: Program = ({ args, to }) => {
  for (const folder of operands(args, set('-a -u --arg --umask --regex'))) to.session.use(folder, 'run');
  return '';
};

export const wrappingPrograms: ProgramTable = {
  ...named('nohup setsid builtin time nocache chronic cronic unbuffer catchsegv fakeroot', wrapper('-a')),
  ...named('nice renice', wrapper('-n --adjustment')),
  ionice: wrapper('-c -n -p --class --classdata'),
  timeout: wrapper('-k -s --kill-after --signal', 1),
  stdbuf: wrapper('-i -o -e'),
  taskset: wrapper('', 1),
  chrt: wrapper('-T -P -D', 1),
  ...named('numactl prlimit cpulimit', wrapper('-l -p -e -c -m -C -N -i --limit --exe')),
  ...named('unshare nsenter dbus-run-session dbus-launch xvfb-run firejail', wrapper('-t -S -G --target')),
  ...named('proxychains proxychains4 torsocks torify tsocks', wrapper('-f')),
  ...named('chpst', wrapper('-u -U -b -e -d -o -p -f -c -r -t -m -l -L -n -/')),
  ...named('setuidgid gosu su-exec setpriv', wrapper('--reuid --regid', 1)),
  ...named('cgexec strace ltrace', wrapper('-g -e -o -p -s -f')),
  watch: ({ args, to }) => to.shell(afterOptions(args, set('-n --interval')).join(' ')),
  chroot: wrapper('--userspec --groups', 1),
  'systemd-run': wrapper(
    '-p -u -M -H -E --unit --property --uid --gid --description --on-calendar --on-boot --slice --setenv',
  ),
  'systemd-cat': wrapper('-t -p --identifier --priority'),
  'systemd-inhibit': wrapper('--what --who --why --mode'),
  ...named('busybox toybox', wrapper('')),
  ...named('daemonize daemon', wrapper('-a -c -e -o -p -l -u -E -n --name --user --pidfile --output')),
  env,
  ...named('sudo doas', sudo),
  ...named('su runuser', su),
  flock,
  lockf: wrapper('-t', 1),
  xargs,
  parallel,
  find,
  'start-stop-daemon': startStop,
  screen,
  tmux,
  ...named('exec spawn', exec),
  command,
  ...named('which whereis type', which),
  eval: shellText,
  trap,
  alias,
  unalias,
  script: scriptProgram,
  ...named('export declare typeset local readonly', exporting),
  unset,
  ...named('at batch', later),
  ...named('cd pushd', changeFolder),
  'run-parts': runParts,
  ...named('make gmake', make),
  ...named('expect tclsh wish', tcl),
};
