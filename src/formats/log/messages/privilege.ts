/**
 * sudo, su, doas, pkexec: a command as somebody else.
 *
 * `ada : TTY=pts/0 ; PWD=/home/ada ; USER=root ; COMMAND=/usr/bin/apt update`, with what went wrong in front
 * (`3 incorrect password attempts ;`). The command stands last and goes on to the end; a line with ` ; USER=` twice is kept as it stands. `(to root) ada on pts/0` is util-linux's su, `+ pts/0 ada:root` that of shadow.
 * Sources: sudo lib/eventlog/eventlog.c (new_logline); util-linux login-utils/su-common.c (log_syslog); shadow src/su.c;
 * OpenDoas doas.c; polkit src/programs/pkexec.c.
 */
import type { EventDetail } from '../../../model/facts/event.ts';
import { type Message, said, saidCommand } from './message.ts';
import { pam } from './pam.ts';

const sudoForm =
  /^\s*(\S{1,256}) : (?:(?!(?:HOST|TTY|CHROOT|PWD)=)(.{1,200}?) ; )?(?:HOST=\S{1,255} ; )?(?:TTY=(\S{1,128}) ; )?(?:CHROOT=.{1,512}? ; )?PWD=(.{1,4096}?) ; USER=(\S{0,256})(?: ; GROUP=\S{0,256})?(?: ; TSID=\S{1,32})?(?: ; ENV=.{0,2048}?)? ; COMMAND=(.*)$/s;

export function sudo(message: Message): EventDetail | undefined {
  const found = sudoForm.exec(message.text);
  if (found === null) return pam(message);
  const [, account, wrong, terminal, folder, as, command] = found;
  // A folder or a command may be written like sudo's own fields: then nothing tells whose rights it were.
  if (message.text.split(' ; USER=', 3).length > 2) return undefined;
  return {
    what: 'privilege',
    program: 'sudo',
    outcome: wrong === undefined ? 'accepted' : 'failed',
    account: said(account),
    as: said(as === '' ? 'root' : as),
    command: saidCommand(command),
    folder: said(folder),
    ...(terminal === undefined ? {} : { terminal: said(terminal) }),
  };
}

const suForms: readonly {
  readonly form: RegExp;
  readonly accepted: boolean;
  readonly account: number;
  readonly as: number;
  readonly terminal: number;
}[] = [
  { form: /^\(to (\S{1,256})\) (\S{1,256}) on (\S{1,128})$/, accepted: true, as: 1, account: 2, terminal: 3 },
  {
    form: /^FAILED SU \(to (\S{1,256})\) (\S{1,256}) on (\S{1,128})$/,
    accepted: false,
    as: 1,
    account: 2,
    terminal: 3,
  },
  { form: /^\+ (\S{1,128}) ([^\s:]{1,256}):(\S{1,256})$/, accepted: true, terminal: 1, account: 2, as: 3 },
  { form: /^- (\S{1,128}) ([^\s:]{1,256}):(\S{1,256})$/, accepted: false, terminal: 1, account: 2, as: 3 },
];

export function su(message: Message): EventDetail | undefined {
  for (const { form, accepted, account, as, terminal } of suForms) {
    const found = form.exec(message.text);
    if (found === null) continue;
    return {
      what: 'privilege',
      program: message.program === 'runuser' ? 'runuser' : 'su',
      outcome: accepted ? 'accepted' : 'failed',
      account: said(found[account]),
      as: said(found[as]),
      command: said(''),
      terminal: said(found[terminal]),
    };
  }
  return pam(message);
}

const doasForm =
  /^(permit|deny|command not permitted|failed)? ?(?:for )?(\S{1,256}) ran command (.*) as (\S{1,256}) from (\/.*)$/s;

export function doas(message: Message): EventDetail | undefined {
  const found = doasForm.exec(message.text);
  if (found === null) return pam(message);
  const [, verdict, account, command, as, folder] = found;
  return {
    what: 'privilege',
    program: 'doas',
    outcome: verdict === undefined || verdict === 'permit' ? 'accepted' : 'failed',
    account: said(account),
    as: said(as),
    command: saidCommand(command),
    folder: said(folder),
  };
}

const pkexecForm =
  /^(\S{1,256}): Executing command \[USER=(\S{1,256})\] \[TTY=(.{1,128}?)\] \[CWD=(.{0,4096}?)\] \[COMMAND=(.*)\]$/s;

export function pkexec(message: Message): EventDetail | undefined {
  const found = pkexecForm.exec(message.text);
  if (found === null) return pam(message);
  const [, account, as, terminal, folder, command] = found;
  return {
    what: 'privilege',
    program: 'pkexec',
    outcome: 'accepted',
    account: said(account),
    as: said(as),
    command: saidCommand(command),
    folder: said(folder),
    terminal: said(terminal),
  };
}
