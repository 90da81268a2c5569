/**
 * Programs of Windows that change what starts, who may come in and what protects the host.
 *
 * Source: Microsoft, documentation of Windows commands.
 */
import type { SignId } from '../sign.ts';
import { protectors } from './cmdlets.ts';
import { optionAfter, type Program } from './program-call.ts';
import { isRunKey } from './registry-places.ts';

const schtasks: Program = ({ to, argv, line }) => {
  if (/\s[/-](?:create|change)\b/i.test(line)) {
    to.session.sign('writes-persistence', line);
    const run = optionAfter(argv, /^[/-]tr$/i);
    if (run !== undefined) to.cmd(run.replace(/^['"]|['"]$/g, ''));
  } else if (
    /\s[/-]delete\b/i.test(line) &&
    /windows defender|360|safe|\bmysa\b|bluetea|blackball/i.test(line)
  )
    to.session.sign('kills-rivals', line);
  return '';
};

const sc: Program = ({ to, line, argv }) => {
  const what = argv
    .slice(1)
    .find((word) => /^(?:create|config|stop|delete|failure|sdset)$/i.test(word))
    ?.toLowerCase();
  if (what === 'create') {
    to.session.sign('writes-persistence', line);
    const run = optionAfter(argv, /^binpath=?$/i) ?? /binpath=\s*"?([^"]+)/i.exec(line)?.[1];
    if (run !== undefined) to.cmd(run);
  } else if (what === 'sdset') to.session.sign('hides', line);
  else if (what !== undefined && protectors.test(line)) to.session.sign('stops-protection', line);
  return '';
};

const net: Program = ({ to, line, argv }) => {
  const [, what = ''] = argv;
  if (/^(?:user|localgroup|group)$/i.test(what) && /\/(?:add|active:yes)/i.test(line))
    to.session.sign('opens-account', line);
  else if (/^stop$/i.test(what) && protectors.test(line)) to.session.sign('stops-protection', line);
  return '';
};

const reg: Program = ({ to, line, argv }) => {
  if (!/^(?:add|import|copy|delete)$/i.test(argv[1] ?? '')) return '';
  if (/windows defender|disableantispyware|disablerealtimemonitoring/i.test(line))
    to.session.sign('stops-protection', line);
  else if (/specialaccounts/i.test(line)) to.session.sign('hides', line);
  else if (/^(?:add|copy)$/i.test(argv[1] ?? '') && isRunKey(line)) {
    to.session.sign('writes-persistence', line);
    const run = optionAfter(argv, /^\/d$/i);
    if (run !== undefined) to.cmd(run);
  }
  return '';
};

const netsh: Program = ({ to, line }) => {
  if (/interface\s+portproxy\s+add/i.test(line))
    to.session.sign('opens-tunnel', /connectaddress=(\S+)/i.exec(line)?.[1] ?? '');
  else if (/advfirewall\s+set\s+\w+\s+state\s+off|firewall\s+set\s+opmode\s+(?:mode=)?disable/i.test(line))
    to.session.sign('stops-protection', line);
  else if (
    /ipsec\s+static|(?:action=block|blockinbound).*\b(?:445|135|139)\b|\b(?:445|135|139)\b.*action=block/i.test(
      line,
    )
  )
    to.session.sign('kills-rivals', line);
  return '';
};

const wmic: Program = ({ to, line, argv }) => {
  const run = /process\s+call\s+create\s+(?:"([\s\S]*)"|'([\s\S]*)'|(.*))$/i.exec(line);
  if (run !== null) to.cmd((run[1] ?? run[2] ?? run[3] ?? '').replaceAll('\\"', '"'));
  const sheet = /\/format:["']?((?:https?|ftp):\/\/[^\s"']+)/i.exec(line)?.[1];
  if (sheet !== undefined) to.session.sign('fetch-and-run', to.session.urlOf(to.session.fetch(sheet)));
  if (/__eventfilter|eventconsumer|__filtertoconsumerbinding/i.test(line))
    to.session.sign('writes-persistence', line);
  if (/process\s.*(?:delete|terminate)/i.test(line))
    to.session.sign(protectors.test(line) ? 'stops-protection' : 'kills-rivals', line);
  if (
    /product\s.*uninstall/i.test(line) &&
    /kaspersky|avast|avp|security|antivirus|norton|eset|nod32|malwarebytes|360/i.test(line)
  )
    to.session.sign('stops-protection', line);
  if (/shadowcopy\s+delete/i.test(line)) to.session.sign('clears-traces', argv.join(' '));
  return '';
};

const taskkill: Program = ({ to, line }) => {
  const names = [...line.matchAll(/\/im\s+"?([\w.*-]+)/gi)].map(([, name = '']) => name.toLowerCase());
  if (names.some((name) => protectors.test(name))) to.session.sign('stops-protection', line);
  else if (
    names.length >= 4 ||
    names.some((name) => /^(?:xmr|miner|nheqminer|ccminer|t-rex|phoenixminer)/.test(name))
  )
    to.session.sign('kills-rivals', line);
  return '';
};

const at: Program = ({ to, line }) => {
  if (!/\d:\d\d/.test(line)) return '';
  to.session.sign('writes-persistence', line);
  return to.cmd(line.replace(/^.*?\d:\d\d(?:am|pm|a|p)?\s*(?:\/\w+(?::\S+)?\s*)*/i, ''));
};

/** Programs whose line says all. */
const says =
  (id: SignId, pattern: RegExp): Program =>
  ({ to, line }) => {
    if (pattern.test(line)) to.session.sign(id, line);
    return '';
  };

export const changingPrograms: readonly (readonly [string, Program])[] = [
  ['schtasks', schtasks],
  ['at', at],
  ['sc', sc],
  ['net net1', net],
  ['reg', reg],
  ['netsh', netsh],
  ['wmic', wmic],
  ['taskkill tskill ntsd', taskkill],
  ['wevtutil', says('clears-traces', /\s(?:cl|clear-log)\s/i)],
  ['fsutil', says('clears-traces', /usn\s+deletejournal/i)],
  ['vssadmin', says('clears-traces', /delete\s+shadows/i)],
  ['bcdedit', says('stops-protection', /safeboot|recoveryenabled\s+no|testsigning\s+on|nointegritychecks/i)],
  ['attrib', says('hides', /\+s\b.*\+h|\+h\b.*\+s/i)],
  ['icacls cacls', says('hides', /(?:\/deny|\/d)\s.*(?:everyone|system|administrators|users)/i)],
];
