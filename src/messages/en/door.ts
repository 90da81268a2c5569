import type { DoorTexts } from '../door.ts';

export const door: DoorTexts = {
  title: 'Doors',
  none: 'No way in was found, and no dangerous service is reachable. Ask who has the passwords and keys of this host.',
  doors: {
    'ssh-password': () => 'SSH with a guessed password',
    'ssh-key': () => 'SSH with a key of the attacker',
    redis: () => 'Redis',
    'docker-api': () => 'Docker API',
    kubelet: () => 'kubelet',
    postgresql: () => 'PostgreSQL',
    mysql: () => 'MySQL',
    'web-application': ({ service }) => `a web application: ${service}`,
    'web-shell': () => 'a web shell',
    jenkins: () => 'Jenkins',
    'xxl-job': () => 'XXL-JOB executor',
    yarn: () => 'Hadoop YARN',
    spark: () => 'Spark',
    flink: () => 'Flink',
    ray: () => 'Ray',
    jupyter: () => 'Jupyter',
    nifi: () => 'NiFi',
    airflow: () => 'Airflow',
    salt: () => 'Salt',
    activemq: () => 'ActiveMQ',
    rocketmq: () => 'RocketMQ',
    nacos: () => 'Nacos',
    packages: ({ service }) => `a package of others: ${service}`,
    'other-host': () => 'another host of the same network',
    'ssh-windows': () => 'OpenSSH of Windows with a guessed password or a key',
    rdp: () => 'Remote Desktop (RDP)',
    smb: () => 'Windows file sharing (SMB) with a guessed or stolen password',
    'smb-flaw': () => 'a flaw of Windows file sharing (SMB)',
    'print-spooler': () => 'the print spooler of Windows',
    sqlserver: () => 'SQL Server',
    winrm: () => 'WinRM (PowerShell from afar)',
    'windows-peer': () => 'another Windows host of the same network',
    documents: () => 'a document or attachment that was opened',
    downloads: () => 'a download that was started',
    listener: ({ service }) => `a service that the network reaches: ${service}`,
  },
  from: {
    'way-in': ({ grade }) => `way in, ${grade}`,
    exposure: 'reachable; nothing shows that it was used',
  },
  states: { closed: 'closed', open: 'OPEN', unknown: 'not seen' },
  measures: {
    'ssh-no-passwords': {
      title: 'no logins with a password',
      text: 'The first value of a keyword wins: a drop-in of the cloud image may say yes. Have a key that works, and keep a session open, before you reload.',
    },
    'ssh-root-by-key': {
      title: 'root only with a key',
      text: 'Every guesser tries root first.',
    },
    'ssh-key-gone': {
      title: 'the key is trusted by no account',
      text: 'Keys are taken out by "demine clean". Whoever has the private key gets in wherever else it is trusted.',
    },
    'not-reachable': {
      title: 'not reachable from other networks',
      text: 'On the firewall or security group in front of the host, for the addresses that need it only; better bound to one address.',
    },
    'redis-bind': {
      title: 'listens on loopback only',
      text: 'Clients on other hosts need another way: name their network in bind and on the firewall.',
    },
    'redis-password': {
      title: 'asks for a password',
      text: 'Every client needs it; guessers are fast here, so make it long.',
    },
    'redis-protected': {
      title: 'its protections are on',
      text: 'Where they are, CONFIG SET dir and MODULE LOAD, by which jobs and keys are written, are refused.',
    },
    'redis-account': {
      title: 'does not run as root',
      text: 'As its own account it cannot write the tables of cron or the keys of root.',
    },
    'docker-no-tcp': {
      title: 'no API over TCP',
      text: 'Whoever reaches it is root on this host. Where it must be, use TLS with client certificates (tlsverify), or SSH.',
    },
    'kubelet-no-anonymous': { title: 'no anonymous requests', text: 'They can run commands in every pod.' },
    'kubelet-webhook': {
      title: 'asks the API server who may',
      text: 'AlwaysAllow lets everybody do everything.',
    },
    'kubelet-no-read-only': {
      title: 'no read-only port',
      text: 'It tells everybody names, images and environments.',
    },
    'postgresql-bind': {
      title: 'listens on loopback only',
      text: 'Applications on other hosts need an address here.',
    },
    'postgresql-no-trust': {
      title: 'nobody comes in without a password',
      text: 'Lines with trust for other hosts go; these come in their place.',
    },
    'postgresql-no-program': {
      title: 'applications may not run programs',
      text: 'COPY … FROM PROGRAM needs a superuser or pg_execute_server_program. Change the passwords too.',
    },
    'mysql-bind': {
      title: 'listens on loopback only',
      text: 'Applications on other hosts need an address here.',
    },
    'mysql-files': {
      title: 'statements write no files',
      text: 'Functions that run programs (UDF) are brought in as files. Look for unknown ones in the table mysql.func.',
    },
    update: {
      title: 'a release without the hole',
      text: 'The oldest good one of each branch; whoever can takes the newest. Until then the page is blocked in front of it.',
    },
    'uploads-do-not-run': {
      title: 'what is uploaded is not run',
      text: 'And the account of the web server may not write where programs lie. The hole by which the file came must be closed too.',
    },
    'jenkins-security': {
      title: 'nobody without a login',
      text: 'The script console runs everything as the account of Jenkins.',
    },
    'xxl-job-token': {
      title: 'a token of your own',
      text: 'On the scheduler and on all executors; the one it comes with is known.',
    },
    'yarn-users': {
      title: 'asks who submits',
      text: 'Without Kerberos anybody may submit as anybody; then the firewall is all there is.',
    },
    'spark-no-rest': { title: 'no submission by REST', text: 'It knows no passwords.' },
    'flink-bind': {
      title: 'listens on loopback only, takes no jars',
      text: 'It knows no passwords; put a proxy with a login in front.',
    },
    'ray-bind': {
      title: 'dashboard on loopback only',
      text: 'Ray knows no passwords by design: whoever reaches it runs jobs.',
    },
    'jupyter-token': {
      title: 'a token, on loopback only',
      text: 'An empty token lets everybody open a terminal.',
    },
    'nifi-login': { title: 'HTTPS with a login', text: 'Over plain HTTP it asks nobody.' },
    'airflow-login': { title: 'a login, no examples', text: 'Examples run what their parameters say.' },
    'activemq-bind': {
      title: 'listens on loopback only',
      text: 'Clients on other hosts need another address here.',
    },
    'nacos-login': {
      title: 'asks who comes, with a secret of your own',
      text: 'Off by default; the secret it comes with is known, and the user agent of servers is let in.',
    },
    'packages-without-scripts': {
      title: 'packages run nothing when they are installed',
      text: 'Versions from a lock file only. Change the tokens that the machine had.',
    },
    'other-host-keys': {
      title: 'keys and passwords that both hosts share are changed',
      text: 'As long as the other host is not clean, it comes again. Scan it.',
    },
    'ssh-windows-no-passwords': {
      title: 'no logins with a password',
      text: 'Have a key that works, and keep a session open, before the service is restarted.',
    },
    'ssh-windows-keys': {
      title: 'no key of a stranger is trusted',
      text: 'Keys of administrators stand in administrators_authorized_keys and not in their profiles. Compare each line with its owner.',
    },
    'rdp-not-public': {
      title: 'not reachable from the internet',
      text: 'For the networks of your administrators only, better behind a VPN or an RD Gateway. The firewall in front of the host counts too.',
    },
    'rdp-nla': {
      title: 'asks who comes before it shows a desktop',
      text: 'Network level authentication. Clients older than Windows 7 cannot.',
    },
    'account-lockout': {
      title: 'accounts are locked after ten failures',
      text: 'Guessing then takes years. The built-in Administrator is locked by network logons only since the updates of October 2022: better have it disabled.',
    },
    'windows-passwords': {
      title: 'passwords that may be known are changed',
      text: 'Of every account that logged on here since the infection, and of the services. Whoever guessed one tries it on all hosts.',
    },
    'windows-firewall': {
      title: 'the firewall is on for all networks',
      text: 'Miners switch it off, or leave rules of their own. Look through the rules that let somebody in.',
    },
    'smb-not-reachable': {
      title: 'TCP 445 and 139 only for who needs them',
      text: 'Never from the internet. Between workstations file sharing is rarely needed, and it is how worms go.',
    },
    'smb1-off': {
      title: 'SMB 1 is off',
      text: 'Nothing that is still supported needs it. A restart makes sure of it.',
    },
    'smb-patch': {
      title: 'MS17-010 is installed',
      text: 'March 2017. Any later monthly rollup has it; Windows that are no longer supported have KB4012598. The host needs a restart.',
    },
    'remote-administrators': {
      title: 'local administrators have no full rights over the network',
      text: 'The default. With it off, one local password opens all hosts that share it; let Windows LAPS give each host its own.',
    },
    'spooler-off': {
      title: 'the print spooler is off where nothing prints',
      text: 'Domain controllers and most servers do not need it.',
    },
    'spooler-drivers': {
      title: 'only administrators install printer drivers, nobody from afar',
      text: 'CVE-2021-34527. Where it has to print, this and the updates.',
    },
    'sql-windows-logins': {
      title: 'logins of Windows alone',
      text: 'Where applications need logins of SQL Server, keep mixed mode, and have sa disabled. The service needs a restart.',
    },
    'sql-no-shell': {
      title: 'statements start no programs',
      text: 'Whoever is sysadmin can switch it on again: the next measure is what counts. Look for jobs of the Agent, startup procedures and assemblies that nobody knows.',
    },
    'sql-accounts': {
      title: 'sa is disabled, no application is sysadmin',
      text: 'And the account of the service is no administrator of the host.',
    },
    'winrm-off': {
      title: 'WinRM is off where nobody uses it',
      text: 'On servers it is on by default. Where it is used, for the networks of administrators only.',
    },
    'macros-blocked': {
      title: 'macros of documents from the internet do not run',
      text: 'By policy, for every user and every program of Office; WPS has its own setting.',
    },
    'office-no-children': {
      title: 'Office starts no programs',
      text: 'A rule of Defender. Run it as audit (AuditMode) first: some add-ins need it.',
    },
    'downloads-blocked': {
      title: 'unknown programs are blocked, users are no administrators',
      text: 'SmartScreen asks by itself and can be clicked away; this takes that away. Cracked software is the usual bait.',
    },
  },
  answers: {
    'let-in': ({ request, address }) => `${request} at ${address}: let in without a password`,
    refused: ({ request, address }) => `${request} at ${address}: refused`,
    'no-answer': ({ request, address }) => `${request} at ${address}: no answer`,
    'not-its-words': ({ request, address }) => `${request} at ${address}: answered something else`,
  },
  labels: {
    where: 'in',
    run: 'then',
    seen: 'seen',
    asked: 'asked',
    notAsked: 'The services themselves were not asked; --active does, at addresses of this host.',
    state: 'State',
    measure: 'What closes it',
    more: ({ count }) => `and ${count} more`,
  },
  outro:
    'Nothing of this was changed. Whether a service can be reached from elsewhere also depends on firewalls in front of this host.',
  colon: ': ',
};
