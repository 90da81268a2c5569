/**
 * Options of one letter that take a password, by the tool that takes them so.
 *
 * Why: `-a`, `-w`, `-P` mean anything; only beside the name of their tool do they tell a secret.
 * Sources: redis-cli --help; ldapsearch(1); zip(1), unzip(1); mosquitto_pub(1); ipmitool(1); sqlcmd and bcp of
 * mssql-tools; openssl-enc(1); shadowsocks-libev(8); snmpcmd(1); smbclient(1) (`-U user%password`).
 */
interface ToolOptions {
  /** Names of programs. */
  readonly tools: RegExp;
  readonly option: string;
  /** Whether the value may follow the letter without a blank. */
  readonly joined: boolean;
}

const table: readonly ToolOptions[] = [
  { tools: /^(?:redis|valkey|keydb)-cli$/, option: '-a', joined: false },
  { tools: /^ldap(?:search|add|modify|delete|whoami|passwd|compare|modrdn)$/, option: '-w', joined: true },
  { tools: /^(?:un)?zip$|^mosquitto_(?:pub|sub|rr)$|^ipmitool$|^sqlcmd$|^bcp$/, option: '-P', joined: true },
  { tools: /^(?:openssl|ss-(?:server|local|redir|tunnel)|ss(?:server|local))$/, option: '-k', joined: false },
  { tools: /^snmp(?:get|walk|set|getnext|bulkget|bulkwalk|table|trap)$/, option: '-c', joined: false },
  { tools: /^snmp(?:get|walk|set|getnext|bulkget|bulkwalk|table|trap)$/, option: '-A', joined: false },
  { tools: /^snmp(?:get|walk|set|getnext|bulkget|bulkwalk|table|trap)$/, option: '-X', joined: false },
  { tools: /^openssl$/, option: '-K', joined: false },
];
const shares = /^(?:smbclient|smbget|rpcclient|smbcacls|smbpasswd)$/;

/** Whether a text names one of the tools at all. */
export const tool =
  /-cli|ldap|zip|mosquitto|ipmitool|sqlcmd|bcp|openssl|smb|rpcclient|snmp|ss-|sslocal|ssserver/;

const masked = '***';

const nameOf = (word: string): string => word.slice(word.lastIndexOf('/') + 1);

/** What a command of a shell ends with, at the end of its last word or as a word of its own. */
const endOfCommand = /(?:;|\|\|?|&&?)$/;

/** The words, with the passwords that a tool's own options carry masked; one for each that was given. */
export function maskToolOptions(words: readonly string[]): readonly string[] {
  let options: readonly ToolOptions[] = [];
  let share = false;
  let before = '';
  const maskWord = (word: string, end: string): string => {
    const name = nameOf(word);
    const found = table.filter((entry) => entry.tools.test(name));
    if (found.length > 0) options = found;
    if (shares.test(name)) share = true;
    for (const { option, joined } of options) {
      if (before === option && !word.startsWith('-')) return masked + end;
      if (joined && word.startsWith(option) && word.length > option.length) return option + masked + end;
    }
    const percent = share ? word.indexOf('%') : -1;
    return percent > 0 && /^-U$|^--user$/.test(before) ? `${word.slice(0, percent)}%${masked}` : word;
  };
  return words.map((word) => {
    const end = endOfCommand.exec(word)?.[0] ?? '';
    const out = maskWord(word, end);
    before = word;
    if (end !== '') {
      options = [];
      share = false;
    }
    return out;
  });
}
