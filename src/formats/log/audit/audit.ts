/**
 * audit.log of auditd, raw or enriched: commands with who logged in to run them, logins, accounts, and what was done to
 * the auditing itself.
 *
 * The records of one run program are one command event, told at its SYSCALL record; every other record is an event of
 * its own. A login that PAM and sshd tell one after the other is told once.
 * Sources: see `record.ts`, `execution.ts` and `user-records.ts`.
 */
import type { EventDetail } from '../../../model/facts/event.ts';
import { type Printable, printableText } from '../../../model/text.ts';
import type { DecodeContext, LineDecoder, LogFormat } from '../decoder.ts';
import type { LogLine } from '../line-reader.ts';
import { said } from '../messages/message.ts';
import { Executions } from './execution.ts';
import { rawField } from './fields.ts';
import { AuditReader } from './record.ts';

/** Within this, what one process says of one account is the same login. */
const sameLoginUs = 5e6;

class AuditDecoder implements LineDecoder {
  readonly #context: DecodeContext;
  readonly #executions: Executions;
  readonly #reader: AuditReader;
  #node = '';
  #host: Printable = printableText('');
  /** The login that was told last, and by what. */
  #login = '';
  #loginBy = '';
  #loginUs = 0;

  constructor(context: DecodeContext) {
    this.#context = context;
    this.#executions = new Executions(context);
    this.#reader = new AuditReader(context.clock);
  }

  /** PAM and sshd each tell of it, and sshd again at its end. */
  #isTold(detail: EventDetail | undefined, by: string): boolean {
    if (detail?.what !== 'login') return false;
    const login = `${detail.pid} ${detail.outcome} ${detail.account}`;
    const { us } = this.#context.clock;
    const told = login === this.#login && by !== this.#loginBy && us - this.#loginUs <= sameLoginUs;
    if (told) return true;
    this.#login = login;
    this.#loginBy = by;
    this.#loginUs = us;
    return false;
  }

  decode(line: LogLine): boolean {
    const record = this.#reader.read(line);
    if (record === undefined) return false;
    if (record.node !== this.#node) {
      this.#node = record.node;
      this.#host = said(record.node);
    }
    const { type } = record;
    if (type.part === 'call' && this.#executions.call(line, record)) return true;
    if (type.part === 'arguments' && this.#executions.arguments(line, record)) return true;
    if (type.part === 'folder') this.#executions.folder(record);
    const detail = type.read?.(record);
    const by = detail?.what === 'login' ? `${type.name} ${rawField(record.fields, 'op')}` : '';
    const known = detail !== undefined && !this.#isTold(detail, by);
    this.#context.emit(line, this.#host, known ? detail : type.message);
    if (type.part === 'end') this.#executions.close(record.event);
    return true;
  }

  end(): void {
    this.#executions.end();
  }
}

export const audit: LogFormat = {
  id: 'audit',
  verified: true,
  source:
    'linux include/uapi/linux/audit.h at 05909cd, kernel/auditsc.c; audit-userspace lib/msg_typetab.h, lib/audit_logging.c at ea85502; Linux-PAM libpam/pam_audit.c at ddab692; openssh audit-linux.c at 0ef0f5a; shadow src/*.c at 816e02a; plaso audit_enriched.log',
  decoder: (context) => new AuditDecoder(context),
};
