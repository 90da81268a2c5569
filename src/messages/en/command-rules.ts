/** English texts of commands that were run. */
import type { CommandWhy, RuleTexts } from '../rules.ts';

const whys: Readonly<Record<CommandWhy, string>> = {
  'fetch-and-run': 'a program was fetched from the network and run',
  'miner-command': 'a miner was started or set up',
  'reverse-shell': 'a shell was handed to a host outside',
  'runs-stored-code': 'code was run that is kept in the registry or in WMI',
  'disguised-command': 'the names of programs were put together so that a search does not find them',
  'decode-and-run': 'encoded commands were run',
  'stops-protection': 'a protection was switched off',
  'opens-account': 'a hidden account was made',
  'clears-traces': 'logs or histories were cleared',
  hides: 'files or accounts were put out of sight',
  'kills-rivals': 'other programs were ended as miners end their rivals',
  'writes-persistence': 'places were written from which programs start',
  'opens-tunnel': 'a way into this network was opened',
  'family-mark': 'a mark of a known family stands in them',
  'program-place': 'a program was run from where no program belongs',
  'several-ways': 'several things were done at once that attackers do together',
};

const origins = {
  'console-history': 'was typed into PowerShell',
  transcript: 'is in a transcript of PowerShell',
  'script-block': 'was run by PowerShell (event 4104)',
  'command-line': 'stands in the event log as a started process',
} as const;

const of = (texts: Readonly<Record<string, string>>, id: string): string => texts[id] ?? id;

type Params = Parameters<RuleTexts['command.malicious']>[0];

const by = ({ account }: Params): string => (account === '' ? '' : ` as ${account}`);
const explained = ({ origin, path, commands }: Params): string =>
  `${commands === 1 ? 'The command' : `Each of the ${commands} commands`} ${of(origins, origin)} (${path}). Read what was run before and after, and look for the files and the accounts that are named; the command alone does not tell whether it worked.`;

export const commandRules: Pick<RuleTexts, 'command.malicious' | 'command.suspicious'> = {
  'command.malicious': (params) => ({
    title: `Commands of an attacker were run${by(params)}: ${of(whys, params.why)}`,
    explanation: explained(params),
  }),
  'command.suspicious': (params) => ({
    title: `Doubtful commands were run${by(params)}: ${of(whys, params.why)}`,
    explanation: `${explained(params)} Ask the owner of the account whether it was he.`,
  }),
};
