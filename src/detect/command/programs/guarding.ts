/** Programs that end others, stop what protects, hand out shells, make accounts, and empty traces. */
import agentPack from '../../../../packs/agents.json' with { type: 'json' };
import {
  type Call,
  hasFlag,
  named,
  operands,
  optionValue,
  type Program,
  type ProgramTable,
} from '../call.ts';
import { fromAddress } from '../ran-from.ts';
import type { Session } from '../session.ts';
import { clean, fetched, fetchIn, taintOf, unknown } from '../value.ts';
import { readEmbedded } from './embedded.ts';
import { isShell } from './interpreting.ts';
import { filter } from './text.ts';

/** Miners and their guards by name, as their rivals end them. */
const rivals =
  /xmrig|xmr-?stak|kinsing|kdevtmpfsi|minerd|cpuminer|cryptonight|ddgs|watchbog|kthreaddi|kthreaddk|sysrv|networkservice|sysupdate|sysguard|nanopool|supportxmr|minexmr|monero(?:hash|ocean|\b)|stratum|c3pool|hashvault|xmrpool|nicehash|t-rex|nbminer|lolminer|phpupdate|pnscan|masscan|kswapd0|kerberods|watchdogs|redtail|\.rsync|:(?:3333|4444|5555|7777|14444)\b/i;
/** So many programs ended by one entry are rivals, whatever their names. */
const mostKilled = 5;

const agentUnits: ReadonlySet<string> = new Set(
  agentPack
    .filter(({ kind }) => kind !== 'monitoring')
    .flatMap(({ units }) => units.map((unit) => unit.replace(/\.service$/, ''))),
);
const agentProcesses: ReadonlySet<string> = new Set(
  agentPack.filter(({ kind }) => kind !== 'monitoring').flatMap(({ processes }) => processes),
);
const agentFolders: readonly string[] = agentPack.flatMap(({ folders }) => folders);
const otherGuards =
  /^(?:aliyun|aegis|agentwatch|cloudmonitor|qcloud|YDService|YDLive|hids|yunsuo|safedog|imunify[\w-]*|falcon-sensor|clamav[\w-]*|clamd|ossec|wazuh[\w-]*|auditd|bdsec|hostguard|tat_agent|barad_agent)/i;
const removers =
  /(?:aegis|quartz|YunJing|stargate|barad|hostguard|csf|imunify)[^\s]*uninst|quartz_uninstall|\/(?:aegis|YunJing|stargate|csf)\/uninst/i;

function killed(session: Session, name: string): void {
  const own = clean(name).replace(/^['"]|['"]$/g, '');
  if (own === '' || own.length > 200) return;
  if (agentProcesses.has(own) || otherGuards.test(own)) session.sign('stops-protection', own);
  else if (rivals.test(own)) session.sign('kills-rivals', own);
  if (session.killed.size < 500) session.killed.add(own);
  if (session.killed.size === mostKilled) session.sign('kills-rivals', [...session.killed].join(', '));
}

const killByName: Program = ({ args, to }) => {
  for (const name of operands(args, new Set(['-s', '--signal', '-u', '-U', '-g', '-t', '-P', '-G'])))
    killed(to.session, name);
  return '';
};

/** `ps … | grep NAME | awk … | xargs kill`: the names are told by grep. */
const kill: Program = ({ to }) => {
  for (const name of to.session.searched) killed(to.session, name);
  to.session.searched = [];
  return '';
};

/** A script in the place of a tool that shows what runs; lines that it leaves out nobody sees. */
const standsForTool = /(?:^|\/)(?:ps|top|htop|ss|netstat|lsof|pstree|crontab|who|last|lsmod|ls|find)$/;

const grep: Program = (call) => {
  const { args, to } = call;
  const [pattern = ''] = operands(args, new Set(['-e', '-f', '-A', '-B', '-C', '-m']));
  const own = optionValue(args, 'e', 'regexp') ?? pattern;
  if (!hasFlag(args, 'v', 'invert-match')) {
    if (/\w{3}/.test(own) && to.session.searched.length < 64) to.session.searched.push(own);
  } else if (standsForTool.test(to.session.variables.get('0') ?? '')) to.session.sign('hides', own);
  return filter(call);
};

const isAgent = (unit: string): boolean => {
  const name = clean(unit).replace(/\.service$/, '');
  return agentUnits.has(name) || otherGuards.test(name);
};

const service: Program = ({ name, args, to }) => {
  // Logs are opened anew after their rotation.
  if (args.some((word) => /^(?:--signal=|-s)?(?:SIG)?(?:HUP|USR[12])$/.test(word))) return '';
  const words = operands(args);
  const verbs = /^(?:stop|disable|mask|kill|off|remove|del)$/;
  if (!words.some((word) => verbs.test(word)) && !args.some((word) => /^--(?:del|level)/.test(word))) {
    if (name !== 'update-rc.d') return '';
  }
  for (const unit of words) if (!verbs.test(unit) && isAgent(unit)) to.session.sign('stops-protection', unit);
  return '';
};

const remove: Program = ({ args, to }) => {
  for (const path of operands(args)) {
    const own = clean(path);
    if (
      agentFolders.some((folder) => own === folder || own.startsWith(`${folder}/`)) ||
      /\/(?:aegis|YunJing|cloudmonitor)\b/.test(own)
    ) {
      to.session.sign('stops-protection', own);
    }
    if (
      /^\/var\/log(?:\/\*|\/?$|\/(?:wtmp|btmp|secure|auth\.log|messages|syslog|lastlog))|\.bash_history$/.test(
        own,
      )
    ) {
      to.session.sign('clears-traces', own);
    }
  }
  return '';
};

/** What a package brings runs when it is installed; by an address without a name nobody signs anything. */
function installed({ args, to: { session } }: Call): void {
  if (!args.some((word) => /^(?:install|add|-i|-U|--install|--upgrade|-[a-zA-Z]*[iU][a-zA-Z]*)$/.test(word)))
    return;
  for (const word of operands(args)) {
    const fetch = fetchIn(session.read(word) ?? '');
    const url = fetch === undefined ? clean(word) : session.urlOf(fetch);
    if (fromAddress(url) && !session.verified) session.sign('fetch-then-run', url);
  }
}

const packages: Program = (call) => {
  const { args, to } = call;
  installed(call);
  if (!args.some((word) => /^(?:remove|purge|erase|autoremove|-e|-R)$/.test(word))) return '';
  for (const name of operands(args)) if (isAgent(name)) to.session.sign('stops-protection', name);
  return '';
};

const history: Program = ({ args, to }) => {
  if (hasFlag(args, 'c') || hasFlag(args, 'w')) to.session.sign('clears-traces', 'history -c');
  return '';
};

const netcat: Program = (call) => {
  const { args, to } = call;
  const [host = '', port = ''] = operands(
    args,
    new Set(['-e', '-c', '-p', '-s', '-w', '-q', '-i', '-x', '-X', '--sh-exec', '--exec', '-o']),
  );
  const remote = `${clean(host)}:${clean(port)}`;
  to.session.remote = remote;
  const run = optionValue(args, 'e', 'exec') ?? optionValue(args, 'c', 'sh-exec');
  if (run !== undefined && /(?:^|\/)(?:ba|da|z|k|a)?sh\b|cmd/.test(run)) {
    to.session.sign('reverse-shell', remote);
    return '';
  }
  if (hasFlag(args, 'l') || hasFlag(args, 'z') || host === '') return `${taintOf(call.stdin)}${unknown}`;
  return fetched(to.session.fetch(`tcp://${remote}`));
};

const socat: Program = ({ args, to }) => {
  const text = args.join(' ');
  const remote =
    /\b(?:TCP[46]?|TCP[46]?-CONNECT|OPENSSL|SSL|UDP[46]?|SCTP|PROXY|SOCKS4A?):([^\s,]+)/i.exec(text)?.[1] ??
    '';
  to.session.remote = clean(remote);
  const run = /\b(?:EXEC|SYSTEM|SHELL):['"]?([^\s,'"]+)/i.exec(text)?.[1];
  const listens = /\b(?:TCP[46]?|OPENSSL|SSL|UDP[46]?|SCTP)-LISTEN:[^\s,]+/i.exec(text)?.[0];
  if (run !== undefined && listens !== undefined && isShell(clean(run).replace(/^.*\//, '')))
    to.session.sign('reverse-shell', listens);
  if (
    run !== undefined &&
    remote !== '' &&
    (isShell(clean(run).replace(/^.*\//, '')) || /login|sh\b/.test(run))
  ) {
    to.session.sign('reverse-shell', remote);
    return '';
  }
  return remote === '' ? unknown : fetched(to.session.fetch(`tcp://${clean(remote)}`));
};

const sshValues = new Set('-o -i -p -l -L -R -D -F -J -W -b -c -E -e -I -m -M -S -w -B'.split(' '));

/** `-fNR`, whose last letter takes the next word. */
const sshGlued = /^-([A-Za-z]+)([oipLRDFJWbceEImMSw])$/;
/** `-R 2222:localhost:22`, glued or not, and the same as a setting. */
const opensTunnel = (args: readonly string[]): boolean =>
  args.some(
    (word, at) =>
      /^-[A-Za-z0-9]*R(?:[\w.:*[\]/-]*)$/.test(word) ||
      (args[at - 1] === '-o' && /^RemoteForward\b/i.test(word)),
  );

/** What runs on another host is that host's; what was fetched here and is run there is told. */
const ssh: Program = (call) => {
  const { stdin, to } = call;
  const args = call.args.flatMap((word) => {
    const [, flags, last] = sshGlued.exec(word) ?? [];
    return flags === undefined || last === undefined ? [word] : [`-${flags}`, `-${last}`];
  });
  readEmbedded(call);
  const fetch = fetchIn(stdin);
  const [host = '', program = ''] = operands(args, sshValues);
  if (opensTunnel(args)) {
    const name = clean(host).replace(/^.*@/, '');
    if (name !== '') to.session.urls.add(`ssh://${name}`);
    to.session.sign('opens-tunnel', name);
  }
  if (fetch !== undefined && isShell(clean(program).replace(/^.*\//, '').split(/\s/)[0] ?? ''))
    to.session.sign('fetch-and-run', to.session.urlOf(fetch));
  return filter(call);
};

const telnet: Program = ({ args, stdin, to }) => {
  const [host = '', port = '23'] = operands(args);
  to.session.remote = `${clean(host)}:${clean(port)}`;
  return stdin === '' ? fetched(to.session.fetch(`tcp://${to.session.remote}`)) : unknown;
};

/** zsh/net/tcp of zsh: REPLY is a descriptor of the connection, told here as bash names one. */
const zshConnects: Program = ({ args, to: { session } }) => {
  const [host = '', port = ''] = operands(args, new Set(['-d']));
  if (hasFlag(args, 'l') || clean(host) === '') return '';
  session.set('REPLY', `/dev/tcp/${clean(host)}/${clean(port)}`);
  return '';
};

const account: Program = ({ name, args, to }) => {
  const uid = optionValue(args, 'u', 'uid');
  if ((name === 'useradd' || name === 'usermod') && uid === '0') to.session.sign('opens-account', 'uid 0');
  else if (name === 'useradd' || name === 'adduser') {
    if (hasFlag(args, 'p', 'password') || hasFlag(args, 'o'))
      to.session.sign('opens-account', operands(args).at(-1) ?? '');
  }
  return '';
};

const password: Program = ({ stdin, args, to }) => {
  if (stdin !== '' || hasFlag(args, 'd')) to.session.sign('opens-account', clean(stdin).split(':')[0] ?? '');
  return '';
};

/** Whether a program hands its input to a host outside. */
export const speaksToNetwork = (name: string): boolean =>
  /^(?:nc|ncat|netcat|nc\.\w+|telnet|socat|s_client|openssl)$/.test(name);

/** A script of the vendor that takes its agent away. */
export function removesAgent({ name, args, to }: Call): string | undefined {
  return [name, ...args].find((word) => {
    const own = clean(word);
    // Everybody's tools have an uninstall.sh; that of an agent is fetched first.
    const brought = /(?:^|\/)uninstall\.sh$/.test(own) && fetchIn(to.session.read(word) ?? '') !== undefined;
    return brought || removers.test(own);
  });
}

export const guardingPrograms: ProgramTable = {
  ...named('pkill killall killall5 skill', killByName),
  kill,
  ...named('grep egrep fgrep pgrep pidof', grep),
  ...named('systemctl service initctl chkconfig rc-service rc-update update-rc.d', service),
  ...named('rm unlink shred', remove),
  ...named('apt apt-get yum dnf rpm dpkg zypper apk', packages),
  ...named('pip pip3 npm yarn pnpm gem', (call) => {
    installed(call);
    return filter(call);
  }),
  history,
  ...named('nc ncat netcat nc.openbsd nc.traditional', netcat),
  ...named('gs-netcat gsocket gs-bd', ({ to }) => {
    to.session.sign('reverse-shell', 'gsocket');
    return '';
  }),
  socat,
  ...named('ssh autossh', ssh),
  telnet,
  ztcp: zshConnects,
  ...named('useradd usermod adduser', account),
  ...named('chpasswd passwd', password),
};
