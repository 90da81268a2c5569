/**
 * Programs whose memory holds other people's text, and programs that run other people's code.
 *
 * Why: a browser, an editor or a virus scanner holds wallets and pool names without mining; an interpreter
 * belongs to a package while its script does not.
 * What it is NOT: an alibi. The name counts only for a file outside of drop places that still exists, and it
 * weakens text alone: registers, memory shape and a session with a pool are judged all the same.
 */
import { baseName } from '../model/text.ts';
import { isDropPlace } from './place.ts';
import type { ProcessRecord } from './process-record.ts';

const viewers = new Set([
  ...[
    'brave',
    'brave-browser',
    'chrome',
    'chromium',
    'chromium-browser',
    'epiphany',
    'firefox',
    'firefox-bin',
  ],
  ...[
    'firefox-esr',
    'google-chrome',
    'microsoft-edge',
    'msedge',
    'opera',
    'thunderbird',
    'vivaldi-bin',
    'WebKitWebProcess',
  ],
  ...[
    'atom',
    'code',
    'codium',
    'cursor',
    'discord',
    'Discord',
    'electron',
    'emacs',
    'gedit',
    'gnome-text-editor',
  ],
  ...[
    'idea',
    'kate',
    'nano',
    'nvim',
    'obsidian',
    'pluma',
    'pycharm',
    'signal-desktop',
    'slack',
    'sublime_text',
  ],
  ...['telegram-desktop', 'vi', 'vim', 'vim.basic', 'vim.tiny', 'soffice.bin', 'webstorm', 'zed-editor'],
  ...[
    'ack',
    'ag',
    'awk',
    'bat',
    'cat',
    'diff',
    'egrep',
    'fgrep',
    'gawk',
    'git',
    'grep',
    'head',
    'jq',
    'less',
  ],
  ...[
    'mawk',
    'more',
    'rg',
    'sed',
    'sort',
    'strings',
    'tail',
    'ugrep',
    'zgrep',
    'tcpdump',
    'tshark',
    'wireshark',
  ],
  ...[
    'clamd',
    'clamscan',
    'falco',
    'freshclam',
    'maltrail',
    'osqueryd',
    'rkhunter',
    'snort',
    'suricata',
    'trivy',
  ],
  ...[
    'wazuh-agentd',
    'wazuh-modulesd',
    'wazuh-syscheckd',
    'yara',
    'zeek',
    'dnsmasq',
    'named',
    'unbound',
    'pihole-FTL',
  ],
]);

const interpreters =
  /^(?:python|pypy|node|nodejs|deno|bun|java|ruby|perl|php|php-fpm|php-cgi|lua|luajit|R|Rscript|julia|mono|dotnet|beam\.smp|guile|tclsh|octave-cli|MATLAB)[\d.]*$/;

function programOf(record: ProcessRecord): string {
  const exe = record.process.exe;
  return exe === undefined || exe.deleted || exe.memfd ? '' : baseName(exe.path);
}

/** A program that shows, searches or filters text. */
export function isViewer(record: ProcessRecord): boolean {
  return viewers.has(programOf(record)) && !isDropPlace(record.place);
}

export function isInterpreter(record: ProcessRecord): boolean {
  return interpreters.test(programOf(record));
}
