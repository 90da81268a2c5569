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
} from '../call.ts';
import { clean } from '../value.ts';
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

const exec: Program = ({ args, stdin, to }) => to.invoke(afterOptions(args, set('-a')), stdin);

/** The text of `trap`, of an alias, of a condition of systemd: run later, read now. */
const trap: Program = ({ args, to }) => {
  const [text = ''] = operands(args);
  return args.length < 2 || text === '' ? '' : to.shell(text);
};

const alias: Program = ({ args, to }) => {
  for (const word of args) {
    const found = /^([^=]+)=([\s\S]+)$/.exec(word);
    if (found !== null) to.shell(found[2] ?? '');
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

const shellText: Program = ({ args, stdin, to }) => {
  const text = args.join(' ');
  const { session } = to;
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

const runParts: Program = ({ args, to }) => {
  for (const folder of operands(args, set('-a -u --arg --umask --regex'))) to.session.use(folder, 'run');
  return '';
};

export const wrappingPrograms: ProgramTable = {
  ...named(
    'nohup setsid command builtin time nocache chronic cronic unbuffer catchsegv fakeroot',
    wrapper('-a'),
  ),
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
  ...named('xargs parallel', xargs),
  find,
  'start-stop-daemon': startStop,
  screen,
  tmux,
  exec,
  eval: shellText,
  trap,
  alias,
  script: scriptProgram,
  ...named('export declare typeset local readonly', exporting),
  unset,
  ...named('at batch', later),
  ...named('cd pushd', changeFolder),
  'run-parts': runParts,
};
