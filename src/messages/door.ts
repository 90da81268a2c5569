/** Texts of doors: how somebody may come in again, what closes it, and whether it is closed. */

type DoorKind =
  | 'ssh-password'
  | 'ssh-key'
  | 'redis'
  | 'docker-api'
  | 'kubelet'
  | 'postgresql'
  | 'mysql'
  | 'web-application'
  | 'web-shell'
  | 'jenkins'
  | 'xxl-job'
  | 'yarn'
  | 'spark'
  | 'flink'
  | 'ray'
  | 'jupyter'
  | 'nifi'
  | 'airflow'
  | 'salt'
  | 'activemq'
  | 'rocketmq'
  | 'nacos'
  | 'packages'
  | 'other-host'
  | 'ssh-windows'
  | 'rdp'
  | 'smb'
  | 'smb-flaw'
  | 'print-spooler'
  | 'sqlserver'
  | 'winrm'
  | 'windows-peer'
  | 'documents'
  | 'downloads'
  | 'listener';

type MeasureId =
  | 'ssh-no-passwords'
  | 'ssh-root-by-key'
  | 'ssh-key-gone'
  | 'not-reachable'
  | 'redis-bind'
  | 'redis-password'
  | 'redis-protected'
  | 'redis-account'
  | 'docker-no-tcp'
  | 'kubelet-no-anonymous'
  | 'kubelet-webhook'
  | 'kubelet-no-read-only'
  | 'postgresql-bind'
  | 'postgresql-no-trust'
  | 'postgresql-no-program'
  | 'mysql-bind'
  | 'mysql-files'
  | 'update'
  | 'uploads-do-not-run'
  | 'jenkins-security'
  | 'xxl-job-token'
  | 'yarn-users'
  | 'spark-no-rest'
  | 'flink-bind'
  | 'ray-bind'
  | 'jupyter-token'
  | 'nifi-login'
  | 'airflow-login'
  | 'activemq-bind'
  | 'nacos-login'
  | 'packages-without-scripts'
  | 'other-host-keys'
  | 'ssh-windows-no-passwords'
  | 'ssh-windows-keys'
  | 'rdp-not-public'
  | 'rdp-nla'
  | 'account-lockout'
  | 'windows-passwords'
  | 'windows-firewall'
  | 'smb-not-reachable'
  | 'smb1-off'
  | 'smb-patch'
  | 'remote-administrators'
  | 'spooler-off'
  | 'spooler-drivers'
  | 'sql-windows-logins'
  | 'sql-no-shell'
  | 'sql-accounts'
  | 'winrm-off'
  | 'macros-blocked'
  | 'office-no-children'
  | 'downloads-blocked';

type DoorState = 'closed' | 'open' | 'unknown';

type Answer = 'let-in' | 'refused' | 'no-answer' | 'not-its-words';

type Of<K extends string, T = string> = Readonly<Record<K, T>>;

export interface DoorTexts {
  readonly title: string;
  readonly none: string;
  /** `service` as the way in or the list of open services names it. */
  readonly doors: Of<DoorKind, (params: { service: string }) => string>;
  readonly from: {
    readonly 'way-in': (params: { grade: string }) => string;
    readonly exposure: string;
  };
  readonly states: Of<DoorState>;
  /** Why, and what it does to others; one or two sentences. */
  readonly measures: Of<MeasureId, { readonly title: string; readonly text: string }>;
  readonly answers: Of<Answer, (params: { request: string; address: string }) => string>;
  readonly labels: {
    readonly where: string;
    readonly run: string;
    readonly seen: string;
    readonly asked: string;
    readonly notAsked: string;
    readonly state: string;
    readonly measure: string;
    readonly more: (params: { count: number }) => string;
  };
  readonly outro: string;
  readonly colon: string;
}
