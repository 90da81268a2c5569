/**
 * Programs that were run, from the records of one event: SYSCALL (who), EXECVE (with what), CWD (where), PROCTITLE.
 *
 * A long argument is parted: `a2_len=9000 a2[0]=… a2[1]=…`, over several EXECVE records. Records of several events may
 * stand between each other, so some events are open at a time; the oldest is closed when there are too many.
 * Arguments are written as a shell would take them, so that blanks in them are seen.
 * Bounds: 16 open events, 1,024 arguments and 64 KiB of one command line.
 * Sources: linux kernel/auditsc.c (audit_log_execve_info, audit_log_exit), auparse/auparse.c (au_terminate_all_events).
 */
import type { CommandEvent, EventBase, EventDetail } from '../../../model/facts/event.ts';
import { printableText } from '../../../model/text.ts';
import { quotedLine } from '../../shell-quoting.ts';
import type { DecodeContext } from '../decoder.ts';
import { HeldLine } from '../held-line.ts';
import type { LogLine } from '../line-reader.ts';
import { said, saidCommand } from '../messages/message.ts';
import { accountField, numberField, rawField, textField, unhex } from './fields.ts';
import type { AuditRecord } from './record.ts';

type Detail = Omit<CommandEvent, keyof EventBase>;

const mostOpen = 16;
const mostArguments = 1024;
const mostBytes = 64 << 10;
const argument = /(?:^| )a(\d{1,5})(?:\[\d{1,5}\])?=(?:"([^"]*)"|(\S+))/g;

interface Execution {
  /** Of the EXECVE or SYSCALL record, whichever came first. */
  line: HeldLine | undefined;
  /** The SYSCALL record that came before any EXECVE, as a message if none comes. */
  call: AuditRecord | undefined;
  node: string;
  isExecution: boolean;
  failed: boolean;
  readonly words: string[];
  bytes: number;
  folder: string | undefined;
}

function commandOf({ call, words, folder }: Execution): Detail {
  const command = saidCommand(quotedLine(words));
  if (call === undefined) {
    const made: Detail = { what: 'command', origin: 'audit', account: said(''), command };
    return folder === undefined ? made : { ...made, folder: said(folder, 4096) };
  }
  const { fields } = call;
  const account = said(accountField(call, 'uid'));
  const detail: { -readonly [Key in keyof Detail]: Detail[Key] } = {
    what: 'command',
    origin: 'audit',
    account,
    command,
  };
  const exe = textField(fields, 'exe');
  const pid = numberField(fields, 'pid');
  const parent = numberField(fields, 'ppid');
  const login = accountField(call, 'auid');
  // One after the other: copies of objects that may be empty cost more than all that is read here.
  if (exe !== undefined) detail.exe = said(exe, 4096);
  if (folder !== undefined) detail.folder = said(folder, 4096);
  if (pid !== undefined) detail.pid = pid;
  if (parent !== undefined) detail.parent = parent;
  if (login !== undefined) detail.login = said(login);
  return detail;
}

export class Executions {
  readonly #open = new Map<string, Execution>();
  readonly #context: DecodeContext;

  constructor(context: DecodeContext) {
    this.#context = context;
  }

  #of({ event, node }: AuditRecord): Execution {
    const known = this.#open.get(event);
    if (known !== undefined) return known;
    const made: Execution = {
      line: undefined,
      call: undefined,
      node,
      isExecution: false,
      failed: false,
      words: [],
      bytes: 0,
      folder: undefined,
    };
    this.#open.set(event, made);
    if (this.#open.size > mostOpen) {
      const [oldest] = this.#open.keys();
      if (oldest !== undefined) this.close(oldest);
    }
    return made;
  }

  /** A SYSCALL record is kept until it is known whether a program was run. False for a second one, which is not. */
  call(line: LogLine, record: AuditRecord): boolean {
    const execution = this.#of(record);
    if (execution.call !== undefined) return false;
    execution.line = new HeldLine(line, this.#context.clock);
    execution.call = record;
    execution.failed = rawField(record.fields, 'success') === 'no';
    return true;
  }

  /** True where no SYSCALL record came before it: then the command is told at this one. */
  arguments(line: LogLine, record: AuditRecord): boolean {
    const execution = this.#of(record);
    const isFirst = execution.line === undefined;
    execution.line ??= new HeldLine(line, this.#context.clock);
    execution.isExecution = true;
    const { fields } = record;
    const { words } = execution;
    argument.lastIndex = 0;
    for (let found = argument.exec(fields); found !== null; found = argument.exec(fields)) {
      const at = Number(found[1]);
      const text = found[2] ?? unhex(found[3] ?? '');
      if (at >= mostArguments || execution.bytes + text.length > mostBytes) continue;
      execution.bytes += text.length;
      while (words.length <= at) words.push('');
      words[at] += text;
    }
    return isFirst;
  }

  folder(record: AuditRecord): void {
    const execution = this.#open.get(record.event);
    if (execution !== undefined) execution.folder ??= textField(record.fields, 'cwd');
  }

  close(event: string): void {
    const execution = this.#open.get(event);
    if (execution?.line === undefined) return;
    this.#open.delete(event);
    const detail: EventDetail =
      execution.isExecution && !execution.failed
        ? commandOf(execution)
        : { what: 'message', program: printableText(execution.call === undefined ? 'EXECVE' : 'SYSCALL') };
    execution.line.emit(this.#context, said(execution.node), detail);
  }

  end(): void {
    for (const event of [...this.#open.keys()]) this.close(event);
  }
}
