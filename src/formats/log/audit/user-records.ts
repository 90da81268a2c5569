/**
 * Records of programs that the audit system trusts: logins, sessions, sudo, accounts, and of auditd itself.
 *
 * `type=USER_AUTH msg=audit(…): pid=… uid=… auid=… ses=… msg='op=PAM:authentication acct="root" exe="/usr/sbin/sshd"
 * hostname=… addr=192.0.2.1 terminal=ssh res=failed'`. What a record of these says is told by its type; the fields are
 * only who, whence and how it ended.
 * Sources: linux include/uapi/linux/audit.h at 05909cd; audit-userspace lib/msg_typetab.h, lib/audit_logging.c at ea85502;
 * Linux-PAM libpam/pam_audit.c at ddab692; openssh audit-linux.c at 0ef0f5a; shadow lib/audit_help.c and the operations
 * of src/*.c at 816e02a; linux kernel/audit.c (audit_log_config_change), net/core/dev.c.
 */
import type { AccountEvent, EventDetail } from '../../../model/facts/event.ts';
import { said, saidCommand } from '../messages/message.ts';
import { accountField, numberField, operationOf, type RecordFields, rawField, textField } from './fields.ts';

const baseOf = (path: string | undefined): string => path?.slice(path.lastIndexOf('/') + 1) ?? '';
/** OpenSSH 9.8 parted its server. */
const serviceOf = (fields: string): string =>
  baseOf(textField(fields, 'exe')).replace(/^sshd-(?:session|auth)$/, 'sshd');
const succeeded = (fields: string): boolean =>
  ['success', '1', 'yes'].includes(rawField(fields, 'res') ?? '');
const fromOf = (fields: string): string => rawField(fields, 'addr') ?? rawField(fields, 'hostname') ?? '';
const pidOf = (fields: string): { readonly pid?: number } => {
  const pid = numberField(fields, 'pid');
  return pid === undefined ? {} : { pid };
};

const becomes = { sudo: 'sudo', su: 'su', 'su-l': 'su', runuser: 'runuser', pkexec: 'pkexec' } as const;
const isBecoming = (service: string): service is keyof typeof becomes => Object.hasOwn(becomes, service);

/** What PAM and sshd call what was asked for. */
function methodOf(operation: string): string {
  if (operation.startsWith('pubkey')) return 'publickey';
  if (operation === 'PAM:authentication' || operation === 'password') return 'password';
  return operation === 'login' ? '' : operation;
}

/** What sshd and PAM write for an account that is not there. */
const noAccount: ReadonlySet<string> = new Set(['(unknown)', '(unknown user)', '(invalid user)', '?']);

function login(record: RecordFields): EventDetail | undefined {
  const { fields } = record;
  const operation = rawField(fields, 'op') ?? '';
  // A record that was cut does not say how it ended.
  if (rawField(fields, 'res') === undefined) return undefined;
  // `hostbased-key`, `destroy` and other talk of keys decides nothing.
  if (
    !/^(?:PAM:authentication|password|pubkey(?:_auth)?|gssapi-with-mic|hostbased|login|challenge-response)$/.test(
      operation,
    )
  )
    return undefined;
  const service = serviceOf(fields);
  const account = textField(fields, 'acct') ?? textField(fields, 'id') ?? '';
  if (isBecoming(service)) {
    if (succeeded(fields)) return undefined;
    return {
      what: 'privilege',
      program: becomes[service],
      outcome: 'failed',
      account: said(accountField(record, 'auid') ?? accountField(record, 'uid')),
      as: said(service === 'sudo' ? '' : account),
      command: said(''),
    };
  }
  const known = !noAccount.has(account) && account !== '4294967295';
  return {
    what: 'login',
    outcome: succeeded(fields) ? 'accepted' : 'failed',
    service,
    account: said(known ? (textField(record.resolved, 'ID') ?? (account === '0' ? 'root' : account)) : ''),
    known,
    from: said(fromOf(fields)),
    method: said(methodOf(operation)),
    ...pidOf(fields),
  };
}

function session(record: RecordFields, phase: 'opened' | 'closed'): EventDetail | undefined {
  const { fields } = record;
  if (!succeeded(fields)) return undefined;
  const terminal = rawField(fields, 'terminal');
  return {
    what: 'session',
    phase,
    service: serviceOf(fields),
    account: said(textField(fields, 'acct')),
    from: said(fromOf(fields)),
    ...(terminal === undefined ? {} : { terminal: said(terminal) }),
    ...pidOf(fields),
  };
}

function account(record: RecordFields, action: AccountEvent['action']): EventDetail | undefined {
  const { fields } = record;
  if (!succeeded(fields)) return undefined;
  const by = accountField(record, 'auid') ?? accountField(record, 'uid');
  const group = textField(fields, 'grp');
  const uid = numberField(fields, 'id');
  return {
    what: 'account',
    action,
    account: said(textField(fields, 'acct') ?? textField(record.resolved, 'ID')),
    ...(group === undefined ? {} : { group: said(group) }),
    ...(uid === undefined ? {} : { uid }),
    ...(by === undefined ? {} : { by: said(by) }),
  };
}

/** Several records tell of one account that is made: only what tells of the account itself counts. */
const ofHome = /^op=\S*(?:home|mail|ssh|lastlog|tallylog|shadow|subid|subordinate|selinux|-file\b)/;
const ofMembers = /^op=(?:add-to-group|\S*(?:users?-to|user-from)-group|add\w* user to |delet\w* user from )/;
const ofPassword =
  /^op=(?:\S*[- ])?(?:chang\w*|updat\w*|delet\w*)[- ]pass(?:wd|word)(?: |$)|^op=(?:changing|change) password/;

const memberOf = (record: RecordFields, operation: string): EventDetail | undefined =>
  account(record, /^op=(?:del|rem)/.test(operation) ? 'member-removed' : 'member-added');

function added(record: RecordFields): EventDetail | undefined {
  const operation = operationOf(record.fields);
  if (ofMembers.test(operation)) return memberOf(record, operation);
  return ofHome.test(operation) ? undefined : account(record, 'added');
}

function managed(record: RecordFields): EventDetail | undefined {
  const operation = operationOf(record.fields);
  if (ofMembers.test(operation)) return memberOf(record, operation);
  if (/^op=\S*unlock/.test(operation)) return account(record, 'unlocked');
  if (/^op=\S*lock/.test(operation)) return account(record, 'locked');
  if (ofPassword.test(operation)) return account(record, 'password-changed');
  return ofHome.test(operation) ? undefined : account(record, 'changed');
}

/** The account of these is whoever manages, or the group itself: members are all that is told of accounts. */
function groupManaged(record: RecordFields): EventDetail | undefined {
  const operation = operationOf(record.fields);
  if (ofMembers.test(operation)) return memberOf(record, operation);
  return /^op=delete-group/.test(operation) ? account(record, 'group-removed') : undefined;
}

const host = (
  action: 'booted' | 'halted' | 'runlevel' | 'clock-set' | 'log-started' | 'log-stopped' | 'log-rotated',
  detail: string,
): EventDetail => ({ what: 'host', action, detail: said(detail) });

function configuration({ fields }: RecordFields): EventDetail | undefined {
  const enabled = numberField(fields, 'audit_enabled');
  if (enabled === undefined || rawField(fields, 'res') === '0') return undefined;
  return host(enabled === 0 ? 'log-stopped' : 'log-started', fields);
}

function command(record: RecordFields): EventDetail {
  const { fields } = record;
  return {
    what: 'privilege',
    program: 'sudo',
    outcome: succeeded(fields) ? 'accepted' : 'failed',
    account: said(accountField(record, 'auid') ?? accountField(record, 'uid')),
    as: said(''),
    command: saidCommand(textField(fields, 'cmd')),
    folder: said(textField(fields, 'cwd'), 4096),
  };
}

function promiscuous({ fields }: RecordFields): EventDetail | undefined {
  if (numberField(fields, 'prom') === 0) return undefined;
  return { what: 'kernel', action: 'promiscuous', subject: said(rawField(fields, 'dev')) };
}

function ended({ fields }: RecordFields): EventDetail | undefined {
  if (numberField(fields, 'sig') !== 11) return undefined;
  return { what: 'kernel', action: 'segfault', subject: said(textField(fields, 'comm')), ...pidOf(fields) };
}

type Reader = (record: RecordFields) => EventDetail | undefined;

/** What tells of the account itself, and not of its files. */
const ofAccount =
  (action: AccountEvent['action']): Reader =>
  (record) =>
    ofHome.test(operationOf(record.fields)) ? undefined : account(record, action);
const ofSession =
  (phase: 'opened' | 'closed'): Reader =>
  (record) =>
    session(record, phase);
const ofAny =
  (action: AccountEvent['action']): Reader =>
  (record) =>
    account(record, action);
const ofHost =
  (action: Parameters<typeof host>[0]): Reader =>
  ({ fields }) =>
    host(action, fields);

/** What records of a type say, by its name; nothing where a record is kept as it stands. */
export const userReaders: ReadonlyMap<string, Reader> = new Map<string, Reader>([
  ['USER_AUTH', login],
  ['USER_LOGIN', login],
  ['USER_START', ofSession('opened')],
  ['USER_END', ofSession('closed')],
  ['USER_LOGOUT', ofSession('closed')],
  ['USER_CMD', command],
  ['ADD_USER', added],
  ['DEL_USER', ofAccount('removed')],
  ['ADD_GROUP', ofAny('group-added')],
  ['DEL_GROUP', ofAny('group-removed')],
  ['USER_MGMT', managed],
  ['GRP_MGMT', groupManaged],
  [
    'USER_CHAUTHTOK',
    (record) =>
      ofMembers.test(operationOf(record.fields)) ? managed(record) : account(record, 'password-changed'),
  ],
  ['ACCT_LOCK', ofAny('locked')],
  // lastlog(8) tells of what it clears by this.
  ['ACCT_UNLOCK', ofAccount('unlocked')],
  ['DAEMON_START', ofHost('log-started')],
  ['DAEMON_RESUME', ofHost('log-started')],
  ['DAEMON_END', ofHost('log-stopped')],
  ['DAEMON_ABORT', ofHost('log-stopped')],
  ['DAEMON_ROTATE', ofHost('log-rotated')],
  ['CONFIG_CHANGE', configuration],
  ['SYSTEM_BOOT', ofHost('booted')],
  ['SYSTEM_SHUTDOWN', ofHost('halted')],
  ['SYSTEM_RUNLEVEL', ofHost('runlevel')],
  ['TIME_INJOFFSET', ofHost('clock-set')],
  [
    'KERN_MODULE',
    ({ fields }) => ({ what: 'kernel', action: 'module', subject: said(textField(fields, 'name')) }),
  ],
  ['ANOM_PROMISCUOUS', promiscuous],
  ['ANOM_ABEND', ended],
]);
