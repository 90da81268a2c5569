/**
 * Doors: how somebody came in or may come in again, what closes each, and whether it is closed now.
 *
 * A door is a way in that was found, or a service that the network reaches and miners enter through. A measure is one
 * exact setting. What is found of it says only what was seen: what nobody could see is `unknown`, never `closed`.
 */
import * as z from 'zod';
import { grades } from './incident.ts';

/** What stands open, by what closes it. */
export const doorKinds = [
  'ssh-password',
  'ssh-key',
  'redis',
  'docker-api',
  'kubelet',
  'postgresql',
  'mysql',
  'web-application',
  'web-shell',
  'jenkins',
  'xxl-job',
  'yarn',
  'spark',
  'flink',
  'ray',
  'jupyter',
  'nifi',
  'airflow',
  'salt',
  'activemq',
  'rocketmq',
  'nacos',
  'packages',
  'other-host',
  'ssh-windows',
  'rdp',
  'smb',
  'smb-flaw',
  'print-spooler',
  'sqlserver',
  'winrm',
  'windows-peer',
  'documents',
  'downloads',
  'listener',
] as const;
export type DoorKind = (typeof doorKinds)[number];

export const measureIds = [
  'ssh-no-passwords',
  'ssh-root-by-key',
  'ssh-key-gone',
  'not-reachable',
  'redis-bind',
  'redis-password',
  'redis-protected',
  'redis-account',
  'docker-no-tcp',
  'kubelet-no-anonymous',
  'kubelet-webhook',
  'kubelet-no-read-only',
  'postgresql-bind',
  'postgresql-no-trust',
  'postgresql-no-program',
  'mysql-bind',
  'mysql-files',
  'update',
  'uploads-do-not-run',
  'jenkins-security',
  'xxl-job-token',
  'yarn-users',
  'spark-no-rest',
  'flink-bind',
  'ray-bind',
  'jupyter-token',
  'nifi-login',
  'airflow-login',
  'activemq-bind',
  'nacos-login',
  'packages-without-scripts',
  'other-host-keys',
  'ssh-windows-no-passwords',
  'ssh-windows-keys',
  'rdp-not-public',
  'rdp-nla',
  'account-lockout',
  'windows-passwords',
  'windows-firewall',
  'smb-not-reachable',
  'smb1-off',
  'smb-patch',
  'remote-administrators',
  'spooler-off',
  'spooler-drivers',
  'sql-windows-logins',
  'sql-no-shell',
  'sql-accounts',
  'winrm-off',
  'macros-blocked',
  'office-no-children',
  'downloads-blocked',
] as const;
export type MeasureId = (typeof measureIds)[number];

/** `unknown`: it cannot be seen from a file or a socket of this host, or could not be read. */
export const doorStates = ['closed', 'open', 'unknown'] as const;
export type DoorState = (typeof doorStates)[number];

/** What a service of this host answered when it was asked without a name and a password. */
export const answers = ['let-in', 'refused', 'no-answer', 'not-its-words'] as const;

const evidence = z.strictObject({
  source: z.string(),
  line: z.int().positive().optional(),
  text: z.string().describe('masked'),
});

const measure = z.strictObject({
  id: z.enum(measureIds),
  subject: z
    .string()
    .describe('what the measure is about: a version, an address with its port, a fingerprint'),
  file: z.string().optional().describe('where the settings go'),
  settings: z.array(z.string()).describe('exactly as they are to stand there'),
  commands: z.array(z.string()).describe('that make them take effect, in this order; none is run by Demine'),
  state: z.enum(doorStates),
  evidence: z.array(evidence).describe('what the state rests on'),
});

export type Answer = (typeof answers)[number];

const asked = z.strictObject({
  address: z.string(),
  port: z.int().min(1).max(65535),
  request: z.string().describe('what was sent, as text'),
  answer: z.enum(answers),
  text: z.string().describe('the beginning of what came back, masked'),
});

export const doorSchema = z.strictObject({
  kind: z.enum(doorKinds),
  service: z.string(),
  from: z.enum(['way-in', 'exposure']),
  grade: z.enum(grades).optional().describe('of the way in'),
  state: z.enum(doorStates).describe('open where one measure is open, closed where all are'),
  measures: z.array(measure),
  asked: z.array(asked).describe('only where it was allowed to ask'),
});

export type Door = z.infer<typeof doorSchema>;
export type DoorMeasure = z.infer<typeof measure>;
export type DoorEvidence = z.infer<typeof evidence>;
export type Asked = z.infer<typeof asked>;
