/**
 * What cmdlets of PowerShell do that speaks for an attack, by their names and aliases.
 *
 * What it is NOT: all cmdlets; one that nobody here knows gives `undefined` and the blocks it was given are read.
 * Sources: Microsoft, documentation of each module; `Get-Alias` of Windows PowerShell 5.1.
 */
import { clean, fetched, taintOf, unknown } from '../value.ts';
import { stored } from './marks.ts';
import { type Argument, hasOption, named, positional } from './powershell-arguments.ts';
import { newObject } from './powershell-methods.ts';
import { nothing, type PsValue, textOf, textValue, unknownValue } from './powershell-value.ts';
import type { WindowsReader } from './reader.ts';
import { isRunKey } from './registry-places.ts';

export interface CmdletCall {
  readonly name: string;
  /** With the marks of where its name came from. */
  readonly marked: string;
  readonly args: readonly Argument[];
  readonly stdin: PsValue | undefined;
  /** Reads a block or a text with the variables of the caller. */
  readonly shell: (text: string) => PsValue;
}

type Cmdlet = (call: CmdletCall, to: WindowsReader) => PsValue;

const taking =
  /^(?:uri|outfile|method|headers|useragent|body|filepath|argumentlist|args?|windowstyle|w|verb|workingdirectory|name|path|literalpath|value|propertytype|type|source|destination|typename|comobject|command|class|namespace|computername|property|encoding|credential|timeoutsec|seconds|erroraction|ea|filter)$/;

const first = ({ args, stdin }: CmdletCall, ...names: string[]): PsValue =>
  named(args, ...names) ?? positional(args, taking)[0] ?? stdin ?? nothing;
const all = ({ args }: CmdletCall): string =>
  clean(
    args.map(({ name, value }) => (name === undefined ? textOf(value ?? nothing) : `-${name}`)).join(' '),
  );

const fetchPage: Cmdlet = (call, to) => {
  // `curl.exe` is a program, `curl` in Windows PowerShell this cmdlet.
  const url = textOf(first(call, 'uri'));
  if (!/^[\ue000-\uf8ff]?(?:[a-z]+:\/\/|[\w-]+(?:\.[\w-]+)+(?:[:/]|$))/i.test(url)) return unknownValue;
  const answer = fetched(to.session.fetch(url));
  const file = named(call.args, 'outfile') ?? named(call.args, 'o');
  if (file === undefined) return { kind: 'object', name: 'response', text: answer };
  to.session.write(textOf(file), answer);
  return nothing;
};

const run: Cmdlet = (call, to) => {
  const value = first(call, 'command', 'scriptblock');
  if (value.kind === 'block') return call.shell(value.text);
  to.runText(textOf(value, ' '));
  return unknownValue;
};

const start: Cmdlet = (call, to) => {
  const positions = positional(call.args, taking);
  const file = textOf(named(call.args, 'filepath') ?? positions[0] ?? nothing);
  const args = named(call.args, 'argumentlist', 'args') ?? positions[1];
  const style = textOf(named(call.args, 'windowstyle') ?? nothing);
  if (/^hidden$/i.test(style) || hasOption(call.args, 'nonewwindow')) to.session.notes.add('hidden-window');
  to.invoke(
    [file, ...(args === undefined ? [] : splitWords(textOf(args)))],
    '',
    `${file} ${args === undefined ? '' : textOf(args)}`,
  );
  return nothing;
};

const splitWords = (text: string): readonly string[] =>
  text.match(/"[^"]*"|\S+/g)?.map((word) => word.replace(/^"(.*)"$/, '$1')) ?? [];

const writesFile: Cmdlet = (call, to) => {
  const positions = positional(call.args, taking);
  const path = textOf(named(call.args, 'filepath', 'path', 'literalpath') ?? positions[0] ?? nothing);
  const value = named(call.args, 'value', 'inputobject') ?? call.stdin ?? positions[1] ?? unknownValue;
  to.session.write(
    path,
    textOf(value, '\n'),
    hasOption(call.args, 'append') || call.name.toLowerCase().startsWith('add'),
  );
  return nothing;
};

const readsFile: Cmdlet = (call, to) =>
  textValue(to.session.read(textOf(first(call, 'path', 'literalpath'))) ?? unknown);

const registryItem: Cmdlet = (call, to) => {
  const text = all(call);
  if (isRunKey(text)) to.session.sign('writes-persistence', text);
  if (/windows defender/i.test(text)) to.session.sign('stops-protection', text);
  if (/userlist/i.test(text)) to.session.sign('hides', text);
  return nothing;
};

const defender: Cmdlet = (call, to) => {
  to.session.sign('stops-protection', all(call));
  return nothing;
};

/** Services and programs that guard a Windows host. Source: Microsoft (Defender, event log, firewall); names of vendors' services. */
export const protectors =
  /\b(?:windefend|wdnissvc|wdfilter|sense|securityhealthservice|mpssvc|wscsvc|eventlog|sysmon(?:64)?|msmpeng|nissrv|mbamservice|avast\w*|avp|ekrn|360\w*|zhudongfangyu|qqpcrtp|hipsdaemon|usysdiag|aliyundun|aegis|cloudmonitor|yunjing|ydservice|csfalconservice|sentinelagent|cylancesvc|sophos\w*|savservice|mcshield|ccsvchst|bdagent|vsserv)\b/i;

const stopsService: Cmdlet = (call, to) => {
  const text = all(call);
  if (protectors.test(text)) to.session.sign('stops-protection', text);
  return nothing;
};

const endsProcess: Cmdlet = (call, to) => {
  const text = all(call);
  if (protectors.test(text)) to.session.sign('stops-protection', text);
  else if (
    (text.match(/,|\s/g)?.length ?? 0) >= 5 ||
    /\b(?:xmr(?:ig)?|minerd?|nanominer|xmr-stak)\b/i.test(text)
  )
    to.session.sign('kills-rivals', text);
  return nothing;
};

const wmi: Cmdlet = (call, to) => {
  const text = all(call);
  if (
    /__eventfilter|commandlineeventconsumer|activescripteventconsumer|__filtertoconsumerbinding|__timerinstruction/i.test(
      text,
    )
  )
    to.session.sign('writes-persistence', `WMI: ${text}`);
  if (/win32_process/i.test(text) && /create/i.test(text)) {
    const list = named(call.args, 'argumentlist', 'arguments');
    if (list !== undefined) to.cmd(textOf(list));
  }
  return { kind: 'object', name: 'wmiclass', text: stored() };
};

const schedules: Cmdlet = (call, to) => {
  to.session.sign('writes-persistence', all(call));
  return unknownValue;
};

const account: Cmdlet = (call, to) => {
  to.session.sign('opens-account', `${call.name} ${all(call)}`);
  return nothing;
};

const clears: Cmdlet = (call, to) => {
  to.session.sign('clears-traces', `${call.name} ${all(call)}`);
  return nothing;
};

const table: Readonly<Record<string, Cmdlet>> = {};
const add = (names: string, cmdlet: Cmdlet): void => {
  for (const name of names.split(' ')) Object.assign(table, { [name]: cmdlet });
};
add('invoke-expression iex', run);
add('invoke-command icm start-job sajb', run);
add('invoke-webrequest iwr invoke-restmethod irm wget curl', fetchPage);
add('start-process saps start invoke-item ii', start);
add('out-file set-content add-content sc ac', writesFile);
add('get-content gc cat type', readsFile);
add('set-mppreference add-mppreference remove-mppreference uninstall-windowsfeature', defender);
add('stop-service set-service remove-service spsv', stopsService);
add('stop-process spps kill', endsProcess);
add(
  'get-wmiobject gwmi set-wmiinstance swmi invoke-wmimethod iwmi new-ciminstance invoke-cimmethod get-cimclass register-wmievent',
  wmi,
);
add(
  'register-scheduledtask new-scheduledtask new-service new-scheduledtaskaction set-scheduledtask',
  schedules,
);
add('new-localuser enable-localuser set-localuser add-localgroupmember', account);
add('clear-eventlog remove-eventlog clear-history limit-eventlog', clears);
add('set-itemproperty new-itemproperty sp new-item ni', registryItem);
add('start-bitstransfer', (call, to) => {
  const positions = positional(call.args, taking);
  const url = named(call.args, 'source') ?? positions[0] ?? nothing;
  const file = named(call.args, 'destination') ?? positions[1] ?? nothing;
  to.session.write(textOf(file), fetched(to.session.fetch(textOf(url))));
  return nothing;
});
add('get-itemproperty gp get-itempropertyvalue gpv', () => ({
  kind: 'object',
  name: 'registry',
  text: stored(),
}));
add('new-object', (call, to) => {
  const positions = positional(call.args, /^(?:property|strict)$/);
  const type = named(call.args, 'comobject', 'typename') ?? positions[0] ?? nothing;
  const name = clean(textOf(type));
  const given = named(call.args, 'argumentlist');
  const rest = listOf(given === undefined ? positions.filter((one) => one !== type) : [given]);
  const made = newObject(name, rest, to);
  if (made.kind === 'object' && made.name === 'tcpclient') to.session.notes.add(`socket ${made.text}`);
  return made;
});
add(
  'convertto-securestring convertfrom-securestring out-null set-executionpolicy start-sleep sleep add-type import-module ipmo set-location cd get-date write-host test-path set-strictmode',
  (call) => ({
    kind: 'object',
    name: '',
    text: call.args.map(({ value }) => taintOf(textOf(value ?? nothing))).join(''),
  }),
);

function listOf(values: readonly PsValue[]): readonly PsValue[] {
  return values.flatMap((value) => (value.kind === 'list' ? value.items : [value]));
}

/** @returns undefined where it is nothing that is known */
export function runCmdlet(call: CmdletCall, to: WindowsReader): PsValue | undefined {
  const name = call.name.toLowerCase();
  const cmdlet = Object.hasOwn(table, name) ? table[name] : undefined;
  if (cmdlet !== undefined) return cmdlet(call, to);
  if (/^[a-z]+-[a-z]/i.test(name) && !/[\\/.]/.test(name)) return undefined;
  if (name === '') return undefined;
  const words = call.args.flatMap(({ name: option, value }) =>
    option === undefined ? splitList(value ?? nothing) : option === '>' ? [] : [`-${option}`],
  );
  const input = call.stdin === undefined ? '' : textOf(call.stdin, '\n');
  const printed = to.invoke([call.marked, ...words], input);
  return textValue(printed === '' ? unknown : printed);
}

const splitList = (value: PsValue): readonly string[] =>
  value.kind === 'list' ? [value.items.map((item) => textOf(item)).join(',')] : [textOf(value)];
