/**
 * What a command that somebody ran speaks for.
 *
 * Why other weights than those of entries (`persistence/weights.ts`): what comes back by itself and fetches is a dropper;
 * an administrator who types the same installs something. So a fetch weighs by where from: an address on the internet
 * without a name is strong, a plain line medium, over TLS or in the own network it is how software is installed. Switching a
 * protection off, making an account, a task or clearing a log is a day's work. A miner's command, a shell handed out and code
 * kept in the registry are not.
 * What it is NOT: for those who look: commands that search for a pool or block it name it as miners do (`isLooking`), and a
 * list of many pools is a list. Thresholds are ours.
 */
import type { CommandWhy } from '../../messages/rules.ts';
import type { RanCommandFact } from '../../model/facts/command.ts';
import type { PathText } from '../../model/text.ts';
import { fromAddress, isNear } from '../command/ran-from.ts';
import type { EntryReading } from '../command/read-entry.ts';
import type { Sign, SignId } from '../command/sign.ts';
import { isSystemNameElsewhere, isWindowsData } from '../command/windows/places.ts';
import { familyOfText } from '../persistence/family.ts';
import { isFromMaker } from '../persistence/makers.ts';

export type CommandWeight = 'strong' | 'medium' | 'weak';

export interface WeighedCommand {
  readonly why: CommandWhy;
  readonly weight: CommandWeight;
}

/** Reads, searches, asks, blocks and removes: what a responder does with the names of an attacker. */
const looking =
  /\b(?:select-string|sls|findstr|where-object|get-(?:process|ciminstance|wmiobject|nettcpconnection|scheduledtask|service|childitem|winevent|item|content|filehash)|resolve-dnsname|nslookup|test-netconnection|tnc|ping|new-netfirewallrule|advfirewall|remove-\w+|unregister-scheduledtask|stop-process|taskkill|schtasks\s+\/(?:query|delete)|sc(?:\.exe)?\s+(?:query|delete|stop)|del|rm|wevtutil\s+qe)\b|-(?:match|like|pattern)\b|[\\/]drivers[\\/]etc[\\/]hosts\b/i;

const isLooking = ({ command }: RanCommandFact, { signs }: EntryReading): boolean =>
  looking.test(command) && !signs.some(({ id }) => id === 'fetch-and-run' || id === 'fetch-then-run');

/** Signature lists and block lists name many pools; a miner has a handful. */
const mostPools = 6;
const isList = (text: string): boolean =>
  new Set(text.match(/\bstratum\+?\w*:\/\/[\w.-]+|\b(?:pool|xmr|mine)[\w-]*\.[\w-]+\.\w{2,}/gi)).size >
  mostPools;

const hostForm = /^(?:https?|ftp):\/\/(?:[^/@]*@)?(\[[^\]]*\]|[^/:?#]*)/i;

/** What was fetched and then run weighs by where it came from. */
export function weightOfFetch(url: string): CommandWeight | undefined {
  if (isFromMaker(url)) return undefined;
  const host = hostForm.exec(url)?.[1];
  if (host === undefined || host === '' || isNear(host)) return 'weak';
  if (fromAddress(url)) return 'strong';
  return /^(?:http|ftp):/i.test(url) ? 'medium' : 'weak';
}

/** A whole drive, or programs that run scripts. */
const excludesEverything =
  /-exclusion(?:path|process|extension)\s+["']?(?:[a-z]:\\?["']?(?:\s|,|$)|\.?exe\b|\*|(?:powershell|cmd|wscript|mshta)(?:\.exe)?\b)/i;
/** `net user admin$ … /add` */
const hiddenAccount = /\b(?:user|localuser|-name)\s+["']?[\w.-]{1,20}\$["']?\s/i;

function weightOfSign({ id, about }: Sign, { command, origin }: RanCommandFact): CommandWeight | undefined {
  switch (id) {
    case 'fetch-and-run':
    case 'fetch-then-run':
      return weightOfFetch(about);
    case 'miner-command':
    case 'reverse-shell':
      return 'strong';
    case 'runs-stored-code':
      return 'medium';
    case 'disguised-command':
      // Modules put names together where nobody hides anything.
      return origin === 'script-block' ? 'weak' : 'medium';
    case 'stops-protection':
      return excludesEverything.test(command) ? 'medium' : 'weak';
    case 'opens-account':
      return hiddenAccount.test(command) ? 'medium' : 'weak';
    case 'decode-and-run':
    case 'clears-traces':
    case 'hides':
    case 'kills-rivals':
    case 'writes-persistence':
    case 'opens-tunnel':
      return 'weak';
    case 'web-shell':
    case 'encoded-command':
    case 'hidden-window':
      return undefined;
  }
}

const reasonOf: Readonly<Partial<Record<SignId, CommandWhy>>> = {
  'fetch-and-run': 'fetch-and-run',
  'fetch-then-run': 'fetch-and-run',
  'miner-command': 'miner-command',
  'reverse-shell': 'reverse-shell',
  'runs-stored-code': 'runs-stored-code',
  'disguised-command': 'disguised-command',
  'decode-and-run': 'decode-and-run',
  'stops-protection': 'stops-protection',
  'opens-account': 'opens-account',
  'clears-traces': 'clears-traces',
  hides: 'hides',
  'kills-rivals': 'kills-rivals',
  'writes-persistence': 'writes-persistence',
  'opens-tunnel': 'opens-tunnel',
};

/** A mining program by the name of its archive; its makers hand it out, and nobody needs it by chance. */
const minerArchive =
  /\/(?:xmrig|xmr-stak|cpuminer|nbminer|t-rex|lolminer|phoenixminer|nanominer|srbminer|teamredminer|gminer|bzminer|rigel|onezerominer)[\w.-]*\.(?:zip|exe|7z|tar\.gz|tgz)\b/i;

/** What it runs, and where that lies. */
const oddPlace = (path: PathText): boolean => isWindowsData(path) || isSystemNameElsewhere(path);

/** Nothing where it is a day's work and no part of anything else. */
export function weighCommand(fact: RanCommandFact, reading: EntryReading): readonly WeighedCommand[] {
  const found: WeighedCommand[] = [];
  const looks = isLooking(fact, reading);
  for (const sign of reading.signs) {
    const why = reasonOf[sign.id];
    const weight = weightOfSign(sign, fact);
    if (why === undefined || weight === undefined) continue;
    if (why === 'miner-command' && (looks || isList(fact.command))) continue;
    found.push({ why, weight });
  }
  if (!looks && reading.urls.some((url) => minerArchive.test(url)))
    found.push({ why: 'miner-command', weight: 'medium' });
  if (!looks && familyOfText(fact.command) !== undefined)
    found.push({ why: 'family-mark', weight: 'medium' });
  if (!looks && reading.uses.some(({ path, how }) => how === 'run' && oddPlace(path)))
    found.push({ why: 'program-place', weight: 'medium' });
  return found;
}
